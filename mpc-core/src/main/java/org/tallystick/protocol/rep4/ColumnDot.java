package org.tallystick.protocol.rep4;

import java.util.Arrays;
import org.tallystick.share.Rep4Vector;

/**
 * The local half of a dot product of many rows with one row of factors. A part that an owner left zero is neither
 * written nor multiplied: the other parties have two parts of a column, and six products instead of nine.
 *
 * <p>Columns with the same zero part are taken two at a time, so that a sum is read and written once for two of its
 * terms. A stretch of their parts and of the six sums stays in the cache; every inner loop writes one array and has the
 * same index into all, which is what the compiler makes vector instructions of, while there are two products in it and
 * not more.
 */
final class ColumnDot {
    /** Rows of a stretch: six sums and two parts of two columns are 40 KiB. */
    private static final int STRETCH = 512;

    private static final int TOGETHER = 2;

    private final int self;
    private final PartColumns x;
    private final long[][] y;
    private final Products.Local out;
    private final int length;

    /** By column, then by part. */
    private final long[][][] columns = new long[TOGETHER][4][];

    private final long[][] squares = new long[4][];
    private final long[][][] cross = new long[4][4][];

    private ColumnDot(int self, PartColumns x, Rep4Vector y, Products.Local out) {
        this.self = self;
        this.x = x;
        this.y = new long[4][];
        this.out = out;
        this.length = Math.min(STRETCH, x.rows());
        for (int i = 0; i < 4; i++) {
            if (i != self) {
                this.y[i] = y.part(i);
                squares[i] = new long[length];
                for (long[][] column : columns) {
                    column[i] = new long[length];
                }
                for (int j = i + 1; j < 4; j++) {
                    cross[i][j] = j == self ? null : new long[length];
                }
            }
        }
    }

    /** @param y one row, as long as x is wide */
    static Products.Local of(int self, PartColumns x, Rep4Vector y) {
        if (y.rows() != 1 || y.columns() != x.columns() || y.width() > x.width()) {
            throw new IllegalArgumentException(
                    "a dot product of " + x.rows() + " x " + x.columns() + " mod 2^" + x.width() + " with " + y);
        }
        Products.Local out = Products.Local.of(self, x.rows());
        ColumnDot dot = new ColumnDot(self, x, y, out);
        for (int from = 0; from < x.rows(); from += dot.length) {
            dot.stretch(from, Math.min(dot.length, x.rows() - from));
        }
        return out;
    }

    private void stretch(int from, int count) {
        clear();
        int k = 0;
        while (k < x.columns()) {
            int zero = x.zeroPart(k);
            int together = together(k, zero);
            for (int c = 0; c < together; c++) {
                x.load(k + c, from, count, columns[c], 0);
            }
            if (together == TOGETHER) {
                add(zero, k, count);
            } else {
                addOne(zero, k, count);
            }
            k += together;
        }
        store(from, count);
    }

    /** Two when the next two columns have the same zero part, else one. */
    private int together(int k, int zero) {
        return k + 1 < x.columns() && x.zeroPart(k + 1) == zero ? TOGETHER : 1;
    }

    private void add(int zero, int k, int count) {
        for (int i = 0; i < 4; i++) {
            if (i == self || i == zero) {
                continue;
            }
            add(squares[i], i, y[i], k, count);
            for (int j = 0; j < 4; j++) {
                if (j == zero) {
                    add(cross(i, j), i, y[j], k, count);
                } else if (i < j && j != self) {
                    add(cross[i][j], i, j, k, count);
                }
            }
        }
    }

    /** Absent at the party that lacks one of the parts. */
    private long[] cross(int i, int j) {
        return cross[Math.min(i, j)][Math.max(i, j)];
    }

    /** The sum over two columns of part i times y is added to the target. */
    private void add(long[] target, int i, long[] factors, int k, int count) {
        if (target != null) {
            addScaled(target, columns[0][i], factors[k], columns[1][i], factors[k + 1], count);
        }
    }

    /** The sum over two columns of x_i·y_j + x_j·y_i is added to the target. */
    private void add(long[] target, int i, int j, int k, int count) {
        for (int c = 0; c < TOGETHER; c++) {
            addScaled(target, columns[c][i], y[j][k + c], columns[c][j], y[i][k + c], count);
        }
    }

    private static void addScaled(long[] target, long[] a, long fa, long[] b, long fb, int count) {
        for (int n = 0; n < count; n++) {
            target[n] += a[n] * fa + b[n] * fb;
        }
    }

    private void addOne(int zero, int k, int count) {
        for (int i = 0; i < 4; i++) {
            if (i == self || i == zero) {
                continue;
            }
            addScaled(squares[i], columns[0][i], y[i][k], count);
            for (int j = 0; j < 4; j++) {
                if (j != i && j != self) {
                    addScaled(cross(i, j), columns[0][i], y[j][k], count);
                }
            }
        }
    }

    private static void addScaled(long[] target, long[] a, long factor, int count) {
        for (int n = 0; n < count; n++) {
            target[n] += a[n] * factor;
        }
    }

    private void clear() {
        for (int i = 0; i < 4; i++) {
            clear(squares[i]);
            for (long[] sum : cross[i]) {
                clear(sum);
            }
        }
    }

    private static void clear(long[] sums) {
        if (sums != null) {
            Arrays.fill(sums, 0);
        }
    }

    private void store(int from, int count) {
        for (int i = 0; i < 4; i++) {
            store(squares[i], out.parts()[i], from, count);
            for (int j = 0; j < 4; j++) {
                store(cross[i][j], out.cross()[i][j], from, count);
            }
        }
    }

    private static void store(long[] sums, long[] target, int from, int count) {
        if (sums != null) {
            System.arraycopy(sums, 0, target, from, count);
        }
    }
}
