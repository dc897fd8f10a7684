package org.tallystick.protocol.rep4;

import org.tallystick.ring.Matrix;
import org.tallystick.share.Rep4Bits;
import org.tallystick.share.Rep4Vector;

/**
 * The local half of multiplications: every party multiplies the parts it holds of like index into its parts of the
 * result, and computes the cross terms x_i·y_j + x_j·y_i of the pairs it holds, which {@link JointInput} then shares.
 *
 * <p>A party holds three parts a &lt; b &lt; c. One pass reads each once and takes six multiplications instead of nine:
 * x_i·y_j + x_j·y_i = (x_i + x_j)·(y_i + y_j) − x_i·y_i − x_j·y_j.
 */
final class Products {
    /** Rows of a product whose six sums stay in the first-level cache. */
    private static final int BLOCK = 512;

    /** Elements of a part of the left factor that stay, with the two other parts, in the second-level cache. */
    private static final int TILE = 1 << 14;

    /** Below so many rows a column is too short for a loop of its own. */
    private static final int FEW_ROWS = 16;

    private Products() {}

    /** What is known locally of a product: parts x_j·y_j, and cross terms by pair of parts. */
    record Local(long[][] parts, long[][][] cross) {
        long[] cross(Term term) {
            int i = Math.min(term.receiver(), term.outsider());
            return cross[i][Math.max(term.receiver(), term.outsider())];
        }

        private static Local of(int self, int words) {
            long[][] parts = JointInput.zeroParts(self, words);
            long[][][] cross = new long[4][4][];
            for (int i = 0; i < 4; i++) {
                for (int j = i + 1; j < 4; j++) {
                    if (i != self && j != self) {
                        cross[i][j] = new long[words];
                    }
                }
            }
            return new Local(parts, cross);
        }
    }

    private static int first(int self) {
        return self == 0 ? 1 : 0;
    }

    private static int second(int self) {
        return self <= 1 ? 2 : 1;
    }

    private static int third(int self) {
        return self == 3 ? 2 : 3;
    }

    static Local multiply(int self, Rep4Vector x, Rep4Vector y) {
        Local out = Local.of(self, x.elements());
        Held held = new Held(self, x::part, y::part, out);
        held.addProducts(0, 0, x.elements());
        held.subtractSquares();
        return out;
    }

    static Local and(int self, Rep4Bits x, Rep4Bits y) {
        Local out = Local.of(self, x.words());
        new Held(self, x::part, y::part, out).ands();
        return out;
    }

    static Local dot(int self, Rep4Vector x, Rep4Vector y) {
        int rows = x.rows();
        if (y.rows() == 1 && rows != 1) {
            return product(self, x, y, 1); // the one row reads as a column
        }
        Local out = Local.of(self, rows);
        Held held = new Held(self, x::part, y::part, out);
        for (int from = 0; from < rows; from += BLOCK) {
            int count = Math.min(BLOCK, rows - from);
            for (int column = 0; column < x.columns(); column++) {
                held.addProducts(column * rows + from, from, count);
            }
        }
        held.subtractSquares();
        return out;
    }

    /** The matrix product, in the same one pass: every cross term is a matrix product of what one party holds. */
    static Local product(int self, Rep4Vector x, Rep4Vector y) {
        return product(self, x, y, y.columns());
    }

    private static Local product(int self, Rep4Vector x, Rep4Vector y, int columns) {
        int rows = x.rows();
        Local out = Local.of(self, Math.multiplyExact(rows, columns));
        if (rows < FEW_ROWS) {
            new Held(self, j -> Matrix.transposed(x.part(j), rows), y::part, out).addRows(rows, x.columns(), columns);
        } else {
            new Held(self, x::part, y::part, out).addColumns(rows, x.columns(), columns);
        }
        return out;
    }

    private interface Part {
        long[] of(int j);
    }

    /** The parts a, b, c that a party holds of x and y, and where their products go. */
    private static final class Held {
        private final long[] xa;
        private final long[] xb;
        private final long[] xc;
        private final long[] ya;
        private final long[] yb;
        private final long[] yc;
        private final long[] aa;
        private final long[] bb;
        private final long[] cc;
        private final long[] ab;
        private final long[] ac;
        private final long[] bc;

        Held(int self, Part x, Part y, Local out) {
            int a = first(self);
            int b = second(self);
            int c = third(self);
            xa = x.of(a);
            xb = x.of(b);
            xc = x.of(c);
            ya = y.of(a);
            yb = y.of(b);
            yc = y.of(c);
            aa = out.parts[a];
            bb = out.parts[b];
            cc = out.parts[c];
            ab = out.cross[a][b];
            ac = out.cross[a][c];
            bc = out.cross[b][c];
        }

