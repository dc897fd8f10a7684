package org.tallystick.training;

import java.util.Arrays;
import org.tallystick.protocol.Protocol;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/**
 * The inverse of a secret symmetric positive definite matrix by the Newton–Schulz iteration, U ← U(2I − AU) (G. Schulz,
 * 1933): matrix products alone, no division and no pivot. It converges from U when all eigenvalues of AU lie between 0
 * and 2, here between 0 and 1, and then from below: every iterate is a smaller matrix than A⁻¹.
 *
 * <p>Numbers at {@link #SCALE}. Cost of a step for p columns: 6 rounds, 2p² multiplications and truncations.
 */
final class Inverse {
    static final int SCALE = 20;

    private Inverse() {}

    /** A public multiple of the identity, to start from. */
    static <A extends ArithmeticShare> A identity(Protocol<A, ?> protocol, int size, double factor) {
        long[] values = new long[size * size];
        long one = Math.round(Math.scalb(factor, SCALE));
        for (int k = 0; k < size; k++) {
            values[k * size + k] = one;
        }
        return protocol.constant(values, size, size, Long.SIZE);
    }

    /**
     * So many steps from {@code start}; the error I − AU is squared by each.
     *
     * @param a p × p, |element| ≤ p
     * @param start p × p, all eigenvalues of a · start in (0, 1]
     */
    static <A extends ArithmeticShare, B extends BitShare> A improve(Protocol<A, B> protocol, A a, A start, int steps) {
        int size = a.rows();
        A two = identity(protocol, size, 2);
        A inverse = start;
        for (int k = 0; k < steps; k++) {
            A residual = protocol.subtract(two, scaled(protocol, a, inverse));
            inverse = scaled(protocol, inverse, residual);
        }
        return inverse;
    }

    private static <A extends ArithmeticShare, B extends BitShare> A scaled(Protocol<A, B> protocol, A x, A y) {
        return protocol.truncate(protocol.product(x, y), SCALE);
    }

    /** x with a public number added to the first {@code count} elements of its diagonal. */
    static <A extends ArithmeticShare> A addDiagonal(Protocol<A, ?> protocol, A x, double added, int count) {
        long[] values = new long[x.rows() * x.columns()];
        long one = Math.round(Math.scalb(added, SCALE));
        Arrays.setAll(values, k -> k % x.rows() == k / x.rows() && k / x.rows() < count ? one : 0);
        return protocol.add(x, protocol.constant(values, x.rows(), x.columns(), Long.SIZE));
    }
}
