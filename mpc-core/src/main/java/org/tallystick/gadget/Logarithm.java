package org.tallystick.gadget;

import org.tallystick.protocol.Protocol;
import org.tallystick.ring.FixedPoint;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/**
 * The natural logarithm of secret positive fixed-point numbers, element by element, at width 64: ln z of the number
 * brought to z in [1/2, 1) ({@link Normalised}) by a polynomial of degree 8, and ln 2 times the exponent, which is
 * linear in the one-hot code of the top bit (after Aly and Smart, ePrint 2019/354).
 */
public final class Logarithm {
    private static final double LN_2 = StrictMath.log(2);
    /** ln((t + 3) / 4) for t from −1 to 1. */
    private static final double[] OF_SIGNIFICAND = Piecewise.fit(t -> StrictMath.log((t + 3) / 4), 8, -1, 1);

    private Logarithm() {}

    /**
     * ln x for x &gt; 0, off by at most 2^−24 and two units of the result. For x ≤ 0 the result means nothing. Under
     * {@code rep4} 26 rounds at 24 bits.
     *
     * @param x the encoded numbers, 1 to 2^bits − 1
     * @param scale of x, 0 to 62
     * @param bits 2 to 30; costs a one-hot code of as many elements
     * @param out scale of the result, 0 to 50
     */
    public static <A extends ArithmeticShare, B extends BitShare> A natural(
            Protocol<A, B> protocol, A x, int scale, int bits, int out) {
        if (x.width() != 64 || scale < 0 || scale > 62 || bits < 2 || bits > 30 || out < 0 || out > 50) {
            throw new IllegalArgumentException("the logarithm of " + x + " of " + bits + " bits and scale " + scale
                    + " at scale " + out + ": width 64, 2 to 30 bits, scales up to 62 and 50");
        }
        Normalised<A> normalised = Normalised.of(protocol, x, bits);
        A centred = protocol.addConstant(
                protocol.scale(normalised.number(), 4L << (Series.SCALE - bits)), -3L << Series.SCALE);
        A sum = Series.polynomial(protocol, centred, OF_SIGNIFICAND, out);
        for (int i = 0; i < bits; i++) {
            A place = protocol.columns(normalised.top(), i * x.columns(), x.columns());
            sum = protocol.add(sum, protocol.scale(place, FixedPoint.encode((i + 1 - scale) * LN_2, out)));
        }
        return sum;
    }
}