        /** x[at …] · y[at …] is added to out[to …]; cross terms still with their squares. */
        void addProducts(int at, int to, int count) {
            for (int k = 0; k < count; k++) {
                long xA = xa[at + k];
                long xB = xb[at + k];
                long xC = xc[at + k];
                long yA = ya[at + k];
                long yB = yb[at + k];
                long yC = yc[at + k];
                aa[to + k] += xA * yA;
                bb[to + k] += xB * yB;
                cc[to + k] += xC * yC;
                ab[to + k] += (xA + xB) * (yA + yB);
                ac[to + k] += (xA + xC) * (yA + yC);
                bc[to + k] += (xB + xC) * (yB + yC);
            }
        }

        /** The product of matrices that lie column after column, by blocks of x that stay in the cache. */
        void addColumns(int rows, int inner, int columns) {
            int deep = TILE / Math.min(BLOCK, rows);
            for (int from = 0; from < rows; from += BLOCK) {
                int count = Math.min(BLOCK, rows - from);
                for (int first = 0; first < inner; first += deep) {
                    int end = Math.min(first + deep, inner);
                    for (int column = 0; column < columns; column++) {
                        for (int k = first; k < end; k++) {
                            addScaled(k * rows + from, column * inner + k, column * rows + from, count);
                        }
                    }
                }
            }
            subtractSquares();
        }

        /** The product where x lies row after row. */
        void addRows(int rows, int inner, int columns) {
            for (int column = 0; column < columns; column++) {
                for (int row = 0; row < rows; row++) {
                    addSums(row * inner, column * inner, column * rows + row, inner);
                }
            }
            subtractSquares();
        }

        /** The sum of x[at …] · y[from …] is added to out[to]; cross terms still with their squares. */
        private void addSums(int at, int from, int to, int count) {
            long aA = 0;
            long bB = 0;
            long cC = 0;
            long aB = 0;
            long aC = 0;
            long bC = 0;
            for (int k = 0; k < count; k++) {
                long xA = xa[at + k];
                long xB = xb[at + k];
                long xC = xc[at + k];
                long yA = ya[from + k];
                long yB = yb[from + k];
                long yC = yc[from + k];
                aA += xA * yA;
                bB += xB * yB;
                cC += xC * yC;
                aB += (xA + xB) * (yA + yB);
                aC += (xA + xC) * (yA + yC);
                bC += (xB + xC) * (yB + yC);
            }
            aa[to] += aA;
            bb[to] += bB;
            cc[to] += cC;
            ab[to] += aB;
            ac[to] += aC;
            bc[to] += bC;
        }

        /** x[at …] · y[factor] is added to out[to …]; cross terms still with their squares. */
        private void addScaled(int at, int factor, int to, int count) {
            long yA = ya[factor];
            long yB = yb[factor];
            long yC = yc[factor];
            long yAB = yA + yB;
            long yAC = yA + yC;
            long yBC = yB + yC;
            for (int k = 0; k < count; k++) {
                long xA = xa[at + k];
                long xB = xb[at + k];
                long xC = xc[at + k];
                aa[to + k] += xA * yA;
                bb[to + k] += xB * yB;
                cc[to + k] += xC * yC;
                ab[to + k] += (xA + xB) * yAB;
                ac[to + k] += (xA + xC) * yAC;
                bc[to + k] += (xB + xC) * yBC;
            }
        }

        void subtractSquares() {
            for (int k = 0; k < aa.length; k++) {
                ab[k] -= aa[k] + bb[k];
                ac[k] -= aa[k] + cc[k];
                bc[k] -= bb[k] + cc[k];
            }
        }

        void ands() {
            for (int k = 0; k < aa.length; k++) {
                long a = xa[k] & ya[k];
                long b = xb[k] & yb[k];
                long c = xc[k] & yc[k];
                aa[k] = a;
                bb[k] = b;
                cc[k] = c;
                ab[k] = (xa[k] ^ xb[k]) & (ya[k] ^ yb[k]) ^ a ^ b;
                ac[k] = (xa[k] ^ xc[k]) & (ya[k] ^ yc[k]) ^ a ^ c;
                bc[k] = (xb[k] ^ xc[k]) & (yb[k] ^ yc[k]) ^ b ^ c;
            }
        }
    }
}
