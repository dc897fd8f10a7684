package org.tallystick.node.storage;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Receipts on their way to the disk, in order: put in by many threads, taken in groups by one. */
final class ReceiptQueue {
    private static final Logger LOG = LoggerFactory.getLogger(ReceiptQueue.class);
    private static final int MAX_GROUP = 4096;

    private final Duration alone;
    private final Backlog backlog = new Backlog();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition due = lock.newCondition();
    private final ArrayDeque<Pending> queue = new ArrayDeque<>();
    private int awaited;
    private boolean dozing;
    private boolean closed;

    /** @param awaited whether somebody waits for it */
    record Pending(byte[] payload, byte[] leafHash, boolean awaited, CompletableFuture<Long> durable) {}

    /** @param alone how long a receipt that nobody waits for may wait for others to share a force with */
    ReceiptQueue(Duration alone) {
        this.alone = alone;
    }

    /** False when it is closed. */
    boolean add(Pending pending) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            backlog.add(pending.payload().length);
            queue.add(pending);
            awaited += pending.awaited() ? 1 : 0;
            if (!dozing || isDue()) {
                due.signal();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** From now on nothing is added; what was is gathered still. */
    void close() {
        lock.lock();
        try {
            closed = true;
            due.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Closes it for a reason; neither the group nor anything that was added is written any more. */
    void end(List<Pending> group, StorageFailure reason) {
        List<Pending> rest = new ArrayList<>(group);
        lock.lock();
        try {
            closed = true;
            rest.addAll(queue);
            queue.clear();
            awaited = 0;
        } finally {
            lock.unlock();
        }
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
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }

    /** These are written, or will not be. */
    void written(List<Pending> group) {
        backlog.add(
                -group.stream().mapToLong(pending -> pending.payload().length).sum());
    }

    /**
     * Adds to the group what is to be written next: waits until there is a receipt that somebody waits for, or until
     * others have waited long enough. Whoever writes dozes so long before it sleeps, and is not woken meanwhile by what
     * nobody waits for. Nothing is added when it is interrupted.
     *
     * @return false when these are the last
     */
    boolean gather(List<Pending> group) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            doze();
            while (queue.isEmpty() && !closed) {
                due.await();
                doze();
            }
            while (group.size() < MAX_GROUP && !queue.isEmpty()) {
                Pending next = queue.poll();
                awaited -= next.awaited() ? 1 : 0;
                group.add(next);
            }
            return !closed || !queue.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private void doze() throws InterruptedException {
        dozing = true;
        try {
            long left = alone.toNanos();
            while (left > 0 && !isDue()) {
                left = due.awaitNanos(left);
            }
        } finally {
            dozing = false;
        }
    }

    private boolean isDue() {
        return awaited > 0 || queue.size() >= MAX_GROUP || closed;
    }
}
