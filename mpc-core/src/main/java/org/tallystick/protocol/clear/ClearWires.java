package org.tallystick.protocol.clear;

import java.util.List;
import java.util.function.LongBinaryOperator;
import org.tallystick.protocol.Operands;
import org.tallystick.ring.BitMatrix;

/** The operations of {@link Clear} on bit-sliced wires. Bits past the last row stay zero. */
final class ClearWires {
    private ClearWires() {}

    static ClearBits sliced(ClearVector x, int from, int to) {
        int rows = x.rows();
        int perWire = BitMatrix.wordsPerWire(rows);
        long[] words = new long[(to - from) * x.columns() * perWire];
        for (int c = 0; c < x.columns(); c++) {
            for (int r = 0; r < rows; r++) {
                long value = x.values()[c * rows + r];
                for (int b = from; b < to; b++) {
                    int wire = (b - from) * x.columns() + c;
                    words[wire * perWire + (r >>> 6)] |= (value >>> b & 1) << (r & 63);
                }
            }
        }
        return new ClearBits(new BitMatrix((to - from) * x.columns(), rows, words));
    }

    static ClearBits zip(ClearBits x, ClearBits y, LongBinaryOperator operator) {
        Operands.requireSameShape(x, y);
        long[] words = new long[x.bits().words().length];
        for (int k = 0; k < words.length; k++) {
            words[k] = operator.applyAsLong(x.bits().words()[k], y.bits().words()[k]);
        }
        return new ClearBits(new BitMatrix(x.wires(), x.rows(), words));
    }

    static ClearBits not(ClearBits x) {
        int perWire = BitMatrix.wordsPerWire(x.rows());
        long last = BitMatrix.lastWordMask(x.rows());
        long[] words = new long[x.bits().words().length];
        for (int k = 0; k < words.length; k++) {
            words[k] = ~x.bits().words()[k] & (k % perWire == perWire - 1 ? last : -1L);
        }
        return new ClearBits(new BitMatrix(x.wires(), x.rows(), words));
    }

    static ClearBits gathered(ClearBits x, int[] indices) {
        int perWire = BitMatrix.wordsPerWire(x.rows());
        long[] words = new long[indices.length * perWire];
        for (int k = 0; k < indices.length; k++) {
            System.arraycopy(x.bits().words(), indices[k] * perWire, words, k * perWire, perWire);
        }
        return new ClearBits(new BitMatrix(indices.length, x.rows(), words));
    }

    static ClearBits concat(List<ClearBits> parts) {
        int wires = Operands.requireSameRows(parts);
        int rows = parts.getFirst().rows();
        long[] words = new long[wires * BitMatrix.wordsPerWire(rows)];
        int at = 0;
        for (ClearBits part : parts) {
            System.arraycopy(part.bits().words(), 0, words, at, part.bits().words().length);
            at += part.bits().words().length;
        }
        return new ClearBits(new BitMatrix(wires, rows, words));
    }
}
