package org.tallystick.ring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class BitSliceTest {
    private static final int[] ROWS = {1, 2, 63, 64, 65, 127, 128, 200};

    @Test
    void everyBitGoesToItsWireAndRow() {
        for (int rows : ROWS) {
            for (int columns : new int[] {1, 3}) {
                for (int planes : new int[] {1, 7, 44, 64}) {
                    long[] elements = Numbers.mixed(rows * columns, rows + planes);
                    BitMatrix sliced =
                            new BitMatrix(planes * columns, rows, BitSlice.planes(elements, rows, columns, planes));
                    check(elements, sliced, columns, planes);
                }
            }
        }
    }

    private static void check(long[] elements, BitMatrix sliced, int columns, int planes) {
        for (int k = 0; k < elements.length; k++) {
            for (int plane = 0; plane < planes; plane++) {
                boolean bit = (elements[k] >>> plane & 1) != 0;
                assertEquals(bit, sliced.get(plane * columns + k / sliced.rows(), k % sliced.rows()));
            }
        }
        for (int wire = 0; wire < sliced.wires(); wire++) {
            int words = BitMatrix.wordsPerWire(sliced.rows());
            long last = sliced.words()[wire * words + words - 1];
            assertEquals(0, last & ~BitMatrix.lastWordMask(sliced.rows()), "bits past the last row");
        }
    }

    @Test
    void bitsBecomeElementsZeroOrOne() {
        for (int rows : ROWS) {
            long[] words = Numbers.mixed(3 * BitMatrix.wordsPerWire(rows), rows);
            BitMatrix bits = new BitMatrix(3, rows, words);
            long[] elements = BitSlice.elements(words, 3, rows);
            for (int k = 0; k < elements.length; k++) {
                assertEquals(bits.get(k / rows, k % rows) ? 1 : 0, elements[k]);
            }
        }
    }

    @Test
    void transposingTwiceChangesNothing() {
        long[] block = Numbers.mixed(64, 3);
        long[] twice = block.clone();
        BitSlice.transpose(twice);
        for (int i = 0; i < 64; i++) {
            for (int j = 0; j < 64; j++) {
                assertEquals(block[i] >>> j & 1, twice[j] >>> i & 1);
            }
        }
        BitSlice.transpose(twice);
        assertArrayEquals(block, twice);
    }

    @Test
    void aRowReadsAsANumberAcrossTheWires() {
        long[] elements = {5, 0, 7, 2};
        BitMatrix bits = new BitMatrix(3, 4, BitSlice.planes(elements, 4, 1, 3));
        for (int row = 0; row < 4; row++) {
            assertEquals(elements[row], bits.number(row));
        }
        assertFalse(bits.get(1, 0));
        assertThrows(IllegalArgumentException.class, () -> new BitMatrix(3, 65, new long[3]));
    }
}
