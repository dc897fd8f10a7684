package org.tallystick.convert;

import org.tallystick.share.Rep4Bits;
import org.tallystick.share.Rep4Vector;

/** A shared value as it goes into a garbled function; an instance a row. */
public sealed interface SharedInput {
    /** One column of numbers. */
    record Numbers(Rep4Vector share) implements SharedInput {}

    /** Bits, a wire each. */
    record Bits(Rep4Bits share) implements SharedInput {}
}
