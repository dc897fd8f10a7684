package org.tallystick.garble;

/**
 * Binary search of a private number among public points. The point to compare with next is chosen by the one-hot code
 * of the bits found so far, which grows by one AND for two of its wires.
 */
final class Search {
    private Search() {}

    /**
     * How many points x reaches, in as many bits as their number has: for K points of n bits at most ⌈log2(K + 1)⌉ · (n
     * + 1) + K ANDs, depth about ⌈log2(K + 1)⌉ · n.
     *
     * @param x unsigned
     * @param beyond set where x reaches all points whatever its bits say
     * @param points ascending, unsigned, as wide as x
     */
    static int[] reached(CircuitBuilder b, int[] x, int beyond, long[] points) {
        int bits = 32 - Integer.numberOfLeadingZeros(points.length);
        int[] count = new int[bits];
        int[] one = {CircuitBuilder.TRUE};
        for (int bit = bits - 1; bit >= 0; bit--) {
            int[] threshold = Words.constant(0, x.length);
            int exists = CircuitBuilder.FALSE;
            for (int prefix = 0; prefix < one.length; prefix++) {
                int index = (2 * prefix + 1 << bit) - 1;
                if (index < points.length) {
                    threshold = addWhere(b, threshold, one[prefix], points[index]);
                    exists = b.xor(exists, one[prefix]);
                }
            }
            int reached = b.or(beyond, Words.atLeast(b, x, threshold));
            count[bit] = b.and(exists, reached);
            if (bit > 0) {
                one = extend(b, one, count[bit]);
            }
        }
        return count;
    }

    private static int[] addWhere(CircuitBuilder b, int[] sum, int where, long value) {
        int[] constant = Words.constant(value, sum.length);
        int[] result = sum.clone();
        for (int i = 0; i < result.length; i++) {
            if (constant[i] == CircuitBuilder.TRUE) {
                result[i] = b.xor(result[i], where);
            }
        }
        return result;
    }

    /** The one-hot code of a number with one more bit below. */
    private static int[] extend(CircuitBuilder b, int[] one, int bit) {
        int[] next = new int[2 * one.length];
        int rest = bit;
        for (int i = 0; i < one.length; i++) {
            // The last product is what is left of the bit.
            next[2 * i + 1] = i + 1 < one.length ? b.and(one[i], bit) : rest;
            next[2 * i] = b.xor(one[i], next[2 * i + 1]);
            rest = b.xor(rest, next[2 * i + 1]);
        }
        return next;
    }
}
