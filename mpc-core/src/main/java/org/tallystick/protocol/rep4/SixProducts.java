package org.tallystick.protocol.rep4;

import java.util.Arrays;
import org.tallystick.ring.Matrix;

/**
 * Sums of products of two matrices of which a party holds the parts a, b, c: into {@code out} go aa, bb, cc and the
 * cross terms ab, ac, bc. With the views a, b, c, a + b, a + c, b + c of both factors those are six plain matrix
 * products, less the squares: x_i·y_j + x_j·y_i = (x_i + x_j)·(y_i + y_j) − x_i·y_i − x_j·y_j.
 *
 * <p>The compiler turns a loop into vector instructions only if it writes one array and has the same index into all, or
 * writes none. So the views of a stretch are laid out in a scratch that stays in the cache, and every inner loop does
 * one thing.
 */
final class SixProducts {
    /** Elements of a stretch: views and sums of it stay in the first and second-level cache. */
    private static final int STRETCH = 512;

    /** Columns of the result for which the views of a stretch of x are used while they are laid out. */
    private static final int WIDE = 8;

    /** Below so many rows a column of x is too short for a loop of its own. */
    private static final int SHORT_COLUMN = 128;

    /** Below so many rows it pays to lay the rows of x out. */
    private static final int FEW_ROWS = 16;

    private final long[][] x;
    private final long[][] y;
    private final long[][] out;

    /**
     * @param x parts a, b, c
     * @param y as x
     * @param out six vectors of zeros for aa, bb, cc, ab, ac, bc
     */
    SixProducts(long[][] x, long[][] y, long[][] out) {
        this.x = x;
        this.y = y;
        this.out = out;
    }

    /** Row by row the sum over columns; both have {@code rows} rows. */
    void dot(int rows, int columns) {
        Views left = new Views(Math.min(STRETCH, rows));
        Views right = new Views(Math.min(STRETCH, rows));
        long[][] sums = new long[6][Math.min(STRETCH, rows)];
        for (int from = 0; from < rows; from += STRETCH) {
            int count = Math.min(STRETCH, rows - from);
            clear(sums, count);
            for (int column = 0; column < columns; column++) {
                left.load(x, column * rows + from, count);
                right.load(y, column * rows + from, count);
                for (int i = 0; i < 6; i++) {
                    addProducts(sums[i], left.of[i], right.of[i], count);
                }
            }
            for (int i = 0; i < 6; i++) {
                System.arraycopy(sums[i], 0, out[i], from, count);
            }
        }
        subtractSquares();
    }

    /** The product of {@code rows × inner} with {@code inner × columns}. */
    void product(int rows, int inner, int columns) {
        if (rows >= SHORT_COLUMN) {
            byColumns(rows, inner, columns);
        } else if (rows < FEW_ROWS || columns >= WIDE) {
            byRows(rows, inner, columns);
        } else {
            inPlace(rows, inner, columns);
        }
        subtractSquares();
    }

    private void byColumns(int rows, int inner, int columns) {
        Views views = new Views(Math.min(STRETCH, rows));
        long[][] sums = new long[6 * Math.min(WIDE, columns)][Math.min(STRETCH, rows)];
        for (int from = 0; from < rows; from += STRETCH) {
            int count = Math.min(STRETCH, rows - from);
            for (int first = 0; first < columns; first += WIDE) {
                int wide = Math.min(WIDE, columns - first);
                clear(sums, count);
                for (int k = 0; k < inner; k++) {
                    views.load(x, k * rows + from, count);
                    for (int c = 0; c < wide; c++) {
                        for (int i = 0; i < 6; i++) {
                            addScaled(sums[6 * c + i], views.of[i], view(y, i, (first + c) * inner + k), count);
                        }
                    }
                }
                for (int k = 0; k < 6 * wide; k++) {
                    System.arraycopy(sums[k], 0, out[k % 6], (first + k / 6) * rows + from, count);
                }
            }
        }
    }

