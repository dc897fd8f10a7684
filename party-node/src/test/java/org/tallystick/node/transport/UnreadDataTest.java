package org.tallystick.node.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.tallystick.net.ProtocolAbort;

/** What a node holds of messages that a peer does not take. */
final class UnreadDataTest {
    private static final Duration DEADLINE = Duration.ofMinutes(2);
    private static final int PIECE = 64 << 10;
    /** More than the sockets of both sides hold. */
    private static final int PIECES = 512;

    /** Nodes that stop to read a connection of which more than a piece is unread. */
    private static final TransportConfig.Limits LIMITS =
            new TransportConfig.Limits(1 << 20, 4 << 20, 32 << 20, 512L << 20, 64L << 20, 1024, 8L << 20, PIECE);

    private static TestGroup group(Duration ping, Duration idle) throws IOException {
        TransportConfig.Timing usual = TestGroup.TIMING;
        return TestGroup.started(
                LIMITS,
                new TransportConfig.Timing(
                        usual.hello(), ping, idle, usual.retry(), usual.longestRetry(), usual.held()));
    }

    /** A group whose connections stay as they are. */
    private static TestGroup patient() throws IOException {
        return group(Duration.ofMinutes(10), Duration.ofMinutes(20));
    }

    private static SessionMesh open(TestGroup group, int party, SessionId id, Duration deadline) {
        return group.node(party).open(id, group.awaitEpoch(), deadline);
    }

    private static void send(SessionMesh mesh, int peer, int pieces) {
        for (int piece = 0; piece < pieces; piece++) {
            mesh.to(peer).send(new byte[PIECE]);
        }
    }

    /** Waits until nothing has left for some hundreds of looks, though there is something. */
    private static void awaitStandstill(SessionMesh sender) {
        AtomicLong last = new AtomicLong();
        AtomicInteger times = new AtomicInteger();
        TestGroup.await(() -> {
            long now = sender.unsent();
            boolean moved = last.getAndSet(now) != now;
            return times.updateAndGet(before -> moved ? 0 : before + 1) > 300;
        });
        assertTrue(sender.unsent() > PIECE, "the peer reads on");
    }

    @Test
    void whatHasNotLeftIsDroppedWithItsRun() throws IOException {
        try (TestGroup group = patient()) {
            SessionId id = new SessionId(1, 0);
            try (SessionMesh deaf = open(group, 0, id, DEADLINE);
                    SessionMesh sender = open(group, 3, id, DEADLINE)) {
                send(sender, 0, PIECES);
                awaitStandstill(sender);
                group.node(3).stop(id);
                TestGroup.await(() -> sender.unsent() == 0);
                assertEquals(id, deaf.id());
            }
        }
    }

    @Test
    void whoWaitsForThePeerHoldsLittleAndGivesUpInTime() throws IOException {
        long most = 4 * PIECE;
        try (TestGroup group = patient()) {
            SessionId id = new SessionId(2, 0);
            try (SessionMesh deaf = open(group, 0, id, DEADLINE);
                    SessionMesh sender = open(group, 3, id, Duration.ofMillis(300))) {
                ProtocolAbort end = assertThrows(ProtocolAbort.class, () -> {
                    for (int piece = 0; piece < PIECES; piece++) {
                        sender.awaitUnsent(0, most);
                        send(sender, 0, 1);
                        assertTrue(sender.unsent() <= most + PIECE);
                    }
                });
                assertEquals(ProtocolAbort.Reason.DEADLINE, end.reason());
                assertTrue(end.getMessage().contains("has not taken"), end.getMessage());
                assertEquals(id, deaf.id());
            }
        }
    }

    @Test
    void whoWaitsForThePeerGoesOnWhenItReads() throws IOException {
        try (TestGroup group = TestGroup.started()) {
            SessionId id = new SessionId(3, 0);
            try (SessionMesh reader = open(group, 0, id, DEADLINE);
                    SessionMesh sender = open(group, 3, id, DEADLINE)) {
                CompletableFuture<Boolean> sent = new CompletableFuture<>();
                Thread.startVirtualThread(() -> {
                    for (int piece = 0; piece < PIECES; piece++) {
                        sender.awaitUnsent(0, PIECE);
                        send(sender, 0, 1);
                    }
                    sender.awaitUnsent(0, 0);
                    sent.complete(sender.unsent() == 0);
                });
                for (int piece = 0; piece < PIECES; piece++) {
                    assertEquals(PIECE, reader.to(3).receive(PIECE).length);
                }
                assertTrue(sent.join());
            }
        }
    }

    @Test
    void aNodeThatIsBehindWithReadingIsNotTakenForDead() throws IOException {
        try (TestGroup group = group(Duration.ofMillis(100), Duration.ofSeconds(1))) {
            EpochId epoch = group.awaitEpoch();
            SessionId id = new SessionId(4, 0);
            try (SessionMesh busy = open(group, 0, id, DEADLINE);
                    SessionMesh sender = open(group, 3, id, DEADLINE)) {
                send(sender, 0, PIECES);
                // Although nobody receives: a little every tenth of a second.
                TestGroup.await(() -> sender.unsent() == 0);
                for (int piece = 0; piece < PIECES; piece++) {
                    assertEquals(PIECE, busy.to(3).receive(PIECE).length);
                }
            }
            assertEquals(epoch, group.awaitEpoch());
        }
    }
}
