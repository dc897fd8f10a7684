package org.tallystick.ring;

import java.util.Arrays;

/**
 * A matrix of ring elements as it is kept: {@code width} bits an element without gaps, each column from a word of its
 * own on, so that any rows of a column can be read.
 *
 * @param words {@link #length} of them
 */
public record PackedColumns(int rows, int columns, int width, long[] words) {
    public PackedColumns {
        if (width < 1 || width > 64 || rows < 1 || columns < 0 || words.length != length(rows, columns, width)) {
            throw new IllegalArgumentException(
                    words.length + " words for " + rows + " x " + columns + " elements of " + width + " bits");
        }
    }

    /** Words that a matrix takes. */
    public static int length(int rows, int columns, int width) {
        return Math.multiplyExact(columns, wordsPerColumn(rows, width));
    }

    private static int wordsPerColumn(int rows, int width) {
        return Math.toIntExact(((long) rows * width + 63) >>> 6);
    }

    /** Packs elements, column after column; bits above the width are left out. */
    public static PackedColumns of(long[] elements, int rows, int columns, int width) {
        long[] words = new long[length(rows, columns, width)];
        int perColumn = wordsPerColumn(rows, width);
        for (int column = 0; column < columns; column++) {
            pack(elements, column * rows, rows, width, words, column * perColumn);
        }
        return new PackedColumns(rows, columns, width, words);
    }

    private static void pack(long[] elements, int from, int rows, int width, long[] words, int at) {
        if (width == 64) {
            System.arraycopy(elements, from, words, at, rows);
            return;
        }
        long mask = Ring.mask(width);
        int filled = 0;
        long open = 0;
        int to = at;
        for (int row = 0; row < rows; row++) {
            long element = elements[from + row] & mask;
            open |= element << filled;
            filled += width;
            if (filled >= 64) {
                words[to++] = open;
                filled -= 64;
                open = element >>> (width - filled - 1) >>> 1; // nothing where filled is 0
            }
        }
        if (filled > 0) {
            words[to] = open;
        }
    }

    /** Writes rows {@code from} to {@code from + count − 1} of a column into {@code target} from {@code at} on. */
    public void unpack(int column, int from, int count, long[] target, int at) {
        int perColumn = wordsPerColumn(rows, width);
        int first = column * perColumn;
        if (width == 64) {
            System.arraycopy(words, first + from, target, at, count);
            return;
        }
        long mask = Ring.mask(width);
        int last = words.length - 1;
        long bit = (long) from * width;
        for (int k = 0; k < count; k++) {
            int word = first + (int) (bit >>> 6);
            int used = (int) bit & 63;
            long rest = words[Math.min(word + 1, last)] << 1 << (63 - used); // past the mask where none is left
            target[at + k] = (words[word] >>> used | rest) & mask;
            bit += width;
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PackedColumns that
                && rows == that.rows
                && columns == that.columns
                && width == that.width
                && Arrays.equals(words, that.words);
    }

    @Override
    public int hashCode() {
        return 31 * rows + columns;
    }

    /** The elements are secret. */
    @Override
    public String toString() {
        return "PackedColumns[" + rows + " x " + columns + " mod 2^" + width + "]";
    }
}
