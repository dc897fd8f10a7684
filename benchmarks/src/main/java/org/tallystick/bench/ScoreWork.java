package org.tallystick.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.tallystick.program.Operation;
import org.tallystick.program.Operation.Column;
import org.tallystick.program.Operation.Interval;
import org.tallystick.program.Program;
import org.tallystick.program.RangeAnalysis;
import org.tallystick.protocol.Profile;
import org.tallystick.ring.BitMatrix;

/**
 * The work that is compared with other systems: a dot product of 32 private features with private weights, a comparison
 * with a private threshold, the answer to the bank alone. Each of four parties brings 8 features; the bank, party 3,
 * has brought weights and threshold. Features are fixed-point numbers below 8 in size, weights below 2, with 16 binary
 * places: 44 bits by range analysis.
 */
final class ScoreWork {
    static final int PARTIES = 4;
    static final int BANK = 3;
    static final int FEATURES = 32;

    /** Rounds of one score from shares: the dot product, the addends' bits, 7 layers of carries, the answer. */
    static final int ROUNDS = 10;

    private static final int OWN = FEATURES / PARTIES;
    private static final int SCALE = 16;
    private static final long FEATURE_BOUND = 1L << 19;
    private static final long WEIGHT_BOUND = 1L << 17;
    private static final long SUM_BOUND = FEATURES * FEATURE_BOUND * WEIGHT_BOUND;

    private ScoreWork() {}

    static Program program() {
        List<Operation> operations = new ArrayList<>();
        for (int owner = 0; owner < PARTIES; owner++) {
            operations.add(new Operation.Input(owner, columns(owner)));
        }
        operations.add(new Operation.Concat(List.of(0, 1, 2, 3)));
        operations.add(new Operation.Stored(
                "weights", java.util.Collections.nCopies(FEATURES, new Interval(-WEIGHT_BOUND, WEIGHT_BOUND))));
        operations.add(new Operation.Stored("threshold", List.of(new Interval(-SUM_BOUND, SUM_BOUND))));
        operations.add(new Operation.Dot(4, 5));
        operations.add(new Operation.Band(7, 6));
        operations.add(new Operation.Reveal(8, BANK));
        int width = RangeAnalysis.of(operations).width();
        return new Program(
                "benchmark: 32 features, one threshold",
                Profile.REP4,
                List.of("tax", "utility", "social", "bank"),
                width,
                operations);
    }

    private static List<Column> columns(int owner) {
        List<Column> columns = new ArrayList<>();
        for (int c = 0; c < OWN; c++) {
            String name = "x" + (owner * OWN + c);
            columns.add(new Column(name, "synthetic", SCALE, new Interval(-FEATURE_BOUND, FEATURE_BOUND)));
        }
        return columns;
    }

    /** The bank's model. */
    static Map<String, long[]> model() {
        Random random = new Random(7);
        long[] weights = new long[FEATURES];
        for (int c = 0; c < FEATURES; c++) {
            weights[c] = random.nextLong(-WEIGHT_BOUND, WEIGHT_BOUND + 1);
        }
        return Map.of("weights", weights, "threshold", new long[] {1L << 33});
    }

    /** What a party brings for rows {@code from} to {@code from + rows − 1}, column after column. */
    static long[] features(int owner, int from, int rows) {
        long[] values = new long[OWN * rows];
        for (int c = 0; c < OWN; c++) {
            for (int row = 0; row < rows; row++) {
                values[c * rows + row] = feature(owner * OWN + c, from + row);
            }
        }
        return values;
    }

    /** Any number between −1 and 1 that every party can tell anew. */
    static double uniform(int column, int row) {
        return (double) feature(column, row) / FEATURE_BOUND;
    }

    /** Any numbers in the bounds that every party can tell anew (SplitMix64). */
    private static long feature(int column, int row) {
        long z = ((long) column << 32 | row) * 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return ((z ^ z >>> 31) & (2 * FEATURE_BOUND - 1)) - FEATURE_BOUND;
    }

    /** Throws when an answer differs from plain arithmetic: a speed of wrong answers is none. */
    static void check(BitMatrix answers, int from) {
        Map<String, long[]> model = model();
        long[] weights = model.get("weights");
        for (int row = 0; row < answers.rows(); row++) {
            long sum = 0;
            for (int c = 0; c < FEATURES; c++) {
                sum += feature(c, from + row) * weights[c];
            }
            if (answers.get(0, row) != sum >= model.get("threshold")[0]) {
                throw new IllegalStateException("row " + (from + row) + ": the answer is wrong");
            }
        }
    }
}
