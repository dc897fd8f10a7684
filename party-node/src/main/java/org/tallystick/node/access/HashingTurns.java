package org.tallystick.node.access;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Passwords are hashed one after the other on one thread, so that log-ins take at most the memory and the processor of
 * one; a few wait, and those beyond are sent away. One job sees all that the jobs before it did.
 */
final class HashingTurns implements AutoCloseable {
    private static final int WAITING = 16;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ThreadPoolExecutor worker = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            job -> Thread.ofPlatform().name("passwords").daemon(true).unstarted(job));

    /** The job's result, after those before it; {@link AccessFailure} BUSY when too many wait. */
    <T> T take(Callable<T> job) {
        Future<T> future;
        try {
            future = worker.submit(job);
        } catch (RejectedExecutionException e) {
            throw busy();
        }
        try {
            return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            future.cancel(false);
            throw busy();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("a password could not be hashed", e.getCause());
        }
    }

    private static AccessFailure busy() {
        return new AccessFailure(
                AccessFailure.Kind.BUSY, "too many log-ins are under way", "try again in a few seconds", PATIENCE);
    }

    @Override
    public void close() {
        worker.shutdownNow();
    }
}
