package org.tallystick.gadget;

import java.util.List;
import java.util.stream.IntStream;
import org.tallystick.protocol.Protocol;
import org.tallystick.ring.BitMatrix;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/**
 * Positive integers brought to one length: X in [1, 2^bits) is multiplied by the power of two that puts its top bit at
 * bits − 1. The top bit is found on shared bits by a prefix OR in ⌈log2 bits⌉ rounds (after Catrina and Saxena, "Secure
 * computation with fixed-point numbers", FC 2010). Exact. For X = 0 the factor is 0.
 *
 * @param top element 0 or 1 for each bit position, column {@code i · columns of X + c}: whether i is the top bit
 * @param factor 2^(bits − 1 − position of the top bit)
 * @param number X · factor, in [2^(bits−1), 2^bits)
 */
record Normalised<A extends ArithmeticShare>(A top, A factor, A number) {
    /** One {@link Protocol#toBits} of {@code bits} bits, the prefix OR, 2 rounds and a multiplication. */
    static <A extends ArithmeticShare, B extends BitShare> Normalised<A> of(Protocol<A, B> protocol, A x, int bits) {
        int columns = x.columns();
        B reached = prefixOr(protocol, protocol.toBits(x, 0, bits), columns, bits);
        // Plane i of "reached" says that X has a bit at i or above; it differs from plane i + 1 at the top bit alone.
        B upper = planes(protocol, reached, columns, 1, bits);
        B none = protocol.constant(
                new BitMatrix(columns, x.rows(), new long[columns * BitMatrix.wordsPerWire(x.rows())]));
        B top = protocol.xor(reached, protocol.concatWires(List.of(upper, none)));
        A number = protocol.fromBit(top, x.width());
        A factor = protocol.scale(protocol.columns(number, 0, columns), 1L << (bits - 1));
        for (int i = 1; i < bits; i++) {
            A place = protocol.columns(number, i * columns, columns);
            factor = protocol.add(factor, protocol.scale(place, 1L << (bits - 1 - i)));
        }
        return new Normalised<>(number, factor, protocol.multiply(x, factor));
    }

    /** Each plane ORed with all above it; Kogge and Stone's network, so that every level is one AND of all planes. */
    private static <B extends BitShare> B prefixOr(Protocol<?, B> protocol, B bits, int columns, int count) {
        B none = protocol.not(bits);
        for (int step = 1; step < count; step *= 2) {
            B lower = planes(protocol, none, columns, 0, count - step);
            B above = planes(protocol, none, columns, step, count);
            B rest = planes(protocol, none, columns, count - step, count);
            none = protocol.concatWires(List.of(protocol.and(lower, above), rest));
        }
        return protocol.not(none);
    }

    private static <B extends BitShare> B planes(Protocol<?, B> protocol, B bits, int columns, int from, int to) {
        return protocol.wires(
                bits, IntStream.range(from * columns, to * columns).toArray());
    }
}
