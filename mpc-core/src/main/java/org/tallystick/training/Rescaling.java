package org.tallystick.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.tallystick.program.Operation.Interval;
import org.tallystick.protocol.Protocol;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/**
 * Columns of a stored table brought to mean 0 and a deviation between .91 and 1, on shares: the methods of learning
 * need columns like that, and nobody learns what was done. {@link #undone} gives the weights of the columns as they
 * were. Linear, so nothing is cut off and the maximum of the likelihood is the same one.
 *
 * <p>A column's declared range is public, and its number is first brought to |u| ≤ 1/2 with {@value #UNIT} fraction
 * bits. Of u the mean is subtracted; its deviation is compared with the eighths of powers of two, and the factor is the
 * largest one that leaves it below 1. No factor exceeds the largest number that the method takes in a column, so that
 * no number ever does; a column whose range is wider than so many deviations keeps a smaller one. A column that stays
 * within 2^−14 of its range has the factor 0 and with it no weight.
 *
 * <p>Cost for n × p: a multiplication and a truncation of n · p numbers for learning rows and for rows to judge by, a
 * truncation more where a column has more than {@value #UNIT} bits; once, p products of n numbers, at most 49p signs
 * and conversions, and a few operations on p numbers.
 *
 * @param centres one row, means of u
 * @param factors one row, at {@link #FACTOR}
 */
public record Rescaling<A>(A centres, A factors) {
    /** Fraction bits of u: the sum of 2^17 squares stays in the ring. */
    static final int UNIT = 22;

    /** Fraction bits of a factor. */
    static final int FACTOR = 8;

    private static final int STEPS = 8;
    private static final int CONSTANT = 14;

    /** Fraction bits of 1 / n. */
    private static final int INVERSE = 40;

    /** Fraction bits of means in units of deviations. */
    private static final int OFFSET = 20;

    /** How many bits a column's declared range takes: u = (value − middle) / 2^bits. */
    static int bits(Interval bounds) {
        return Long.SIZE - Long.numberOfLeadingZeros(bounds.high() - bounds.low());
    }

    static long middle(Interval bounds) {
        return Math.floorDiv(bounds.low() + bounds.high(), 2);
    }

    /** The columns of a table as u at {@link #UNIT} fraction bits. */
    static <A extends ArithmeticShare, B extends BitShare> A unit(
            Protocol<A, B> protocol, A table, List<Interval> bounds) {
        List<A> centred = new ArrayList<>();
        int[] shifts = new int[bounds.size()];
        for (int k = 0; k < shifts.length; k++) {
            centred.add(protocol.addConstant(protocol.columns(table, k, 1), -middle(bounds.get(k))));
            shifts[k] = UNIT - bits(bounds.get(k));
        }
        return shifted(protocol, centred, shifts);
    }

    /** Single columns times powers of two, side by side; where the power is below 1, all in one truncation. */
    static <A extends ArithmeticShare, B extends BitShare> A shifted(
            Protocol<A, B> protocol, List<A> columns, int[] shifts) {
        int least = IntStream.of(shifts).min().orElseThrow();
        List<A> results = new ArrayList<>();
        List<A> longer = new ArrayList<>();
        for (int k = 0; k < shifts.length; k++) {
            A column = columns.get(k);
            if (shifts[k] >= 0) {
                results.add(protocol.scale(column, 1L << shifts[k]));
            } else {
                results.add(column);
                longer.add(protocol.scale(column, 1L << (shifts[k] - least)));
            }
        }
        if (!longer.isEmpty()) {
            A cut = protocol.truncate(protocol.concat(longer), -least);
            int next = 0;
            for (int k = 0; k < shifts.length; k++) {
                if (shifts[k] < 0) {
                    results.set(k, protocol.columns(cut, next++, 1));
                }
            }
        }
        return protocol.concat(results);
    }

