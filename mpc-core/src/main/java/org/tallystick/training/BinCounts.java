package org.tallystick.training;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.tallystick.protocol.Protocol;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/**
 * How many bad rows each bin of an owner's features holds, for the weight of evidence: the owner brings an indicator
 * column a bin, the bank the labels, and the counts go to the owner alone. The owner knows all of a bin's rows but no
 * row's label, and the bad rows of all bins together; a bin with fewer than {@code minimum} bad or good rows is
 * revealed as {@link #WITHHELD}, so that no small group's labels show.
 *
 * <p>Cost for k bins in all: one product with k results, then a sign of 2k numbers, an AND, a bit's conversion, a
 * multiplication and a reveal.
 */
public final class BinCounts {
    /** In place of a count that is not revealed. */
    public static final long WITHHELD = -1;

    static final int WIDTH = 24;

    /** The most rows, so that counts are exact mod 2^24 and signed. */
    public static final int MAX_ROWS = (1 << (WIDTH - 2)) - 1;

    private BinCounts() {}

    /** By bin its bad rows, or {@link #WITHHELD}; and the bad rows of all bins. */
    public record Counts(long[] badInBin, long bad) {
        @Override
        public String toString() {
            return "Counts[" + badInBin.length + " bins]";
        }
    }

    /**
     * Empty at every party but the owner.
     *
     * @param bins n × k, 1 where the row is in the bin, else 0; mod 2^24
     * @param bad n × 1, 0 or 1; mod 2^24
     */
    public static <A extends ArithmeticShare, B extends BitShare> Optional<Counts> reveal(
            Protocol<A, B> protocol, A bins, A bad, int minimum, int owner) {
        if (bins.rows() > MAX_ROWS || minimum < 0 || minimum > MAX_ROWS) {
            throw new IllegalArgumentException("at most " + MAX_ROWS + " rows and as large a minimum");
        }
        A bads = protocol.product(protocol.transpose(bad), bins);
        A goods = protocol.subtract(protocol.sumRows(bins), bads);
        A margins = protocol.addConstant(protocol.concat(List.of(bads, goods)), -minimum);
        B few = protocol.sign(margins);
        B enough = protocol.and(protocol.not(half(protocol, few, 0)), protocol.not(half(protocol, few, 1)));
        // count + 1 or 0, less 1: the count or −1.
        A shown = protocol.multiply(protocol.addConstant(bads, 1), protocol.fromBit(enough, WIDTH));
        A answer = protocol.concat(List.of(protocol.addConstant(shown, WITHHELD), protocol.sumRows(bad)));
        return protocol.reveal(answer, owner).map(BinCounts::counts);
    }

    private static <B extends BitShare> B half(Protocol<?, B> protocol, B wires, int which) {
        int count = wires.wires() / 2;
        int[] indices = new int[count];
        Arrays.setAll(indices, k -> which * count + k);
        return protocol.wires(wires, indices);
    }

    private static Counts counts(long[] values) {
        int bins = values.length - 1;
        long[] badInBin = Arrays.stream(values, 0, bins)
                .map(value -> value << (Long.SIZE - WIDTH) >> (Long.SIZE - WIDTH))
                .toArray();
        return new Counts(badInBin, values[bins]);
    }
}
