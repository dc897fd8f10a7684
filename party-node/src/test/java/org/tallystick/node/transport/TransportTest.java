package org.tallystick.node.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.tallystick.net.InProcessMesh;
import org.tallystick.net.Mesh;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.node.wire.ControlKind;
import org.tallystick.random.SharedSeed;

class TransportTest {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    @Test
    void fourNodesAgreeOnTheSeedsEachShouldHold() throws IOException {
        try (TestGroup group = TestGroup.started()) {
            group.awaitEpoch();
            for (int seed = 0; seed < 4; seed++) {
                assertTrue(seedOf(group, seed, seed).isEmpty());
                SharedSeed first = seedOf(group, (seed + 1) % 4, seed).orElseThrow();
                assertEquals(first, seedOf(group, (seed + 2) % 4, seed).orElseThrow());
                assertEquals(first, seedOf(group, (seed + 3) % 4, seed).orElseThrow());
                assertNotEquals(
                        first, seedOf(group, (seed + 2) % 4, (seed + 1) % 4).orElseThrow());
            }
        }
    }

    private static java.util.Optional<SharedSeed> seedOf(TestGroup group, int party, int seed) {
        return group.node(party).epoch().orElseThrow().seed(seed);
    }

    @Test
    void aLostConnectionGivesAllFourANewEpochWithOtherSeeds() throws IOException {
        try (TestGroup group = TestGroup.started()) {
            EpochId before = group.awaitEpoch();
            byte[] mark =
                    group.node(0).epoch().orElseThrow().seed(1).orElseThrow().derive("test", new byte[0]);
            List<SessionMesh> meshes = group.open(new SessionId(1, 1), DEADLINE);
            group.node(2).reconnect(1);
            for (SessionMesh mesh : meshes) {
                ProtocolAbort abort = assertThrows(
                        ProtocolAbort.class,
                        () -> mesh.to((mesh.self() + 1) % 4).receive(8));
                assertEquals(ProtocolAbort.Reason.PEER_LOST, abort.reason());
                assertThrows(
                        ProtocolAbort.class,
                        () -> mesh.to((mesh.self() + 1) % 4).send(new byte[8]));
            }
            TestGroup.await(() -> group.node(0).epoch().isPresent()
                    && !group.node(0).epoch().orElseThrow().id().equals(before));
            EpochId after = group.awaitEpoch();
            assertNotEquals(before, after);
            byte[] other =
                    group.node(0).epoch().orElseThrow().seed(1).orElseThrow().derive("test", new byte[0]);
            assertFalse(java.util.Arrays.equals(mark, other));
            ProtocolAbort late =
                    assertThrows(ProtocolAbort.class, () -> group.node(3).open(new SessionId(2, 2), before, DEADLINE));
            assertEquals(ProtocolAbort.Reason.PEER_LOST, late.reason());
        }
    }

    /** However long nodes wait before they try again who has turned them away. */
    @Test
    void aNodeThatWasStuckIsTakenBackAtOnce() throws IOException {
        assumeTrue(Transport.runsOnEventLoop());
        TransportConfig.Timing impatient = new TransportConfig.Timing(
                Duration.ofSeconds(10),
                Duration.ofMillis(100),
                Duration.ofSeconds(1),
                Duration.ofMillis(20),
                Duration.ofHours(1),
                Duration.ofSeconds(30));
        try (TestGroup group = TestGroup.started(TransportConfig.Limits.DEFAULT, impatient)) {
            EpochId before = group.awaitEpoch();
            group.node(0)
                    .runThreads()
                    .newThread(() -> {
                        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(4);
                        while (System.nanoTime() < end) {
                            Thread.onSpinWait();
                        }
                    })
                    .start();
            TestGroup.await(() ->
                    group.node(3).epoch().map(Epoch::id).filter(before::equals).isEmpty());

            assertNotEquals(before, group.awaitEpoch());
        }
    }

    @Test
    void aRestartedNodeIsTakenBack() throws IOException {
        try (TestGroup group = TestGroup.started()) {
            EpochId before = group.awaitEpoch();
            group.node(1).close();
            TestGroup.await(() ->
                    group.node(0).epoch().isEmpty() && group.node(3).epoch().isEmpty());
            group.start(1);
            assertNotEquals(before, group.awaitEpoch());
        }
    }

