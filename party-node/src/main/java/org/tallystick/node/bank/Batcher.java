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
 * <p>While a run is under way requests gather, and leave together when it ends. Those that it has answered are often
 * asked again by the same callers: where most were lately, the next run waits until as many more have come, for half as
 * long as runs take and at most {@link #LONGEST_BACK}. A request that finds nothing under way and nothing to wait for
 * starts at once, on its own thread.
 *
 * <p>Nobody waits for a run that lasts: from {@link #PATIENCE} times as long as runs take, and at most
 * {@link #LONGEST_PATIENCE}, it counts as under way no more. Where runs take long because nodes are far away, a run's
 * share of their time is longer than that and counts instead; so does the window. No more than {@code maxRuns} are
 * under way in any case, and one with {@code maxRows} waits for none.
 */
final class Batcher<Q, R> {
    private static final long LONGEST_BACK = TimeUnit.MILLISECONDS.toNanos(8);

    private static final double PATIENCE = 1.5;

    private static final long LONGEST_PATIENCE = TimeUnit.MILLISECONDS.toNanos(20);

    /** Of those answered, how many have to have been asked again within the wait for it to be worth its while. */
    private static final double MOST = .75;

    private final int maxRows;
    private final int maxRuns;
    private final Duration window;
    private final LongUnaryOperator back;
    private final Function<List<Q>, List<R>> run;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Waiting<Q, R>> waiting = new ArrayDeque<>();
    /** When the runs that are under way started, in this order. */
    private final ArrayDeque<Long> starts = new ArrayDeque<>();

    /** When somebody will look again at those who wait; empty when nobody has to. */
    private OptionalLong look = OptionalLong.empty();

    private Optional<Thread> looking = Optional.empty();

    /** How long runs take, in nanoseconds: each new one that is answered counts for a quarter. */
    private long usual;

    /** When the last run ended, how many requests it answered, and how many wait when as many more have come. */
    private long ended;

    private int answered;
    private int expected;

    /** Requests that came within the wait after the last end; and, of those answered, the share that did lately. */
    private int came;

    private double returning = 1;

    private record Waiting<Q, R>(Q request, CompletableFuture<R> result) {}

    private record Batch<Q, R>(long start, List<Waiting<Q, R>> waiting) {}

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
        Waiting<Q, R> mine = new Waiting<>(request, new CompletableFuture<>());
        Optional<Batch<Q, R>> batch;
        lock.lock();
        try {
            long now = System.nanoTime();
            waiting.add(mine);
            if (now - ended < back.applyAsLong(usual)) {
                came++;
            }
            batch = next(now);
        } finally {
            lock.unlock();
        }
        batch.ifPresent(this::execute);
        try {
            return mine.result.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** The requests that leave now, if any; sees to it that those left behind are looked at again. Under the lock. */
    private Optional<Batch<Q, R>> next(long now) {
        if (waiting.isEmpty() || starts.size() >= maxRuns) {
            return Optional.empty();
        }
        long due = due(now);
        if (due - now > 0 && waiting.size() < maxRows) {
            if (look.isEmpty() || due - look.getAsLong() < 0) {
                Thread earlier = Thread.ofVirtual().start(() -> lookAt(due));
                looking.ifPresent(Thread::interrupt);
                looking = Optional.of(earlier);
                look = OptionalLong.of(due);
            }
            return Optional.empty();
        }
        List<Waiting<Q, R>> leaving = new ArrayList<>();
        while (leaving.size() < maxRows && !waiting.isEmpty()) {
            leaving.add(waiting.poll());
        }
        starts.add(now);
        return Optional.of(new Batch<>(now, leaving));
    }

    /** When a run starts with what waits now. */
    private long due(long now) {
        if (!starts.isEmpty()) {
            long patience = Math.max(usual / maxRuns, Math.min((long) (PATIENCE * usual), LONGEST_PATIENCE));
            long lasting = starts.getLast() + Math.max(window.toNanos(), patience);
            if (lasting - now > 0) {
                return lasting;
            }
        }
        return returning < MOST || waiting.size() >= expected ? now : ended + back.applyAsLong(usual);
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

    /** A timer on a thread of its own: one that has to fire earlier interrupts it. */
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
        Optional<Batch<Q, R>> batch;
        lock.lock();
        try {
            change.run();
            batch = next(System.nanoTime());
        } finally {
            lock.unlock();
        }
        batch.ifPresent(next -> Thread.ofVirtual().name("batch").start(() -> execute(next)));
    }

    private void execute(Batch<Q, R> batch) {
        List<R> results = List.of();
        Optional<Throwable> failure = Optional.empty();
        try {
            results = run.apply(batch.waiting().stream().map(Waiting::request).toList());
        } catch (RuntimeException | Error e) {
            failure = Optional.of(e);
        }
        boolean well = failure.isEmpty();
        try {
            // Before the answers are given: the next run need not wait for that.
            startNext(() -> ended(batch, well));
        } finally {
            // Whatever it was: nobody may be left waiting.
            for (int k = 0; k < batch.waiting().size(); k++) {
                CompletableFuture<R> result = batch.waiting().get(k).result();
                if (k < results.size()) {
                    result.complete(results.get(k));
                } else {
                    result.completeExceptionally(
                            failure.orElseGet(() -> new IllegalStateException("a run left a request without answer")));
                }
            }
        }
    }

    private void ended(Batch<Q, R> batch, boolean well) {
        long now = System.nanoTime();
        starts.remove(batch.start());
        if (well) {
            usual += (now - batch.start() - usual) / 4;
        }
        if (answered > 0) {
            returning += (Math.min(1, (double) came / answered) - returning) / 16;
        }
        ended = now;
        answered = batch.waiting().size();
        came = 0;
        expected = waiting.size() + answered;
    }
}
