package org.tallystick.plan;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Seconds from one party to another and back, for each link of a group. What disturbs a message makes it longer, so of
 * several measurements the least of each link is the nearest to what the link itself takes.
 */
public final class RoundTrips {
    private final double[] seconds;

    /**
     * @param seconds a link, in the order of {@link #link}
     * @throws IllegalArgumentException unless each is a time
     */
    public RoundTrips(double... seconds) {
        for (double each : seconds) {
            if (!(each >= 0) || Double.isInfinite(each)) {
                throw new IllegalArgumentException("a round trip of " + each + " s");
            }
        }
        this.seconds = seconds.clone();
    }

    /** Links of so many parties. */
    static int links(int parties) {
        return parties * (parties - 1) / 2;
    }

    /** The place of a link among all: by its upper party, then by its lower one. */
    static int link(int lower, int upper) {
        return links(upper) + lower;
    }

    /** The longest of any link: a round of all parties ends when the last message is there. */
    public double longest() {
        return Arrays.stream(seconds).max().orElse(0);
    }

    /** Of each link the shorter one. */
    public RoundTrips least(RoundTrips other) {
        if (other.seconds.length != seconds.length) {
            throw new IllegalArgumentException(other.seconds.length + " links, not " + seconds.length);
        }
        return new RoundTrips(IntStream.range(0, seconds.length)
                .mapToDouble(link -> Math.min(seconds[link], other.seconds[link]))
                .toArray());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RoundTrips that && Arrays.equals(seconds, that.seconds);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(seconds);
    }

    @Override
    public String toString() {
        return "RoundTrips" + Arrays.toString(seconds);
    }
}
