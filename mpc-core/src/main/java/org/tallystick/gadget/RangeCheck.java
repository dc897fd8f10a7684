package org.tallystick.gadget;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.tallystick.protocol.Protocol;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/**
 * Whether secret numbers lie where they were declared to lie. Exact for every element of the ring, also for one that a
 * cheat chose to make a difference wrap. Costs one {@link Protocol#sign} and an AND tree over its wires.
 */
public final class RangeCheck {
    private RangeCheck() {}

    /** The declared range of one column, as signed numbers, both ends included. */
    public record Bound(long low, long high) {
        public Bound {
            if (low > high) {
                throw new IllegalArgumentException("a range from " + low + " down to " + high);
            }
        }
    }

    /**
     * Columns {@code from} to {@code from + count − 1} must ascend from left to right, each by {@code step} at least.
     */
    public record Ascending(int from, int count, long step) {
        public Ascending {
            if (step < 0) {
                throw new IllegalArgumentException("a step of " + step);
            }
        }

        /** They must not descend. */
        public Ascending(int from, int count) {
            this(from, count, 0);
        }
    }

    /**
     * One wire: for every row 0 iff each element lies in its column's bound and each listed run of columns ascends.
     *
     * @throws IllegalArgumentException when a bound, or the range of a difference of neighbours that must ascend, takes
     *     more than half the ring, where the sign of a difference says nothing
     */
    public static <A extends ArithmeticShare, B extends BitShare> B violation(
            Protocol<A, B> protocol, A x, List<Bound> bounds, List<Ascending> ascending) {
        if (x.columns() < 1 || bounds.size() != x.columns()) {
            throw new IllegalArgumentException(bounds.size() + " bounds for " + x);
        }
        requireExact(bounds, ascending, x.width());
        A above = protocol.subtract(
                x, row(protocol, x, bounds.stream().mapToLong(Bound::low).toArray()));
        A below = protocol.subtract(
                row(protocol, x, bounds.stream().mapToLong(Bound::high).toArray()), x);
        A differences = protocol.concat(List.of(above, below));
        for (Ascending run : ascending) {
            if (run.count() > 1) {
                A steps = protocol.subtract(
                        protocol.columns(x, run.from() + 1, run.count() - 1),
                        protocol.columns(x, run.from(), run.count() - 1));
                long[] least = new long[run.count() - 1];
                Arrays.fill(least, run.step());
                differences =
                        protocol.concat(List.of(differences, protocol.subtract(steps, row(protocol, steps, least))));
            }
        }
        return protocol.not(all(protocol, protocol.not(protocol.sign(differences))));
    }

    /**
     * That the check says everything at that width, before anything is sent.
     *
     * @throws IllegalArgumentException as {@link #violation} does
     */
    public static void requireExact(List<Bound> bounds, List<Ascending> ascending, int width) {
        bounds.forEach(bound -> checkBound(bound, width));
        ascending.forEach(run -> checkSteps(bounds.subList(run.from(), run.from() + run.count()), run.step(), width));
    }

    /** One wire: the AND of all wires, in ⌈log2 wires⌉ rounds. */
    public static <B extends BitShare> B all(Protocol<?, B> protocol, B bits) {
        B rest = bits;
        while (rest.wires() > 1) {
            int pairs = rest.wires() / 2;
            B products = protocol.and(
                    protocol.wires(rest, IntStream.range(0, pairs).toArray()),
                    protocol.wires(rest, IntStream.range(pairs, 2 * pairs).toArray()));
            rest = rest.wires() % 2 == 0
                    ? products
                    : protocol.concatWires(List.of(products, protocol.wires(rest, new int[] {rest.wires() - 1})));
        }
        return rest;
    }

    private static <A extends ArithmeticShare> A row(Protocol<A, ?> protocol, A x, long[] values) {
        return protocol.repeatRow(protocol.constant(values, 1, values.length, x.width()), x.rows());
    }

    private static void checkBound(Bound bound, int width) {
        if (bound.low() < -1L << (width - 1) || bound.high() > ~(-1L << (width - 1))) {
            throw new IllegalArgumentException(bound + " is outside the signed numbers of " + width + " bits");
        }
        checkSpan(bound.low(), bound.high(), width);
    }

    private static void checkSteps(List<Bound> bounds, long step, int width) {
        for (int k = 1; k < bounds.size(); k++) {
            Bound left = bounds.get(k - 1);
            Bound right = bounds.get(k);
            checkSpan(left.low(), right.high(), width);
            if (left.high() > Long.MAX_VALUE - step) {
                throw new IllegalArgumentException("a step of " + step + " above " + left.high());
            }
            checkSpan(right.low(), left.high() + step, width);
        }
    }

    /** That high − low fits the signed range of the width. */
    private static void checkSpan(long low, long high, int width) {
        if (high < low) {
            return;
        }
        long span = high - low;
        if (span < 0 || span >>> (width - 1) != 0) {
            throw new IllegalArgumentException(
                    "numbers from " + low + " to " + high + " differ by more than half of 2^" + width);
        }
    }
}
