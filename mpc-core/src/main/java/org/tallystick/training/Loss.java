package org.tallystick.training;

import org.tallystick.gadget.Softplus;
import org.tallystick.protocol.Protocol;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/** The mean loss of a logistic regression, −ln of the probability given to what happened, opened to all parties. */
final class Loss {
    /** The sum of a quarter of a million rows' losses, each below 2^12, at this scale stays in the ring. */
    private static final int SCALE = 16;

    private static final int MAGNITUDE = 20;

    private Loss() {}

    /** ln(1 + e^z) − yz, summed. Error of the mean: that of {@link Softplus}. */
    static <A extends ArithmeticShare, B extends BitShare> double open(
            Protocol<A, B> protocol, A scores, int scale, A y) {
        A z = protocol.truncate(scores, scale - SCALE);
        A linear = protocol.product(protocol.transpose(y), z);
        A curved = protocol.sumRows(Softplus.of(protocol, z, SCALE, MAGNITUDE));
        long sum = protocol.open(protocol.subtract(curved, linear))[0];
        return Math.scalb((double) sum, -SCALE) / scores.rows();
    }
}