    /**
     * From the rows to learn from.
     *
     * @param u at most 2^17 rows
     * @param limit the largest number in a column, a power of two
     */
    static <A extends ArithmeticShare, B extends BitShare> Rescaling<A> of(Protocol<A, B> protocol, A u, double limit) {
        int rows = u.rows();
        long inverse = Math.round(Math.scalb(1.0, INVERSE) / rows);
        A centres = protocol.truncate(protocol.scale(protocol.sumRows(u), inverse), INVERSE);
        A across = protocol.transpose(centred(protocol, u, centres));
        return new Rescaling<>(centres, factors(protocol, protocol.dot(across, across), rows, limit));
    }

    /** @param squares one column, the sum of squares of each column of u */
    private static <A extends ArithmeticShare, B extends BitShare> A factors(
            Protocol<A, B> protocol, A squares, int rows, double limit) {
        int most = STEPS * Math.getExponent(limit);
        List<A> margins = new ArrayList<>();
        List<Long> gains = new ArrayList<>();
        for (int step = STEPS + 1; step <= most; step++) {
            margins.add(margin(protocol, squares, rows, (double) step / STEPS));
            gains.add(factor(step) - factor(step - 1));
        }
        margins.add(margin(protocol, squares, rows, CONSTANT));
        gains.add(-factor(most));
        // One row a step and one column a column of u; each step below which the deviation lies adds its gain.
        A below = protocol.transpose(protocol.fromBit(protocol.sign(protocol.concat(margins)), Long.SIZE));
        int count = gains.size();
        long[] weights = new long[count * below.columns()];
        Arrays.setAll(weights, k -> gains.get(k % count));
        A sum = protocol.sumRows(protocol.multiplyConstant(below, weights));
        return protocol.addConstant(sum, factor(STEPS));
    }

    /** Negative where the deviation is below 2^−exponent. */
    private static <A extends ArithmeticShare> A margin(Protocol<A, ?> protocol, A squares, int rows, double exponent) {
        double threshold = Math.scalb(rows * Math.pow(2, -2 * exponent), 2 * UNIT);
        return protocol.addConstant(squares, -Math.round(threshold));
    }

    private static long factor(int step) {
        return (long) Math.scalb(Math.pow(2, (double) step / STEPS), FACTOR);
    }

    private static <A extends ArithmeticShare> A centred(Protocol<A, ?> protocol, A u, A centres) {
        return protocol.subtract(u, protocol.repeatRow(centres, u.rows()));
    }

    /** Rows of u as a method of learning takes them. */
    static <A extends ArithmeticShare, B extends BitShare> A apply(
            Protocol<A, B> protocol, Rescaling<A> rescaling, A u, int scale) {
        A centred = centred(protocol, u, rescaling.centres());
        A scaled = protocol.multiply(centred, protocol.repeatRow(rescaling.factors(), u.rows()));
        return protocol.truncate(scaled, UNIT + FACTOR - scale);
    }

    /**
     * Weights of u in place of those of the rescaled columns, and the intercept that goes with them; all with
     * {@link #FACTOR} more fraction bits.
     *
     * @param weights one column, the intercept last
     * @param places of the rescaled columns among all
     */
    static <A extends ArithmeticShare, B extends BitShare> A undone(
            Protocol<A, B> protocol, Rescaling<A> rescaling, A weights, int[] places) {
        A factors = rescaling.factors();
        A row = protocol.transpose(weights);
        List<A> own = IntStream.of(places)
                .mapToObj(column -> protocol.columns(row, column, 1))
                .toList();
        A ours = protocol.concat(own);
        A scaled = protocol.multiply(ours, factors);
        A offsets = protocol.truncate(protocol.multiply(rescaling.centres(), factors), UNIT + FACTOR - OFFSET);
        A shift = protocol.truncate(protocol.dot(ours, offsets), OFFSET - FACTOR);
        List<A> all = new ArrayList<>();
        for (int column = 0; column < row.columns(); column++) {
            all.add(protocol.scale(protocol.columns(row, column, 1), 1L << FACTOR));
        }
        for (int k = 0; k < places.length; k++) {
            all.set(places[k], protocol.columns(scaled, k, 1));
        }
        all.set(all.size() - 1, protocol.subtract(all.getLast(), shift));
        return protocol.transpose(protocol.concat(all));
    }

    @Override
    public String toString() {
        return "Rescaling[]";
    }
}
