package org.tallystick.protocol.clear;

import org.tallystick.share.ArithmeticShare;

/**
 * A plain matrix behind the interface of a share: column after column, every element reduced to 0 … 2^width − 1.
 * {@code toString} prints the shape alone, as for any share.
 */
public final class ClearVector implements ArithmeticShare {
    private final int rows;
    private final int columns;
    private final int width;
    private final long[] values;

    /** Takes ownership of {@code values} and reduces them in place. */
    ClearVector(int rows, int columns, int width, long[] values) {
        if (rows < 1 || columns < 0 || width < 1 || width > 64 || values.length != Math.multiplyExact(rows, columns)) {
            throw new IllegalArgumentException(
                    values.length + " values in a matrix of " + rows + " x " + columns + " mod 2^" + width);
        }
        this.rows = rows;
        this.columns = columns;
        this.width = width;
        this.values = values;
        long mask = -1L >>> (64 - width);
        for (int k = 0; k < values.length; k++) {
            values[k] &= mask;
        }
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int columns() {
        return columns;
    }

    @Override
    public int width() {
        return width;
    }

    /** The elements, column after column, as unsigned numbers of {@code width} bits; not to be changed. */
    long[] values() {
        return values;
    }

    /** Element k read as a signed number of {@code width} bits. */
    long signed(int k) {
        return values[k] << (64 - width) >> (64 - width);
    }

    @Override
    public String toString() {
        return "ClearVector[" + rows + " x " + columns + " mod 2^" + width + "]";
    }
}
