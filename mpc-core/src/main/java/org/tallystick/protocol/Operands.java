package org.tallystick.protocol;

import java.util.List;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/** That public shapes fit an operation: the same for every protocol, and before anything is sent. */
public final class Operands {
    private Operands() {}

    public static void requireColumns(ArithmeticShare x, int from, int count) {
        if (from < 0 || count < 0 || from > x.columns() - count) {
            throw new IllegalArgumentException("columns " + from + " to " + (from + count - 1) + " of " + x);
        }
    }

    /** The number of columns of all parts together. */
    public static int requireBeside(List<? extends ArithmeticShare> parts) {
        ArithmeticShare first = parts.getFirst();
        int columns = 0;
        for (ArithmeticShare part : parts) {
            if (part.rows() != first.rows() || part.width() != first.width()) {
                throw new IllegalArgumentException(part + " beside " + first);
            }
            columns = Math.addExact(columns, part.columns());
        }
        return columns;
    }

    public static void requireRows(ArithmeticShare x, int from, int count) {
        if (from < 0 || count < 1 || from > x.rows() - count) {
            throw new IllegalArgumentException("rows " + from + " to " + (from + count - 1) + " of " + x);
        }
    }

    public static void requireRows(ArithmeticShare x, int[] indices) {
        if (indices.length == 0) {
            throw new IllegalArgumentException("no row of " + x);
        }
        for (int row : indices) {
            requireRows(x, row, 1);
        }
    }

    /** The number of rows of all parts together. */
    public static int requireStackable(List<? extends ArithmeticShare> parts) {
        ArithmeticShare first = parts.getFirst();
        int rows = 0;
        for (ArithmeticShare part : parts) {
            if (part.columns() != first.columns() || part.width() != first.width()) {
                throw new IllegalArgumentException(part + " below " + first);
            }
            rows = Math.addExact(rows, part.rows());
        }
        return rows;
    }

    public static void requireOneRow(ArithmeticShare x) {
        if (x.rows() != 1) {
            throw new IllegalArgumentException(x + " has more than one row");
        }
    }

    public static void requireOneColumn(ArithmeticShare x) {
        if (x.columns() != 1) {
            throw new IllegalArgumentException(x + " has more than one column");
        }
    }

    public static void requireElements(ArithmeticShare x, long[] values) {
        if (values.length != x.rows() * x.columns()) {
            throw new IllegalArgumentException(x + " with a constant of " + values.length + " elements");
        }
    }

    public static void requireProduct(ArithmeticShare x, ArithmeticShare y) {
        if (x.columns() != y.rows() || x.width() != y.width()) {
            throw new IllegalArgumentException("the matrix product of " + x + " and " + y);
        }
    }

    public static void requireDroppable(ArithmeticShare x, int dropped) {
        if (dropped < 0 || dropped > Math.max(0, x.width() - 2)) {
            throw new IllegalArgumentException("the sign of " + x + " without its low " + dropped + " bits");
        }
    }

    public static void requireBitOfEach(BitShare bits, ArithmeticShare x) {
        if (bits.wires() != x.columns() || bits.rows() != x.rows()) {
            throw new IllegalArgumentException("a bit for each element: " + bits + " for " + x);
        }
    }

    public static void requireSameShape(ArithmeticShare x, ArithmeticShare y) {
        if (x.rows() != y.rows() || x.columns() != y.columns() || x.width() != y.width()) {
            throw new IllegalArgumentException(x + " with " + y);
        }
    }

    public static void requireSameShape(BitShare x, BitShare y) {
        if (x.rows() != y.rows() || x.wires() != y.wires()) {
            throw new IllegalArgumentException(x + " with " + y);
        }
    }

    /** The number of wires of all parts together. */
    public static int requireSameRows(List<? extends BitShare> parts) {
        int wires = 0;
        for (BitShare part : parts) {
            if (part.rows() != parts.getFirst().rows()) {
                throw new IllegalArgumentException(part + " beside " + parts.getFirst());
            }
            wires = Math.addExact(wires, part.wires());
        }
        return wires;
    }

    public static void requireDot(ArithmeticShare x, ArithmeticShare y) {
        boolean fits = x.columns() == y.columns() && (y.rows() == 1 || y.rows() == x.rows());
        if (!fits || x.width() != y.width()) {
            throw new IllegalArgumentException("the dot product of " + x + " and " + y);
        }
    }

    public static void requireTruncatable(ArithmeticShare x, int bits) {
        if (bits < 1 || bits > x.width() - 2) {
            throw new IllegalArgumentException("truncation of " + x + " by " + bits + " bits");
        }
    }

    public static void requireBits(ArithmeticShare x, int from, int to) {
        if (from < 0 || from >= to || to > x.width()) {
            throw new IllegalArgumentException("bits " + from + " to " + (to - 1) + " of " + x);
        }
    }
}