    @Test
    void messagesOfEveryLengthArriveWholeAndInOrder() throws IOException {
        int[] lengths = {0, 1, 64, 4095, 4096, 4097, 262_143, 262_144, 262_145, 1_000_003, 3_000_000, 5};
        try (TestGroup group = TestGroup.started()) {
            List<SessionMesh> meshes = group.open(new SessionId(3, 4), DEADLINE);
            InProcessMesh.run(List.<Mesh>copyOf(meshes), mesh -> {
                for (int length : lengths) {
                    for (int step = 1; step < 4; step++) {
                        int peer = (mesh.self() + step) % 4;
                        mesh.to(peer).send(bytes(length, mesh.self(), peer));
                    }
                    for (int step = 1; step < 4; step++) {
                        int peer = (mesh.self() + step) % 4;
                        assertArrayEquals(
                                bytes(length, peer, mesh.self()), mesh.to(peer).receive(length));
                    }
                }
                return true;
            });
        }
    }

    private static byte[] bytes(int length, int from, int to) {
        byte[] bytes = new byte[length];
        new Random(length * 16L + from * 4L + to).nextBytes(bytes);
        return bytes;
    }

    @Test
    void manyRunsAtOnceDoNotMixTheirMessages() throws IOException, InterruptedException, ExecutionException {
        try (TestGroup group = TestGroup.started();
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> runs = new ArrayList<>();
            for (int run = 0; run < 50; run++) {
                List<SessionMesh> meshes = group.open(new SessionId(run, -1), DEADLINE);
                int salt = run;
                runs.add(executor.submit(() -> {
                    for (int round = 0; round < 20; round++) {
                        int length = 100 + salt * 31 + round;
                        InProcessMesh.run(List.<Mesh>copyOf(meshes), mesh -> {
                            int next = (mesh.self() + 1) % 4;
                            int previous = (mesh.self() + 3) % 4;
                            mesh.to(next).send(bytes(length, mesh.self(), next));
                            assertArrayEquals(
                                    bytes(length, previous, mesh.self()),
                                    mesh.to(previous).receive(length));
                            return true;
                        });
                    }
                    meshes.forEach(SessionMesh::close);
                    return true;
                }));
            }
            for (Future<Boolean> run : runs) {
                assertTrue(run.get());
            }
            for (int party = 0; party < 4; party++) {
                assertEquals(0, group.node(party).openSessions());
            }
        }
    }

    @Test
    void whatComesBeforeARunIsOpenWaitsForIt() throws IOException {
        try (TestGroup group = TestGroup.started()) {
            EpochId epoch = group.awaitEpoch();
            SessionId id = new SessionId(7, 7);
            try (SessionMesh early = group.node(0).open(id, epoch, DEADLINE)) {
                early.to(3).send(bytes(300_000, 0, 3));
                early.to(3).send(bytes(10, 0, 3));
                // A control message sent later shows that the data has arrived: one connection keeps its order.
                TestGroup.await(() -> group.node(3).counters().traffic(0).bytesReceived() > 300_000);
                try (SessionMesh late = group.node(3).open(id, epoch, DEADLINE)) {
                    assertArrayEquals(bytes(300_000, 0, 3), late.to(0).receive(300_000));
                    assertArrayEquals(bytes(10, 0, 3), late.to(0).receive(10));
                }
            }
        }
    }

    @Test
    void aRunThreadReturnsWhatItsRunReturnsOrThrows() throws IOException {
        try (TestGroup group = TestGroup.started()) {
            List<SessionMesh> meshes = group.open(new SessionId(20, 20), DEADLINE);
            int received = InProcessMesh.run(
                            List.<Mesh>copyOf(meshes),
                            mesh -> group.node(mesh.self()).onRunThread(() -> {
                                assertTrue(Thread.currentThread().isVirtual());
                                mesh.to((mesh.self() + 1) % 4).send(new byte[5]);
                                return mesh.to((mesh.self() + 3) % 4).receive(5).length;
                            }))
                    .get(0);
            assertEquals(5, received);
            List<SessionMesh> silent = group.open(new SessionId(21, 21), Duration.ofMillis(50));
            ProtocolAbort abort = assertThrows(
                    ProtocolAbort.class,
                    () -> group.node(0).onRunThread(() -> silent.get(0).to(1).receive(1)));
            assertEquals(ProtocolAbort.Reason.DEADLINE, abort.reason());
        }
    }

