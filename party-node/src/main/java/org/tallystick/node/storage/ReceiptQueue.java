package org.tallystick.node.storage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Receipts on their way to the disk, in order: put in by many threads, taken in groups by one. */
final class ReceiptQueue {
    private static final Logger LOG = LoggerFactory.getLogger(ReceiptQueue.class);
    private static final int MAX_GROUP = 4096;
    private static final Pending STOP = new Pending(new byte[0], new byte[0], true, new CompletableFuture<>());

    private final Duration alone;
    private final BlockingQueue<Pending> queue = new LinkedBlockingQueue<>();
    private final Backlog backlog = new Backlog();
    private boolean closed;

    /** @param awaited whether somebody waits for it */
    record Pending(byte[] payload, byte[] leafHash, boolean awaited, CompletableFuture<Long> durable) {}

    /** @param alone how long a receipt that nobody waits for may wait for others to share a force with */
    ReceiptQueue(Duration alone) {
        this.alone = alone;
    }

    /** False when it is closed. */
    synchronized boolean add(Pending pending) {
        if (closed) {
            return false;
        }
        backlog.add(pending.payload().length);
        queue.add(pending);
        return true;
    }

    /** From now on nothing is added; what was is gathered still. */
    synchronized void close() {
        if (!closed) {
            closed = true;
            queue.add(STOP);
        }
    }

    /** Closes it for a reason; neither the group nor anything that was added is written any more. */
    synchronized void end(List<Pending> group, StorageFailure reason) {
        closed = true;
        List<Pending> rest = new ArrayList<>(group);
        queue.drainTo(rest);
        lost(rest, reason);
        backlog.add(-backlog.bytes());
    }

    /** Tells whoever waits that these are not written; that the others are lost only the node's log says. */
    static void lost(List<Pending> group, StorageFailure reason) {
        long unseen = group.stream()
                .filter(pending -> !pending.awaited() && !pending.durable().isDone())
                .count();
        if (unseen > 0) {
            LOG.error("{} receipts that nobody waits for are lost: {}", unseen, reason.getMessage());
        }
        group.forEach(pending -> pending.durable().completeExceptionally(reason));
    }

    /** Returns when no more than so many bytes wait for the disk. */
    void awaitAtMost(long bytes) {
        backlog.awaitAtMost(bytes);
    }

    /** Bytes that wait for the disk now. */
    long waitingBytes() {
        return backlog.bytes();
    }

    /** How many nobody writes yet. */
    int size() {
        return queue.size();
    }

    /** These are written, or will not be. */
    void written(List<Pending> group) {
        backlog.add(
                -group.stream().mapToLong(pending -> pending.payload().length).sum());
    }

    /**
     * Adds to the group what is to be written next: waits until there is a receipt that somebody waits for, or until
     * others have waited long enough. What was added is in the group also when it is interrupted.
     *
     * @return false when these are the last
     */
    boolean gather(List<Pending> group) throws InterruptedException {
        if (group.isEmpty()) {
            group.add(queue.take());
        }
        long until = System.nanoTime() + alone.toNanos();
        queue.drainTo(group, MAX_GROUP - group.size());
        while (group.size() < MAX_GROUP && group.stream().noneMatch(Pending::awaited)) {
            Pending next = queue.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                return true;
            }
            group.add(next);
            queue.drainTo(group, MAX_GROUP - group.size());
        }
        return !group.remove(STOP);
    }
}
