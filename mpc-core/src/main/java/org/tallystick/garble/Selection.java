package org.tallystick.garble;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Bands, tables and rankings on words of wires. */
public final class Selection {
    private Selection() {}

    /**
     * How many of the ascending thresholds x reaches, signed, in ⌈log2(K + 1)⌉ bits: K·n ANDs, depth n. Once x has been
     * compared with all, counting is linear: {@link #thermometer}. A binary search would need as many ANDs, since it
     * chooses among private thresholds, and be as many times as deep as the count has bits.
     */
    public static int[] band(CircuitBuilder b, int[] x, List<int[]> thresholds) {
        int[] reached = thresholds.stream()
                .mapToInt(threshold -> Words.atLeastSigned(b, x, threshold))
                .toArray();
        return thermometer(b, reached);
    }

    /**
     * How many of the ascending public thresholds x reaches, signed, in ⌈log2(K + 1)⌉ bits: a binary search, at most
     * ⌈log2(K + 1)⌉ · (n + 1) + K ANDs, as many times as deep as a comparison as the count has bits.
     */
    public static int[] band(CircuitBuilder b, int[] x, long[] thresholds) {
        int n = x.length;
        // Signed numbers have the order of unsigned ones once the top bit is flipped.
        int[] shifted = x.clone();
        shifted[n - 1] = b.not(shifted[n - 1]);
        long[] points = Arrays.stream(thresholds)
                .map(threshold -> (threshold ^ 1L << (n - 1)) & -1L >>> (64 - n))
                .toArray();
        return Search.reached(b, shifted, CircuitBuilder.FALSE, points);
    }

    /** The number of set bits where no bit is set after one that is not: no AND. */
    public static int[] thermometer(CircuitBuilder b, int[] reached) {
        long[] values = new long[reached.length + 1];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        return piece(b, reached, values, Math.max(1, 32 - Integer.numberOfLeadingZeros(reached.length)));
    }

    /**
     * The value of the piece that x lies in, for a thermometer of comparisons and a public value a piece, one more than
     * comparisons: the differences of neighbours where a bit is set, so no AND.
     */
    public static int[] piece(CircuitBuilder b, int[] reached, long[] values, int width) {
        if (values.length != reached.length + 1) {
            throw new IllegalArgumentException(values.length + " values for " + reached.length + " comparisons");
        }
        int[] sum = Words.constant(values[0], width);
        for (int k = 0; k < reached.length; k++) {
            int[] difference = Words.constant(values[k] ^ values[k + 1], width);
            for (int i = 0; i < width; i++) {
                if (difference[i] == CircuitBuilder.TRUE) {
                    sum[i] = b.xor(sum[i], reached[k]);
                }
            }
        }
        return sum;
    }

    /** One wire a value of x, set for the one that x has: 2^n − n − 1 ANDs, depth ⌈log2 n⌉. */
    public static int[] decode(CircuitBuilder b, int[] x) {
        if (x.length == 1) {
            return new int[] {b.not(x[0]), x[0]};
        }
        int[] low = decode(b, Words.bits(x, 0, x.length / 2));
        int[] high = decode(b, Words.bits(x, x.length / 2, x.length));
        int[] wires = new int[low.length * high.length];
        for (int h = 0; h + 1 < high.length; h++) {
            // The last product of each is what is left of the other factor.
            int rest = high[h];
            for (int l = 0; l + 1 < low.length; l++) {
                wires[h * low.length + l] = b.and(high[h], low[l]);
                rest = b.xor(rest, wires[h * low.length + l]);
            }
            wires[h * low.length + low.length - 1] = rest;
        }
        for (int l = 0; l + 1 < low.length; l++) {
            int rest = low[l];
            for (int h = 0; h + 1 < high.length; h++) {
                rest = b.xor(rest, wires[h * low.length + l]);
            }
            wires[(high.length - 1) * low.length + l] = rest;
        }
        int rest = high[high.length - 1];
        for (int l = 0; l + 1 < low.length; l++) {
            rest = b.xor(rest, wires[(high.length - 1) * low.length + l]);
        }
        wires[wires.length - 1] = rest;
        return wires;
    }

    /** Entry x of a public table: what {@link #decode} takes, however wide the entries are. */
    public static int[] lookUp(CircuitBuilder b, int[] x, long[] table, int width) {
        if (table.length > 1 << x.length) {
            throw new IllegalArgumentException(table.length + " entries for an index of " + x.length + " bits");
        }
        int[] one = decode(b, x);
        int[] entry = Words.constant(0, width);
        for (int k = 0; k < table.length; k++) {
            int[] bits = Words.constant(table[k], width);
            for (int i = 0; i < width; i++) {
                if (bits[i] == CircuitBuilder.TRUE) {
                    entry[i] = b.xor(entry[i], one[k]);
                }
            }
        }
        return entry;
    }

    /** Entry x of a private table of 2^n words: (2^n − 1)·width ANDs, depth n. */
    public static int[] lookUp(CircuitBuilder b, int[] x, List<int[]> table) {
        if (table.size() != 1 << x.length) {
            throw new IllegalArgumentException(table.size() + " entries for an index of " + x.length + " bits");
        }
        List<int[]> rest = table;
        for (int bit : x) {
            List<int[]> next = new ArrayList<>();
            for (int i = 0; i < rest.size(); i += 2) {
                next.add(Words.choose(b, bit, rest.get(i), rest.get(i + 1)));
            }
            rest = next;
        }
        return rest.getFirst();
    }

