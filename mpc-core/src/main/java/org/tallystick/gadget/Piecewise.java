package org.tallystick.gadget;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntFunction;
import org.tallystick.protocol.Protocol;
import org.tallystick.ring.FixedPoint;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/**
 * A function by polynomials between public knots. With the bits t_k = [x ≥ knot k], which no party learns, the value is
 * p_0(x) + Σ t_k · (p_k(x) − p_{k−1}(x)): every summand is linear in the powers of x, so once those are shared all that
 * is left is one {@link Protocol#dotBits}, whatever the degree and the number of knots.
 *
 * <p>The sum is exact mod 2^width. Where the first and the last piece are constants, every x beyond the outer knots
 * gives that constant, also where a power of x has overflowed.
 */
public final class Piecewise {
    private final double[] knots;
    private final double[][] pieces;

    private Piecewise(double[] knots, double[][] pieces) {
        this.knots = knots;
        this.pieces = pieces;
    }

    /**
     * Constants beyond the outer knots, and between knots k and k + 1 the polynomial that agrees with
     * {@code inner.apply(k)} at the Chebyshev nodes of [knot k, knot k+1 + overlap]. The functions must give the same
     * double on every machine, as those of {@link StrictMath} do: all parties compute the coefficients for themselves.
     */
    public static Piecewise fitted(
            double[] knots,
            int degree,
            double overlap,
            double first,
            double last,
            IntFunction<DoubleUnaryOperator> inner) {
        double[][] pieces = new double[knots.length + 1][];
        pieces[0] = new double[] {first};
        pieces[knots.length] = new double[] {last};
        for (int k = 0; k + 1 < knots.length; k++) {
            pieces[k + 1] = fit(inner.apply(k), degree, knots[k], knots[k + 1] + overlap);
        }
        return new Piecewise(knots.clone(), pieces);
    }

    /** The interpolating polynomial at the Chebyshev nodes, by divided differences; ascending powers. */
    static double[] fit(DoubleUnaryOperator function, int degree, double from, double to) {
        double[] nodes = new double[degree + 1];
        double[] newton = new double[degree + 1];
        for (int i = 0; i <= degree; i++) {
            double cosine = StrictMath.cos(Math.PI * (2 * i + 1) / (2 * degree + 2));
            nodes[i] = (from + to) / 2 + (to - from) / 2 * cosine;
            newton[i] = function.applyAsDouble(nodes[i]);
        }
        for (int order = 1; order <= degree; order++) {
            for (int i = degree; i >= order; i--) {
                newton[i] = (newton[i] - newton[i - 1]) / (nodes[i] - nodes[i - order]);
            }
        }
        double[] powers = new double[degree + 1];
        for (int i = degree; i >= 0; i--) {
            for (int j = degree; j > 0; j--) {
                powers[j] = powers[j - 1] - nodes[i] * powers[j];
            }
            powers[0] = newton[i] - nodes[i] * powers[0];
        }
        return powers;
    }

    public int knots() {
        return knots.length;
    }

    /**
     * Wire k tells whether x has reached knot k; for 0 ≤ x − knot k &lt; 2^−fineness it may tell either. One
     * {@link Protocol#sign(ArithmeticShare, int)} of magnitude + fineness + 1 bits a knot.
     *
     * @param x one column, at that scale
     * @param magnitude every knot k keeps −2^magnitude ≤ x − knot k &lt; 2^magnitude
     */
    <A extends ArithmeticShare, B extends BitShare> B reached(
            Protocol<A, B> protocol, A x, int scale, int magnitude, int fineness) {
        int width = scale + magnitude + 1;
        if (x.columns() != 1 || magnitude < 5 || width > x.width()) {
            throw new IllegalArgumentException("knots in " + x + " of scale " + scale + " and magnitude " + magnitude
                    + " need " + width + " bits");
        }
        long[] encoded = new long[knots.length];
        for (int k = 0; k < encoded.length; k++) {
            encoded[k] = FixedPoint.encode(knots[k], scale);
        }
        A row = protocol.constant(encoded, 1, encoded.length, width);
        A differences = protocol.subtract(
                protocol.repeatColumn(protocol.narrow(x, width), knots.length), protocol.repeatRow(row, x.rows()));
        return protocol.not(protocol.sign(differences, Math.max(0, scale - fineness)));
    }

    /**
     * The value at the scale {@code sum}, of which every coefficient is rounded to {@code sum} less the scale of its
     * power. Two rounds.
     *
     * @param reached from {@link #reached}
     * @param powers x, x², …, as many as the degree, each one column
     * @param scales the scale of each power
     */
    <A extends ArithmeticShare, B extends BitShare> A value(
            Protocol<A, B> protocol, B reached, List<A> powers, int[] scales, int sum) {
        List<A> steps = new ArrayList<>();
        for (int k = 1; k <= knots.length; k++) {
            steps.add(polynomial(protocol, k, powers, scales, sum));
        }
        A chosen = protocol.dotBits(reached, protocol.concat(steps));
        return protocol.addConstant(chosen, coefficient(0, 0, sum));
    }

    /** Piece k less the piece before it. */
    private <A extends ArithmeticShare> A polynomial(
            Protocol<A, ?> protocol, int k, List<A> powers, int[] scales, int sum) {
        int degree = Math.max(pieces[k].length, pieces[k - 1].length) - 1;
        if (degree > powers.size()) {
            throw new IllegalArgumentException(powers.size() + " powers for a polynomial of degree " + degree);
        }
        A step = protocol.scale(powers.getFirst(), difference(k, 1, sum - scales[0]));
        for (int j = 2; j <= degree; j++) {
            A term = protocol.scale(powers.get(j - 1), difference(k, j, sum - scales[j - 1]));
            step = protocol.add(step, term);
        }
        return protocol.addConstant(step, difference(k, 0, sum));
    }

    private long difference(int k, int power, int scale) {
        return coefficient(k, power, scale) - coefficient(k - 1, power, scale);
    }

    private long coefficient(int k, int power, int scale) {
        return power < pieces[k].length ? FixedPoint.encode(pieces[k][power], scale) : 0;
    }
}
