package org.tallystick.gadget;

import java.util.ArrayList;
import java.util.List;
import org.tallystick.protocol.Protocol;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/**
 * Which band a number falls into: how many ascending thresholds it reaches, as a binary count and never as one bit a
 * threshold. Costs one {@link Protocol#sign} of as many columns as there are thresholds.
 */
public final class Bands {
    private Bands() {}

    /** The wires of a count from 0 to {@code thresholds}: ⌈log2(thresholds + 1)⌉. */
    public static int wires(int thresholds) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(thresholds);
    }

    /**
     * The number of k with x ≥ threshold k. Every difference x − threshold must lie in the signed range of the width.
     *
     * @param x one column
     * @param thresholds one row, ascending, of the width of x
     * @return wire j is bit j of the count
     */
    public static <A extends ArithmeticShare, B extends BitShare> B count(Protocol<A, B> protocol, A x, A thresholds) {
        if (x.columns() != 1 || thresholds.rows() != 1 || thresholds.columns() < 1) {
            throw new IllegalArgumentException("the bands of " + x + " by the thresholds " + thresholds);
        }
        int count = thresholds.columns();
        A differences = protocol.subtract(protocol.repeatColumn(x, count), protocol.repeatRow(thresholds, x.rows()));
        B reached = protocol.not(protocol.sign(differences));
        if (count == 1) {
            return reached;
        }
        List<B> bits = new ArrayList<>();
        for (int step = 1; step <= count; step *= 2) {
            bits.add(everyOther(protocol, reached, count, step));
        }
        return protocol.concatWires(bits);
    }

    /**
     * Thresholds ascend, so those reached are the first N. Among them ⌊N / step⌋ have a number divisible by step, and
     * the parity of that is the bit of N that weighs step: no AND is needed.
     */
    private static <B extends BitShare> B everyOther(Protocol<?, B> protocol, B reached, int count, int step) {
        B parity = protocol.wires(reached, new int[] {step - 1});
        for (int k = 2 * step; k <= count; k += step) {
            parity = protocol.xor(parity, protocol.wires(reached, new int[] {k - 1}));
        }
        return parity;
    }
}
