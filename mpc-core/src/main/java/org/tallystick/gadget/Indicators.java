package org.tallystick.gadget;

import java.util.ArrayList;
import java.util.List;
import org.tallystick.protocol.Protocol;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/** Secret indicators of secret integers, and counts of them. All exact within the stated ranges. */
public final class Indicators {
    private Indicators() {}

    /**
     * Wire c tells whether column c equals {@code value}; every difference x − value must lie in the signed range of
     * the width but for its greatest number. Two comparisons side by side, {@link Protocol#sign} of twice the columns:
     * for short numbers {@link Protocol#narrow} first.
     */
    public static <A extends ArithmeticShare, B extends BitShare> B equal(Protocol<A, B> protocol, A x, long value) {
        A atLeast = protocol.addConstant(x, -value);
        A above = protocol.addConstant(x, -value - 1);
        B below = protocol.sign(protocol.concat(List.of(atLeast, above)));
        int columns = x.columns();
        return protocol.xor(range(protocol, below, 0, columns), range(protocol, below, columns, columns));
    }

    /**
     * Of a column of integers 0 to {@code count} − 1, wire k tells whether it is k. A number outside is taken for the
     * nearest end as long as it keeps ⌈log2 count⌉ + 1 signed bits. One {@link Protocol#sign} of count − 1 columns of
     * that width.
     */
    public static <A extends ArithmeticShare, B extends BitShare> B oneHot(Protocol<A, B> protocol, A x, int count) {
        int width = Integer.SIZE - Integer.numberOfLeadingZeros(count - 1) + 1;
        if (x.columns() != 1 || count < 2 || width > x.width()) {
            throw new IllegalArgumentException("which of " + count + " integers " + x + " is");
        }
        A narrow = protocol.narrow(x, width);
        List<A> differences = new ArrayList<>();
        for (int k = 1; k < count; k++) {
            differences.add(protocol.addConstant(narrow, -k));
        }
        // Wire k − 1 of "below" says x < k; x is k where it is below k + 1 and not below k.
        B below = protocol.sign(protocol.concat(differences));
        B first = range(protocol, below, 0, 1);
        B last = protocol.not(range(protocol, below, count - 2, 1));
        if (count == 2) {
            return protocol.concatWires(List.of(first, last));
        }
        B inner = protocol.xor(range(protocol, below, 1, count - 2), range(protocol, below, 0, count - 2));
        return protocol.concatWires(List.of(first, inner, last));
    }

    /** One row: for each wire, the number of rows whose bit is 1. One {@link Protocol#fromBit}. */
    public static <A extends ArithmeticShare, B extends BitShare> A counts(Protocol<A, B> protocol, B bits, int width) {
        return protocol.sumRows(protocol.fromBit(bits, width));
    }

    /**
     * One row: for each wire, the sum of the numbers of {@code x} (one column) in the rows whose bit is 1. One matrix
     * product of as many elements as there are wires.
     *
     * @param bits as numbers 0 and 1, from {@link Protocol#fromBit}
     */
    public static <A extends ArithmeticShare> A sums(Protocol<A, ?> protocol, A bits, A x) {
        return protocol.product(protocol.transpose(x), bits);
    }

    private static <B extends BitShare> B range(Protocol<?, B> protocol, B bits, int from, int count) {
        int[] wires = new int[count];
        for (int k = 0; k < count; k++) {
            wires[k] = from + k;
        }
        return protocol.wires(bits, wires);
    }
}
