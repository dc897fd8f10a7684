package org.tallystick.convert;

import java.util.Optional;
import org.tallystick.ring.BitMatrix;
import org.tallystick.share.Rep4Bits;
import org.tallystick.share.Rep4Vector;

/** What comes of an output of a garbled function; an instance a row. */
public sealed interface SharedOutput {
    /** The bits, at the evaluator alone. */
    record Revealed(Optional<BitMatrix> bits) implements SharedOutput {}

    /** Bit shares. */
    record Bits(Rep4Bits share) implements SharedOutput {}

    /** Shares of numbers as wide as the output. */
    record Numbers(Rep4Vector share) implements SharedOutput {}
}
