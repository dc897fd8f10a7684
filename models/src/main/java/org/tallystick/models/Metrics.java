package org.tallystick.models;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** How well scores separate bad from good. Scores rise with risk. */
public final class Metrics {
    private Metrics() {}

    /** Counts of right and wrong calls; bad is positive. */
    public record Confusion(int tn, int fp, int fn, int tp) {
        /** The share of wrong calls. */
        public double misclassified() {
            return (double) (fp + fn) / (tn + fp + fn + tp);
        }
    }

    public static Confusion confusion(boolean[] calledBad, boolean[] bad) {
        int[] counts = new int[4];
        for (int k = 0; k < bad.length; k++) {
            counts[(bad[k] ? 2 : 0) + (calledBad[k] ? 1 : 0)]++;
        }
        return new Confusion(counts[0], counts[1], counts[2], counts[3]);
    }

    /**
     * The area under the ROC curve: the probability that a bad one scores above a good one, ties counting half. Needs
     * both kinds. Cost: one sort.
     */
    public static double auc(double[] scores, boolean[] bad) {
        double area = 0;
        double goodBelow = 0;
        long goods = 0;
        long bads = 0;
        for (int[] tied : ties(scores)) {
            int badHere = 0;
            for (int k : tied) {
                badHere += bad[k] ? 1 : 0;
            }
            int goodHere = tied.length - badHere;
            area += badHere * (goodBelow + goodHere / 2.0);
            goodBelow += goodHere;
            goods += goodHere;
            bads += badHere;
        }
        requireBoth(goods, bads);
        return area / ((double) goods * bads);
    }

    /** The Kolmogorov-Smirnov distance between the scores of bad and good: the largest gap of their distributions. */
    public static double ks(double[] scores, boolean[] bad) {
        long bads = IntStream.range(0, bad.length).filter(k -> bad[k]).count();
        long goods = bad.length - bads;
        requireBoth(goods, bads);
        double gap = 0;
        long badSeen = 0;
        long goodSeen = 0;
        for (int[] tied : ties(scores)) {
            for (int k : tied) {
                if (bad[k]) {
                    badSeen++;
                } else {
                    goodSeen++;
                }
            }
            gap = Math.max(gap, Math.abs((double) goodSeen / goods - (double) badSeen / bads));
        }
        return gap;
    }

    /** Indices by ascending score, those of equal scores together. */
    private static int[][] ties(double[] scores) {
        int[] order = IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble(k -> scores[k]))
                .mapToInt(Integer::intValue)
                .toArray();
        int[] starts = IntStream.range(0, order.length)
                .filter(k -> k == 0 || scores[order[k]] != scores[order[k - 1]])
                .toArray();
        return IntStream.range(0, starts.length)
                .mapToObj(
                        k -> Arrays.copyOfRange(order, starts[k], k + 1 < starts.length ? starts[k + 1] : order.length))
                .toArray(int[][]::new);
    }

    private static void requireBoth(long goods, long bads) {
        if (goods == 0 || bads == 0) {
            throw new IllegalArgumentException(
                    goods + " good and " + bads + " bad: to tell them apart takes at least one of each");
        }
    }
}
