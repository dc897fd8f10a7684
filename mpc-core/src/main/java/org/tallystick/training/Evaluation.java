package org.tallystick.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tallystick.gadget.Extremes;
import org.tallystick.gadget.RangeCheck;
import org.tallystick.protocol.Protocol;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/**
 * How well shared scores separate bad from good, revealed to one party as aggregates: the numbers of {@link Result},
 * and no score, label or curve.
 *
 * <p>AUC, KS and lift come from 4096 equal bins of the score between −2^3 and 2^3 (width 1/256, {@link Histogram});
 * rows of one bin count as ties. The confusion counts are exact.
 */
public final class Evaluation {
    private static final int EXPONENT = 3;
    private static final int DECILES = 10;
    private static final int MAX_ROWS = 1 << 18;

    private Evaluation() {}

    /**
     * What the result party learns.
     *
     * @param bad among {@code rows}
     * @param calledBad rows whose score reaches the threshold
     * @param truePositive bad ones among those
     * @param pairs twice the number of pairs of a bad and a good row that the bad one wins, ties counting half
     * @param gap the largest |bad below · good − good below · bad| over all scores
     * @param worst for each decile from the riskiest down, cumulated: the rows of all bins that begin in it, and the
     *     bad ones among them
     */
    public record Result(int rows, long bad, long calledBad, long truePositive, long pairs, long gap, long[][] worst) {
        public long good() {
            return rows - bad;
        }

        public double auc() {
            return pairs / (2.0 * bad * good());
        }

        public double ks() {
            return gap / ((double) bad * good());
        }

        public long falsePositive() {
            return calledBad - truePositive;
        }

        public long falseNegative() {
            return bad - truePositive;
        }

        public long trueNegative() {
            return good() - falsePositive();
        }

        /** How many times the overall bad rate the bad rate of the riskiest {@code decile} + 1 deciles is. */
        public double lift(int decile) {
            return (double) worst[decile][1] / worst[decile][0] / ((double) bad / rows);
        }
    }

    /**
     * Empty at every party but {@code to}.
     *
     * @param scores one column of at most 2^18 at {@code scale} mod 2^64, |score| &lt; 2^(61 − scale)
     * @param bad one column of 0 and 1 mod 2^64
     * @param threshold a score that reaches it is called bad
     */
    public static <A extends ArithmeticShare, B extends BitShare> Optional<Result> reveal(
            Protocol<A, B> protocol, A scores, int scale, A bad, double threshold, int to) {
        A beyond = protocol.addConstant(scores, -Math.round(Math.scalb(threshold, scale)));
        return open(protocol, aggregates(protocol, scores, beyond, scale, bad), scores.rows(), to);
    }

    /**
     * The numbers of a {@link Result} on shares, nothing opened.
     *
     * @param scores one column of at most 2^18 at {@code scale} mod 2^64, |score| &lt; 2^(61 − scale)
     * @param beyond the scores less the threshold
     * @param bad one column of 0 and 1 mod 2^64
     */
    static <A extends ArithmeticShare, B extends BitShare> A aggregates(
            Protocol<A, B> protocol, A scores, A beyond, int scale, A bad) {
        int rows = scores.rows();
        if (rows > MAX_ROWS || bad.rows() != rows) {
            throw new IllegalArgumentException(scores + " with labels " + bad + ": at most " + MAX_ROWS + " rows");
        }
        A labels = protocol.narrow(bad, Histogram.WIDTH);
        A total = protocol.sumRows(labels);
        A called = protocol.fromBit(protocol.not(protocol.sign(beyond)), Histogram.WIDTH);
        Histogram.Counts<A> counts = Histogram.of(protocol, scores, scale, labels, EXPONENT);
        return protocol.concat(List.of(
                total,
                protocol.sumRows(called),
                protocol.product(protocol.transpose(called), labels),
                pairs(protocol, counts),
                gap(protocol, counts, total, rows),
                worst(protocol, counts, rows)));
    }

