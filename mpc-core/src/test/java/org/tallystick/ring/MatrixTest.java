package org.tallystick.ring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

class MatrixTest {
    @Test
    void columnsAreChosenByIndexOfOneRowAsOfMany() {
        int[] indices = {2, 0, 2, 1};
        assertArrayEquals(new long[] {7, 5, 7, 6}, Matrix.columns(new long[] {5, 6, 7}, 1, indices));
        assertArrayEquals(
                new long[] {7, -7, 5, -5, 7, -7, 6, -6}, Matrix.columns(new long[] {5, -5, 6, -6, 7, -7}, 2, indices));
        assertArrayEquals(new long[0], Matrix.columns(new long[] {5, 6, 7}, 1, new int[0]));
    }
}
