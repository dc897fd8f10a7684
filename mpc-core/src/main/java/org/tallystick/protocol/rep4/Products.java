package org.tallystick.protocol.rep4;

import org.tallystick.ring.Ring;
import org.tallystick.share.Rep4Bits;
import org.tallystick.share.Rep4Vector;

/**
 * The local half of multiplications: every party multiplies the parts it holds of like index into its parts of the
 * result, and computes the cross terms x_i·y_j + x_j·y_i of the pairs it holds, which {@link JointInput} then shares.
 */
final class Products {
    private static final int BLOCK = 1024;

    private Products() {}

    /** What is known locally of a product: parts x_j·y_j, and cross terms by pair of parts. */
    record Local(long[][] parts, long[][][] cross) {
        long[] cross(Term term) {
            int i = Math.min(term.receiver(), term.outsider());
            return cross[i][Math.max(term.receiver(), term.outsider())];
        }
    }

    /** out[e] gets what a pair of vectors gives for element e, added up or overwritten as the product requires. */
    private interface Kernel {
        long[] square(long[] x, long[] y);

        long[] cross(long[] xi, long[] yj, long[] xj, long[] yi);
    }

    static Local multiply(int self, Rep4Vector x, Rep4Vector y) {
        return local(self, x::part, y::part, new Kernel() {
            @Override
            public long[] square(long[] a, long[] b) {
                return Ring.multiply(a, b);
            }

            @Override
            public long[] cross(long[] xi, long[] yj, long[] xj, long[] yi) {
                long[] out = new long[xi.length];
                for (int e = 0; e < out.length; e++) {
                    out[e] = xi[e] * yj[e] + xj[e] * yi[e];
                }
                return out;
            }
        });
    }

    static Local and(int self, Rep4Bits x, Rep4Bits y) {
        return local(self, x::part, y::part, new Kernel() {
            @Override
            public long[] square(long[] a, long[] b) {
                long[] out = new long[a.length];
                for (int e = 0; e < out.length; e++) {
                    out[e] = a[e] & b[e];
                }
                return out;
            }

            @Override
            public long[] cross(long[] xi, long[] yj, long[] xj, long[] yi) {
                long[] out = new long[xi.length];
                for (int e = 0; e < out.length; e++) {
                    out[e] = (xi[e] & yj[e]) ^ (xj[e] & yi[e]);
                }
                return out;
            }
        });
    }

    static Local dot(int self, Rep4Vector x, Rep4Vector y) {
        int rows = x.rows();
        int columns = x.columns();
        boolean oneRow = y.rows() == 1 && rows != 1;
        return local(self, x::part, y::part, new Kernel() {
            @Override
            public long[] square(long[] a, long[] b) {
                long[] out = new long[rows];
                addDot(a, b, out, rows, columns, oneRow);
                return out;
            }

            @Override
            public long[] cross(long[] xi, long[] yj, long[] xj, long[] yi) {
                long[] out = new long[rows];
                addDot(xi, yj, out, rows, columns, oneRow);
                addDot(xj, yi, out, rows, columns, oneRow);
                return out;
            }
        });
    }

    private interface Part {
        long[] of(int j);
    }

    private static Local local(int self, Part x, Part y, Kernel kernel) {
        long[][] parts = new long[4][];
        long[][][] cross = new long[4][4][];
        for (int i = 0; i < 4; i++) {
            if (i == self) {
                continue;
            }
            parts[i] = kernel.square(x.of(i), y.of(i));
            for (int j = i + 1; j < 4; j++) {
                if (j != self) {
                    cross[i][j] = kernel.cross(x.of(i), y.of(j), x.of(j), y.of(i));
                }
            }
        }
        return new Local(parts, cross);
    }

    /** out[row] += Σ x[column][row] · y[column][row or 0], four columns at a time over blocks that stay in cache. */
    private static void addDot(long[] x, long[] y, long[] out, int rows, int columns, boolean oneRow) {
        if (!oneRow) {
            for (int column = 0; column < columns; column++) {
                int at = column * rows;
                for (int row = 0; row < rows; row++) {
                    out[row] += x[at + row] * y[at + row];
                }
            }
            return;
        }
        for (int from = 0; from < rows; from += BLOCK) {
            addDotBlock(x, y, out, from, Math.min(rows, from + BLOCK), rows, columns);
        }
    }

    private static void addDotBlock(long[] x, long[] y, long[] out, int from, int to, int rows, int columns) {
        int column = 0;
        for (; column + 4 <= columns; column += 4) {
            int at = column * rows;
            int next = at + rows;
            int third = next + rows;
            int fourth = third + rows;
            long w0 = y[column];
            long w1 = y[column + 1];
            long w2 = y[column + 2];
            long w3 = y[column + 3];
            for (int row = from; row < to; row++) {
                out[row] += x[at + row] * w0 + x[next + row] * w1 + x[third + row] * w2 + x[fourth + row] * w3;
            }
        }
        for (; column < columns; column++) {
            int at = column * rows;
            long w = y[column];
            for (int row = from; row < to; row++) {
                out[row] += x[at + row] * w;
            }
        }
    }
}
