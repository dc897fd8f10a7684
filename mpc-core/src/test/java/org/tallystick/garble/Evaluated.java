package org.tallystick.garble;

import java.util.Random;
import java.util.function.BiFunction;
import org.tallystick.ring.BitMatrix;

/** Circuits on plain numbers, for the tests of this package. */
final class Evaluated {
    private Evaluated() {}

    /** Numbers a row, one for each input value of at most 64 bits, as wires. */
    static BitMatrix wires(Circuit circuit, long[][] rows) {
        int words = BitMatrix.wordsPerWire(rows.length);
        long[] bits = new long[circuit.inputBits() * words];
        int[] widths = circuit.inputWidths();
        for (int row = 0; row < rows.length; row++) {
            int wire = 0;
            for (int value = 0; value < widths.length; value++) {
                for (int i = 0; i < widths[value]; i++, wire++) {
                    bits[wire * words + (row >>> 6)] |= (rows[row][value] >>> i & 1) << row;
                }
            }
        }
        return new BitMatrix(circuit.inputBits(), rows.length, bits);
    }

    /** The outputs of every row as numbers. */
    static long[][] numbers(Circuit circuit, BitMatrix outputs) {
        int[] widths = circuit.outputWidths();
        long[][] numbers = new long[outputs.rows()][widths.length];
        for (int row = 0; row < numbers.length; row++) {
            int wire = 0;
            for (int value = 0; value < widths.length; value++) {
                for (int i = 0; i < widths[value]; i++, wire++) {
                    numbers[row][value] |= (outputs.get(wire, row) ? 1L : 0) << i;
                }
            }
        }
        return numbers;
    }

    static long[][] run(Circuit circuit, long[][] rows) {
        return numbers(circuit, PlainEvaluator.evaluate(circuit, wires(circuit, rows)));
    }

    /** A circuit of two words and one result. */
    static Circuit binary(int width, BiFunction<CircuitBuilder, int[][], int[]> body) {
        CircuitBuilder b = new CircuitBuilder();
        int[][] inputs = {b.input(width), b.input(width)};
        b.output(body.apply(b, inputs));
        return b.build(Circuit.Order.LAYERED);
    }

    /** Random numbers below 2^width, with the ends of the range among them. */
    static long[][] rows(int count, int values, int width, long seed) {
        Random random = new Random(seed);
        long mask = -1L >>> (64 - width);
        long[] ends = {0, 1, mask, mask - 1, mask >>> 1, (mask >>> 1) + 1, (mask >>> 1) - 1, 2 & mask};
        long[][] rows = new long[count][values];
        for (long[] row : rows) {
            for (int i = 0; i < values; i++) {
                row[i] = random.nextInt(3) == 0 ? ends[random.nextInt(ends.length)] & mask : random.nextLong() & mask;
            }
        }
        return rows;
    }
}
