package org.tallystick.node.governance;

import java.math.BigInteger;
import java.util.List;
import org.tallystick.program.ModelFacts;
import org.tallystick.program.Operation;
import org.tallystick.program.Program;
import org.tallystick.program.RangeAnalysis;

/**
 * How closely a program's answers can place a score: the bits of its range, as range analysis finds it, less the bits
 * of the narrowest band between two thresholds. A narrow band is how a bank asks for an exact score with few bits of
 * answer: whoever falls into it is known.
 */
final class BandBits {
    private BandBits() {}

    /**
     * Over all bands of a program. Where it has several, thresholds of one may lie beside those of another, however far
     * apart those of each are: then they are taken to be one unit apart. Reasons compare features with values of their
     * own; what they tell is counted in bits alone.
     *
     * @param facts of its private thresholds; where nothing is known of them they are taken to be one unit apart
     */
    static int most(Program program, ModelFacts facts) {
        RangeAnalysis analysis = RangeAnalysis.of(program.operations());
        boolean several = program.operations().stream()
                        .filter(operation ->
                                operation instanceof Operation.Band || operation instanceof Operation.FloorBits)
                        .count()
                > 1;
        int most = 0;
        for (Operation operation : program.operations()) {
            if (operation instanceof Operation.Band(int x, int thresholds)) {
                BigInteger narrowest = narrowest(program.operations().get(thresholds), facts);
                most = Math.max(most, bits(analysis, x, several ? BigInteger.ONE : narrowest));
            } else if (operation instanceof Operation.FloorBits(int x, int dropped)) {
                most = Math.max(most, bits(analysis, x, BigInteger.ONE.shiftLeft(several ? 0 : dropped)));
            }
        }
        return most;
    }

    /** The least distance of two thresholds; 0 where there are not two. */
    private static BigInteger narrowest(Operation thresholds, ModelFacts facts) {
        return switch (thresholds) {
            case Operation.Stored(var _, var bounds)
            when bounds.size() > 1 -> BigInteger.valueOf(Math.max(1, facts.band()));
            case Operation.Constant(List<Long> values)
            when values.size() > 1 -> {
                BigInteger least = null;
                for (int k = 1; k < values.size(); k++) {
                    BigInteger step = BigInteger.valueOf(values.get(k)).subtract(BigInteger.valueOf(values.get(k - 1)));
                    least = least == null ? step : least.min(step);
                }
                yield least.max(BigInteger.ONE);
            }
            default -> BigInteger.ZERO;
        };
    }

    private static int bits(RangeAnalysis analysis, int x, BigInteger narrowest) {
        if (narrowest.signum() == 0) {
            return 0;
        }
        RangeAnalysis.Range range = analysis.ranges().get(x).getFirst();
        BigInteger places = range.high().subtract(range.low()).add(narrowest).divide(narrowest);
        return places.subtract(BigInteger.ONE).bitLength();
    }
}
