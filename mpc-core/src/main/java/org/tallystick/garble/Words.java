package org.tallystick.garble;

import java.util.Arrays;

/**
 * Arithmetic on words of wires, lowest bit first. ANDs are stated for words of n bits; where a bit is constant the
 * builder needs fewer.
 */
public final class Words {
    private Words() {}

    /** A public number, the low {@code width} bits of it. */
    public static int[] constant(long value, int width) {
        int[] word = new int[width];
        for (int i = 0; i < width; i++) {
            word[i] = (int) (value >> Math.min(i, 63) & 1);
        }
        return word;
    }

    /** The word with {@code width} bits: the top ones cut off, or zeros put in. */
    public static int[] unsigned(int[] x, int width) {
        return Arrays.copyOf(x, width);
    }

    /** The word with {@code width} bits: the top ones cut off, or the sign repeated. */
    public static int[] signed(int[] x, int width) {
        int[] word = Arrays.copyOf(x, width);
        Arrays.fill(word, Math.min(x.length, width), width, x[x.length - 1]);
        return word;
    }

    /** Bits {@code from} to {@code to − 1}. */
    public static int[] bits(int[] x, int from, int to) {
        return Arrays.copyOfRange(x, from, to);
    }

    /** x · 2^places, as much longer; zeros come in. */
    public static int[] shiftLeft(int[] x, int places) {
        int[] word = new int[x.length + places];
        System.arraycopy(x, 0, word, places, x.length);
        return word;
    }

    public static int[] not(CircuitBuilder b, int[] x) {
        return Arrays.stream(x).map(b::not).toArray();
    }

    public static int[] xor(CircuitBuilder b, int[] x, int[] y) {
        sameWidth(x, y);
        int[] z = new int[x.length];
        for (int i = 0; i < z.length; i++) {
            z[i] = b.xor(x[i], y[i]);
        }
        return z;
    }

    /** Each bit of x and the bit: n ANDs. */
    public static int[] and(CircuitBuilder b, int bit, int[] x) {
        return Arrays.stream(x).map(wire -> b.and(bit, wire)).toArray();
    }

    /** y where {@code choice} is set, else x: n ANDs (Kolesnikov and Schneider, ICALP 2008). */
    public static int[] choose(CircuitBuilder b, int choice, int[] x, int[] y) {
        sameWidth(x, y);
        int[] z = new int[x.length];
        for (int i = 0; i < z.length; i++) {
            z[i] = b.choose(choice, x[i], y[i]);
        }
        return z;
    }

    /** x + y mod 2^n: n − 1 ANDs, depth n − 1, the best known (Boyar, Peralta, Pochuev 2000). */
    public static int[] add(CircuitBuilder b, int[] x, int[] y) {
        return sum(b, x, y, CircuitBuilder.FALSE, x.length);
    }

    /** x + y with its carry, n + 1 bits: n ANDs. */
    public static int[] addWide(CircuitBuilder b, int[] x, int[] y) {
        return sum(b, x, y, CircuitBuilder.FALSE, x.length + 1);
    }

    /** x + y + carry mod 2^n: n − 1 ANDs. */
    public static int[] add(CircuitBuilder b, int[] x, int[] y, int carry) {
        return sum(b, x, y, carry, x.length);
    }

    /** x − y mod 2^n: n − 1 ANDs. */
    public static int[] subtract(CircuitBuilder b, int[] x, int[] y) {
        return sum(b, x, not(b, y), CircuitBuilder.TRUE, x.length);
    }

    private static int[] sum(CircuitBuilder b, int[] x, int[] y, int carry, int width) {
        sameWidth(x, y);
        int[] z = new int[width];
        int c = carry;
        for (int i = 0; i < x.length; i++) {
            int xc = b.xor(x[i], c);
            z[i] = b.xor(xc, y[i]);
            if (i + 1 < width) {
                c = b.xor(c, b.and(xc, b.xor(y[i], c)));
            }
        }
        if (width > x.length) {
            z[x.length] = c;
        }
        return z;
    }

    /** x + y + z mod 2^n: 2n − 3 ANDs. One carry-save step, then one addition, depth n − 1. */
    public static int[] add3(CircuitBuilder b, int[] x, int[] y, int[] z) {
        sameWidth(x, y);
        sameWidth(x, z);
        int n = x.length;
        int[] sums = new int[n];
        int[] carries = new int[n];
        for (int i = 0; i < n; i++) {
            int xz = b.xor(x[i], z[i]);
            sums[i] = b.xor(xz, y[i]);
            if (i + 1 < n) {
                carries[i + 1] = b.xor(z[i], b.and(xz, b.xor(y[i], z[i])));
            }
        }
        return add(b, sums, carries);
    }

    /** −x mod 2^n: n − 2 ANDs. */
    public static int[] negate(CircuitBuilder b, int[] x) {
        return add(b, not(b, x), constant(0, x.length), CircuitBuilder.TRUE);
    }

    /** −x where the bit is set, else x: n − 2 ANDs. */
    public static int[] negateIf(CircuitBuilder b, int bit, int[] x) {
        int[] flipped = Arrays.stream(x).map(wire -> b.xor(wire, bit)).toArray();
        return add(b, flipped, constant(0, x.length), bit);
    }

