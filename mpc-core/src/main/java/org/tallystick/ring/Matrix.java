package org.tallystick.ring;

import java.util.Arrays;
import java.util.List;

/**
 * Matrices of elements in a flat vector, column after column: what a linear operation does to one part of a share, the
 * same for every protocol. Shapes are the caller's to check.
 */
public final class Matrix {
    /** Side of the square blocks of a transposition: a block of each matrix fits the first-level cache. */
    private static final int TILE = 32;

    private Matrix() {}

    /** Columns {@code from} to {@code from + count − 1}. */
    public static long[] columns(long[] x, int rows, int from, int count) {
        return Arrays.copyOfRange(x, from * rows, (from + count) * rows);
    }

    /** The columns of the given indices, in that order. */
    public static long[] columns(long[] x, int rows, int[] indices) {
        long[] chosen = new long[Math.multiplyExact(indices.length, rows)];
        if (rows == 1) { // wires of up to 64 rows, and many: a call for each would be a third of a look-up's computing
            for (int k = 0; k < indices.length; k++) {
                chosen[k] = x[indices[k]];
            }
            return chosen;
        }
        for (int k = 0; k < indices.length; k++) {
            System.arraycopy(x, indices[k] * rows, chosen, k * rows, rows);
        }
        return chosen;
    }

    /** Side by side. */
    public static long[] beside(List<long[]> parts) {
        long[] joined = new long[parts.stream().mapToInt(part -> part.length).reduce(0, Math::addExact)];
        int at = 0;
        for (long[] part : parts) {
            System.arraycopy(part, 0, joined, at, part.length);
            at += part.length;
        }
        return joined;
    }

    /** Rows {@code from} to {@code from + count − 1}. */
    public static long[] rows(long[] x, int rows, int from, int count) {
        int columns = x.length / rows;
        long[] chosen = new long[count * columns];
        for (int column = 0; column < columns; column++) {
            System.arraycopy(x, column * rows + from, chosen, column * count, count);
        }
        return chosen;
    }

    /** The rows of the given indices, in that order. */
    public static long[] rows(long[] x, int rows, int[] indices) {
        int columns = x.length / rows;
        long[] chosen = new long[Math.multiplyExact(indices.length, columns)];
        int at = 0;
        for (int column = 0; column < columns; column++) {
            int first = column * rows;
            for (int row : indices) {
                chosen[at++] = x[first + row];
            }
        }
        return chosen;
    }

    /** One above the other; every part has that many columns. */
    public static long[] stacked(List<long[]> parts, int columns) {
        int elements = parts.stream().mapToInt(part -> part.length).reduce(0, Math::addExact);
        int rows = columns == 0 ? 0 : elements / columns;
        long[] stacked = new long[elements];
        int from = 0;
        for (long[] part : parts) {
            int count = columns == 0 ? 0 : part.length / columns;
            for (int column = 0; column < columns; column++) {
                System.arraycopy(part, column * count, stacked, column * rows + from, count);
            }
            from += count;
        }
        return stacked;
    }

    /** One row, repeated. */
    public static long[] repeatedRow(long[] row, int rows) {
        long[] repeated = new long[Math.multiplyExact(rows, row.length)];
        for (int column = 0; column < row.length; column++) {
            Arrays.fill(repeated, column * rows, (column + 1) * rows, row[column]);
        }
        return repeated;
    }

    /** One column, repeated. */
    public static long[] repeatedColumn(long[] column, int columns) {
        long[] repeated = new long[Math.multiplyExact(columns, column.length)];
        for (int k = 0; k < columns; k++) {
            System.arraycopy(column, 0, repeated, k * column.length, column.length);
        }
        return repeated;
    }

    public static long[] transposed(long[] x, int rows) {
        int columns = x.length / rows;
        long[] transposed = new long[x.length];
        for (int firstColumn = 0; firstColumn < columns; firstColumn += TILE) {
            int endColumn = Math.min(firstColumn + TILE, columns);
            for (int firstRow = 0; firstRow < rows; firstRow += TILE) {
                int endRow = Math.min(firstRow + TILE, rows);
                for (int column = firstColumn; column < endColumn; column++) {
                    for (int row = firstRow; row < endRow; row++) {
                        transposed[row * columns + column] = x[column * rows + row];
                    }
                }
            }
        }
        return transposed;
    }

    /** One row: the sum of each column. */
    public static long[] columnSums(long[] x, int rows) {
        long[] sums = new long[x.length / rows];
        for (int column = 0; column < sums.length; column++) {
            long sum = 0;
            for (int at = column * rows, end = at + rows; at < end; at++) {
                sum += x[at];
            }
            sums[column] = sum;
        }
        return sums;
    }

    /** The product of {@code rows × inner} with {@code inner × columns}. */
    public static long[] product(long[] x, long[] y, int rows, int inner, int columns) {
        long[] product = new long[Math.multiplyExact(rows, columns)];
        for (int column = 0; column < columns; column++) {
            int to = column * rows;
            for (int k = 0; k < inner; k++) {
                long factor = y[column * inner + k];
                int at = k * rows;
                for (int row = 0; row < rows; row++) {
                    product[to + row] += x[at + row] * factor;
                }
            }
        }
        return product;
    }
}
