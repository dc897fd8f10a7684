package org.tallystick.node.transport;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the runs share towards one peer: the way out over the current connection, and the count of what has come in and
 * is unread. When that is much, the connection is not read until runs have caught up; but never while a run waits for
 * this very peer, so that no two runs and nodes can wait for each other in a ring.
 */
final class Gate {
    private final long limit;
    private final AtomicLong unread = new AtomicLong();
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile Optional<Link> link = Optional.empty();
    private volatile boolean paused;

    /** @param limit bytes unread above which the connection is not read */
    Gate(long limit) {
        this.limit = limit;
    }

    Optional<Link> link() {
        return link;
    }

    /** The connection to the peer has been made. Event loop. */
    void connected(Link connection) {
        link = Optional.of(connection);
        paused = false;
    }

    /** The connection is gone. Event loop. */
    void disconnected() {
        link = Optional.empty();
        paused = false;
    }

    /** Tells the connection that a channel has something to send. Any thread. */
    void offer(SessionChannel channel) {
        // Without a connection the run has ended, or is about to.
        link.ifPresent(connection -> connection.outbox().offer(channel));
    }

    /** A run starts to wait for the peer. Any thread. */
    void waiting() {
        waiting.incrementAndGet();
        resumeIfPaused();
    }

    /** A run has what it waited for. Any thread. */
    void served() {
        waiting.decrementAndGet();
    }

    void arrived(long bytes) {
        unread.addAndGet(bytes);
    }

    /** Any thread. */
    void consumed(long bytes) {
        if (bytes != 0 && unread.addAndGet(-bytes) < limit / 2) {
            resumeIfPaused();
        }
    }

    /** Stops reading when too much is unread. Event loop, after each batch of reads. */
    void pauseIfFull() {
        if (!paused && unread.get() > limit && waiting.get() == 0 && link.isPresent()) {
            paused = true;
            link.get().pause();
            // Someone may have begun to wait, or caught up, and seen the connection not paused yet.
            if (waiting.get() > 0 || unread.get() < limit / 2) {
                resume();
            }
        }
    }

    private void resumeIfPaused() {
        if (paused) {
            link.ifPresent(connection -> connection.execute(this::resume));
        }
    }

    private void resume() {
        if (paused) {
            paused = false;
            link.ifPresent(Link::resume);
        }
    }
}
