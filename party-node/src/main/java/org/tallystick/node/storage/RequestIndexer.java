package org.tallystick.node.storage;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes behind: forces the log a moment after something was appended, and every so often lets the database take in the
 * requests that have ended. Begins with looking up which ids the database has. One platform thread, since both wait for
 * the disk.
 */
final class RequestIndexer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RequestIndexer.class);

    /** How long what was appended may wait for the disk: what a power failure takes at most. */
    private static final Duration FORCE = Duration.ofMillis(20);

    /** How long what has ended may wait for the index; requests in quick succession share their writes. */
    private static final Duration INDEX = Duration.ofMillis(500);

    /** After a failure: the disk may be full for a while. */
    private static final Duration AGAIN = Duration.ofSeconds(5);

    private static final long FILE_BYTES = 64 << 20;

    private final Requests requests;
    private final RequestLog log;
    private final KnownIds known;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final ArrayDeque<String> ended = new ArrayDeque<>();
    private final Thread thread;
    private final AtomicBoolean behind = new AtomicBoolean();
    private final AtomicBoolean next = new AtomicBoolean();
    private boolean closed;
    private boolean failing;

    RequestIndexer(Requests requests, RequestLog log, KnownIds known) {
        this.requests = requests;
        this.log = log;
        this.known = known;
        this.thread = Thread.ofPlatform().name("request-index").daemon().unstarted(this::work);
    }

    void start() {
        thread.start();
    }

    /** Something was appended to the log. */
    void appended() {
        if (!behind.getAndSet(true)) {
            wake();
        }
    }

    /** The log's file has what is to be forgotten: goes on in another one soon. */
    void startNextFile() {
        next.set(true);
        wake();
    }

    private void wake() {
        lock.lock();
        try {
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    /** These have ended, and are not in the index yet. */
    void add(Collection<String> ids) {
        lock.lock();
        try {
            ended.addAll(ids);
        } finally {
            lock.unlock();
        }
        appended();
    }

    /** Takes some that are not in the index yet; who cannot write them adds them again. */
    List<String> next(int most) {
        lock.lock();
        try {
            List<String> some = new ArrayList<>();
            while (some.size() < most && !ended.isEmpty()) {
                some.add(ended.poll());
            }
            return some;
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        long indexed = System.nanoTime();
        while (awaitWork() && pause(FORCE)) {
            behind.set(false);
            try {
                log.force();
                if (System.nanoTime() - indexed > INDEX.toNanos()) {
                    requests.index();
                    if (next.get() || log.size() > FILE_BYTES) {
                        requests.startNextFile();
                        next.set(false);
                    }
                    indexed = System.nanoTime();
                }
                failing = false;
            } catch (RuntimeException e) {
                complain(e);
                if (!pause(AGAIN)) {
                    return;
                }
            }
            learn();
        }
    }

    private void learn() {
        try {
            if (known.isLearning()) {
                known.learn();
            }
        } catch (RuntimeException e) {
            known.giveUp();
            LOG.warn("the database is asked about each request until this node starts again: {}", e.getMessage());
        }
    }

    private void complain(RuntimeException e) {
        if (!failing) {
            failing = true;
            LOG.error("requests are in their log alone, and not in the database: {}", e.getMessage());
        }
    }

    /** Waits until there is something to do; false when it is time to end. */
    private boolean awaitWork() {
        lock.lock();
        try {
            while (!closed && !known.isLearning() && ended.isEmpty() && !behind.get() && !next.get()) {
                work.await();
            }
            return !closed;
        } catch (InterruptedException e) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Waits so long; false when it is time to end. */
    private boolean pause(Duration time) {
        lock.lock();
        try {
            long left = time.toNanos();
            while (!closed && left > 0) {
                left = work.awaitNanos(left);
            }
            return !closed;
        } catch (InterruptedException e) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            work.signal();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join(TimeUnit.SECONDS.toMillis(1));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
