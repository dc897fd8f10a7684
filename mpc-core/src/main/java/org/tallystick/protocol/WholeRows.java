package org.tallystick.protocol;

import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/** The rows of a matrix that is in memory. */
public record WholeRows<A extends ArithmeticShare, B extends BitShare>(Protocol<A, B> protocol, A share)
        implements RowBlocks<A> {
    @Override
    public A block(int from, int count) {
        return protocol.rows(share, from, count);
    }
}
