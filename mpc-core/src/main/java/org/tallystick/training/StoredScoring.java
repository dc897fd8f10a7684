package org.tallystick.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tallystick.program.Operation.Interval;
import org.tallystick.protocol.Protocol;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;
import org.tallystick.training.Prepared.Source;
import org.tallystick.training.Training.OwnedColumn;

/**
 * What a program of weights that nobody knows stores where columns are a table's: those have scales of their own, so
 * each weight has one that brings its product to the score's. Weights are of u, the column over the width of its range
 * ({@link Rescaling}). Where a column has more than {@value #MOST_BITS} bits, its weight loses as many.
 */
final class StoredScoring {
    /** Weights of u, and the intercept that goes with them. */
    private static final long BOUND = 256;

    /** Beyond the weights' own, the most fraction bits of a score. */
    private static final int MOST_BITS = 24;

    private StoredScoring() {}

    static int scoreScale(List<OwnedColumn> columns, Learner<?, ?> learner) {
        int most = columns.stream()
                .map(each -> each.prepared().source())
                .mapToInt(source -> source instanceof Source.Stored stored ? Rescaling.bits(stored.bounds()) : 0)
                .max()
                .orElse(0);
        return learner.weightScale() + Math.max(learner.columnScale(), Math.min(most, MOST_BITS));
    }

    /** Of a stored column's weight. */
    static Interval bound(Source.Stored column, int scoreScale) {
        int shift = scoreScale - Rescaling.bits(column.bounds());
        long reach = Math.max(1, shift >= 0 ? BOUND << shift : BOUND >> -shift);
        return new Interval(-reach, reach);
    }

    static Interval interceptBound(List<OwnedColumn> columns, int scoreScale) {
        long reach = BOUND << scoreScale;
        for (OwnedColumn each : columns) {
            if (each.prepared().source() instanceof Source.Stored column) {
                long middle = Math.abs(Rescaling.middle(column.bounds()));
                reach = Math.addExact(
                        reach,
                        Math.multiplyExact(middle, bound(column, scoreScale).high()));
            }
        }
        return new Interval(-reach, reach);
    }

    /**
     * The shares that the program stores, one row each.
     *
     * @param weights one column, the intercept last, with {@link Rescaling#FACTOR} more fraction bits than the
     *     learner's
     */
    static <A extends ArithmeticShare, B extends BitShare> Map<String, A> stored(
            Protocol<A, B> protocol, A weights, List<OwnedColumn> columns, Learner<A, B> learner) {
        int scoreScale = scoreScale(columns, learner);
        A row = protocol.transpose(protocol.truncate(weights, Rescaling.FACTOR));
        List<A> single = new ArrayList<>();
        int[] shifts = new int[columns.size()];
        for (int k = 0; k < shifts.length; k++) {
            Source source = columns.get(k).prepared().source();
            int bits = source instanceof Source.Stored stored ? Rescaling.bits(stored.bounds()) : learner.columnScale();
            single.add(protocol.columns(row, k, 1));
            shifts[k] = scoreScale - learner.weightScale() - bits;
        }
        A all = Rescaling.shifted(protocol, single, shifts);
        A intercept =
                protocol.scale(protocol.columns(row, shifts.length, 1), 1L << (scoreScale - learner.weightScale()));
        for (int k = 0; k < shifts.length; k++) {
            if (columns.get(k).prepared().source() instanceof Source.Stored column) {
                A part = protocol.scale(protocol.columns(all, k, 1), Rescaling.middle(column.bounds()));
                intercept = protocol.subtract(intercept, part);
            }
        }
        return Map.of(ScoringProgram.WEIGHTS, all, ScoringProgram.INTERCEPT, intercept);
    }
}
