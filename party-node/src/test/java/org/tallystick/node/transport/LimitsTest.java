package org.tallystick.node.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.tallystick.net.InProcessMesh;
import org.tallystick.net.Mesh;
import org.tallystick.net.ProtocolAbort;

class LimitsTest {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private static TransportConfig.Limits limits(long session, long held, int heldSessions, long out, long in) {
        return new TransportConfig.Limits(1 << 20, 4 << 20, 32 << 20, session, held, heldSessions, out, in);
    }

    @Test
    void tightLimitsSlowRunsDownButNeverLockThem() throws IOException, ExecutionException, InterruptedException {
        TransportConfig.Limits tight = limits(64 << 20, 64 << 20, 1024, 64 << 10, 64 << 10);
        try (TestGroup group = TestGroup.started(tight);
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> runs = new ArrayList<>();
            for (int run = 0; run < 4; run++) {
                List<SessionMesh> meshes = group.open(new SessionId(run, run), DEADLINE);
                int salt = run;
                runs.add(executor.submit(() -> {
                    InProcessMesh.run(List.<Mesh>copyOf(meshes), mesh -> exchange(mesh, salt));
                    return true;
                }));
            }
            for (Future<Boolean> run : runs) {
                assertTrue(run.get());
            }
        }
    }

    /** All to all, megabytes a message, each run and party receiving in an order of its own. */
    private static boolean exchange(Mesh mesh, int salt) {
        for (int round = 0; round < 6; round++) {
            for (int step = 1; step < 4; step++) {
                mesh.to((mesh.self() + step) % 4).send(filled(mesh.self(), round));
            }
            for (int i = 0; i < 3; i++) {
                int peer = (mesh.self() + 1 + (i + salt + round) % 3) % 4;
                assertArrayEquals(filled(peer, round), mesh.to(peer).receive(1 << 20));
            }
        }
        return true;
    }

    private static byte[] filled(int from, int round) {
        byte[] bytes = new byte[1 << 20];
        java.util.Arrays.fill(bytes, (byte) (from * 16 + round));
        return bytes;
    }

    @Test
    void aPeerThatFloodsARunEndsItAndNothingElse() throws IOException {
        try (TestGroup group = TestGroup.started(limits(1 << 20, 64 << 20, 1024, 8 << 20, 64 << 20))) {
            List<SessionMesh> flooded = group.open(new SessionId(1, 0), DEADLINE);
            List<SessionMesh> other = group.open(new SessionId(2, 0), DEADLINE);
            for (int i = 0; i < 5; i++) {
                flooded.get(3).to(0).send(new byte[300_000]);
            }
            ProtocolAbort abort =
                    assertThrows(ProtocolAbort.class, () -> flooded.get(0).to(1).receive(1));
            assertEquals(ProtocolAbort.Reason.MALFORMED, abort.reason());
            other.get(3).to(0).send(new byte[] {7});
            assertArrayEquals(new byte[] {7}, other.get(0).to(3).receive(1));
            assertEquals(1, group.node(0).counters().rejections(Rejection.FLOOD));
        }
    }

    @Test
    void whatMayWaitForARunToOpenIsBounded() throws IOException {
        try (TestGroup group = TestGroup.started(limits(64 << 20, 1 << 20, 4, 8 << 20, 64 << 20))) {
            EpochId epoch = group.awaitEpoch();
            SessionMesh ahead = group.node(3).open(new SessionId(1, 0), epoch, DEADLINE);
            ahead.to(0).send(new byte[2 << 20]);
            TestGroup.await(() -> group.node(0).counters().rejections(Rejection.FLOOD) > 0);
            SessionMesh late = group.node(0).open(new SessionId(1, 0), epoch, DEADLINE);
            ProtocolAbort abort =
                    assertThrows(ProtocolAbort.class, () -> late.to(3).receive(2 << 20));
            assertEquals(ProtocolAbort.Reason.MALFORMED, abort.reason());

            // Of many runs the oldest is forgotten, and the newest are kept.
            for (int run = 10; run < 16; run++) {
                SessionMesh one = group.node(3).open(new SessionId(run, 0), epoch, DEADLINE);
                one.to(0).send(new byte[] {(byte) run});
            }
            SessionMesh mark = group.node(3).open(new SessionId(99, 0), epoch, DEADLINE);
            SessionMesh marked = group.node(0).open(new SessionId(99, 0), epoch, DEADLINE);
            mark.to(0).send(new byte[1]);
            marked.to(3).receive(1);
            SessionMesh newest = group.node(0).open(new SessionId(15, 0), epoch, DEADLINE);
            assertArrayEquals(new byte[] {15}, newest.to(3).receive(1));
            SessionMesh oldest = group.node(0).open(new SessionId(10, 0), epoch, Duration.ofMillis(50));
            ProtocolAbort forgotten =
                    assertThrows(ProtocolAbort.class, () -> oldest.to(3).receive(1));
            assertEquals(ProtocolAbort.Reason.DEADLINE, forgotten.reason());
        }
    }
}
