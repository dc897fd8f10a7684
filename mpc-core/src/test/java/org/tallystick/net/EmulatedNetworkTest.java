package org.tallystick.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Only lower bounds of times are asserted: those the emulation itself is to keep. */
class EmulatedNetworkTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration LATENCY = Duration.ofMillis(5);
    private static final double MILLISECOND_A_KILOBYTE = 8e6;

    private static void assertSince(long start, double milliseconds) {
        double passed = (System.nanoTime() - start) * 1e-6;
        assertTrue(passed >= milliseconds, passed + " ms instead of " + milliseconds);
    }

    @Test
    void bitsOfALinkLeaveOneAfterTheOtherAndAllAreLateByTheLatency() {
        List<Mesh> meshes = EmulatedNetwork.wrap(InProcessMesh.of(2, LONG), LATENCY, MILLISECOND_A_KILOBYTE);
        long start = System.nanoTime();
        for (int k = 0; k < 3; k++) {
            meshes.get(0).to(1).send(new byte[1000 + k]);
        }
        for (int k = 0; k < 3; k++) {
            assertEquals(1000 + k, meshes.get(1).to(0).receive(1000 + k).length);
            assertSince(start, 5 + k + 1);
        }
    }

    @Test
    void dependentRoundsTakeALatencyEach() {
        List<Mesh> meshes = EmulatedNetwork.wrap(InProcessMesh.of(2, LONG), LATENCY, MILLISECOND_A_KILOBYTE);
        long start = System.nanoTime();
        InProcessMesh.run(meshes, mesh -> {
            int peer = 1 - mesh.self();
            for (int round = 0; round < 4; round++) {
                mesh.to(peer).send(new byte[500]);
                mesh.to(peer).receive(500);
            }
            return 0;
        });
        assertSince(start, 4 * 5.5);
    }

    @Test
    void aStopStillGetsThrough() {
        List<Mesh> meshes = EmulatedNetwork.wrap(InProcessMesh.of(2, LONG), LATENCY, 1e9);
        InProcessMesh.stopPeers(meshes.get(0));
        ProtocolAbort abort =
                assertThrows(ProtocolAbort.class, () -> meshes.get(1).to(0).receive(1));
        assertEquals(ProtocolAbort.Reason.PEER_STOPPED, abort.reason());
    }

    @Test
    void anImpossibleNetworkIsRefused() {
        List<Mesh> meshes = InProcessMesh.of(2, LONG);
        assertThrows(IllegalArgumentException.class, () -> EmulatedNetwork.wrap(meshes, LATENCY, 0));
        assertThrows(IllegalArgumentException.class, () -> EmulatedNetwork.wrap(meshes, LATENCY, Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> EmulatedNetwork.wrap(meshes, Duration.ofNanos(-1), 1));
    }
}
