package org.tallystick.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tallystick.net.ProtocolAbort.Reason;

class MeshTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int k = 0; k < bytes.length; k++) {
            bytes[k] = (byte) values[k];
        }
        return bytes;
    }

    private static Reason reason(Runnable body) {
        return assertThrows(ProtocolAbort.class, body::run).reason();
    }

    // ---- in process

    @Test
    void messagesArriveWholeAndInOrderOnEachPairOfTheMesh() {
        List<Mesh> meshes = InProcessMesh.of(3, LONG);
        meshes.get(0).to(2).send(bytes(1));
        meshes.get(1).to(2).send(bytes(9, 9));
        meshes.get(0).to(2).send(bytes(2, 3));
        assertArrayEquals(bytes(1), meshes.get(2).to(0).receive(1));
        assertArrayEquals(bytes(2, 3), meshes.get(2).to(0).receive(2));
        assertArrayEquals(bytes(9, 9), meshes.get(2).to(1).receive(2));
        assertEquals(2, meshes.get(2).self());
        assertEquals(3, meshes.get(2).parties());
    }

    @Test
    void aWrongLengthALateMessageAndAStopEndTheRun() {
        List<Mesh> meshes = InProcessMesh.of(2, Duration.ofMillis(20));
        meshes.get(0).to(1).send(bytes(1, 2, 3));
        assertEquals(Reason.MALFORMED, reason(() -> meshes.get(1).to(0).receive(2)));
        assertEquals(Reason.DEADLINE, reason(() -> meshes.get(1).to(0).receive(2)));
        meshes.get(0).to(1).send(new byte[0]);
        assertEquals(Reason.MALFORMED, reason(() -> meshes.get(1).to(0).receive(2)), "an empty message is no stop");
        InProcessMesh.stopPeers(meshes.get(0));
        assertEquals(Reason.PEER_STOPPED, reason(() -> meshes.get(1).to(0).receive(2)));
    }

    @Test
    void theFailureThatStoppedTheOthersIsTheOneReported() {
        ArithmeticException failure = assertThrows(
                ArithmeticException.class,
                () -> InProcessMesh.run(InProcessMesh.of(4, LONG), mesh -> {
                    if (mesh.self() == 2) {
                        throw new ArithmeticException("party 2");
                    }
                    return mesh.to(2).receive(1);
                }));
        assertEquals("party 2", failure.getMessage());
    }

    // ---- counting

    @Test
    void roundsAreTheLongestChainOfMessages() {
        List<CountingMesh> ring = CountingMesh.wrap(InProcessMesh.of(3, LONG));
        InProcessMesh.run(List.copyOf(ring), mesh -> {
            if (mesh.self() == 0) {
                mesh.to(1).send(bytes(1, 2));
                return mesh.to(2).receive(2);
            }
            byte[] passed = mesh.to(mesh.self() - 1).receive(2);
            mesh.to((mesh.self() + 1) % 3).send(passed);
            return passed;
        });
        assertEquals(3, ring.getFirst().rounds());
        List<CountingMesh> all = CountingMesh.wrap(InProcessMesh.of(3, LONG));
        InProcessMesh.run(List.copyOf(all), mesh -> {
            for (int peer = 0; peer < 3; peer++) {
                if (peer != mesh.self()) {
                    mesh.to(peer).send(new byte[mesh.self() + peer]);
                    mesh.to(peer).send(new byte[1]);
                }
            }
            for (int peer = 0; peer < 3; peer++) {
                if (peer != mesh.self()) {
                    mesh.to(peer).receive(mesh.self() + peer);
                }
            }
            return 0;
        });
        assertEquals(1, all.getFirst().rounds());
        assertEquals(1 + 2 + 2, all.get(0).bytesSent());
        assertEquals(3 + 1, all.get(2).bytesSentTo(1));
        assertEquals(4, all.get(1).messagesSent());
    }

    // ---- recording

    @Test
    void aRecordHoldsCopiesInTheOrderOfThisParty() {
        List<Mesh> meshes = InProcessMesh.of(2, LONG);
        RecordingMesh recording = new RecordingMesh(meshes.get(0));
        byte[] message = bytes(5, 6);
        recording.to(1).send(message);
        meshes.get(1).to(0).send(bytes(7));
        byte[] received = recording.to(1).receive(1);
        message[0] = 99;
        received[0] = 99;
        List<RecordingMesh.Entry> entries = recording.entries();
        assertEquals("[to 1: 2 bytes, from 1: 1 bytes]", entries.toString());
        assertArrayEquals(bytes(5, 6), entries.get(0).message());
        assertArrayEquals(bytes(7), entries.get(1).message());
        assertEquals(0, recording.self());
        assertEquals(2, recording.parties());
    }

    // ---- faulty

    @Test
    void aCheaterMayReplaceDropAndAddMessages() {
        List<Mesh> meshes = InProcessMesh.of(3, LONG);
        List<String> seen = new ArrayList<>();
        FaultyMesh cheater = new FaultyMesh(meshes.get(0), (index, to, message) -> {
            seen.add(index + " to " + to);
            return switch (index) {
                case 0 -> List.of();
                case 1 -> List.of(message, bytes(8));
                default -> List.of(bytes(9));
            };
        });
        cheater.to(1).send(bytes(1));
        cheater.to(2).send(bytes(2));
        cheater.to(1).send(bytes(3));
        assertEquals(List.of("0 to 1", "1 to 2", "2 to 1"), seen);
        assertArrayEquals(bytes(9), meshes.get(1).to(0).receive(1));
        assertArrayEquals(bytes(2), meshes.get(2).to(0).receive(1));
        assertArrayEquals(bytes(8), meshes.get(2).to(0).receive(1));
        meshes.get(1).to(0).send(bytes(4));
        assertArrayEquals(bytes(4), cheater.to(1).receive(1));
    }

    // ---- delaying

    @Test
    void nothingArrivesBeforeItsLatencyAndItsBitsHavePassed() {
        List<Mesh> meshes = InProcessMesh.of(2, LONG);
        Duration latency = Duration.ofMillis(5);
        try (DelayingMesh slow = new DelayingMesh(meshes.get(0), latency, 8e6)) {
            long start = System.nanoTime();
            for (int k = 0; k < 3; k++) {
                slow.to(1).send(new byte[1000 + k]);
            }
            for (int k = 0; k < 3; k++) {
                meshes.get(1).to(0).receive(1000 + k);
                long bits = (k + 1) * 1_000_000L; // a millisecond for 1 000 bytes at 8 Mbit/s
                assertTrue(System.nanoTime() - start >= latency.toNanos() + bits, "message " + k);
            }
            meshes.get(1).to(0).send(bytes(1));
            assertArrayEquals(bytes(1), slow.to(1).receive(1));
        }
    }

    @Test
    void closingDeliversWhatIsUnderWay() {
        List<Mesh> meshes = InProcessMesh.of(2, Duration.ofMillis(1));
        DelayingMesh slow = new DelayingMesh(meshes.get(0), Duration.ofMillis(10), 1e9);
        slow.to(1).send(bytes(1));
        slow.to(1).send(bytes(2, 2));
        slow.close();
        assertArrayEquals(bytes(1), meshes.get(1).to(0).receive(1));
        assertArrayEquals(bytes(2, 2), meshes.get(1).to(0).receive(2));
    }
}
