package org.tallystick.node.bank;

import java.time.Duration;
import org.tallystick.net.ProtocolAbort;

/** A wait that doubles with each failure in a row, from a least to a longest. For several threads. */
final class Backoff {
    private final Duration least;
    private final Duration longest;
    private Duration next;
    private long until = Long.MIN_VALUE;
    private int failures;

    Backoff(Duration least, Duration longest) {
        this.least = least;
        this.longest = longest;
        this.next = least;
    }

    /** @param now nanoseconds that only rise */
    synchronized boolean isOver(long now) {
        return now >= until;
    }

    /** How many failures there are in a row, this one included. */
    synchronized int failed(long now) {
        until = now + next.toNanos();
        Duration twice = next.multipliedBy(2);
        next = twice.compareTo(longest) < 0 ? twice : longest;
        return ++failures;
    }

    /** Counts a failure and sleeps until its wait is over; {@link ProtocolAbort} STOPPED when interrupted. */
    void pause() {
        long now = System.nanoTime();
        failed(now);
        try {
            Thread.sleep(Duration.ofNanos(left(now)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProtocolAbort(ProtocolAbort.Reason.STOPPED, "interrupted");
        }
    }

    private synchronized long left(long now) {
        return until - now;
    }

    synchronized void succeeded() {
        next = least;
        until = Long.MIN_VALUE;
        failures = 0;
    }

    @Override
    public synchronized String toString() {
        return "Backoff[" + failures + " failures, next " + next + "]";
    }
}
