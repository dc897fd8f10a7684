package org.tallystick.garble;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Makes circuits gate by gate. A wire is an int: twice the number of its gate, plus one where it is negated, so that
 * negations cost no gate until an AND or an output reads one. Constants are folded away: no AND reads a constant or the
 * same wire twice, whatever the caller writes.
 *
 * <p>A word is an array of wires, lowest bit first. {@link Words} and the classes beside it compute with them.
 */
public final class CircuitBuilder {
    /** The constant wires. */
    public static final int FALSE = 0;

    public static final int TRUE = 1;

    /** The kinds of {@link Circuit}, and one for inputs and the constant. */
    static final int SOURCE = 3;

    private final List<Integer> inputWidths = new ArrayList<>();
    private final List<int[]> outputs = new ArrayList<>();
    private byte[] kind = new byte[256];
    private int[] left = new int[256];
    private int[] right = new int[256];
    private int nodes;
    private int inputBits;

    public CircuitBuilder() {
        node(SOURCE, 0, 0);
    }

    private int node(int of, int a, int b) {
        if (nodes == kind.length) {
            int size = Math.multiplyExact(2, nodes);
            kind = Arrays.copyOf(kind, size);
            left = Arrays.copyOf(left, size);
            right = Arrays.copyOf(right, size);
        }
        kind[nodes] = (byte) of;
        left[nodes] = a;
        right[nodes] = b;
        return 2 * nodes++;
    }

    /** The next input value, of {@code width} bits. All inputs come before the first gate. */
    public int[] input(int width) {
        if (width < 1) {
            throw new IllegalArgumentException("an input of " + width + " bits");
        }
        if (nodes != inputBits + 1) {
            throw new IllegalStateException("all inputs come before the first gate");
        }
        inputWidths.add(width);
        int[] wires = new int[width];
        for (int i = 0; i < width; i++) {
            wires[i] = node(SOURCE, 0, 0);
        }
        inputBits += width;
        return wires;
    }

    /** The next output value; it may name inputs, constants, and wires that are outputs already. */
    public void output(int... wires) {
        if (wires.length == 0) {
            throw new IllegalArgumentException("an output without bits");
        }
        for (int wire : wires) {
            check(wire);
        }
        outputs.add(wires.clone());
    }

    public int not(int a) {
        check(a);
        return a ^ 1;
    }

    /** Free in a garbled circuit. */
    public int xor(int a, int b) {
        check(a);
        check(b);
        if (a >>> 1 == b >>> 1) {
            return (a ^ b) & 1;
        }
        if (a <= TRUE || b <= TRUE) {
            return a <= TRUE ? b ^ a : a ^ b;
        }
        return node(Circuit.XOR, a & ~1, b & ~1) ^ (a ^ b) & 1;
    }

    public int and(int a, int b) {
        check(a);
        check(b);
        if (a == FALSE || b == FALSE || a == (b ^ 1)) {
            return FALSE;
        }
        if (a == TRUE || a == b) {
            return b;
        }
        return b == TRUE ? a : node(Circuit.AND, a, b);
    }

    public int or(int a, int b) {
        return not(and(not(a), not(b)));
    }

    /** {@code b} where {@code choice} is set, else {@code a}: one AND. */
    public int choose(int choice, int a, int b) {
        return xor(a, and(choice, xor(a, b)));
    }

    private void check(int wire) {
        if (wire < 0 || wire >>> 1 >= nodes) {
            throw new IllegalArgumentException("no wire " + wire + " in this circuit");
        }
    }

    /** The circuit of what the outputs need; the builder may be used further. */
    public Circuit build(Circuit.Order order) {
        if (inputBits == 0 || outputs.isEmpty()) {
            throw new IllegalStateException("a circuit has at least one input and one output");
        }
        int[] wires = outputs.stream().flatMapToInt(Arrays::stream).toArray();
        return new Scheduler(Arrays.copyOf(kind, nodes), left, right, inputBits, wires)
                .circuit(
                        inputWidths.stream().mapToInt(width -> width).toArray(),
                        outputs.stream().mapToInt(word -> word.length).toArray(),
                        order);
    }
}
