package org.tallystick.garble;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The inner loops of half gates. A label is two longs side by side, an array holds the labels of many lanes, and every
 * loop treats all longs alike at the same index of all arrays: that is what the compiler turns into vector
 * instructions. So each half of a label has a colour of its own, its lowest bit ({@link HalfGates}).
 */
final class Lanes {
    static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long UPPER = 0xFFFF_FFFF_0000_0000L;

    private Lanes() {}

    /** (u, v) to (u ⊕ v, u) for the halves u and v of each long: linear, and so is its sum with the identity. */
    static long orthomorphism(long x) {
        return Long.rotateLeft(x, 32) ^ x & UPPER;
    }

    static void xor(long[] x, long[] y, long[] target, int n) {
        for (int j = 0; j < n; j++) {
            target[j] = x[j] ^ y[j];
        }
    }

    /** What both labels of a wire give to the cipher. */
    static void spread(long[] label, long[] tweak, long[] turnedDelta, byte[] in0, byte[] in1, int n) {
        for (int j = 0; j < n; j++) {
            long x = Long.rotateLeft(label[j], 32) ^ label[j] & UPPER ^ tweak[j];
            LONGS.set(in0, 8 * j, x);
            LONGS.set(in1, 8 * j, x ^ turnedDelta[j]);
        }
    }

    static void spread(long[] label, long[] tweak, byte[] in, int n) {
        for (int j = 0; j < n; j++) {
            LONGS.set(in, 8 * j, Long.rotateLeft(label[j], 32) ^ label[j] & UPPER ^ tweak[j]);
        }
    }

    static void plain(long[] label, long[] delta, byte[] in0, byte[] in1, int n) {
        for (int j = 0; j < n; j++) {
            LONGS.set(in0, 8 * j, label[j]);
            LONGS.set(in1, 8 * j, label[j] ^ delta[j]);
        }
    }

    static void plain(long[] label, byte[] in, int n) {
        for (int j = 0; j < n; j++) {
            LONGS.set(in, 8 * j, label[j]);
        }
    }

    static void tweak(byte[] in, long[] tweak, byte[] target, int n) {
        for (int j = 0; j < n; j++) {
            LONGS.set(target, 8 * j, (long) LONGS.get(in, 8 * j) ^ tweak[j]);
        }
    }

    /** T_G = H(A0) ⊕ H(A1) ⊕ p_b Δ and W_G = H(A0) ⊕ p_a T_G, where a hash is the sum of two arrays. */
    static void garblersHalf(
            long[] a,
            long[] b,
            long[] delta,
            byte[] x0,
            byte[] y0,
            byte[] x1,
            byte[] y1,
            byte[] table,
            long[] output,
            int n) {
        for (int j = 0; j < n; j++) {
            long hash = (long) LONGS.get(x0, 8 * j) ^ (long) LONGS.get(y0, 8 * j);
            long row = hash ^ (long) LONGS.get(x1, 8 * j) ^ (long) LONGS.get(y1, 8 * j) ^ -(b[j] & 1) & delta[j];
            LONGS.set(table, 8 * j, row);
            output[j] = hash ^ -(a[j] & 1) & row;
        }
    }

    /** T_E = H(B0) ⊕ H(B1) ⊕ A0 and W = W_G ⊕ H(B0) ⊕ p_b (T_E ⊕ A0); {@code output} may be an input's array. */
    static void evaluatorsHalf(
            long[] a,
            long[] b,
            long[] half,
            byte[] x0,
            byte[] y0,
            byte[] x1,
            byte[] y1,
            byte[] table,
            long[] output,
            int n) {
        for (int j = 0; j < n; j++) {
            long hash = (long) LONGS.get(x0, 8 * j) ^ (long) LONGS.get(y0, 8 * j);
            long both = hash ^ (long) LONGS.get(x1, 8 * j) ^ (long) LONGS.get(y1, 8 * j);
            LONGS.set(table, 8 * j, both ^ a[j]);
            output[j] = half[j] ^ hash ^ -(b[j] & 1) & both;
        }
    }

    /** W = H(A) ⊕ s_a T_G ⊕ H(B) ⊕ s_b (T_E ⊕ A); {@code output} may be an input's array. */
    static void evaluate(
            long[] a,
            long[] b,
            byte[] xa,
            byte[] ya,
            byte[] xb,
            byte[] yb,
            byte[] tables,
            int generatorAt,
            int evaluatorAt,
            long[] output,
            int n) {
        for (int j = 0; j < n; j++) {
            long hashes = (long) LONGS.get(xa, 8 * j)
                    ^ (long) LONGS.get(ya, 8 * j)
                    ^ (long) LONGS.get(xb, 8 * j)
                    ^ (long) LONGS.get(yb, 8 * j);
            long generator = -(a[j] & 1) & (long) LONGS.get(tables, generatorAt + 8 * j);
            long evaluator = -(b[j] & 1) & ((long) LONGS.get(tables, evaluatorAt + 8 * j) ^ a[j]);
            output[j] = hashes ^ generator ^ evaluator;
        }
    }
}
