package org.tallystick.bench;

import org.tallystick.ring.BitMatrix;

/** Signs of any numbers of 64 bits that every party can tell anew. */
final class SignWork {
    private SignWork() {}

    static long[] numbers(int from, int count) {
        long[] numbers = new long[count];
        for (int k = 0; k < count; k++) {
            numbers[k] = number(from + k);
        }
        return numbers;
    }

    /** Any number of 64 bits, the same at every call. */
    static long number(int index) {
        long z = (index + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        return z ^ z >>> 27;
    }

    /** Throws when an answer is wrong. */
    static void check(BitMatrix signs, int from) {
        for (int row = 0; row < signs.rows(); row++) {
            if (signs.get(0, row) != number(from + row) < 0) {
                throw new IllegalStateException("number " + (from + row) + ": the sign is wrong");
            }
        }
    }
}
