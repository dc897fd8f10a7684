package org.tallystick.program;

import org.tallystick.protocol.RowBlocks;

/** The inputs of a run that were brought in beforehand: for each {@link Operation.Input} of the program, its rows. */
@FunctionalInterface
public interface KeptRows<A> {
    /** The rows of one input; {@code operation} is its number in the program. Asked once or more, read in order. */
    RowBlocks<A> of(int operation);
}
