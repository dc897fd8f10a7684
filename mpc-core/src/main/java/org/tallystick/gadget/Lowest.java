package org.tallystick.gadget;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.tallystick.protocol.Protocol;
import org.tallystick.ring.BitMatrix;
import org.tallystick.ring.Ring;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/**
 * Which columns of a row are the lowest, as indices, and nothing of their numbers. Every two columns are compared side
 * by side, so rounds do not depend on how many there are (but for large batches): n columns take one
 * {@link Protocol#sign} of n(n + 1) / 2 columns and one of {@code count} · n short ones, a {@link Protocol#fromBit} and
 * an AND.
 */
public final class Lowest {
    /** Numbers that are compared in one go; of more, a part at a time, so that memory is bounded. */
    private static final long TOGETHER = 1L << 20;

    private Lowest() {}

    /** Bits of an index of that many columns, with one value to spare: ⌈log2(columns + 1)⌉. */
    public static int bits(int columns) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(columns);
    }

    /**
     * What {@code count} indices tell at most, in bits: ⌈log2⌉ of how many ordered lists of up to {@code count} of the
     * columns there are. Fewer than the bits in which they are written, of which not all values occur.
     */
    public static int tells(int columns, int count) {
        long lists = 1;
        long more = 1;
        for (int k = 0; k < count; k++) {
            more = Math.multiplyExact(more, columns - k);
            lists = Math.addExact(lists, more);
        }
        return Long.SIZE - Long.numberOfLeadingZeros(lists - 1);
    }

    /**
     * The same of one row of plain numbers: the indices, one after the other from the lowest bit on; a number of
     * {@code count} times {@link #bits}.
     */
    public static long negative(long[] x, int count) {
        List<Integer> lowest = IntStream.range(0, x.length)
                .boxed()
                .filter(c -> x[c] < 0)
                .sorted(Comparator.comparingLong(c -> x[c]))
                .toList();
        int bits = bits(x.length);
        long indices = 0;
        for (int k = 0; k < count; k++) {
            indices |= (k < lowest.size() ? lowest.get(k) : Ring.mask(bits)) << k * bits;
        }
        return indices;
    }

    /**
     * The indices in such a number, without those that stand for none.
     *
     * @throws IllegalArgumentException if it is no list of different columns, followed by none
     */
    public static List<Integer> read(long number, int columns, int count) {
        int bits = bits(columns);
        List<Integer> indices = new ArrayList<>();
        for (int k = 0; k < count; k++) {
            int index = (int) (number >>> k * bits & Ring.mask(bits));
            boolean none = index == Ring.mask(bits);
            if (!none && (index >= columns || indices.size() < k || indices.contains(index))) {
                throw new IllegalArgumentException("no list of up to " + count + " of " + columns + " columns");
            }
            if (!none) {
                indices.add(index);
            }
        }
        if (number >>> count * bits != 0) {
            throw new IllegalArgumentException("indices of more than " + count * bits + " bits");
        }
        return indices;
    }

    /**
     * The indices of the lowest columns of each row among those that are negative: the lowest first, of equal ones the
     * lower index first, and all bits set where fewer than {@code count} are negative. The difference of every two
     * columns must lie in the signed range of the width.
     *
     * @param x at least two columns
     * @param count 1 to the columns of x
     * @return {@link #bits} wires an index, lowest bit first, one index after the other
     */
    public static <A extends ArithmeticShare, B extends BitShare> B negative(Protocol<A, B> protocol, A x, int count) {
        int columns = x.columns();
        if (columns < 2 || count < 1 || count > columns) {
            throw new IllegalArgumentException("the " + count + " lowest columns of " + x);
        }
        int width = Integer.SIZE - Integer.numberOfLeadingZeros(columns - 1) + 1;
        // Of equal columns the earlier one comes first: so far all before a column do, and none after it.
        long[] earlier = IntStream.range(0, columns).mapToLong(c -> c).toArray();
        A ranks = protocol.repeatRow(protocol.constant(earlier, 1, columns, width), x.rows());
        B signs = null;
        List<Integer> parts = parts(columns, x.rows());
        for (int part = 0; part + 1 < parts.size(); part++) {
            int from = parts.get(part);
            int to = parts.get(part + 1);
            signs = protocol.sign(protocol.concat(IntStream.range(from, to)
                    .mapToObj(step -> step(protocol, x, step))
                    .toList()));
            ranks = counted(protocol, ranks, signs, from, Math.min(to, columns));
        }
        int own = signs.wires() - columns;
        B negative = wires(protocol, signs, IntStream.range(0, count * columns).map(k -> own + k % columns));
        return indices(protocol, protocol.and(placed(protocol, ranks, count), negative), columns, count);
    }

    /** Of each column what lies so many columns after it minus itself; of the last step the columns themselves. */
    private static <A extends ArithmeticShare> A step(Protocol<A, ?> protocol, A x, int step) {
        int count = x.columns() - step;
        return count == 0 ? x : protocol.subtract(protocol.columns(x, step, count), protocol.columns(x, 0, count));
    }

    /** The first step of each part that is compared in one go, and where the last one ends. */
    private static List<Integer> parts(int columns, int rows) {
        List<Integer> starts = new ArrayList<>(List.of(1));
        long numbers = 0;
        for (int step = 1; step <= columns; step++) {
            long more = (long) rows * (step < columns ? columns - step : columns);
            if (numbers > 0 && numbers + more > TOGETHER) {
                starts.add(step);
                numbers = 0;
            }
            numbers += more;
        }
        starts.add(columns + 1);
        return starts;
    }

    /**
     * Ranks that know the steps from {@code from} to before {@code to}: where the later column is lower, they change.
     */
    private static <A extends ArithmeticShare, B extends BitShare> A counted(
            Protocol<A, B> protocol, A ranks, B signs, int from, int to) {
        int columns = ranks.columns();
        int compared = IntStream.range(from, to).map(step -> columns - step).sum();
        if (compared == 0) {
            return ranks;
        }
        A lower = protocol.fromBit(wires(protocol, signs, IntStream.range(0, compared)), ranks.width());
        A changed = ranks;
        int at = 0;
        for (int step = from; step < to; step++) {
            A later = protocol.columns(lower, at, columns - step);
            A none = protocol.constant(new long[ranks.rows() * step], ranks.rows(), step, ranks.width());
            changed = protocol.add(changed, protocol.concat(List.of(later, none)));
            changed = protocol.subtract(changed, protocol.concat(List.of(none, later)));
            at += columns - step;
        }
        return changed;
    }

    /** For each place from 0 on, which column has that rank. */
    private static <A extends ArithmeticShare, B extends BitShare> B placed(
            Protocol<A, B> protocol, A ranks, int count) {
        int columns = ranks.columns();
        B below = protocol.sign(protocol.concat(IntStream.rangeClosed(1, count)
                .mapToObj(place -> protocol.addConstant(ranks, -place))
                .toList()));
        B first = wires(protocol, below, IntStream.range(0, columns));
        if (count == 1) {
            return first;
        }
        B next = wires(protocol, below, IntStream.range(columns, count * columns));
        B before = wires(protocol, below, IntStream.range(0, (count - 1) * columns));
        return protocol.concatWires(List.of(first, protocol.xor(next, before)));
    }

    /** No bit of an index is set but those of the column chosen; the complement, so that none chosen is all bits. */
    private static <B extends BitShare> B indices(Protocol<?, B> protocol, B chosen, int columns, int count) {
        int bits = bits(columns);
        int none = count * columns;
        B zero = protocol.constant(new BitMatrix(1, chosen.rows(), new long[BitMatrix.wordsPerWire(chosen.rows())]));
        B with = protocol.concatWires(List.of(chosen, zero));
        B complement = null;
        for (int c = 0; c < columns; c++) {
            int column = c;
            B own = wires(
                    protocol,
                    with,
                    IntStream.range(0, count * bits)
                            .map(k -> (column >>> k % bits & 1) == 0 ? k / bits * columns + column : none));
            complement = complement == null ? own : protocol.xor(complement, own);
        }
        return protocol.not(complement);
    }

    private static <B extends BitShare> B wires(Protocol<?, B> protocol, B bits, IntStream indices) {
        return protocol.wires(bits, indices.toArray());
    }
}
