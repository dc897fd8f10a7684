package org.tallystick.training;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import org.tallystick.gadget.Sigmoid;
import org.tallystick.protocol.Protocol;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/**
 * Maximum likelihood of a logistic regression on shares, by Newton's method with the secret Hessian.
 *
 * <p>The Hessian at any weights is at most its bound at zero, A₀ = ¼XᵀX (D. Böhning and B. Lindsay, Monotonicity of
 * quadratic-approximation algorithms, Ann. Inst. Statist. Math. 40, 1988). A₀ is inverted once ({@link Inverse}); each
 * iteration improves that inverse towards the one of its own Hessian. Since A ≤ A₀, Newton–Schulz converges from there
 * whatever the weights, and each of its iterates lies between the two inverses: a step is never longer than Newton's
 * and never shorter than the monotone one of Böhning and Lindsay. Where the iteration comes to rest does not depend on
 * the inverse: there the gradient is zero, up to the sigmoid's error ({@link Sigmoid#precise}) and 2⁻²⁴ of its own.
 *
 * <p>Nothing is opened. Data that a plane separates have no maximum; the weights then grow with every iteration.
 *
 * <p>Columns at {@link #SCALE}: standardised by their owners, mean 0 and mean square 1, |value| ≤ 2^7. Labels 0 or 1,
 * integers. An intercept is added. Up to 2^17 rows and 128 columns. Cost: {@code rounds} below; bytes grow with n·p
 * multiplications an iteration.
 */
public final class Newton {
    /** Fraction bits of columns and of weights. */
    public static final int SCALE = 20;

    /** The largest number in a column. */
    static final double LIMIT = 128;

    /** The most rows: with more, the gradient's sum may leave the ring. */
    public static final int MAX_ROWS = 1 << 17;

    public static final int MAX_COLUMNS = 128;

    /** Fraction bits of the chances, of residuals, and of the gradient. */
    private static final int CHANCE = 24;

    /** Scores stay below 2^20: 128 numbers of up to 2^7 with weights of up to 2^6. */
    private static final int MAGNITUDE = 20;

    /**
     * Keeps the inverse of columns that repeat each other in range; it slows their part, and moves no resting place.
     */
    private static final double RIDGE = 0x1p-14;

    /** Enough of a column for the Hessian, which steers but does not decide where the iteration rests. */
    private static final int COARSE = 12;

    private Newton() {}

    /**
     * @param iterations of Newton's method; 8 reach 2^-20 on a scorecard
     * @param firstSteps of the inversion of the bound: log2 of its condition number, and 5 more
     * @param steps of the inversion in each iteration
     * @param penalty λ of ½λ‖w‖² without the intercept, beside the sum of all rows' losses; 0 for none
     */
    public record Settings(int iterations, int firstSteps, int steps, double penalty) {
        /** For well-conditioned columns. */
        public static final Settings DEFAULT = new Settings(9, 20, 6, 0);

        public Settings {
            if (iterations < 1 || iterations > 100 || firstSteps < 1 || firstSteps > 64 || steps < 0 || steps > 64) {
                throw new IllegalArgumentException("iterations 1 to 100, steps of the inversions up to 64");
            }
            if (!(penalty >= 0 && penalty <= 4096)) {
                throw new IllegalArgumentException("penalty " + penalty + " is not between 0 and 4096");
            }
        }

        public Settings withPenalty(double other) {
            return new Settings(iterations, firstSteps, steps, other);
        }
    }

    /** What is known of a fit between two iterations; enough to go on from. {@code inverse} is that of the bound. */
    public record State<A>(int iteration, A weights, A inverse) {}

    /**
     * Weights at {@link #SCALE}, one column: those of the columns of {@code x} in order, the intercept last.
     *
     * @param x n × p
     * @param y n × 1, 1 for a bad one
     * @param done told after each iteration
     */
    public static <A extends ArithmeticShare, B extends BitShare> A fit(
            Protocol<A, B> protocol, A x, A y, Settings settings, IntConsumer done) {
        Fit<A, B> fit = new Fit<>(protocol, x, y, settings);
        State<A> state = fit.start();
        while (state.iteration() < settings.iterations()) {
            state = fit.next(state);
            done.accept(state.iteration());
        }
        return state.weights();
    }

