package org.tallystick.gadget;

import org.tallystick.protocol.Protocol;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/**
 * log(1 + e^x) of one column: the logistic loss of a score x is log(1 + e^x) − y·x for a label y. Off by at most 2^−10
 * everywhere at a scale of at least 16. It is max(x, 0) and a function of |x| that fades: cubics on 5 knots, one of
 * which is 0 and gives the max. Domain and comparison as for {@link Sigmoid}: |x| ≤ 2^magnitude − 16.
 */
public final class Softplus {
    private static final int FINENESS = 6;
    private static final int ZERO = 2;
    private static final double[] KNOTS = {-6.461, -2.834, 0, 3.116, 6.461};
    private static final double TAIL = exact(KNOTS[0]) / 2;
    private static final Piecewise FADING =
            Piecewise.fitted(KNOTS, 3, 0x1p-6, TAIL, TAIL, k -> k < ZERO ? Softplus::exact : x -> exact(-x));

    private Softplus() {}

    /** In plain doubles, the same on every machine. */
    public static double exact(double x) {
        return Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
    }

    /**
     * 2 rounds for a truncation when scale &gt; 12, 2 for powers, the comparison, 2, 2 for a truncation and 2 for the
     * max.
     *
     * @param scale of x and of the result, 12 to 40
     */
    public static <A extends ArithmeticShare, B extends BitShare> A of(
            Protocol<A, B> protocol, A x, int scale, int magnitude) {
        Cubics.requireDomain(x, scale, magnitude, scale);
        A coarse = Cubics.coarse(protocol, x, scale);
        B reached = FADING.reached(protocol, coarse, Cubics.SCALE, magnitude, FINENESS);
        A fading = Cubics.value(protocol, FADING, reached, coarse, scale);
        return protocol.add(fading, protocol.multiplyBits(protocol.wires(reached, new int[] {ZERO}), x));
    }
}
