package org.tallystick.garble;

import java.util.Arrays;

/**
 * A Boolean circuit of XOR, AND and INV gates, ready to run: gates in an order in which they may be computed, and wires
 * in slots that are used again once nobody reads them, so that what is alive at a time is small.
 *
 * <p>Input wires have the slots 0 to {@link #inputBits} − 1, value after value, lowest bit first. A gate may write the
 * slot of a wire it reads. ANDs come in runs that read nothing that they write: with {@link Order#LAYERED} each run is
 * one AND layer.
 */
public final class Circuit {
    static final int XOR = 0;
    static final int AND = 1;
    static final int INV = 2;
    /** An AND of the same run as the one before it. */
    static final int AND_NEXT = 4;

    /** Ints that a gate takes in the code: kind, slots of both inputs (INV: twice the same), slot of the output. */
    static final int STRIDE = 4;

    /** In which order gates are computed. */
    public enum Order {
        /** As they were made: few wires alive. For many instances at a time. */
        AS_BUILT,
        /** One run of ANDs for each level of depth, each as late as possible. For few instances at a time. */
        LAYERED,
    }

    private final int[] inputWidths;
    private final int[] outputWidths;
    private final int[] code;
    private final int[] outputSlots;
    private final int slots;
    private final int ands;
    private final int depth;

    Circuit(int[] inputWidths, int[] outputWidths, int[] code, int[] outputSlots, int slots, int ands, int depth) {
        this.inputWidths = inputWidths;
        this.outputWidths = outputWidths;
        this.code = code;
        this.outputSlots = outputSlots;
        this.slots = slots;
        this.ands = ands;
        this.depth = depth;
    }

    /** Bits of each input value. */
    public int[] inputWidths() {
        return inputWidths.clone();
    }

    /** Bits of each output value. */
    public int[] outputWidths() {
        return outputWidths.clone();
    }

    public int inputBits() {
        return Arrays.stream(inputWidths).sum();
    }

    public int outputBits() {
        return outputSlots.length;
    }

    public int gates() {
        return code.length / STRIDE;
    }

    /** AND gates: what garbling pays for, 32 bytes each. */
    public int ands() {
        return ands;
    }

    /** The largest number of ANDs on a path. */
    public int depth() {
        return depth;
    }

    /** Wires alive at a time, inputs and outputs included. */
    public int slots() {
        return slots;
    }

    int[] code() {
        return code;
    }

    int[] outputSlots() {
        return outputSlots;
    }

    @Override
    public String toString() {
        return "Circuit[" + inputBits() + " bits in, " + outputBits() + " out, " + ands + " ANDs, depth " + depth + ", "
                + gates() + " gates, " + slots + " slots]";
    }
}
