package org.tallystick.gadget;

import java.util.List;
import org.tallystick.protocol.Protocol;
import org.tallystick.ring.FixedPoint;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/**
 * Reciprocals and quotients of secret signed fixed-point numbers, element by element, at width 64. The divisor is
 * brought to z in [1/2, 1) ({@link Normalised}); w_0 = 2.928 − 2z is 1/z to 7.2 %, and with e = 1 − z·w_0 the
 * reciprocal is w_0 · (1 + e)(1 + e²)(1 + e⁴) to e⁸ &lt; 2^−30 (Goldschmidt's iteration). Dividing by 0 gives 0.
 */
public final class Division {
    /** Where the error of 3 − k at z = 1 equals that of k²/8 − 1 at z = k/4: 4·(√3 − 1). */
    private static final double START = 2.9282032302755088;

    private Division() {}

    /**
     * 1 / x, off by at most 2^−26 of itself and one unit of the result. Under {@code rep4} 41 rounds at 24 bits.
     *
     * @param x the encoded numbers, their absolute values below 2^bits
     * @param scale of x
     * @param bits 2 to 30; costs a one-hot code of as many elements
     * @param out scale of the result, with scale + out &lt; bits + 30
     */
    public static <A extends ArithmeticShare, B extends BitShare> A reciprocal(
            Protocol<A, B> protocol, A x, int scale, int bits, int out) {
        int shift = bits + Series.SCALE - scale - out;
        require(x, bits, shift);
        Divisor<A> divisor = divisor(protocol, x, bits);
        return protocol.truncate(protocol.multiply(divisor.inverse(), divisor.factor()), shift);
    }

    /**
     * x / y of numbers of one scale: off by at most 2^−26 of the quotient, a unit of x divided by |y|, and one unit of
     * the result. Under {@code rep4} 44 rounds at 24 bits.
     *
     * @param xBits the absolute values of the encoded x are below 2^xBits; 1 to 30
     * @param yBits those of the encoded y below 2^yBits; 2 to 30
     * @param out scale of the result, less than yBits + the digits that are kept of x · 1/z: 60 − xBits − yBits, at
     *     most 30
     */
    public static <A extends ArithmeticShare, B extends BitShare> A quotient(
            Protocol<A, B> protocol, A x, int xBits, A y, int yBits, int out) {
        int kept = Math.min(Series.SCALE, 60 - xBits - yBits);
        int shift = kept + yBits - out;
        require(y, yBits, shift);
        if (xBits < 1 || xBits > 30) {
            throw new IllegalArgumentException("dividing numbers of " + xBits + " bits; 1 to 30 are possible");
        }
        Divisor<A> divisor = divisor(protocol, y, yBits);
        A product = protocol.multiply(x, divisor.inverse());
        A most = kept == Series.SCALE ? product : protocol.truncate(product, Series.SCALE - kept);
        return protocol.truncate(protocol.multiply(most, divisor.factor()), shift);
    }

    private static void require(ArithmeticShare x, int bits, int shift) {
        if (x.width() != 64 || bits < 2 || bits > 30 || shift < 1 || shift > 62) {
            throw new IllegalArgumentException("dividing by " + x + " of " + bits
                    + " bits: the width must be 64, the bits 2 to 30, and the scale of the result "
                    + (shift < 1 ? "is too high" : "not so low"));
        }
    }

    /** 1/z at scale {@value Series#SCALE}, and ± the power of two by which |x| was multiplied. */
    private record Divisor<A extends ArithmeticShare>(A inverse, A factor) {}

    private static <A extends ArithmeticShare, B extends BitShare> Divisor<A> divisor(
            Protocol<A, B> protocol, A x, int bits) {
        B negative = protocol.sign(protocol.narrow(x, bits + 1));
        A absolute = protocol.subtract(x, protocol.multiplyBits(negative, protocol.scale(x, 2)));
        Normalised<A> normalised = Normalised.of(protocol, absolute, bits);
        A factor = protocol.subtract(
                normalised.factor(), protocol.multiplyBits(negative, protocol.scale(normalised.factor(), 2)));
        A z = protocol.scale(normalised.number(), 1L << (Series.SCALE - bits));
        return new Divisor<>(inverse(protocol, z), factor);
    }

    private static <A extends ArithmeticShare> A inverse(Protocol<A, ?> protocol, A z) {
        int columns = z.columns();
        long one = 1L << Series.SCALE;
        A approximation = protocol.addConstant(protocol.scale(z, -2), FixedPoint.encode(START, Series.SCALE));
        A error = protocol.addConstant(protocol.scale(Series.product(protocol, z, approximation), -1), one);
        // Each step multiplies by 1 + error and squares the error, side by side; the last one only multiplies.
        for (int step = 0; step < 2; step++) {
            A both = Series.product(
                    protocol,
                    protocol.concat(List.of(approximation, error)),
                    protocol.concat(List.of(protocol.addConstant(error, one), error)));
            approximation = protocol.columns(both, 0, columns);
            error = protocol.columns(both, columns, columns);
        }
        return Series.product(protocol, approximation, protocol.addConstant(error, one));
    }
}
