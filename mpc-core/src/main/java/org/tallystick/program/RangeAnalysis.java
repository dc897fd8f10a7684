package org.tallystick.program;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Interval arithmetic over the operations of a program: from the declared ranges of what comes in, the range of every
 * column of every value, without overflow in the analysis itself. It assumes that owners stay in the ranges they
 * declared; an owner that lies about that chooses its input, no more.
 *
 * @param ranges per operation the range of each column; empty for bits and for reveals
 * @param differences per operation the range of x − threshold over all thresholds of a band as its only element; of
 *     reasons that of column − reference over all columns (its negative where they lie above), and that of two such
 *     minus each other; empty for all else
 */
public record RangeAnalysis(List<Operation> operations, List<List<Range>> ranges, List<List<Range>> differences) {
    /** The integers from {@code low} to {@code high}, both included, of any size. */
    public record Range(BigInteger low, BigInteger high) {
        public Range {
            if (low.compareTo(high) > 0) {
                throw new IllegalArgumentException("a range from " + low + " down to " + high);
            }
        }

        static Range of(long low, long high) {
            return new Range(BigInteger.valueOf(low), BigInteger.valueOf(high));
        }

        /** The bits of the smallest ring whose signed numbers hold the range. */
        public int width() {
            return Math.max(low.bitLength(), high.bitLength()) + 1;
        }

        Range plus(Range other) {
            return new Range(low.add(other.low), high.add(other.high));
        }

        Range minus(Range other) {
            return new Range(low.subtract(other.high), high.subtract(other.low));
        }

        Range times(Range other) {
            BigInteger a = low.multiply(other.low);
            BigInteger b = low.multiply(other.high);
            BigInteger c = high.multiply(other.low);
            BigInteger d = high.multiply(other.high);
            return new Range(a.min(b).min(c.min(d)), a.max(b).max(c.max(d)));
        }

        Range union(Range other) {
            return new Range(low.min(other.low), high.max(other.high));
        }
    }

    /** Ranges beyond this are refused at once: products of products would soon fill the memory. */
    private static final int GIVE_UP = 512;

    public RangeAnalysis {
        operations = List.copyOf(operations);
        ranges = List.copyOf(ranges);
        differences = List.copyOf(differences);
    }

    /**
     * @param operations operations whose operands fit, as a {@link Program} demands; a compiler calls this first to
     *     find the width
     * @throws IllegalArgumentException when a number may take more than 512 bits
     */
    public static RangeAnalysis of(List<Operation> operations) {
        List<List<Range>> ranges = new ArrayList<>();
        List<List<Range>> differences = new ArrayList<>();
        for (int k = 0; k < operations.size(); k++) {
            ranges.add(ranges(operations.get(k), ranges));
            differences.add(differences(operations.get(k), ranges));
            check(operations.get(k), k, widest(ranges.get(k), differences.get(k)), GIVE_UP);
        }
        return new RangeAnalysis(operations, ranges, differences);
    }

    /** The smallest width whose signed range holds every value and every difference; it may exceed 64. */
    public int width() {
        int width = 1;
        for (int k = 0; k < operations.size(); k++) {
            width = Math.max(width, widest(ranges.get(k), differences.get(k)).width());
        }
        return width;
    }

    /**
     * @throws IllegalArgumentException when a value may leave the signed range of the width, naming the operation and
     *     the numbers
     */
    public void requireWidth(int width) {
        for (int k = 0; k < operations.size(); k++) {
            check(operations.get(k), k, widest(ranges.get(k), differences.get(k)), width);
        }
    }

    private static void check(Operation operation, int k, Range widest, int width) {
        if (widest.width() > width) {
            String advice =
                    widest.width() > 64 ? "; no ring is that wide: narrow the declared ranges or the scale" : "";
            throw new IllegalArgumentException(
                    "operation " + k + " (" + operation.getClass().getSimpleName()
                            + ") may take numbers from " + widest.low() + " to " + widest.high() + ": that is "
                            + widest.width() + " bits, and the ring has " + Math.min(width, 64) + advice);
        }
    }

    /** The range of all columns and differences of an operation; 0 where it has none. */
    private static Range widest(List<Range> ranges, List<Range> differences) {
        Range widest = Range.of(0, 0);
        for (Range range : ranges) {
            widest = widest.union(range);
        }
        for (Range range : differences) {
            widest = widest.union(range);
        }
        return widest;
    }

    private static List<Range> ranges(Operation operation, List<List<Range>> of) {
        return switch (operation) {
            case Operation.Input input ->
                input.columns().stream().map(column -> range(column.bounds())).toList();
            case Operation.Stored stored ->
                stored.bounds().stream().map(RangeAnalysis::range).toList();
            case Operation.Constant constant ->
                constant.values().stream().map(value -> Range.of(value, value)).toList();
            case Operation.Concat concat ->
                concat.parts().stream().flatMap(part -> of.get(part).stream()).toList();
            case Operation.Dot dot -> List.of(dot(of.get(dot.x()), of.get(dot.y())));
            case Operation.Add add -> sum(of.get(add.x()), of.get(add.y()));
            case Operation.Contributions(int x, int y, List<Integer> groups) ->
                contributions(of.get(x), of.get(y), groups);
            case Operation.Band _, Operation.FloorBits _, Operation.Reasons _, Operation.Reveal _ -> List.of();
        };
    }

    private static Range range(Operation.Interval interval) {
        return Range.of(interval.low(), interval.high());
    }

    private static Range dot(List<Range> x, List<Range> y) {
        Range sum = Range.of(0, 0);
        for (int c = 0; c < x.size(); c++) {
            sum = sum.plus(x.get(c).times(y.get(c)));
        }
        return sum;
    }

    private static List<Range> sum(List<Range> x, List<Range> y) {
        List<Range> sum = new ArrayList<>();
        for (int c = 0; c < x.size(); c++) {
            sum.add(x.get(c).plus(y.get(c)));
        }
        return List.copyOf(sum);
    }

    private static List<Range> contributions(List<Range> x, List<Range> y, List<Integer> groups) {
        List<Range> sums = new ArrayList<>(Collections.nCopies(Collections.max(groups) + 1, Range.of(0, 0)));
        for (int c = 0; c < x.size(); c++) {
            sums.set(groups.get(c), sums.get(groups.get(c)).plus(x.get(c).times(y.get(c))));
        }
        return List.copyOf(sums);
    }

    private static List<Range> differences(Operation operation, List<List<Range>> of) {
        return switch (operation) {
            case Operation.Band(int x, int thresholds) ->
                List.of(difference(of.get(x).getFirst(), of.get(thresholds)));
            case Operation.Reasons reasons -> {
                Range all = against(reasons, of, 0);
                for (int c = 1; c < of.get(reasons.reference()).size(); c++) {
                    all = all.union(against(reasons, of, c));
                }
                yield List.of(all, all.minus(all));
            }
            default -> List.of();
        };
    }

    private static Range against(Operation.Reasons reasons, List<List<Range>> of, int column) {
        Range x = of.get(reasons.x()).get(column);
        Range reference = of.get(reasons.reference()).get(column);
        return reasons.above() ? reference.minus(x) : x.minus(reference);
    }

    private static Range difference(Range x, List<Range> thresholds) {
        Range all = x.minus(thresholds.getFirst());
        for (Range threshold : thresholds) {
            all = all.union(x.minus(threshold));
        }
        return all;
    }
}