    /** A fit that can be left and taken up again between iterations. */
    public static final class Fit<A extends ArithmeticShare, B extends BitShare> {
        private final Protocol<A, B> protocol;
        private final Settings settings;
        private final A x;
        private final A transposed;
        private final A y;
        private final A coarse;
        private final A coarseTransposed;
        private final int shift;
        private final int size;

        public Fit(Protocol<A, B> protocol, A x, A y, Settings settings) {
            int rows = x.rows();
            if (rows > MAX_ROWS || x.columns() >= MAX_COLUMNS || y.rows() != rows || y.columns() != 1) {
                throw new IllegalArgumentException(x + " with labels " + y + ": at most " + MAX_ROWS + " rows and "
                        + (MAX_COLUMNS - 1) + " columns, and one label a row");
            }
            this.protocol = protocol;
            this.settings = settings;
            this.x = protocol.concat(List.of(x, ones(protocol, rows, SCALE)));
            this.transposed = protocol.transpose(this.x);
            this.y = y;
            this.coarse = protocol.concat(List.of(protocol.truncate(x, SCALE - COARSE), ones(protocol, rows, COARSE)));
            this.coarseTransposed = protocol.transpose(coarse);
            this.shift = Long.SIZE - Long.numberOfLeadingZeros(rows - 1L);
            this.size = this.x.columns();
        }

        /** Zero weights, and the inverse of the bound. Rounds: 3 + 6 · firstSteps. */
        public State<A> start() {
            A bound = penalised(protocol.truncate(
                    protocol.product(coarseTransposed, coarse), 2 * COARSE - Inverse.SCALE + shift + 2));
            // Standardised columns: the trace, at least the largest eigenvalue, is ¼ · rows · size, scaled by 2^-shift.
            double trace = Math.scalb(x.rows() * (double) size / 4, -shift)
                    + Math.scalb(settings.penalty() * (size - 1), -shift);
            A start = Inverse.identity(protocol, size, 1 / trace);
            A inverse = Inverse.improve(protocol, bound, start, settings.firstSteps());
            return new State<>(0, protocol.constant(new long[size], size, 1, Long.SIZE), inverse);
        }

        /** One iteration further. */
        public State<A> next(State<A> state) {
            A chance = chance(state.weights());
            A gradient = gradient(chance, state.weights());
            A inverse = Inverse.improve(protocol, hessian(chance), state.inverse(), settings.steps());
            A step = protocol.truncate(protocol.product(inverse, gradient), CHANCE);
            return new State<>(state.iteration() + 1, protocol.add(state.weights(), step), state.inverse());
        }

        /** The chances of being bad, at the sigmoid's scale. */
        private A chance(A weights) {
            return Sigmoid.precise(protocol, protocol.product(x, weights), 2 * SCALE, MAGNITUDE, CHANCE);
        }

        /** Xᵀ(y − chance) less the penalty, divided by 2^shift, at the sigmoid's scale. */
        private A gradient(A chance, A weights) {
            A residual = protocol.subtract(protocol.scale(y, 1L << CHANCE), chance);
            A sum = protocol.product(transposed, residual);
            if (settings.penalty() > 0) {
                long[] factors = new long[size];
                Arrays.fill(factors, 0, size - 1, Math.round(Math.scalb(settings.penalty(), CHANCE)));
                sum = protocol.subtract(sum, protocol.multiplyConstant(weights, factors));
            }
            return protocol.truncate(sum, SCALE + shift);
        }

        /** Xᵀ diag(chance (1 − chance)) X with the penalty, divided by 2^shift, at the inversion's scale. */
        private A hessian(A chance) {
            A other = protocol.addConstant(protocol.scale(chance, -1), 1L << CHANCE);
            A spread = protocol.truncate(protocol.multiply(chance, other), 2 * CHANCE - COARSE);
            A weighted = protocol.multiply(coarse, protocol.repeatColumn(spread, size));
            return penalised(protocol.truncate(
                    protocol.product(coarseTransposed, weighted), 3 * COARSE - Inverse.SCALE + shift));
        }

        private A penalised(A matrix) {
            double added = Math.scalb(settings.penalty(), -shift);
            return Inverse.addDiagonal(protocol, Inverse.addDiagonal(protocol, matrix, added, size - 1), RIDGE, size);
        }
    }

    static <A extends ArithmeticShare> A ones(Protocol<A, ?> protocol, int rows, int scale) {
        long[] ones = new long[rows];
        Arrays.fill(ones, 1L << scale);
        return protocol.constant(ones, rows, 1, Long.SIZE);
    }
}
