package org.tallystick.node.rest;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** A value that is asked for at most once in a while, whoever asks how often. */
final class Remembered<T> {
    private final long nanos;
    private final Supplier<T> source;
    private final ReentrantLock lock = new ReentrantLock();
    private Optional<T> value = Optional.empty();
    private long since;

    Remembered(Duration time, Supplier<T> source) {
        this.nanos = time.toNanos();
        this.source = source;
    }

    T get() {
        lock.lock();
        try {
            if (value.isEmpty() || System.nanoTime() - since > nanos) {
                value = Optional.of(source.get());
                since = System.nanoTime();
            }
            return value.get();
        } finally {
            lock.unlock();
        }
    }
}
