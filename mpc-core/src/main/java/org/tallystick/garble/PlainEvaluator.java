package org.tallystick.garble;

import org.tallystick.ring.BitMatrix;

/** A circuit on plain bits, 64 rows to a long: the oracle for everything that garbles. */
public final class PlainEvaluator {
    private PlainEvaluator() {}

    /**
     * @param inputs a wire for each input bit of the circuit, any number of rows
     * @return a wire for each output bit
     */
    public static BitMatrix evaluate(Circuit circuit, BitMatrix inputs) {
        if (inputs.wires() != circuit.inputBits()) {
            throw new IllegalArgumentException(
                    "the circuit takes " + circuit.inputBits() + " bits, not " + inputs.wires());
        }
        int rows = inputs.rows();
        int words = BitMatrix.wordsPerWire(rows);
        int[] outputs = circuit.outputSlots();
        long[] results = new long[outputs.length * words];
        long[] slots = new long[circuit.slots()];
        for (int word = 0; word < words; word++) {
            for (int i = 0; i < inputs.wires(); i++) {
                slots[i] = inputs.words()[i * words + word];
            }
            run(circuit.code(), slots);
            long mask = word == words - 1 ? BitMatrix.lastWordMask(rows) : -1;
            for (int i = 0; i < outputs.length; i++) {
                results[i * words + word] = slots[outputs[i]] & mask;
            }
        }
        return new BitMatrix(outputs.length, rows, results);
    }

    private static void run(int[] code, long[] slots) {
        for (int at = 0; at < code.length; at += Circuit.STRIDE) {
            long a = slots[code[at + 1]];
            long b = slots[code[at + 2]];
            slots[code[at + 3]] = switch (code[at]) {
                case Circuit.XOR -> a ^ b;
                case Circuit.INV -> ~a;
                default -> a & b;
            };
        }
    }
}
