package org.tallystick.gadget;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.tallystick.protocol.Protocol;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/**
 * Whether too many of some secret numbers are zero. Costs one {@link Protocol#sign} over twice the numbers, an AND a
 * number, {@link Protocol#fromBit} a number, and one sign a group.
 */
public final class Sparsity {
    private Sparsity() {}

    /**
     * One wire a group: for every row 1 iff fewer than {@code least} of the group's columns are not zero.
     *
     * @param x numbers of less than half the ring
     * @param groups columns of {@code x}, each group one at least
     */
    public static <A extends ArithmeticShare, B extends BitShare> B tooFew(
            Protocol<A, B> protocol, A x, List<int[]> groups, int least) {
        A ones = protocol.repeatRow(protocol.constant(filled(x.columns()), 1, x.columns(), x.width()), x.rows());
        A negated = protocol.subtract(protocol.subtract(x, x), x);
        // Below 1, and above -1: both of zero alone.
        B signs = protocol.sign(protocol.concat(List.of(protocol.subtract(x, ones), protocol.subtract(negated, ones))));
        int[] below = range(0, x.columns());
        int[] above = range(x.columns(), x.columns());
        B zero = protocol.and(protocol.wires(signs, below), protocol.wires(signs, above));
        A other = protocol.fromBit(protocol.not(zero), x.width());
        List<A> lacking = new ArrayList<>();
        for (int[] group : groups) {
            A count = protocol.columns(other, group[0], 1);
            for (int k = 1; k < group.length; k++) {
                count = protocol.add(count, protocol.columns(other, group[k], 1));
            }
            A asked = protocol.repeatRow(protocol.constant(new long[] {least}, 1, 1, x.width()), x.rows());
            lacking.add(protocol.subtract(count, asked));
        }
        return protocol.sign(protocol.concat(lacking));
    }

    private static long[] filled(int count) {
        long[] ones = new long[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static int[] range(int from, int count) {
        return IntStream.range(from, from + count).toArray();
    }
}
