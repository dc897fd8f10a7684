package org.tallystick.bench;

import java.util.Arrays;

/** Repeated measurements of one time, in seconds: no mean, which one stray pause would move. */
record Spread(int runs, double median, double low, double high, double p99) {
    static Spread of(double... seconds) {
        if (seconds.length == 0) {
            throw new IllegalArgumentException("nothing was measured");
        }
        double[] sorted = seconds.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        double median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
        int rank = Math.max(1, (int) Math.ceil(0.99 * n));
        return new Spread(n, median, sorted[0], sorted[n - 1], sorted[rank - 1]);
    }
}
