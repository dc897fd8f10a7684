package org.tallystick.node.bank;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;

/**
 * Coalesces concurrent requests into vectorised runs: much of what a run costs it costs once, however many rows it has.
 *
 * <p>A request that finds nothing under way starts at once, on its own thread. While a run is under way requests
 * gather. When it ends, those it has answered are often asked again by the same callers: the next run waits until as
 * many more have come, for a part of the time that runs take. Nobody waits for a run that lasts: another one starts
 * beside it when the oldest request has waited for the window, or for {@link #PATIENCE} times as long as runs take, or
 * for a run's share of that time; or when enough have gathered to fill one.
 */
final class Batcher<Q, R> {
    /** A run waits for requests that follow answers for half the time that runs take, and no longer than this. */
    private static final long LONGEST_BACK = TimeUnit.MILLISECONDS.toNanos(8);

    /** In times that runs take, how long a request waits for the end of the run that is under way. */
    private static final double PATIENCE = 1.5;

    /** Where runs take longer because nodes are far away, they are under way side by side. */
    private static final long LONGEST_PATIENCE = TimeUnit.MILLISECONDS.toNanos(20);

    private final int maxRows;
    private final int maxRuns;
    private final Duration window;
    private final LongUnaryOperator back;
    private final Function<List<Q>, List<R>> run;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Waiting<Q, R>> waiting = new ArrayDeque<>();
    private int running;

    /** When somebody will look again at those who wait; empty when nobody has to. */
    private OptionalLong look = OptionalLong.empty();

    private Optional<Thread> looking = Optional.empty();

    /** How long runs take, in nanoseconds: each new one counts for a quarter. */
    private long usual;

    /** When the last run ended, and how many wait once as many have come as it answered. */
    private long ended;

    private int expected;

    private record Waiting<Q, R>(Q request, long since, CompletableFuture<R> result) {}

    /**
     * @param maxRuns runs at the same time
     * @param run answers a batch, one result a request in the same order; called on virtual threads
     */
    Batcher(int maxRows, int maxRuns, Duration window, Function<List<Q>, List<R>> run) {
        this(maxRows, maxRuns, window, usual -> Math.min(usual / 2, LONGEST_BACK), run);
    }

    /** @param back from how long runs take to how long one waits for requests that follow answers, in nanoseconds */
    Batcher(int maxRows, int maxRuns, Duration window, LongUnaryOperator back, Function<List<Q>, List<R>> run) {
        this.maxRows = maxRows;
        this.maxRuns = maxRuns;
        this.window = window;
        this.back = back;
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
        long due = running == 0 ? dueAlone() : dueBeside();
        if (due - now <= 0 || waiting.size() >= maxRows) {
            while (batch.size() < maxRows && !waiting.isEmpty()) {
                batch.add(waiting.poll());
            }
            running++;
        } else if (look.isEmpty() || due - look.getAsLong() < 0) {
            look = OptionalLong.of(due);
            looking.ifPresent(Thread::interrupt);
            looking = Optional.of(Thread.ofVirtual().start(() -> lookAt(due)));
        }
        return batch;
    }

    /** When a run starts with what waits now, while none is under way. */
    private long dueAlone() {
        long since = waiting.element().since;
        return waiting.size() >= expected ? since : ended + back.applyAsLong(usual);
    }

    /** When one starts while others are under way. */
    private long dueBeside() {
        long patience = Math.max(usual / maxRuns, Math.min((long) (PATIENCE * usual), LONGEST_PATIENCE));
        return waiting.element().since + Math.max(window.toNanos(), patience);
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

    private void lookAt(long due) {
        try {
            Thread.sleep(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
        } catch (InterruptedException e) {
            return; // another one looks earlier
        }
        startNext(() -> {
            if (look.equals(OptionalLong.of(due))) {
                look = OptionalLong.empty();
            }
        });
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
            startNext(() -> ended(batch.size(), System.nanoTime() - start));
        }
        for (int k = 0; k < results.size(); k++) {
            batch.get(k).result.complete(results.get(k));
        }
    }

    private void ended(int rows, long took) {
        running--;
        usual += (took - usual) / 4;
        ended = System.nanoTime();
        expected = waiting.size() + rows;
    }
}
