package org.tallystick.ring;

/** Between vectors of elements and bit-sliced planes, by transposing 64 × 64 bits at a time. */
public final class BitSlice {
    private BitSlice() {}

    /**
     * Bits 0 to {@code planes − 1} of {@code rows × columns} elements (column after column) as wires: bit t of column c
     * is wire {@code t · columns + c} of the result, laid out as {@link BitMatrix} says.
     */
    public static long[] planes(long[] elements, int rows, int columns, int planes) {
        int words = BitMatrix.wordsPerWire(rows);
        long[] sliced = new long[planes * columns * words];
        long[] block = new long[64];
        for (int column = 0; column < columns; column++) {
            for (int word = 0; word < words; word++) {
                int first = column * rows + 64 * word;
                int count = Math.min(64, rows - 64 * word);
                System.arraycopy(elements, first, block, 0, count);
                java.util.Arrays.fill(block, count, 64, 0);
                transpose(block);
                for (int plane = 0; plane < planes; plane++) {
                    sliced[(plane * columns + column) * words + word] = block[plane];
                }
            }
        }
        return sliced;
    }

    /** Every bit as an element 0 or 1: row r of wire w becomes element {@code w · rows + r}. */
    public static long[] elements(long[] sliced, int wires, int rows) {
        int words = BitMatrix.wordsPerWire(rows);
        long[] elements = new long[wires * rows];
        for (int wire = 0; wire < wires; wire++) {
            for (int row = 0; row < rows; row++) {
                elements[wire * rows + row] = sliced[wire * words + (row >>> 6)] >>> row & 1;
            }
        }
        return elements;
    }

    /** Transposes in place: bit j of word i goes to bit i of word j (recursive block swap). */
    public static void transpose(long[] block) {
        long mask = 0x0000_0000_FFFF_FFFFL;
        for (int half = 32; half != 0; half >>>= 1, mask ^= mask << half) {
            for (int i = 0; i < 64; i = (i + half + 1) & ~half) {
                long swap = (block[i] >>> half ^ block[i + half]) & mask;
                block[i] ^= swap << half;
                block[i + half] ^= swap;
            }
        }
    }
}
