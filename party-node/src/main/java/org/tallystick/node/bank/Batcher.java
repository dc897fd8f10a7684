package org.tallystick.node.bank;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Coalesces concurrent requests into vectorised runs. A request that finds nothing under way starts at once, on its own
 * thread. While runs are under way requests gather, and leave together when a run ends, when their number is reached,
 * or when the oldest has waited for the window or for a run's share of the time that runs take: so several runs are
 * under way one after another, evenly, and not many small ones side by side.
 */
final class Batcher<Q, R> {
    private final int maxRows;
    private final int maxRuns;
    private final Duration window;
    private final Function<List<Q>, List<R>> run;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Waiting<Q, R>> waiting = new ArrayDeque<>();
    private int running;
    private boolean timed;

    /** How long runs take, in nanoseconds: each new one counts for a quarter. */
    private long usual;

    private record Waiting<Q, R>(Q request, long since, CompletableFuture<R> result) {}

    /**
     * @param maxRuns runs at the same time
     * @param run answers a batch, one result a request in the same order; called on virtual threads
     */
    Batcher(int maxRows, int maxRuns, Duration window, Function<List<Q>, List<R>> run) {
        this.maxRows = maxRows;
        this.maxRuns = maxRuns;
        this.window = window;
        this.run = run;
    }

    /** Blocks until the request is answered; throws what its run threw. Called on virtual threads. */
    R submit(Q request) {
        Waiting<Q, R> mine = new Waiting<>(request, System.nanoTime(), new CompletableFuture<>());
        List<Waiting<Q, R>> batch;
        lock.lock();
        try {
            waiting.add(mine);
            batch = next(mine.since);
        } finally {
            lock.unlock();
        }
        if (!batch.isEmpty()) {
            execute(batch);
        }
        try {
            return mine.result.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** The requests that leave now, if any; sees to it that those left behind are looked at again. Under the lock. */
    private List<Waiting<Q, R>> next(long now) {
        List<Waiting<Q, R>> batch = new ArrayList<>();
        if (waiting.isEmpty() || running >= maxRuns) {
            return batch;
        }
        long left = waiting.peek().since + Math.max(window.toNanos(), usual / maxRuns) - now;
        if (running == 0 || left <= 0 || waiting.size() >= maxRows) {
            while (batch.size() < maxRows && !waiting.isEmpty()) {
                batch.add(waiting.poll());
            }
            running++;
        } else if (!timed) {
            timed = true;
            Thread.ofVirtual().start(() -> after(left));
        }
        return batch;
    }

    /** Requests that wait for a run to take them. */
    int gathered() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    private void after(long nanos) {
        try {
            Thread.sleep(Duration.ofNanos(nanos));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        startNext(() -> timed = false);
    }

    /** Starts what may start after a change, on a thread of its own. */
    private void startNext(Runnable change) {
        List<Waiting<Q, R>> batch;
        lock.lock();
        try {
            change.run();
            batch = next(System.nanoTime());
        } finally {
            lock.unlock();
        }
        if (!batch.isEmpty()) {
            Thread.ofVirtual().name("batch").start(() -> execute(batch));
        }
    }

    private void execute(List<Waiting<Q, R>> batch) {
        long start = System.nanoTime();
        List<R> results = List.of();
        try {
            results = run.apply(batch.stream().map(Waiting::request).toList());
        } catch (RuntimeException | Error e) {
            // Whatever it was: nobody may be left waiting.
            batch.forEach(each -> each.result.completeExceptionally(e));
        } finally {
            // Before the answers are given: the next run need not wait for that.
            startNext(() -> ended(System.nanoTime() - start));
        }
        for (int k = 0; k < results.size(); k++) {
            batch.get(k).result.complete(results.get(k));
        }
    }

    private void ended(long took) {
        running--;
        usual += (took - usual) / 4;
    }
}
