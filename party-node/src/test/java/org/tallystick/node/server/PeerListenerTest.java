package org.tallystick.node.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.node.certs.Signing;
import org.tallystick.node.governance.Governor;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Identity;
import org.tallystick.node.session.Refusal;
import org.tallystick.node.session.Sessions;
import org.tallystick.node.storage.HeadFile;
import org.tallystick.node.storage.ReceiptLog;
import org.tallystick.node.storage.StorageKey;
import org.tallystick.node.transport.EpochId;
import org.tallystick.node.wire.ControlKind;

/** Peers that are there before this node's sessions are. */
@Timeout(60)
final class PeerListenerTest {
    @TempDir
    private Path folder;

    private final CompletableFuture<Optional<Sessions>> built = new CompletableFuture<>();

    /** It is not over before the sessions are built, or will not be. */
    private void assertWaits(Runnable early) throws InterruptedException {
        Thread thread = Thread.ofPlatform().start(early);
        while (thread.getState() != Thread.State.WAITING) {
            assertTrue(thread.isAlive(), "it was lost");
            LockSupport.parkNanos(1_000_000);
        }
        built.complete(Optional.empty());
        thread.join();
    }

    private void assertListenerWaits(Consumer<PeerListener> early) throws InterruptedException {
        List<Signing> keys =
                IntStream.range(0, 4).mapToObj(any -> Signing.generate()).toList();
        Identity identity = new Identity(
                "demo", 1, keys.get(1), keys.stream().map(Signing::publicKey).toList());
        try (ReceiptLog log =
                ReceiptLog.open(folder.resolve("state"), StorageKey.openOrCreate(folder.resolve("key")))) {
            LoggedReceipts receipts = new LoggedReceipts(log, InstantSource.system());
            LogExchange heads = new LogExchange(identity, log, receipts, new HeadFile(folder.resolve("state")));
            PeerListener listener = new PeerListener(built, heads, epoch -> {});
            assertWaits(() -> early.accept(listener));
        }
    }

    @Test
    void whatAPeerSaysWaitsForTheSessions() throws Exception {
        assertListenerWaits(listener -> listener.control(2, ControlKind.AGREEMENT, new byte[] {1}));
    }

    @Test
    void anEpochsEndWaitsForTheSessions() throws Exception {
        assertListenerWaits(listener -> listener.ended(EpochId.of(new byte[EpochId.BYTES]), "a peer is gone"));
    }

    @Test
    void whoIsConnectedIsNotSaidBeforeItIsKnown() throws Exception {
        Governor.Network network = Governing.network(built);
        assertWaits(network::connected);
        assertEquals(List.of(), network.connected(), "of a node that does not start");
        assertEquals(false, network.tell(2, new byte[] {1}));
        network.stop(Hash.over("session"), Refusal.Reason.STOPPED);
    }
}
