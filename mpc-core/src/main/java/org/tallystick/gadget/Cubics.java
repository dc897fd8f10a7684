package org.tallystick.gadget;

import java.util.List;
import org.tallystick.protocol.Protocol;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/** Piecewise cubics of a short x: at scale 12 all powers of numbers below 2^7 fit without truncation. */
final class Cubics {
    /** Scale of x; rounding x to it changes a function of slope 1/4 by 2^−14, one of slope 1/2 by 2^−13. */
    static final int SCALE = 12;

    /** Scale of the sum: the highest at which a value below 4 can be truncated. */
    private static final int SUM = 60;

    private Cubics() {}

    /** Scales from 12 on at which the slopes and cubics of a link function fit 62 bits. */
    static void requireDomain(ArithmeticShare x, int scale, int magnitude, int out) {
        if (scale < SCALE || scale > 40 || out < SCALE || out > 44 || scale + magnitude > 61 || x.width() != 64) {
            throw new IllegalArgumentException("a link function of " + x + " at a scale of " + scale
                    + " and a magnitude of " + magnitude + ", result at a scale of " + out
                    + ": the width must be 64, the scales 12 to 40 and 12 to 44, scale and magnitude at most 61");
        }
    }

    /** x at the scale of cubics; 2 rounds where it has another. */
    static <A extends ArithmeticShare> A coarse(Protocol<A, ?> protocol, A x, int scale) {
        return scale == SCALE ? x : protocol.truncate(x, scale - SCALE);
    }

    /** 2 rounds for the powers, 2 for the choice, 2 for the truncation to the scale {@code out}. */
    static <A extends ArithmeticShare, B extends BitShare> A value(
            Protocol<A, B> protocol, Piecewise pieces, B reached, A coarse, int out) {
        A square = protocol.multiply(coarse, coarse);
        A cube = protocol.multiply(square, coarse);
        int[] scales = {SCALE, 2 * SCALE, 3 * SCALE};
        return protocol.truncate(
                pieces.value(protocol, reached, List.of(coarse, square, cube), scales, SUM), SUM - out);
    }
}
