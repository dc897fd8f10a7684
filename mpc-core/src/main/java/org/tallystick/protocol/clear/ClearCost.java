package org.tallystick.protocol.clear;

import java.util.List;
import org.tallystick.protocol.Cost;
import org.tallystick.protocol.CostModel;
import org.tallystick.protocol.OwnerInput;

/**
 * The cost of {@link Clear}: an input goes to every other party in one message, whole bytes an element; all else is
 * free.
 */
public record ClearCost(int parties) implements CostModel {
    @Override
    public Cost inputs(List<OwnerInput> inputs) {
        long[] sent = new long[parties];
        for (OwnerInput input : inputs) {
            sent[input.owner()] += (parties - 1) * bytes(input);
        }
        int rounds = 0;
        for (long bytes : sent) {
            rounds |= bytes > 0 ? 1 : 0;
        }
        return new Cost(rounds, sent);
    }

    /** The bytes of one input's message to one peer. */
    static long bytes(OwnerInput input) {
        return (long) input.rows() * input.columns() * bytesPerElement(input.width());
    }

    static int bytesPerElement(int width) {
        return (width + 7) >>> 3;
    }

    @Override
    public Cost checksWithProduct(List<OwnerInput> inputs) {
        return free();
    }

    @Override
    public Cost checksAlone(List<OwnerInput> inputs) {
        return free();
    }

    @Override
    public Cost multiply(int elements, int width) {
        return free();
    }

    @Override
    public Cost truncate(int elements, int width, int bits) {
        return free();
    }

    @Override
    public Cost toBits(int rows, int columns, int width, int from, int to) {
        return free();
    }

    @Override
    public Cost fromBit(int wires, int rows, int width) {
        return free();
    }

    @Override
    public Cost and(int wires, int rows) {
        return free();
    }

    @Override
    public Cost open(int elements, int width) {
        return free();
    }

    @Override
    public Cost openBits(int wires, int rows) {
        return free();
    }

    @Override
    public Cost reveal(int elements, int width, int party) {
        return free();
    }

    @Override
    public Cost revealBits(int wires, int rows, int party) {
        return free();
    }

    private Cost free() {
        return Cost.zero(parties);
    }
}
