package org.tallystick.node.server;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.node.session.Sessions;
import org.tallystick.node.transport.Epoch;
import org.tallystick.node.transport.EpochId;
import org.tallystick.node.transport.TransportListener;
import org.tallystick.node.wire.ControlKind;

/**
 * Hands what the peers say to the parts it is for. The peers may be there before the sessions are: what they say waits,
 * since they count it as told.
 */
final class PeerListener implements TransportListener {
    private static final Logger LOG = LoggerFactory.getLogger(PeerListener.class);

    private final CompletableFuture<Optional<Sessions>> sessions;
    private final LogExchange heads;
    private final Consumer<Epoch> ready;

    /** @param sessions complete once they are built; with nothing, when the node does not start */
    PeerListener(CompletableFuture<Optional<Sessions>> sessions, LogExchange heads, Consumer<Epoch> ready) {
        this.sessions = sessions;
        this.heads = heads;
        this.ready = ready;
    }

    @Override
    public void control(int peer, ControlKind kind, byte[] message) {
        if (kind == ControlKind.RECEIPT) {
            heads.received(peer, message);
            return;
        }
        sessions.join().ifPresent(target -> target.hearing().control(peer, kind, message));
    }

    @Override
    public boolean note(int peer, ControlKind kind, byte[] message) {
        return sessions.getNow(Optional.empty())
                .filter(target -> target.hearing().note(peer, kind, message))
                .isPresent();
    }

    @Override
    public void connected(int peer) {
        heads.exchange().connected(peer);
    }

    @Override
    public void disconnected(int peer, String reason) {
        heads.exchange().disconnected(peer);
    }

    @Override
    public void ready(Epoch epoch) {
        LOG.info("all four nodes are connected, epoch {}", epoch.id());
        ready.accept(epoch);
    }

    @Override
    public void ended(EpochId epoch, String reason) {
        LOG.warn("epoch {} has ended: {}", epoch, reason);
        sessions.join().ifPresent(target -> target.epochEnded(epoch));
    }
}
