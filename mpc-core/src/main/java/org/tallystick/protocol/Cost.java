package org.tallystick.protocol;

import java.util.Arrays;

/**
 * What an operation costs on the network.
 *
 * @param rounds how many messages deep: the longest chain of messages that depend on one another; of several operations
 *     their sum, which is never less
 * @param bytesSent bytes each party sends, in party order, digests included, transport framing not
 * @param busiestLink of each round, the bytes that pass from one party to another where they are most; the sum over
 *     rounds. Where every link has the same bandwidth, so many bytes are waited for. It follows from the operations
 *     that {@code bytesSent} counts, and takes no part in comparisons
 */
public record Cost(int rounds, long[] bytesSent, long busiestLink) {
    /** Where all that the busiest party sends goes to one peer. */
    public Cost(int rounds, long[] bytesSent) {
        this(rounds, bytesSent, Arrays.stream(bytesSent).max().orElse(0));
    }

    public static Cost zero(int parties) {
        return new Cost(0, new long[parties]);
    }

    /** This cost, then the other. */
    public Cost plus(Cost next) {
        long[] sum = bytesSent.clone();
        for (int party = 0; party < sum.length; party++) {
            sum[party] += next.bytesSent[party];
        }
        return new Cost(rounds + next.rounds, sum, busiestLink + next.busiestLink);
    }

    public long totalBytes() {
        return Arrays.stream(bytesSent).sum();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Cost cost && rounds == cost.rounds && Arrays.equals(bytesSent, cost.bytesSent);
    }

    @Override
    public int hashCode() {
        return 31 * rounds + Arrays.hashCode(bytesSent);
    }

    @Override
    public String toString() {
        return rounds + " rounds, bytes sent " + Arrays.toString(bytesSent);
    }
}
