package org.tallystick.models;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.MersenneTwister;

/**
 * Draws a part of the rows, the same part of good and of bad ones, by a seed. It draws as the statistics packages do
 * that published results on these data were made with (a Mersenne twister seeded by one integer, a shuffle from the end
 * by rejection, the good ones first), so that the same seed gives the same rows.
 */
final class StratifiedSplit {
    private final MersenneTwister random;

    private StratifiedSplit(int seed) {
        this.random = new MersenneTwister(seed);
    }

    /** The indices of the rows that are drawn, ascending. */
    static Set<Integer> draw(boolean[] bad, double part, int seed) {
        return new StratifiedSplit(seed).draw(bad, part);
    }

    private Set<Integer> draw(boolean[] bad, double part) {
        int drawn = (int) Math.ceil(part * bad.length);
        int kept = bad.length - drawn;
        List<int[]> classes = List.of(indices(bad, false), indices(bad, true));
        int[] keep = shares(classes, bad.length, kept);
        Set<Integer> rows = new TreeSet<>();
        for (int k = 0; k < classes.size(); k++) {
            int[] of = classes.get(k);
            int[] order = permutation(of.length);
            for (int j = keep[k]; j < of.length; j++) {
                rows.add(of[order[j]]);
            }
        }
        return rows;
    }

    private static int[] indices(boolean[] bad, boolean wanted) {
        return IntStream.range(0, bad.length).filter(k -> bad[k] == wanted).toArray();
    }

    /** How many of each class are kept: in proportion, rounded down, the rest to the largest remainder. */
    private static int[] shares(List<int[]> classes, int rows, int kept) {
        double[] exact = classes.stream()
                .mapToDouble(of -> (double) of.length / rows * kept)
                .toArray();
        int[] shares = Arrays.stream(exact).mapToInt(x -> (int) Math.floor(x)).toArray();
        if (Arrays.stream(shares).sum() < kept) {
            shares[exact[0] - shares[0] >= exact[1] - shares[1] ? 0 : 1]++;
        }
        return shares;
    }

    private int[] permutation(int count) {
        int[] order = new int[count];
        Arrays.setAll(order, k -> k);
        for (int k = count - 1; k > 0; k--) {
            int other = upTo(k);
            int kept = order[k];
            order[k] = order[other];
            order[other] = kept;
        }
        return order;
    }

    private int upTo(int most) {
        int mask = -1 >>> Integer.numberOfLeadingZeros(most);
        int value;
        do {
            value = random.nextInt() & mask;
        } while (value > most);
        return value;
    }
}
