package org.tallystick.garble;

import java.util.Arrays;

/**
 * Brings the gates that outputs need into an order, makes the negations that ANDs and outputs read into gates, and
 * gives every wire a slot.
 */
final class Scheduler {
    private static final int UNUSED = -1;

    private final byte[] kind;
    private final int[] left;
    private final int[] right;
    private final int inputBits;
    private final int[] outputs;
    private final boolean[] needed;
    private int depth;

    /** @param outputs wires as {@link CircuitBuilder} numbers them */
    Scheduler(byte[] kind, int[] left, int[] right, int inputBits, int[] outputs) {
        this.kind = kind;
        this.left = left;
        this.right = right;
        this.inputBits = inputBits;
        this.outputs = outputs;
        this.needed = needed();
    }

    Circuit circuit(int[] inputWidths, int[] outputWidths, Circuit.Order order) {
        int[] levels = levels();
        int[] sequence = order == Circuit.Order.LAYERED ? layered(levels) : sequence();
        Emitter emitter = new Emitter(sequence);
        return emitter.circuit(inputWidths, outputWidths, depth);
    }

    private boolean[] needed() {
        boolean[] marks = new boolean[kind.length];
        for (int wire : outputs) {
            marks[wire >>> 1] = true;
        }
        for (int n = kind.length - 1; n > inputBits; n--) {
            if (marks[n]) {
                marks[left[n] >>> 1] = true;
                marks[right[n] >>> 1] = true;
            }
        }
        return marks;
    }

    /** The ANDs between each gate, itself included, and the inputs; sets the depth. */
    private int[] levels() {
        int[] level = new int[kind.length];
        for (int n = inputBits + 1; n < kind.length; n++) {
            if (needed[n]) {
                level[n] = Math.max(level[left[n] >>> 1], level[right[n] >>> 1]) + (kind[n] == Circuit.AND ? 1 : 0);
                depth = Math.max(depth, level[n]);
            }
        }
        return level;
    }

    private int[] sequence() {
        int[] sequence = new int[kind.length];
        int count = 0;
        for (int n = inputBits + 1; n < kind.length; n++) {
            if (needed[n]) {
                sequence[count++] = n;
            }
        }
        return Arrays.copyOf(sequence, count);
    }

    /** As late as the depth allows: of each level first the linear gates, then the ANDs, both as they were made. */
    private int[] layered(int[] level) {
        int[] latest = new int[kind.length];
        Arrays.fill(latest, depth);
        for (int n = kind.length - 1; n > inputBits; n--) {
            if (needed[n]) {
                // An AND that runs at the end of level L needs its inputs from the levels before.
                int due = kind[n] == Circuit.AND ? latest[n] - 1 : latest[n];
                latest[left[n] >>> 1] = Math.min(latest[left[n] >>> 1], due);
                latest[right[n] >>> 1] = Math.min(latest[right[n] >>> 1], due);
            }
        }
        int[] given = sequence();
        int[] starts = new int[2 * depth + 3];
        for (int n : given) {
            assert level[n] <= latest[n];
            starts[bucket(n, latest[n]) + 1]++;
        }
        for (int i = 1; i < starts.length; i++) {
            starts[i] += starts[i - 1];
        }
        int[] sequence = new int[given.length];
        for (int n : given) {
            sequence[starts[bucket(n, latest[n])]++] = n;
        }
        return sequence;
    }

    /** ANDs of level L, then the linear gates on top of them. */
    private int bucket(int n, int level) {
        return 2 * level + (kind[n] == Circuit.AND ? 0 : 1);
    }

    /** Writes the code: first decides which gates there are, then where each wire lives. */
    private final class Emitter {
        private final int[] sequence;
        private int[] code = new int[1024];
        private int length;
        /** Per wire (negated ones too): its number in the code, or {@link #UNUSED}. */
        private final int[] number = new int[2 * kind.length];

        private int wires;
        private int ands;

        Emitter(int[] sequence) {
            this.sequence = sequence;
            Arrays.fill(number, UNUSED);
            for (int i = 0; i < inputBits; i++) {
                number[2 * (i + 1)] = i;
            }
            wires = inputBits;
        }

        Circuit circuit(int[] inputWidths, int[] outputWidths, int depthOfAll) {
            for (int at = 0; at < sequence.length; ) {
                int end = at;
                while (end < sequence.length && kind[sequence[end]] == Circuit.AND && independent(at, end)) {
                    end++;
                }
                // Negations first, so that they do not part ANDs that stand side by side.
                for (int i = at; i < end; i++) {
                    read(left[sequence[i]]);
                    read(right[sequence[i]]);
                }
                for (int i = at; i < Math.max(end, at + 1); i++) {
                    gate(sequence[i], i > at);
                }
                at = Math.max(end, at + 1);
            }
            int[] results = new int[outputs.length];
            for (int i = 0; i < results.length; i++) {
                results[i] = read(outputs[i]);
            }
            int[] finished = Arrays.copyOf(code, length);
            int slots = new Slots(finished, wires, inputBits, results).assign();
            return new Circuit(inputWidths, outputWidths, finished, results, slots, ands, depthOfAll);
        }

        /** Whether the AND at {@code end} reads none of the ANDs from {@code start} on. */
        private boolean independent(int start, int end) {
            return number[left[sequence[end]] & ~1] != UNUSED && number[right[sequence[end]] & ~1] != UNUSED
                    || start == end;
        }

        private void gate(int n, boolean next) {
            int a = read(left[n]);
            int b = read(right[n]);
            number[2 * n] = emit(next ? Circuit.AND_NEXT : kind[n], a, b);
            ands += kind[n] == Circuit.AND ? 1 : 0;
        }

        /** The number of a wire in the code, made where it is a negation or a constant that does not exist yet. */
        private int read(int wire) {
            if (number[wire] == UNUSED) {
                if (wire == CircuitBuilder.FALSE) {
                    number[wire] = emit(Circuit.XOR, 0, 0);
                } else {
                    int positive = read(wire & ~1);
                    number[wire] = emit(Circuit.INV, positive, positive);
                }
            }
            return number[wire];
        }

        private int emit(int of, int a, int b) {
            if (length == code.length) {
                code = Arrays.copyOf(code, Math.multiplyExact(2, length));
            }
            code[length] = of;
            code[length + 1] = a;
            code[length + 2] = b;
            code[length + 3] = wires;
            length += Circuit.STRIDE;
            return wires++;
        }
    }
}
