package org.tallystick.gadget;

import java.util.List;
import org.tallystick.protocol.Protocol;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/**
 * Maximum and minimum of secret signed numbers: exact where every difference of two compared numbers lies in the signed
 * range of the width. A comparison is one {@link Protocol#sign} and one {@link Select}; over n columns a tree of ⌈log2
 * n⌉ such steps, n − 1 comparisons a row.
 */
public final class Extremes {
    private Extremes() {}

    /** Element by element, the greater. */
    public static <A extends ArithmeticShare, B extends BitShare> A maximum(Protocol<A, B> protocol, A x, A y) {
        A difference = protocol.subtract(x, y);
        return protocol.add(y, protocol.multiplyBits(protocol.not(protocol.sign(difference)), difference));
    }

    /** Element by element, the lesser. */
    public static <A extends ArithmeticShare, B extends BitShare> A minimum(Protocol<A, B> protocol, A x, A y) {
        A difference = protocol.subtract(x, y);
        return protocol.add(y, protocol.multiplyBits(protocol.sign(difference), difference));
    }

    /** One column: the greatest number of each row. */
    public static <A extends ArithmeticShare, B extends BitShare> A maximumOfRow(Protocol<A, B> protocol, A x) {
        return ofRow(protocol, x, true);
    }

    /** One column: the least number of each row. */
    public static <A extends ArithmeticShare, B extends BitShare> A minimumOfRow(Protocol<A, B> protocol, A x) {
        return ofRow(protocol, x, false);
    }

    private static <A extends ArithmeticShare, B extends BitShare> A ofRow(
            Protocol<A, B> protocol, A x, boolean greatest) {
        A rest = x;
        while (rest.columns() > 1) {
            int pairs = rest.columns() / 2;
            A left = protocol.columns(rest, 0, pairs);
            A right = protocol.columns(rest, pairs, pairs);
            A best = greatest ? maximum(protocol, left, right) : minimum(protocol, left, right);
            rest = rest.columns() % 2 == 0
                    ? best
                    : protocol.concat(List.of(best, protocol.columns(rest, 2 * pairs, 1)));
        }
        return rest;
    }
}
