package org.tallystick.gadget;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.tallystick.protocol.Protocol;
import org.tallystick.ring.FixedPoint;
import org.tallystick.share.ArithmeticShare;

/** Polynomials with public coefficients of numbers from −1 to 1. */
final class Series {
    /** Scale of everything in here: products of numbers up to 2 fit 62 bits. */
    static final int SCALE = 30;

    private Series() {}

    /**
     * Σ coefficients[j] · x^j at the scale {@code out}, for |x| ≤ 1 and coefficients of at most 3 in sum. Every power
     * is off by less than j units of scale {@value #SCALE}, the result by one unit of its own more. 3 rounds for every
     * doubling of the degree, and 2.
     *
     * @param x at scale {@value #SCALE}
     * @param out less than twice {@value #SCALE}
     */
    static <A extends ArithmeticShare> A polynomial(Protocol<A, ?> protocol, A x, double[] coefficients, int out) {
        List<A> powers = powers(protocol, x, coefficients.length - 1);
        A sum = protocol.scale(x, FixedPoint.encode(coefficients[1], SCALE));
        for (int j = 2; j < coefficients.length; j++) {
            A term = protocol.scale(powers.get(j - 1), FixedPoint.encode(coefficients[j], SCALE));
            sum = protocol.add(sum, term);
        }
        A whole = protocol.addConstant(sum, FixedPoint.encode(coefficients[0], 2 * SCALE));
        return protocol.truncate(whole, 2 * SCALE - out);
    }

    /** x · y of numbers at scale {@value #SCALE}, below 4 in absolute value; 3 rounds. */
    static <A extends ArithmeticShare> A product(Protocol<A, ?> protocol, A x, A y) {
        return protocol.truncate(protocol.multiply(x, y), SCALE);
    }

    /** x, x², … x^degree. */
    private static <A extends ArithmeticShare> List<A> powers(Protocol<A, ?> protocol, A x, int degree) {
        List<A> powers = new ArrayList<>(List.of(x));
        while (powers.size() < degree) {
            int have = powers.size();
            int next = Math.min(have, degree - have);
            A highest = protocol.concat(Collections.nCopies(next, powers.getLast()));
            A products = product(protocol, highest, protocol.concat(powers.subList(0, next)));
            for (int k = 0; k < next; k++) {
                powers.add(protocol.columns(products, k * x.columns(), x.columns()));
            }
        }
        return powers;
    }
}
