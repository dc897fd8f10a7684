package org.tallystick.garble;

import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Writes circuits in Bristol Fashion or in the older Bristol format. */
public final class BristolWriter {
    private final Circuit circuit;
    private final Appendable out;
    private final boolean old;

    /** Slots of outputs that a gate may write under the output's own number: the rest are copied. */
    private final int[] wireOf;

    private BristolWriter(Circuit circuit, Appendable out, boolean old) {
        this.circuit = circuit;
        this.out = out;
        this.old = old;
        this.wireOf = new int[circuit.slots()];
    }

    /** Bristol Fashion: any number of inputs and outputs; outputs are copied by EQW. */
    public static void fashion(Circuit circuit, Appendable out) throws IOException {
        new BristolWriter(circuit, out, false).write();
    }

    /**
     * The older format, of at most two inputs and one output; outputs are copied by two INVs.
     *
     * @throws IllegalArgumentException when the circuit has more
     */
    public static void old(Circuit circuit, Appendable out) throws IOException {
        if (circuit.inputWidths().length > 2 || circuit.outputWidths().length > 1) {
            throw new IllegalArgumentException("the older Bristol format has two inputs and one output; use Fashion");
        }
        new BristolWriter(circuit, out, true).write();
    }

    private void write() throws IOException {
        int[] outputs = circuit.outputSlots();
        int copies = outputs.length * (old ? 2 : 1);
        int gates = circuit.gates() + copies;
        int inputs = circuit.inputBits();
        line(gates + " " + (inputs + gates));
        header();
        line("");
        for (int i = 0; i < inputs; i++) {
            wireOf[i] = i;
        }
        int next = inputs;
        int[] code = circuit.code();
        for (int at = 0; at < code.length; at += Circuit.STRIDE) {
            int a = wireOf[code[at + 1]];
            int b = wireOf[code[at + 2]];
            switch (code[at]) {
                case Circuit.INV -> line("1 1 " + a + " " + next + " INV");
                case Circuit.XOR -> line("2 1 " + a + " " + b + " " + next + " XOR");
                default -> line("2 1 " + a + " " + b + " " + next + " AND");
            }
            wireOf[code[at + 3]] = next++;
        }
        for (int i = 0; i < outputs.length && old; i++) {
            line("1 1 " + wireOf[outputs[i]] + " " + (next + i) + " INV");
        }
        for (int i = 0; i < outputs.length; i++) {
            int last = next + outputs.length + i;
            line(
                    old
                            ? "1 1 " + (next + i) + " " + last + " INV"
                            : "1 1 " + wireOf[outputs[i]] + " " + (next + i) + " EQW");
        }
    }

    private void header() throws IOException {
        int[] in = circuit.inputWidths();
        int[] results = circuit.outputWidths();
        if (old) {
            line(in[0] + " " + (in.length > 1 ? in[1] : 0) + " " + results[0]);
        } else {
            line(in.length + " " + joined(in));
            line(results.length + " " + joined(results));
        }
    }

    private static String joined(int[] widths) {
        return Arrays.stream(widths).mapToObj(Integer::toString).collect(Collectors.joining(" "));
    }

    private void line(String text) throws IOException {
        out.append(text).append('\n');
    }
}
