package org.tallystick.node.transport;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.tallystick.net.Channel;
import org.tallystick.net.Mesh;
import org.tallystick.net.ProtocolAbort;

/**
 * One run's connections to the three other parties, multiplexed with all other runs on one connection a peer. Ends
 * once, for one reason; from then on every send and receive throws that reason. Close it when the run is over, however
 * it ended: what was sent still leaves, what comes late is dropped.
 */
public final class SessionMesh implements Mesh, AutoCloseable {
    /** Why the mesh ended. */
    record End(ProtocolAbort.Reason reason, String message) {
        ProtocolAbort abort() {
            return new ProtocolAbort(reason, message);
        }
    }

    private final Sessions sessions;
    private final SessionId id;
    private final SessionChannel[] channels = new SessionChannel[TransportConfig.PARTIES];
    private final AtomicReference<End> end = new AtomicReference<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicLong outstanding = new AtomicLong();
    private final AtomicLong unread = new AtomicLong();
    private final long outboundLimit;
    private final long unreadLimit;

    SessionMesh(Sessions sessions, SessionId id, Duration deadline) {
        this.sessions = sessions;
        this.id = id;
        this.outboundLimit = sessions.limits().outbound();
        this.unreadLimit = sessions.limits().session();
        for (int peer = 0; peer < channels.length; peer++) {
            if (peer != sessions.self()) {
                channels[peer] = new SessionChannel(this, sessions.gate(peer), deadline);
            }
        }
    }

    public SessionId id() {
        return id;
    }

    @Override
    public int self() {
        return sessions.self();
    }

    @Override
    public int parties() {
        return channels.length;
    }

    @Override
    public Channel to(int peer) {
        return channel(peer);
    }

    SessionChannel channel(int peer) {
        SessionChannel channel = channels[peer];
        if (channel == null) {
            throw new IllegalArgumentException("a party has no channel to itself");
        }
        return channel;
    }

    /**
     * Waits until at most {@code most} bytes that were sent to a peer have yet to leave, as long as a receive would
     * wait: between the parts of a long story that a peer hears without a word, so that one who does not listen does
     * not fill this node's memory. By the thread that receives.
     *
     * @throws ProtocolAbort when the peer does not take them in time
     */
    public void awaitUnsent(int peer, long most) {
        channel(peer).awaitUnsent(most);
    }

    /** Leaves the transport. Does not tell the peers anything: see {@link Transport#stop}. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            sessions.closed(this);
            releaseUnread();
        }
    }

    boolean isClosed() {
        return closed.get();
    }

    boolean hasEnded() {
        return end.get() != null;
    }

    /** Ends the run, once; wakes whoever waits for a message of it. */
    void end(ProtocolAbort.Reason reason, String message) {
        if (end.compareAndSet(null, new End(reason, message))) {
            wake();
            releaseUnread();
            discardUnsent();
        }
    }

    /** What was sent at the very moment of the end is dropped as well. */
    void discardIfEnded() {
        if (hasEnded()) {
            discardUnsent();
        }
    }

    private void discardUnsent() {
        if (unsent() > 0) {
            sessions.execute(() -> {
                for (SessionChannel channel : channels) {
                    if (channel != null) {
                        channel.discard();
                    }
                }
            });
        }
    }

    void requireRunning() {
        End ended = end.get();
        if (ended != null) {
            throw ended.abort();
        }
        if (closed.get()) {
            throw new IllegalStateException("the mesh of session " + id + " is closed");
        }
    }

    void wake() {
        for (SessionChannel channel : channels) {
            if (channel != null) {
                channel.wake();
            }
        }
    }

    /** What arrived and was not received counts no longer; an arrival at this very moment releases itself. */
    private void releaseUnread() {
        if (unread.get() > 0) {
            sessions.execute(() -> {
                for (SessionChannel channel : channels) {
                    if (channel != null) {
                        channel.release();
                    }
                }
            });
        }
    }

    /** Ends the run when one of its waits has lasted too long. */
    void tick(long now) {
        for (SessionChannel channel : channels) {
            if (channel != null) {
                channel.tick(now);
            }
        }
    }

    // ---- accounting

    void queued(int bytes) {
        outstanding.addAndGet(bytes);
    }

    void left(int bytes) {
        long after = outstanding.addAndGet(-bytes);
        if (after <= outboundLimit && after + bytes > outboundLimit) {
            wake();
        }
    }

    /** Bytes that were sent to any peer and have not left. */
    long unsent() {
        return outstanding.get();
    }

    boolean mayReceive() {
        return outstanding.get() <= outboundLimit;
    }

    void arrived(long bytes) {
        if (unread.addAndGet(bytes) > unreadLimit) {
            sessions.flooded(this);
        }
    }

    void consumed(long bytes) {
        unread.addAndGet(-bytes);
    }
}
