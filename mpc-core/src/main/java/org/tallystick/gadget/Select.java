package org.tallystick.gadget;

import org.tallystick.protocol.Protocol;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/** One of two secret numbers, chosen by a secret bit; exact for every element of the ring. */
public final class Select {
    private Select() {}

    /**
     * Element by element: x where the bit is 1, y where it is 0. {@code bits} has a wire for each column, or one wire
     * that serves for all. One {@link Protocol#multiplyBits}: under {@code rep4} 2 rounds and 8 elements.
     */
    public static <A extends ArithmeticShare, B extends BitShare> A of(Protocol<A, B> protocol, B bits, A x, A y) {
        B each = bits.wires() == 1 && x.columns() != 1 ? protocol.wires(bits, new int[x.columns()]) : bits;
        return protocol.add(y, protocol.multiplyBits(each, protocol.subtract(x, y)));
    }
}
