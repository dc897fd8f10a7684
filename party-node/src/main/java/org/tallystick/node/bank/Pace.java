package org.tallystick.node.bank;

/** How many rows a second are asked for: over the last second that is whole, or since, where that is longer ago. */
final class Pace {
    private static final double SECOND = 1e9;

    private boolean begun;
    private long since;
    private long rows;
    private double last;

    /** @param now nanoseconds that only rise */
    synchronized void add(int more, long now) {
        roll(now);
        rows += more;
    }

    synchronized double aSecond(long now) {
        roll(now);
        return last;
    }

    private void roll(long now) {
        if (!begun) {
            begun = true;
            since = now;
        }
        if (now - since >= SECOND) {
            last = rows * SECOND / (now - since);
            rows = 0;
            since = now;
        }
    }
}
