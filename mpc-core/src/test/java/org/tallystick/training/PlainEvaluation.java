package org.tallystick.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.IntStream;

/** What an evaluation must say, counted pair by pair. */
final class PlainEvaluation {
    private PlainEvaluation() {}

    /** @param threshold in bins of 2^binBits */
    static void check(Evaluation.Result result, long[] scores, long[] bad, int binBits, long threshold) {
        int rows = scores.length;
        long[] bins = new long[rows];
        long pairs = 0;
        long gap = 0;
        long called = 0;
        long truePositive = 0;
        for (int k = 0; k < rows; k++) {
            bins[k] = Math.clamp(scores[k] >> binBits, -2048, 2047);
            called += scores[k] >= threshold << binBits ? 1 : 0;
            truePositive += scores[k] >= threshold << binBits ? bad[k] : 0;
        }
        long bads = IntStream.range(0, rows).filter(k -> bad[k] == 1).count();
        for (int k = 0; k < rows; k++) {
            long badBelow = 0;
            long goodBelow = 0;
            for (int j = 0; j < rows; j++) {
                if (bad[k] == 1 && bad[j] == 0) {
                    pairs += bins[k] > bins[j] ? 2 : bins[k] == bins[j] ? 1 : 0;
                }
                badBelow += bins[j] < bins[k] ? bad[j] : 0;
                goodBelow += bins[j] < bins[k] ? 1 - bad[j] : 0;
            }
            gap = Math.max(gap, Math.abs(badBelow * (rows - bads) - goodBelow * bads));
        }
        assertEquals(rows, result.rows());
        assertEquals(bads, result.bad());
        assertEquals(called, result.calledBad());
        assertEquals(truePositive, result.truePositive());
        assertEquals(pairs, result.pairs());
        assertEquals(gap, result.gap());
        assertEquals(rows, result.trueNegative() + result.falsePositive() + result.falseNegative() + truePositive);
        for (int decile = 1; decile <= 10; decile++) {
            long wanted = Math.ceilDiv((long) rows * decile, 10);
            long all = 0;
            long badOnes = 0;
            for (int k = 0; k < rows; k++) {
                int row = k;
                long above = IntStream.range(0, rows)
                        .filter(j -> bins[j] > bins[row])
                        .count();
                all += above < wanted ? 1 : 0;
                badOnes += above < wanted ? bad[k] : 0;
            }
            assertEquals(all, result.worst()[decile - 1][0]);
            assertEquals(badOnes, result.worst()[decile - 1][1]);
        }
    }
}
