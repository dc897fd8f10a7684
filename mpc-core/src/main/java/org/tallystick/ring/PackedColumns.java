package org.tallystick.ring;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A matrix of ring elements as it is kept: {@code width} bits an element without gaps, lowest first, each column from a
 * byte of its own on, so that any rows of a column can be read. It may lie inside a longer array, which is not copied.
 *
 * @param from where it begins in {@code bytes}; {@link #length} bytes are its own
 */
public record PackedColumns(int rows, int columns, int width, byte[] bytes, int from) {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Bytes after the last column, so that eight can be read wherever an element ends. */
    private static final int SLACK = 2 * Long.BYTES;

    public PackedColumns {
        if (width < 1 || width > 64 || rows < 1 || columns < 0) {
            throw new IllegalArgumentException(rows + " x " + columns + " elements of " + width + " bits");
        }
        if (from < 0 || length(rows, columns, width) > bytes.length - from) {
            throw new IllegalArgumentException(
                    bytes.length - from + " bytes for " + rows + " x " + columns + " elements of " + width + " bits");
        }
    }

    /** Bytes that a matrix takes. */
    public static int length(int rows, int columns, int width) {
        return Math.addExact(Math.multiplyExact(columns, perColumn(rows, width)), SLACK);
    }

    private static int perColumn(int rows, int width) {
        return Math.toIntExact(((long) rows * width + 7) >>> 3);
    }

    /** Packs elements, column after column; bits above the width are left out. */
    public static PackedColumns of(long[] elements, int rows, int columns, int width) {
        byte[] bytes = new byte[length(rows, columns, width)];
        int perColumn = perColumn(rows, width);
        for (int column = 0; column < columns; column++) {
            pack(elements, column * rows, rows, width, bytes, column * perColumn);
        }
        return new PackedColumns(rows, columns, width, bytes, 0);
    }

    private static void pack(long[] elements, int from, int rows, int width, byte[] bytes, int at) {
        long mask = Ring.mask(width);
        for (int row = 0; row < rows; row++) {
            long element = elements[from + row] & mask;
            long bit = (long) row * width;
            int to = at + (int) (bit >>> 3);
            int used = (int) bit & 7;
            LONGS.set(bytes, to, (long) LONGS.get(bytes, to) | element << used);
            if (used + width > 64) {
                bytes[to + 8] = (byte) (element >>> 64 - used);
            }
        }
    }

    /** Writes rows {@code first} to {@code first + count − 1} of a column into {@code target} from {@code at} on. */
    public void unpack(int column, int first, int count, long[] target, int at) {
        int start = from + column * perColumn(rows, width);
        if (width == 64) {
            ByteBuffer.wrap(bytes, start + 8 * first, 8 * count)
                    .slice()
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asLongBuffer()
                    .get(0, target, at, count);
            return;
        }
        long mask = Ring.mask(width);
        long bit = (long) first * width;
        if (width <= 57) {
            for (int k = 0; k < count; k++) {
                target[at + k] = (long) LONGS.get(bytes, start + (int) (bit >>> 3)) >>> ((int) bit & 7) & mask;
                bit += width;
            }
            return;
        }
        for (int k = 0; k < count; k++) {
            int word = start + (int) (bit >>> 3);
            int used = (int) bit & 7;
            long rest = (long) bytes[word + 8] << 1 << (63 - used); // past the word where nothing is used
            target[at + k] = ((long) LONGS.get(bytes, word) >>> used | rest) & mask;
            bit += width;
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PackedColumns that
                && rows == that.rows
                && columns == that.columns
                && width == that.width
                && Arrays.equals(bytes, from, end(), that.bytes, that.from, that.end());
    }

    private int end() {
        return from + length(rows, columns, width) - SLACK;
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
