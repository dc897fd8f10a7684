package org.tallystick.ring;

/** The integers mod 2^width on whole vectors of longs. Bits above the width are of no account until they are masked. */
public final class Ring {
    private Ring() {}

    /** The low {@code width} bits, 1 to 64. */
    public static long mask(int width) {
        return -1L >>> (64 - width);
    }

    /** An element of the given width read as a signed number. */
    public static long signed(long element, int width) {
        return element << (64 - width) >> (64 - width);
    }

    public static long[] add(long[] x, long[] y) {
        long[] z = new long[x.length];
        for (int i = 0; i < z.length; i++) {
            z[i] = x[i] + y[i];
        }
        return z;
    }

    public static long[] subtract(long[] x, long[] y) {
        long[] z = new long[x.length];
        for (int i = 0; i < z.length; i++) {
            z[i] = x[i] - y[i];
        }
        return z;
    }

    /** The constant added to each element. */
    public static long[] plus(long[] x, long constant) {
        long[] z = new long[x.length];
        for (int i = 0; i < z.length; i++) {
            z[i] = x[i] + constant;
        }
        return z;
    }

    public static long[] scale(long[] x, long factor) {
        long[] z = new long[x.length];
        for (int i = 0; i < z.length; i++) {
            z[i] = x[i] * factor;
        }
        return z;
    }

    public static long[] multiply(long[] x, long[] y) {
        long[] z = new long[x.length];
        for (int i = 0; i < z.length; i++) {
            z[i] = x[i] * y[i];
        }
        return z;
    }

    public static long[] xor(long[] x, long[] y) {
        long[] z = new long[x.length];
        for (int i = 0; i < z.length; i++) {
            z[i] = x[i] ^ y[i];
        }
        return z;
    }
}
