package org.tallystick.plan;

import java.util.ArrayList;
import java.util.List;
import org.tallystick.convert.GarbledFunction;
import org.tallystick.convert.GarbledFunction.Way;
import org.tallystick.convert.ScoreFunctions;
import org.tallystick.gadget.Bands;
import org.tallystick.gadget.Lowest;
import org.tallystick.garble.Circuit;
import org.tallystick.garble.Hashing;
import org.tallystick.protocol.Protocol;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/**
 * What is asked of a shared number of every row, with an answer in bits to one party: the part of a program that may be
 * garbled or bit-sliced. Both are here side by side, and answer the same, bit for bit. Numbers are in two's complement.
 */
public sealed interface Question {
    /** Bits of the number. */
    int width();

    /** For people: what it is. */
    String words();

    /** How many columns of numbers it is asked of. */
    default int columns() {
        return 1;
    }

    /** Bits of the answer. */
    int answerBits();

    /** How many numbers are compared, or turned into bits, for a row on bit slices. */
    int compared();

    /** The function, for so many rows side by side. */
    GarbledFunction garbled(Way way, int rows);

    /**
     * Those numbers, side by side; no message.
     *
     * @param x the number, {@link #columns}
     * @param thresholds one row; of no account where the question has none
     */
    <A extends ArithmeticShare> A operands(Protocol<A, ?> protocol, A x, A thresholds);

    /** The answer's bits on shares, lowest first. */
    <A extends ArithmeticShare, B extends BitShare> B bits(Protocol<A, B> protocol, A x, A thresholds);

    private static Circuit.Order order(int rows) {
        return Hashing.of(rows) == Hashing.TWEAKED ? Circuit.Order.LAYERED : Circuit.Order.AS_BUILT;
    }

    /** How many of the ascending private thresholds the number reaches: one is a comparison, more are a band. */
    record Band(int width, int thresholds) implements Question {
        @Override
        public String words() {
            return thresholds == 1
                    ? "comparison of " + width + " bits"
                    : "band by " + thresholds + " thresholds, " + width + " bits";
        }

        @Override
        public int answerBits() {
            return Bands.wires(thresholds);
        }

        @Override
        public int compared() {
            return thresholds;
        }

        @Override
        public GarbledFunction garbled(Way way, int rows) {
            return ScoreFunctions.band(way, width, thresholds, order(rows));
        }

        @Override
        public <A extends ArithmeticShare> A operands(Protocol<A, ?> protocol, A x, A row) {
            return protocol.subtract(protocol.repeatColumn(x, thresholds), protocol.repeatRow(row, x.rows()));
        }

        @Override
        public <A extends ArithmeticShare, B extends BitShare> B bits(Protocol<A, B> protocol, A x, A row) {
            return Bands.count(protocol, x, row);
        }
    }

    /** How many of the ascending public steps the number reaches. Differences to them fit the width. */
    record LookUp(int width, List<Long> steps) implements Question {
        public LookUp {
            steps = List.copyOf(steps);
        }

        @Override
        public String words() {
            return "look-up among " + steps.size() + " public steps, " + width + " bits";
        }

        @Override
        public int answerBits() {
            return Bands.wires(steps.size());
        }

        @Override
        public int compared() {
            return steps.size();
        }

        @Override
        public GarbledFunction garbled(Way way, int rows) {
            return ScoreFunctions.steps(way, width, steps, order(rows));
        }

        @Override
        public <A extends ArithmeticShare> A operands(Protocol<A, ?> protocol, A x, A none) {
            return x;
        }

        @Override
        public <A extends ArithmeticShare, B extends BitShare> B bits(Protocol<A, B> protocol, A x, A none) {
            long[] values = steps.stream().mapToLong(step -> step).toArray();
            return Bands.count(protocol, x, protocol.constant(values, 1, values.length, width));
        }
    }

    /** ⌊x / 2^dropped⌋, exactly: points, or a score in steps of a power of two. */
    record Floor(int width, int dropped) implements Question {
        @Override
        public String words() {
            return "look-up of the upper " + answerBits() + " of " + width + " bits";
        }

        @Override
        public int answerBits() {
            return width - dropped;
        }

        @Override
        public int compared() {
            return 1;
        }

        @Override
        public GarbledFunction garbled(Way way, int rows) {
            return ScoreFunctions.floor(way, width, dropped, order(rows));
        }

        @Override
        public <A extends ArithmeticShare> A operands(Protocol<A, ?> protocol, A x, A none) {
            return x;
        }

        @Override
        public <A extends ArithmeticShare, B extends BitShare> B bits(Protocol<A, B> protocol, A x, A none) {
            return protocol.toBits(x, dropped, width);
        }
    }

    /** Which columns are the lowest among the negative ones: reasons, of differences from a reference. */
    record Reasons(int width, int columns, int count) implements Question {
        @Override
        public String words() {
            return "top " + count + " of " + columns + " reasons, " + width + " bits";
        }

        @Override
        public int answerBits() {
            return count * Lowest.bits(columns);
        }

        /** Every two columns, and the sign of each. */
        @Override
        public int compared() {
            return columns * (columns + 1) / 2;
        }

        @Override
        public GarbledFunction garbled(Way way, int rows) {
            return ScoreFunctions.reasons(way, width, columns, count, order(rows));
        }

        @Override
        public <A extends ArithmeticShare> A operands(Protocol<A, ?> protocol, A x, A none) {
            return x;
        }

        @Override
        public <A extends ArithmeticShare, B extends BitShare> B bits(Protocol<A, B> protocol, A x, A none) {
            return Lowest.negative(protocol, x, count);
        }
    }

    /** The columns of {@link #operands}, one by one. */
    default <A extends ArithmeticShare> List<A> inputs(Protocol<A, ?> protocol, A x, A thresholds) {
        A all = operands(protocol, x, thresholds);
        List<A> columns = new ArrayList<>();
        for (int c = 0; c < all.columns(); c++) {
            columns.add(protocol.columns(all, c, 1));
        }
        return columns;
    }
}