    @Test
    void aRunIdIsTakenOnce() throws IOException {
        try (TestGroup group = TestGroup.started()) {
            EpochId epoch = group.awaitEpoch();
            SessionId id = new SessionId(8, 8);
            SessionMesh mesh = group.node(0).open(id, epoch, DEADLINE);
            assertThrows(IllegalStateException.class, () -> group.node(0).open(id, epoch, DEADLINE));
            mesh.close();
            assertThrows(IllegalStateException.class, () -> group.node(0).open(id, epoch, DEADLINE));
            assertThrows(IllegalStateException.class, () -> mesh.to(1).send(new byte[1]));
        }
    }

    @Test
    void aStopEndsTheRunEverywhereAndSaysNoMore() throws IOException {
        try (TestGroup group = TestGroup.started()) {
            List<SessionMesh> meshes = group.open(new SessionId(9, 9), DEADLINE);
            group.node(1).stop(new SessionId(9, 9));
            for (SessionMesh mesh : meshes) {
                ProtocolAbort abort = assertThrows(
                        ProtocolAbort.class,
                        () -> mesh.to((mesh.self() + 1) % 4).receive(8));
                assertEquals(
                        mesh.self() == 1 ? ProtocolAbort.Reason.STOPPED : ProtocolAbort.Reason.PEER_STOPPED,
                        abort.reason());
            }
        }
    }

    @Test
    void aStopBeforeTheRunIsOpenIsNotLost() throws IOException {
        try (TestGroup group = TestGroup.started()) {
            EpochId epoch = group.awaitEpoch();
            SessionId id = new SessionId(10, 10);
            group.node(1).stop(id);
            group.node(1).control(2, ControlKind.STATUS, new byte[] {1});
            assertEquals(1, group.listeners.get(2).control.take().peer());
            try (SessionMesh mesh = group.node(2).open(id, epoch, DEADLINE)) {
                ProtocolAbort abort =
                        assertThrows(ProtocolAbort.class, () -> mesh.to(3).receive(1));
                assertEquals(ProtocolAbort.Reason.PEER_STOPPED, abort.reason());
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aSilentPeerEndsInADeadline() throws IOException {
        try (TestGroup group = TestGroup.started()) {
            List<SessionMesh> meshes = group.open(new SessionId(11, 11), Duration.ofMillis(50));
            ProtocolAbort abort =
                    assertThrows(ProtocolAbort.class, () -> meshes.get(0).to(1).receive(8));
            assertEquals(ProtocolAbort.Reason.DEADLINE, abort.reason());
        }
    }

    @Test
    void aMessageOfAnotherLengthEndsTheRun() throws IOException {
        try (TestGroup group = TestGroup.started()) {
            List<SessionMesh> meshes = group.open(new SessionId(12, 12), DEADLINE);
            meshes.get(0).to(1).send(new byte[9]);
            ProtocolAbort abort =
                    assertThrows(ProtocolAbort.class, () -> meshes.get(1).to(0).receive(8));
            assertEquals(ProtocolAbort.Reason.MALFORMED, abort.reason());
        }
    }

    @Test
    void controlMessagesArriveInOrderWhateverTheirLength() throws IOException, InterruptedException {
        try (TestGroup group = TestGroup.started()) {
            int[] lengths = {0, 1, 300_000, 4 << 20, 17};
            for (int length : lengths) {
                assertTrue(group.node(3).control(0, ControlKind.PROPOSAL, bytes(length, 3, 0)));
            }
            for (int length : lengths) {
                TestGroup.Listener.Control received =
                        group.listeners.get(0).control.poll(3, TimeUnit.MINUTES);
                assertEquals(3, received.peer());
                assertEquals(ControlKind.PROPOSAL, received.kind());
                assertArrayEquals(bytes(length, 3, 0), received.message());
            }
            byte[] tooLong = new byte[(4 << 20) + 1];
            assertThrows(IllegalArgumentException.class, () -> group.node(3).control(0, ControlKind.PROPOSAL, tooLong));
        }
    }
}
