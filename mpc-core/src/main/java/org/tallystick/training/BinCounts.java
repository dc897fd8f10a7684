package org.tallystick.training;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.protocol.Protocol;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/**
 * How many bad rows each bin of an owner's feature holds, for the weight of evidence: the owner brings an indicator
 * column a bin, the bank the labels, and the counts go to the owner alone. The owner knows all of a bin's rows but no
 * row's label, and learns the bad rows of each bin and of all. A bin with fewer than {@code minimum} bad or good rows
 * is revealed as {@link #WITHHELD}, and so are all bins when the withheld ones together have fewer: the total would
 * give them away. Bins of several columns cut the same rows in several ways; what they say together is not limited.
 *
 * <p>Indicators and labels must be shares of 0 or 1; that a row is in exactly one bin is checked here by an opening.
 *
 * <p>Cost for k bins: an opening of n numbers, one product with k results, signs of 2k + 3 numbers, and a few
 * multiplications and conversions of k.
 */
public final class BinCounts {
    /** In place of a count that is not revealed. */
    public static final long WITHHELD = -1;

    static final int WIDTH = 24;

    /** The most rows, so that counts are exact mod 2^24 and signed. */
    public static final int MAX_ROWS = (1 << (WIDTH - 2)) - 1;

    private BinCounts() {}

    /** By bin its bad rows, or {@link #WITHHELD}; and the bad rows of all bins, unless all bins are withheld. */
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
        requireOneBinEach(protocol, bins);
        A bads = protocol.product(protocol.transpose(bad), bins);
        A goods = protocol.subtract(protocol.sumRows(bins), bads);
        A margins = protocol.addConstant(protocol.concat(List.of(bads, goods)), -minimum);
        B few = protocol.sign(margins);
        B enough = protocol.and(protocol.not(half(protocol, few, 0)), protocol.not(half(protocol, few, 1)));
        A total = protocol.sumRows(bad);
        B rest = restIsEnough(protocol, enough, bads, goods, total, bins.rows(), minimum);
        enough = protocol.and(enough, protocol.wires(rest, new int[enough.wires()]));
        // count + 1 or 0, less 1: the count or −1.
        A shown = protocol.multiply(protocol.addConstant(bads, 1), protocol.fromBit(enough, WIDTH));
        A shownTotal = protocol.multiply(protocol.addConstant(total, 1), protocol.fromBit(rest, WIDTH));
        A answer = protocol.addConstant(protocol.concat(List.of(shown, shownTotal)), WITHHELD);
        return protocol.reveal(answer, owner).map(BinCounts::counts);
    }

    /**
     * Bits of which a row had none or several would count what no bin is. The owner's own, and all ones if it is
     * honest.
     */
    private static <A extends ArithmeticShare, B extends BitShare> void requireOneBinEach(
            Protocol<A, B> protocol, A bins) {
        A sum = protocol.columns(bins, 0, 1);
        for (int k = 1; k < bins.columns(); k++) {
            sum = protocol.add(sum, protocol.columns(bins, k, 1));
        }
        if (Arrays.stream(protocol.open(sum)).anyMatch(each -> each != 1)) {
            throw new ProtocolAbort(ProtocolAbort.Reason.CHECK_FAILED, "a row that is not in exactly one bin");
        }
    }

    /**
     * Whether the withheld bins together, which the total less the others gives away, have the minimum too, or there
     * are none.
     */
    private static <A extends ArithmeticShare, B extends BitShare> B restIsEnough(
            Protocol<A, B> protocol, B enough, A bads, A goods, A total, int rows, int minimum) {
        A shown = protocol.fromBit(enough, WIDTH);
        A restBad = protocol.subtract(total, protocol.dot(bads, shown));
        A shownGood = protocol.dot(goods, shown);
        A restGood = protocol.subtract(protocol.addConstant(protocol.scale(total, -1), rows), shownGood);
        A none = protocol.addConstant(protocol.add(restBad, restGood), -1);
        A margins = protocol.addConstant(protocol.concat(List.of(restBad, restGood)), -minimum);
        B signs = protocol.not(protocol.sign(protocol.concat(List.of(none, margins))));
        // Not (some rest and not both enough).
        B both = protocol.and(protocol.wires(signs, new int[] {1}), protocol.wires(signs, new int[] {2}));
        return protocol.not(protocol.and(protocol.wires(signs, new int[] {0}), protocol.not(both)));
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
        long total = values[bins] << (Long.SIZE - WIDTH) >> (Long.SIZE - WIDTH);
        return new Counts(badInBin, total);
    }
}