    /**
     * The indices of the lowest among the negative words of a list, signed: the lowest first, of equal ones the lower
     * index first, all bits set where fewer are negative. ⌈log2(n + 1)⌉ bits an index of n words, lowest bit first, one
     * index after the other. Beside {@link #greatest} a few ANDs an index.
     */
    public static int[] lowest(CircuitBuilder b, List<int[]> words, int count) {
        int bits = 32 - Integer.numberOfLeadingZeros(words.size());
        // −x − 1 falls as x rises, is negative where x is not, and costs nothing.
        List<int[]> against = words.stream().map(word -> Words.not(b, word)).toList();
        int[] indices = new int[count * bits];
        int at = 0;
        for (Ranked lowest : greatest(b, against, count)) {
            int negative = b.not(lowest.value()[lowest.value().length - 1]);
            int[] complement = Words.not(b, Words.unsigned(lowest.index(), bits));
            for (int bit : Words.and(b, negative, complement)) {
                indices[at++] = b.not(bit);
            }
        }
        return indices;
    }

    /** A word and the number of where it stood. */
    public record Ranked(int[] value, int[] index) {}

    /**
     * The greatest words of a list, signed, the greatest first; of equal ones that with the lower index comes first.
     * Descending lists of the greatest of each half are merged; each exchange takes 2n ANDs and two for each bit in
     * which the indices may differ. Three of 32 take 75 exchanges.
     */
    public static List<Ranked> greatest(CircuitBuilder b, List<int[]> words, int count) {
        if (count < 1 || count > words.size()) {
            throw new IllegalArgumentException("the " + count + " greatest of " + words.size());
        }
        int indexBits = Math.max(1, 32 - Integer.numberOfLeadingZeros(words.size() - 1));
        List<List<Ranked>> lists = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            lists.add(List.of(new Ranked(words.get(i), Words.constant(i, indexBits))));
        }
        while (lists.size() > 1) {
            List<List<Ranked>> merged = new ArrayList<>();
            for (int i = 0; i + 1 < lists.size(); i += 2) {
                merged.add(merge(b, lists.get(i), lists.get(i + 1), count));
            }
            if ((lists.size() & 1) != 0) {
                merged.add(lists.getLast());
            }
            lists = merged;
        }
        return lists.getFirst();
    }

    /**
     * The greatest of two descending lists by odd-even merging (Batcher 1968), of which only what the first places need
     * is built: places 0, 2, 4 … of both make one descending list, 1, 3, 5 … another; then neighbours are put in order.
     */
    private static List<Ranked> merge(CircuitBuilder b, List<Ranked> x, List<Ranked> y, int count) {
        if (x.isEmpty() || y.isEmpty()) {
            List<Ranked> all = x.isEmpty() ? y : x;
            return all.subList(0, Math.min(count, all.size()));
        }
        if (x.size() == 1 && y.size() == 1) {
            return exchange(b, x.getFirst(), y.getFirst()).subList(0, Math.min(count, 2));
        }
        List<Ranked> even = merge(b, every(x, 0), every(y, 0), count / 2 + 1);
        List<Ranked> odd = merge(b, every(x, 1), every(y, 1), (count + 1) / 2);
        List<Ranked> merged = new ArrayList<>();
        merged.add(even.getFirst());
        for (int i = 0; merged.size() < count && (i < odd.size() || i + 1 < even.size()); i++) {
            if (i < odd.size() && i + 1 < even.size()) {
                merged.addAll(exchange(b, odd.get(i), even.get(i + 1)));
            } else {
                merged.add(i < odd.size() ? odd.get(i) : even.get(i + 1));
            }
        }
        return merged.subList(0, Math.min(count, merged.size()));
    }

    private static List<Ranked> every(List<Ranked> list, int first) {
        List<Ranked> chosen = new ArrayList<>();
        for (int i = first; i < list.size(); i += 2) {
            chosen.add(list.get(i));
        }
        return chosen;
    }

    /** The greater one first; what nobody reads of the other is not built. */
    private static List<Ranked> exchange(CircuitBuilder b, Ranked x, Ranked y) {
        int[] left = key(b, x);
        int[] right = key(b, y);
        int swap = b.not(Words.atLeastSigned(b, left, right));
        int[] difference = Words.and(b, swap, Words.xor(b, left, right));
        int[] greater = Words.xor(b, left, difference);
        int[] less = Words.xor(b, right, difference);
        return List.of(ranked(b, greater, x), ranked(b, less, x));
    }

    /** Index and value as one number, so that equal values have an order: the lower index is the greater key. */
    private static int[] key(CircuitBuilder b, Ranked x) {
        int[] key = Arrays.copyOf(Words.not(b, x.index()), x.index().length + x.value().length);
        System.arraycopy(x.value(), 0, key, x.index().length, x.value().length);
        return key;
    }

    private static Ranked ranked(CircuitBuilder b, int[] key, Ranked like) {
        int bits = like.index().length;
        return new Ranked(Words.bits(key, bits, key.length), Words.not(b, Words.bits(key, 0, bits)));
    }
}
