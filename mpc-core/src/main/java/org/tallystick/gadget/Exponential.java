package org.tallystick.gadget;

import java.util.List;
import org.tallystick.protocol.Protocol;
import org.tallystick.ring.FixedPoint;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/**
 * e^x of secret fixed-point numbers, element by element, at width 64. x · log2 e is split into its five integer bits
 * and a fraction; 2^fraction is a polynomial of degree 6, and 2^integer the product of 1 + bit · (2^(2^j) − 1) (after
 * Catrina and Saxena, FC 2010, and Aly and Smart, "Benchmarking privacy preserving scientific operations", ePrint
 * 2019/354).
 */
public final class Exponential {
    private static final int INTEGER_BITS = 5;
    /** One less than that of the series, so that the largest result, below 2^32, fits 62 bits. */
    private static final int FRACTION_SCALE = Series.SCALE - 1;

    private static final double LOG2_E = 1 / StrictMath.log(2);
    /** 2^((t + 1) / 2) for t from −1 to 1. */
    private static final double[] POWER_OF_TWO = Piecewise.fit(t -> StrictMath.pow(2, (t + 1) / 2), 6, -1, 1);

    private Exponential() {}

    /**
     * e^x for −0.69 · low ≤ x ≤ 0.69 · (32 − low), off by at most 2^−25 of itself and one unit of the result. Beyond
     * that range the result is wrong. Under {@code rep4} 29 rounds.
     *
     * @param scale of x, 1 to 24
     * @param low 0 to 31
     * @param out scale of the result, at most low + 28
     */
    public static <A extends ArithmeticShare, B extends BitShare> A of(
            Protocol<A, B> protocol, A x, int scale, int low, int out) {
        if (x.width() != 64 || scale < 1 || scale > 24 || low < 0 || low > 31 || out < 0 || out > low + 28) {
            throw new IllegalArgumentException("the exponential of " + x + " of scale " + scale + " from −0.69 · " + low
                    + " on at scale " + out + ": width 64, scale 1 to 24, low 0 to 31, result up to low + 28");
        }
        A logarithm = protocol.truncate(protocol.scale(x, FixedPoint.encode(LOG2_E, Series.SCALE)), scale);
        A positive = protocol.addConstant(logarithm, (long) low << Series.SCALE);
        B bits = protocol.toBits(positive, Series.SCALE, Series.SCALE + INTEGER_BITS);
        A integer = protocol.fromBit(bits, 64);
        A fraction = positive;
        for (int j = 0; j < INTEGER_BITS; j++) {
            A bit = protocol.columns(integer, j * x.columns(), x.columns());
            fraction = protocol.subtract(fraction, protocol.scale(bit, 1L << (Series.SCALE + j)));
        }
        A centred = protocol.addConstant(protocol.scale(fraction, 2), -(1L << Series.SCALE));
        A significand = Series.polynomial(protocol, centred, POWER_OF_TWO, FRACTION_SCALE);
        A product = protocol.multiply(significand, powerOfTwo(protocol, integer, x.columns()));
        return protocol.truncate(product, FRACTION_SCALE + low - out);
    }

    /** 2^n of a number n below 32 by its bits: three multiplications deep. */
    private static <A extends ArithmeticShare> A powerOfTwo(Protocol<A, ?> protocol, A bits, int columns) {
        A pairs = protocol.multiply(
                protocol.concat(List.of(factor(protocol, bits, columns, 0), factor(protocol, bits, columns, 2))),
                protocol.concat(List.of(factor(protocol, bits, columns, 1), factor(protocol, bits, columns, 3))));
        A four = protocol.multiply(protocol.columns(pairs, 0, columns), protocol.columns(pairs, columns, columns));
        return protocol.multiply(four, factor(protocol, bits, columns, 4));
    }

    /** 2^(2^j) where bit j is 1, else 1. */
    private static <A extends ArithmeticShare> A factor(Protocol<A, ?> protocol, A bits, int columns, int j) {
        A bit = protocol.columns(bits, j * columns, columns);
        return protocol.addConstant(protocol.scale(bit, (1L << (1 << j)) - 1), 1);
    }
}