    /** Whether x ≥ y, unsigned: n ANDs (Kolesnikov, Sadeghi, Schneider, ePrint 2009/411). */
    public static int atLeast(CircuitBuilder b, int[] x, int[] y) {
        sameWidth(x, y);
        int c = CircuitBuilder.TRUE;
        for (int i = 0; i < x.length; i++) {
            int ny = b.not(y[i]);
            c = b.xor(c, b.and(b.xor(x[i], c), b.xor(ny, c)));
        }
        return c;
    }

    /** Whether x ≥ y, two's complement: n ANDs. */
    public static int atLeastSigned(CircuitBuilder b, int[] x, int[] y) {
        return atLeast(b, flipTop(b, x), flipTop(b, y));
    }

    private static int[] flipTop(CircuitBuilder b, int[] x) {
        int[] flipped = x.clone();
        flipped[x.length - 1] = b.not(flipped[x.length - 1]);
        return flipped;
    }

    /** Whether all bits are set: n − 1 ANDs, depth ⌈log2 n⌉. */
    public static int all(CircuitBuilder b, int[] x) {
        int[] wires = x.clone();
        for (int n = wires.length; n > 1; n = (n + 1) / 2) {
            for (int i = 0; i < n / 2; i++) {
                wires[i] = b.and(wires[2 * i], wires[2 * i + 1]);
            }
            if ((n & 1) != 0) {
                wires[n / 2] = wires[n - 1];
            }
        }
        return wires[0];
    }

    /** Whether x = y: n − 1 ANDs, depth ⌈log2 n⌉. */
    public static int equal(CircuitBuilder b, int[] x, int[] y) {
        return all(b, not(b, xor(b, x, y)));
    }

    /**
     * The low {@code width} bits of x · y, unsigned, row by row. For n bits each: n² − n + 1 ANDs mod 2^n, 2n² − n for
     * all 2n bits. The last bit of each row's sum and carries beyond the width are not computed.
     */
    public static int[] multiply(CircuitBuilder b, int[] x, int[] y, int width) {
        int[] sum = unsigned(and(b, y[0], x), width);
        for (int i = 1; i < y.length && i < width; i++) {
            int count = Math.min(x.length, width - i);
            int[] row = and(b, y[i], bits(x, 0, count));
            int top = Math.min(width, i + x.length + 1);
            int[] upper = sum(b, bits(sum, i, i + count), row, CircuitBuilder.FALSE, top - i);
            System.arraycopy(upper, 0, sum, i, upper.length);
        }
        return sum;
    }

    /** The low {@code width} bits of x · y, both in two's complement: both sign-extended to the width first. */
    public static int[] multiplySigned(CircuitBuilder b, int[] x, int[] y, int width) {
        int top = x[x.length - 1];
        // x = low − 2^(n−1)·top: the top bit's row is subtracted instead of extending x to the width.
        int[] extended = signed(y, width);
        int[] sum = multiplyRows(b, bits(x, 0, x.length - 1), extended, width);
        int[] row = and(b, top, bits(extended, 0, width - (x.length - 1)));
        int[] upper = subtract(b, bits(sum, x.length - 1, width), row);
        int[] result = sum.clone();
        System.arraycopy(upper, 0, result, x.length - 1, upper.length);
        return result;
    }

    /** Rows of y, already extended to the width, one for each bit of x. */
    private static int[] multiplyRows(CircuitBuilder b, int[] x, int[] y, int width) {
        int[] sum = constant(0, width);
        for (int i = 0; i < x.length && i < width; i++) {
            int[] row = and(b, x[i], bits(y, 0, width - i));
            int[] upper = add(b, bits(sum, i, width), row);
            System.arraycopy(upper, 0, sum, i, upper.length);
        }
        return sum;
    }

    /** x · factor mod 2^n for a public factor: an addition for each digit but one of its signed binary form. */
    public static int[] multiplyBy(CircuitBuilder b, int[] x, long factor) {
        int n = x.length;
        int[] sum = constant(0, n);
        long rest = factor;
        for (int i = 0; i < n && rest != 0; i++, rest >>= 1) {
            // Digits 1 and −1, never two next to each other.
            int digit = (rest & 1) == 0 ? 0 : 2 - (int) (rest & 3);
            int[] shifted = bits(shiftLeft(x, i), 0, n);
            if (digit == 1) {
                sum = add(b, sum, shifted);
            } else if (digit == -1) {
                sum = subtract(b, sum, shifted);
            }
            rest -= digit;
        }
        return sum;
    }

    /** How many bits are set: n less the weight of n ANDs, the least there can be (Boyar and Peralta 2008). */
    public static int[] count(CircuitBuilder b, int[] bits) {
        if (bits.length < 2) {
            return bits.length == 0 ? new int[] {CircuitBuilder.FALSE} : bits.clone();
        }
        // Two counts and a carry: groups of 2^k − 1 waste no adder.
        int group = Integer.highestOneBit(bits.length) - 1;
        int[] low = count(b, bits(bits, 0, group));
        int[] rest = count(b, bits(bits, group, bits.length - 1));
        int carry = bits[bits.length - 1];
        return sum(b, low, unsigned(rest, low.length), carry, low.length + 1);
    }

    private static void sameWidth(int[] x, int[] y) {
        if (x.length != y.length) {
            throw new IllegalArgumentException("words of " + x.length + " and " + y.length + " bits");
        }
    }
}
