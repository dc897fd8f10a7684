package org.tallystick.garble;

/** The logistic function of a fixed-point number, rounded to a public number of levels. */
public final class Sigmoid {
    private Sigmoid() {}

    /**
     * round(levels · 1 / (1 + e^−x)) exactly, for x in two's complement with {@code fraction} bits after the point: a
     * binary search for |x| among the public points where the rounding changes, and a subtraction for negative x. The
     * points are chosen by the one-hot code of the bits found so far, which grows by one AND for two of its wires.
     *
     * <p>For 1 000 levels, of 24 bits of which 16 are fraction: about 480 ANDs. Comparing with all 999 points would
     * take 24 000, a table 65 000.
     *
     * @param levels even
     * @return {@code levels} and 0 included, in as many bits as {@code levels} has
     */
    public static int[] quantised(CircuitBuilder b, int[] x, int fraction, int levels) {
        if (levels < 2 || (levels & 1) != 0) {
            throw new IllegalArgumentException("an even number of levels, not " + levels);
        }
        long[] points = points(fraction, levels);
        int sign = x[x.length - 1];
        int[] magnitude = Words.negateIf(b, sign, x);
        int pointBits = Math.min(x.length, 64 - Long.numberOfLeadingZeros(points[points.length - 1]));
        int beyond = b.not(Words.all(b, Words.not(b, rest(magnitude, pointBits))));
        int[] count = Search.reached(b, Words.bits(magnitude, 0, pointBits), beyond, points);
        int width = 32 - Integer.numberOfLeadingZeros(levels);
        int[] signed = Words.unsigned(count, width);
        for (int i = 0; i < width; i++) {
            signed[i] = b.xor(signed[i], sign);
        }
        return Words.add(b, signed, Words.constant(levels / 2, width), sign);
    }

    /** The bits above; a zero where there are none. */
    private static int[] rest(int[] word, int from) {
        return from < word.length ? Words.bits(word, from, word.length) : new int[] {CircuitBuilder.FALSE};
    }

    /** The least encoded numbers at which the rounded value is levels / 2 + 1, levels / 2 + 2 … */
    static long[] points(int fraction, int levels) {
        long[] points = new long[levels / 2];
        for (int j = 0; j < points.length; j++) {
            double p = (levels / 2 + j + 0.5) / levels;
            points[j] = (long) Math.ceil(Math.scalb(Math.log(p / (1 - p)), fraction));
        }
        return points;
    }
}
