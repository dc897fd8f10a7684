package org.tallystick.protocol;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BinaryOperator;
import org.tallystick.share.BitShare;

/**
 * Adds two bit-sliced numbers. Plane t of column c is wire {@code t · columns + c}; a sum of {@code to} planes is a sum
 * mod 2^to, and only its bits from {@code from} on are computed. What it costs is the number of ANDs and how deep they
 * lie, which {@link #andLayers} declares as a function of the shape alone.
 *
 * <p>The carry out of planes 0 … t − 1 decides bit t. {@link Form#TREE} computes the carries by a parallel-prefix
 * network (Sklansky, "Conditional-sum addition logic", 1960) pruned to those that are needed; {@link Form#RIPPLE} plane
 * by plane with one AND each (c' = a ⊕ ((a ⊕ b) ∧ (a ⊕ c))). For the sign of 44-bit numbers: 121 ANDs in 7 layers, or
 * 43 in 43.
 */
public final class Adder {
    /** How the carries are computed. */
    public enum Form {
        /** Few layers, more ANDs. */
        TREE,
        /** As many ANDs as there are carries, each a layer of its own. */
        RIPPLE,
    }

    /** Which form to take, from public shapes alone: all parties of a run have the same rule. */
    @FunctionalInterface
    public interface Rule {
        Form form(int rows, int columns, int planes);
    }

    /**
     * From so many numbers on, the tree's 2.8-fold bytes take longer than the ripple's additional rounds: at 2^18
     * numbers a layer of the ripple still carries 32 KiB.
     */
    static final long TREE_BELOW = 1L << 18;

    private Adder() {}

    /** The form for a matrix of that many rows and columns and so many planes: from public shapes, so all agree. */
    public static Form choose(int rows, int columns, int planes) {
        // Up to three planes the ripple has the tree's depth and fewer ANDs.
        return planes <= 3 || (long) rows * columns >= TREE_BELOW ? Form.RIPPLE : Form.TREE;
    }

    /**
     * The ANDs of each layer, per column. Layer 0, absent where there is no carry, is the one given as
     * {@code firstAnd}.
     */
    public static List<Integer> andLayers(Form form, int from, int to) {
        checkRange(from, to);
        if (to == 1) {
            return List.of();
        }
        return form == Form.RIPPLE ? Collections.nCopies(to - 1, 1) : new CarryTree(from, to).andLayers();
    }

    /**
     * Bits {@code from} to {@code to − 1} of a + b: wire {@code (t − from) · columns + c} is bit t of column c.
     *
     * @param a {@code to} planes of {@code columns} wires
     * @param b as a
     * @param firstAnd the AND of planes of a with the same planes of b, which a protocol may have cheaper than the AND
     *     of any two bits: in a tree it is given planes 0 … to − 2, in a ripple plane 0
     */
    public static <B extends BitShare> B sum(
            Protocol<?, B> protocol, Form form, B a, B b, int columns, int from, int to, BinaryOperator<B> firstAnd) {
        checkRange(from, to);
        if (columns < 1 || a.wires() != to * columns || b.wires() != a.wires() || a.rows() != b.rows()) {
            throw new IllegalArgumentException(
                    "adding " + a + " and " + b + " of " + to + " planes, " + columns + " columns");
        }
        if (to == 1) {
            return protocol.xor(a, b);
        }
        return form == Form.RIPPLE
                ? ripple(protocol, a, b, columns, from, to, firstAnd)
                : new CarryTree(from, to).sum(protocol, a, b, columns, firstAnd);
    }

    private static <B extends BitShare> B ripple(
            Protocol<?, B> protocol, B a, B b, int columns, int from, int to, BinaryOperator<B> firstAnd) {
        B half = protocol.xor(a, b);
        List<B> carries = new ArrayList<>();
        B carry = firstAnd.apply(planes(protocol, a, columns, 0, 1), planes(protocol, b, columns, 0, 1));
        for (int t = 1; t < to; t++) {
            if (t >= from) {
                carries.add(carry);
            }
            if (t < to - 1) {
                B at = planes(protocol, a, columns, t, t + 1);
                B halfAt = planes(protocol, half, columns, t, t + 1);
                carry = protocol.xor(at, protocol.and(halfAt, protocol.xor(at, carry)));
            }
        }
        return withCarries(protocol, half, protocol.concatWires(carries), columns, from, to);
    }

    /** The sum bits out of the half sums a ⊕ b and the carries into planes max(from, 1) … to − 1. */
    static <B extends BitShare> B withCarries(
            Protocol<?, B> protocol, B half, B carries, int columns, int from, int to) {
        B upper = protocol.xor(planes(protocol, half, columns, Math.max(from, 1), to), carries);
        return from > 0 ? upper : protocol.concatWires(List.of(planes(protocol, half, columns, 0, 1), upper));
    }

    /** The wires of planes {@code from} to {@code to − 1}. */
    static <B extends BitShare> B planes(Protocol<?, B> protocol, B x, int columns, int from, int to) {
        int[] wires = new int[(to - from) * columns];
        for (int k = 0; k < wires.length; k++) {
            wires[k] = from * columns + k;
        }
        return protocol.wires(x, wires);
    }

    private static void checkRange(int from, int to) {
        if (from < 0 || from >= to || to > 64) {
            throw new IllegalArgumentException("bits " + from + " to " + (to - 1) + " of a sum of at most 64");
        }
    }
}
