package org.tallystick.program;

import java.util.List;
import org.tallystick.protocol.RowBlocks;

/** The inputs of a run that were brought in beforehand. */
@FunctionalInterface
public interface KeptRows<A> {
    /**
     * The columns of some {@link Operation.Input}s side by side, with rows of the same subjects in the same order.
     *
     * @param operations their numbers in the program
     */
    RowBlocks<A> of(List<Integer> operations);
}
