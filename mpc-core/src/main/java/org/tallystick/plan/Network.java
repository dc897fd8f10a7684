package org.tallystick.plan;

import java.util.Locale;

/**
 * What a group's network can do, as measured: the worst of its links, since a round ends when the last message is
 * there.
 *
 * @param roundTripSeconds from one party to another and back
 * @param bitsPerSecond that one party can send to one other, in one direction
 */
public record Network(double roundTripSeconds, double bitsPerSecond) {
    public Network {
        if (!(roundTripSeconds >= 0) || !(bitsPerSecond > 0) || Double.isInfinite(roundTripSeconds)) {
            throw new IllegalArgumentException("a network with a round trip of " + roundTripSeconds + " s and "
                    + bitsPerSecond + " bits a second");
        }
    }

    /** Seconds until a round's messages are there, but for their length. */
    public double oneWaySeconds() {
        return roundTripSeconds / 2;
    }

    /** Seconds for so many bytes of one link. */
    public double secondsFor(long bytes) {
        return 8 * bytes / bitsPerSecond;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "round trip %.3g ms, %.3g Mbit/s a link", roundTripSeconds * 1e3, bitsPerSecond * 1e-6);
    }
}
