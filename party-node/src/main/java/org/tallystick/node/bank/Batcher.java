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
 * Coalesces concurrent requests into vectorised runs. A request that finds nothing under way starts at once; while runs
 * are under way requests gather, and leave together when a run ends, when their number is reached, or when the oldest
 * has waited for the window.
 */
final class Batcher<Q, R> {
    private final int maxRows;
    private final int maxRuns;
    private final Duration window;
    private final Function<List<Q>, List<R>> run;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Waiting<Q, R>> waiting = new ArrayDeque<>();
    private int running;

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

    /** Blocks until the request is answered; throws what its run threw. */
    R submit(Q request) {
        Waiting<Q, R> mine = new Waiting<>(request, System.nanoTime(), new CompletableFuture<>());
        List<Waiting<Q, R>> batch;
        lock.lock();
        try {
            waiting.add(mine);
            batch = next(System.nanoTime());
            if (batch.isEmpty() && waiting.size() == 1) {
                Thread.ofVirtual().start(this::afterWindow);
            }
        } finally {
            lock.unlock();
        }
        start(batch);
        try {
            return mine.result.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** The requests that leave now, if any. Called under the lock. */
    private List<Waiting<Q, R>> next(long now) {
        List<Waiting<Q, R>> batch = new ArrayList<>();
        if (waiting.isEmpty() || running >= maxRuns) {
            return batch;
        }
        boolean due = now - waiting.peek().since >= window.toNanos();
        if (running == 0 || due || waiting.size() >= maxRows) {
            while (batch.size() < maxRows && !waiting.isEmpty()) {
                batch.add(waiting.poll());
            }
            running++;
        }
        return batch;
    }

    private void afterWindow() {
        try {
            Thread.sleep(window);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        startNext();
    }

    private void ended() {
        lock.lock();
        try {
            running--;
        } finally {
            lock.unlock();
        }
        startNext();
    }

    private void startNext() {
        List<Waiting<Q, R>> batch;
        lock.lock();
        try {
            batch = next(System.nanoTime());
        } finally {
            lock.unlock();
        }
        start(batch);
    }

    private void start(List<Waiting<Q, R>> batch) {
        if (!batch.isEmpty()) {
            Thread.ofVirtual().name("batch").start(() -> execute(batch));
        }
    }

    private void execute(List<Waiting<Q, R>> batch) {
        try {
            List<R> results = run.apply(batch.stream().map(Waiting::request).toList());
            for (int k = 0; k < batch.size(); k++) {
                batch.get(k).result.complete(results.get(k));
            }
        } catch (RuntimeException | Error e) {
            // Whatever it was: nobody may be left waiting.
            batch.forEach(each -> each.result.completeExceptionally(e));
        } finally {
            ended();
        }
    }
}
