package org.tallystick.ring;

import java.util.Arrays;
import java.util.List;

/**
 * Plain bits in the bit-sliced layout: wire w's row r is bit {@code r & 63} of word {@code w · wordsPerWire(rows) + (r
 * >>> 6)}. Bits past the last row are zero.
 */
public record BitMatrix(int wires, int rows, long[] words) {
    public BitMatrix {
        if (wires < 0 || rows < 1 || words.length != wires * wordsPerWire(rows)) {
            throw new IllegalArgumentException(
                    "bits of shape " + wires + " x " + rows + " in " + words.length + " words");
        }
    }

    /** The wires of all parts, one after the other; parts have equal rows. */
    public static BitMatrix ofWires(List<BitMatrix> parts) {
        long[] words = parts.stream()
                .flatMapToLong(part -> Arrays.stream(part.words()))
                .toArray();
        return new BitMatrix(
                parts.stream().mapToInt(BitMatrix::wires).sum(),
                parts.getFirst().rows(),
                words);
    }

    public static int wordsPerWire(int rows) {
        return (rows + 63) >>> 6;
    }

    /** The bits of a wire's last word that carry rows. */
    public static long lastWordMask(int rows) {
        return -1L >>> (-rows & 63);
    }

    /** Words of wires of that many rows with every bit changed; what lies past the last row stays. */
    public static long[] flipped(long[] words, int rows) {
        int perWire = wordsPerWire(rows);
        long last = lastWordMask(rows);
        long[] flipped = new long[words.length];
        for (int i = 0; i < flipped.length; i++) {
            flipped[i] = words[i] ^ ((i + 1) % perWire == 0 ? last : -1L);
        }
        return flipped;
    }

    public boolean get(int wire, int row) {
        return (words[wire * wordsPerWire(rows) + (row >>> 6)] >>> (row & 63) & 1) != 0;
    }

    /** Row {@code row} read across the wires as an unsigned number, wire 0 the lowest bit. */
    public long number(int row) {
        long value = 0;
        for (int wire = 0; wire < wires; wire++) {
            if (get(wire, row)) {
                value |= 1L << wire;
            }
        }
        return value;
    }

    @Override
    public String toString() {
        return "BitMatrix[" + wires + " wires, " + rows + " rows]";
    }
}