    /** Opens {@link #aggregates} of so many rows; empty at every party but {@code to}. */
    static <A extends ArithmeticShare, B extends BitShare> Optional<Result> open(
            Protocol<A, B> protocol, A aggregates, int rows, int to) {
        return protocol.reveal(aggregates, to).map(values -> result(values, rows));
    }

    /**
     * Whether both kinds have at least so many rows, opened to all as one bit.
     *
     * @param bad one column of 0 and 1 mod 2^64
     */
    static <A extends ArithmeticShare, B extends BitShare> boolean hasBoth(Protocol<A, B> protocol, A bad, int fewest) {
        A labels = protocol.narrow(bad, Histogram.WIDTH);
        A bads = protocol.sumRows(labels);
        A goods = protocol.addConstant(protocol.scale(bads, -1), bad.rows());
        B fewer = protocol.sign(protocol.addConstant(protocol.concat(List.of(bads, goods)), -fewest));
        return protocol.open(RangeCheck.all(protocol, protocol.not(fewer))).get(0, 0);
    }

    /** Σ bad · (2 · good before + good here). */
    private static <A extends ArithmeticShare, B extends BitShare> A pairs(
            Protocol<A, B> protocol, Histogram.Counts<A> counts) {
        A good = protocol.subtract(counts.all(), counts.bad());
        A won = protocol.add(protocol.scale(Histogram.before(protocol, good), 2), good);
        return protocol.sumRows(protocol.dot(counts.bad(), won));
    }

    /** The largest |bad before · good − good before · bad| = |bad before · rows − all before · bad|. */
    private static <A extends ArithmeticShare, B extends BitShare> A gap(
            Protocol<A, B> protocol, Histogram.Counts<A> counts, A total, int rows) {
        A badBefore = protocol.scale(Histogram.before(protocol, counts.bad()), rows);
        A allBefore = Histogram.before(protocol, counts.all());
        A bad = protocol.repeatColumn(protocol.repeatRow(total, Histogram.SIDE), Histogram.SIDE);
        A gaps = Histogram.ascending(protocol, protocol.subtract(badBefore, protocol.multiply(allBefore, bad)));
        A row = protocol.transpose(gaps);
        return Extremes.maximumOfRow(protocol, protocol.concat(List.of(row, protocol.scale(row, -1))));
    }

    /**
     * For each decile of rows, from the highest scores down: all and bad rows of the bins that begin within it. One row
     * of 20 columns, the ten of all rows first.
     */
    private static <A extends ArithmeticShare, B extends BitShare> A worst(
            Protocol<A, B> protocol, Histogram.Counts<A> counts, int rows) {
        A through = protocol.add(Histogram.before(protocol, counts.all()), counts.all());
        A above = protocol.addConstant(protocol.scale(Histogram.ascending(protocol, through), -1), rows);
        List<A> differences = new ArrayList<>();
        for (int decile = 1; decile <= DECILES; decile++) {
            differences.add(protocol.addConstant(above, -Math.ceilDiv((long) rows * decile, DECILES)));
        }
        A within = protocol.fromBit(protocol.sign(protocol.concat(differences)), Histogram.WIDTH);
        A columns = protocol.concat(
                List.of(Histogram.ascending(protocol, counts.all()), Histogram.ascending(protocol, counts.bad())));
        A sums = protocol.product(protocol.transpose(within), columns);
        return protocol.transpose(
                protocol.concatRows(List.of(protocol.columns(sums, 0, 1), protocol.columns(sums, 1, 1))));
    }

    private static Result result(long[] values, int rows) {
        long[][] worst = new long[DECILES][];
        for (int k = 0; k < DECILES; k++) {
            worst[k] = new long[] {values[5 + k], values[5 + DECILES + k]};
        }
        return new Result(rows, values[0], values[1], values[2], values[3], values[4], worst);
    }
}