    /** By sums of products of rows of x, laid out a stretch at a time, with columns of y. */
    private void byRows(int rows, int inner, int columns) {
        int stretch = Math.min(inner, STRETCH);
        Views left = new Views(rows * stretch);
        Views right = new Views(stretch);
        long[][] transposed = new long[3][];
        for (int from = 0; from < inner; from += stretch) {
            int count = Math.min(stretch, inner - from);
            for (int j = 0; j < 3; j++) {
                transposed[j] = Matrix.transposed(Matrix.columns(x[j], rows, from, count), rows);
            }
            left.load(transposed, 0, rows * count);
            for (int column = 0; column < columns; column++) {
                right.load(y, column * inner + from, count);
                for (int row = 0; row < rows; row++) {
                    for (int i = 0; i < 6; i++) {
                        out[i][column * rows + row] += sum(left.of[i], row * count, right.of[i], count);
                    }
                }
            }
        }
    }

    /** Short columns for few columns of the result: laying anything out would take longer than the products. */
    private void inPlace(int rows, int inner, int columns) {
        for (int column = 0; column < columns; column++) {
            for (int k = 0; k < inner; k++) {
                addScaled(k * rows, column * inner + k, column * rows, rows);
            }
        }
    }

    /** x[at …] · y[factor] is added to out[to …]; one pass over x. */
    private void addScaled(int at, int factor, int to, int count) {
        long[] xa = x[0];
        long[] xb = x[1];
        long[] xc = x[2];
        long ya = y[0][factor];
        long yb = y[1][factor];
        long yc = y[2][factor];
        long[] aa = out[0];
        long[] bb = out[1];
        long[] cc = out[2];
        long[] ab = out[3];
        long[] ac = out[4];
        long[] bc = out[5];
        for (int k = 0; k < count; k++) {
            long a = xa[at + k];
            long b = xb[at + k];
            long c = xc[at + k];
            aa[to + k] += a * ya;
            bb[to + k] += b * yb;
            cc[to + k] += c * yc;
            ab[to + k] += (a + b) * (ya + yb);
            ac[to + k] += (a + c) * (ya + yc);
            bc[to + k] += (b + c) * (yb + yc);
        }
    }

    /** 0 … 2 are the parts, 3 … 5 the sums ab, ac, bc. */
    private static long view(long[][] parts, int i, int at) {
        return switch (i) {
            case 3 -> parts[0][at] + parts[1][at];
            case 4 -> parts[0][at] + parts[2][at];
            case 5 -> parts[1][at] + parts[2][at];
            default -> parts[i][at];
        };
    }

    private void subtractSquares() {
        subtract(out[3], out[0], out[1]);
        subtract(out[4], out[0], out[2]);
        subtract(out[5], out[1], out[2]);
    }

    private static void clear(long[][] sums, int count) {
        for (long[] sum : sums) {
            Arrays.fill(sum, 0, count, 0);
        }
    }

    private static void addProducts(long[] target, long[] left, long[] right, int count) {
        for (int k = 0; k < count; k++) {
            target[k] += left[k] * right[k];
        }
    }

    private static void addScaled(long[] target, long[] left, long factor, int count) {
        for (int k = 0; k < count; k++) {
            target[k] += left[k] * factor;
        }
    }

    private static long sum(long[] left, int at, long[] right, int count) {
        long sum = 0;
        for (int k = 0; k < count; k++) {
            sum += left[at + k] * right[k];
        }
        return sum;
    }

    private static void subtract(long[] target, long[] left, long[] right) {
        for (int k = 0; k < target.length; k++) {
            target[k] -= left[k] + right[k];
        }
    }

    /** The views a, b, c, a + b, a + c, b + c of a stretch, from index 0 on. */
    private static final class Views {
        private final long[][] of;

        Views(int length) {
            of = new long[6][length];
        }

        void load(long[][] parts, int at, int count) {
            for (int j = 0; j < 3; j++) {
                System.arraycopy(parts[j], at, of[j], 0, count);
            }
            add(of[3], of[0], of[1], count);
            add(of[4], of[0], of[2], count);
            add(of[5], of[1], of[2], count);
        }

        private static void add(long[] target, long[] left, long[] right, int count) {
            for (int k = 0; k < count; k++) {
                target[k] = left[k] + right[k];
            }
        }
    }
}
