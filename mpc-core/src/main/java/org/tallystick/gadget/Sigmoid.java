package org.tallystick.gadget;

import java.util.List;
import org.tallystick.protocol.Protocol;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/**
 * The logistic function 1 / (1 + e^−x) of one column, in three precisions. All take x at a scale (x times 2^scale, as
 * it comes out of a product without truncation if need be) and a magnitude: the caller states |x| ≤ 2^magnitude − 16,
 * with 5 ≤ magnitude and scale + magnitude ≤ width − 3. Beyond it the result is wrong, so state what cannot be passed;
 * it costs rounds only in steps: a comparison is one of magnitude + 7 bits (three-piece: + 13), which takes 6 rounds up
 * to 17 bits, 7 up to 33, 8 up to 65.
 *
 * <p>Rounds and bytes a row under {@code rep4}, and why these knots and degrees: docs/algorithms.md.
 */
public final class Sigmoid {
    /** How the accurate form is computed. */
    public enum Form {
        /** 21 knots, straight lines, no power of x: fewest rounds. */
        LINES,
        /** 6 knots, cubics of x at scale 12: fewest bytes. */
        CUBICS,
    }

    /** Comparisons may err by 2^−6: the pieces overlap by as much. */
    private static final int FINENESS = 6;

    private static final double OVERLAP = 0x1p-6;
    /** Highest scale of a value below 4 that can be truncated. */
    private static final int TOP_SCALE = 60;

    private static final int PRECISE_SCALE = 24;
    private static final int SQUARE_SCALE = 20;
    private static final int POWER_SHIFT = 16;
    private static final int CUBICS_FROM = 1024;

    private static final Piecewise LINES = fitted(
            1, -6.299, -4.687, -3.756, -3.093, -2.569, -2.124, -1.726, -1.348, -0.972, -0.566, -0.005, 0.553, 0.959,
            1.335, 1.713, 2.112, 2.557, 3.081, 3.745, 4.679, 6.299);
    private static final Piecewise CUBICS = fitted(3, -7.402, -3.796, -1.079, 1.064, 3.788, 7.402);
    private static final Piecewise QUARTICS = fitted(
            4, -12.145, -7.661, -5.243, -3.446, -2.043, -0.989, -0.007, 0.975, 2.029, 3.435, 5.232, 7.652, 12.145);
    private static final Piecewise THREE = Piecewise.fitted(new double[] {-0.5, 0.5}, 1, 0, 0, 1, _ -> x -> x + 0.5);

    private Sigmoid() {}

    /** In plain doubles, the same on every machine. */
    public static double exact(double x) {
        return 1 / (1 + StrictMath.exp(-x));
    }

    /** Half of the function's value at the knot lies between it and its limit: the best constant beyond. */
    private static Piecewise fitted(int degree, double... knots) {
        double first = exact(knots[0]) / 2;
        double last = (1 + exact(knots[knots.length - 1])) / 2;
        return Piecewise.fitted(knots, degree, OVERLAP, first, last, _ -> Sigmoid::exact);
    }

    /**
     * 0, x + 1/2 or 1: the approximation of SecureML (Mohassel and Zhang, ePrint 2017/396), off from the logistic
     * function by up to 0.12. The knots are exact to 2^−12, the value is otherwise. Comparison and 2 rounds.
     *
     * @return at the scale of x
     */
    public static <A extends ArithmeticShare, B extends BitShare> A threePiece(
            Protocol<A, B> protocol, A x, int scale, int magnitude) {
        B reached = THREE.reached(protocol, x, scale, magnitude, 12);
        return THREE.value(protocol, reached, List.of(x), new int[] {scale}, scale);
    }

    /** The form that is faster for so many rows. */
    public static Form choose(int rows) {
        return rows < CUBICS_FROM ? Form.LINES : Form.CUBICS;
    }

    /**
     * Off by at most 2^−10 everywhere, rounding and saturation included, at an {@code out} of at least 16.
     * {@link Form#LINES}: comparison and 2 rounds, and 2 for a truncation when {@code out} &lt; scale + 16.
     * {@link Form#CUBICS}: 2 rounds for a truncation when scale &gt; 12, 2 for powers, the comparison, 2 and 2.
     *
     * @param scale 12 to 40
     * @param out scale of the result, 12 to 44
     */
    public static <A extends ArithmeticShare, B extends BitShare> A accurate(
            Protocol<A, B> protocol, Form form, A x, int scale, int magnitude, int out) {
        Cubics.requireDomain(x, scale, magnitude, out);
        if (form == Form.LINES) {
            return lines(protocol, x, scale, magnitude, out);
        }
        A coarse = Cubics.coarse(protocol, x, scale);
        B reached = CUBICS.reached(protocol, coarse, Cubics.SCALE, magnitude, FINENESS);
        return Cubics.value(protocol, CUBICS, reached, coarse, out);
    }

    private static <A extends ArithmeticShare, B extends BitShare> A lines(
            Protocol<A, B> protocol, A x, int scale, int magnitude, int out) {
        int sum = out >= scale + 16 ? out : Math.min(TOP_SCALE, scale + 24);
        B reached = LINES.reached(protocol, x, scale, magnitude, FINENESS);
        A value = LINES.value(protocol, reached, List.of(x), new int[] {scale}, sum);
        return sum == out ? value : protocol.truncate(value, sum - out);
    }

    /**
     * Off by at most 2^−18 everywhere at scales of x and of the result from 24 on (from 16 on: and half a unit of
     * each): for training that must reach the maximum of the likelihood. 13 knots, polynomials of degree 4. 2 rounds
     * for a truncation when scale &gt; 24, 6 for powers, the comparison, 2 and 2.
     *
     * @param scale 12 to 40
     * @param out scale of the result, 12 to 44
     */
    public static <A extends ArithmeticShare, B extends BitShare> A precise(
            Protocol<A, B> protocol, A x, int scale, int magnitude, int out) {
        Cubics.requireDomain(x, scale, magnitude, out);
        int own = Math.min(scale, PRECISE_SCALE);
        A short1 = scale == own ? x : protocol.truncate(x, scale - own);
        B reached = QUARTICS.reached(protocol, short1, own, magnitude, FINENESS);
        // Scales so that every power up to the outer knots fits 62 bits: 12.2⁴ = 2^14.4 at scale 40, 12.2³ at 44.
        A square = protocol.truncate(protocol.multiply(short1, short1), 2 * own - SQUARE_SCALE);
        A higher = protocol.multiply(protocol.repeatColumn(square, 2), protocol.concat(List.of(short1, square)));
        A higherShort = protocol.truncate(higher, POWER_SHIFT);
        int[] scales = {own, SQUARE_SCALE, SQUARE_SCALE + own - POWER_SHIFT, 2 * SQUARE_SCALE - POWER_SHIFT};
        List<A> powers =
                List.of(short1, square, protocol.columns(higherShort, 0, 1), protocol.columns(higherShort, 1, 1));
        A value = QUARTICS.value(protocol, reached, powers, scales, TOP_SCALE);
        return protocol.truncate(value, TOP_SCALE - out);
    }
}
