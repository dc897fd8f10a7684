package org.tallystick.protocol.rep4;

import org.tallystick.share.Rep4Bits;
import org.tallystick.share.Rep4Vector;

/**
 * The local half of multiplications: every party multiplies the parts it holds of like index into its parts of the
 * result, and computes the cross terms x_i·y_j + x_j·y_i of the pairs it holds, which {@link JointInput} then shares.
 */
final class Products {
    private Products() {}

    /** What is known locally of a product: parts x_j·y_j, and cross terms by pair of parts. */
    record Local(long[][] parts, long[][][] cross) {
        long[] cross(Term term) {
            int i = Math.min(term.receiver(), term.outsider());
            return cross[i][Math.max(term.receiver(), term.outsider())];
        }

        static Local of(int self, int words) {
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

    static Local multiply(int self, Rep4Vector x, Rep4Vector y) {
        Local out = Local.of(self, x.elements());
        int[] held = held(self);
        for (int i : held) {
            products(out.parts[i], x.part(i), y.part(i));
            for (int j : held) {
                if (i < j) {
                    crossProducts(out.cross[i][j], x.part(i), x.part(j), y.part(i), y.part(j));
                }
            }
        }
        return out;
    }

    static Local and(int self, Rep4Bits x, Rep4Bits y) {
        Local out = Local.of(self, x.words());
        int[] held = held(self);
        for (int i : held) {
            ands(out.parts[i], x.part(i), y.part(i));
            for (int j : held) {
                if (i < j) {
                    crossAnds(out.cross[i][j], x.part(i), x.part(j), y.part(i), y.part(j));
                }
            }
        }
        return out;
    }

    /** Where y has one row for all, that row reads as a column of a matrix product. */
    static Local dot(int self, Rep4Vector x, Rep4Vector y) {
        if (y.rows() == 1 && x.rows() != 1) {
            return product(self, x, y, 1);
        }
        Local out = Local.of(self, x.rows());
        sums(self, x, y, out).dot(x.rows(), x.columns());
        return out;
    }

    static Local product(int self, Rep4Vector x, Rep4Vector y) {
        return product(self, x, y, y.columns());
    }

    private static Local product(int self, Rep4Vector x, Rep4Vector y, int columns) {
        Local out = Local.of(self, Math.multiplyExact(x.rows(), columns));
        sums(self, x, y, out).product(x.rows(), x.columns(), columns);
        return out;
    }

    private static SixProducts sums(int self, Rep4Vector x, Rep4Vector y, Local out) {
        int[] held = held(self);
        long[][] sums = new long[6][];
        for (int j = 0; j < 3; j++) {
            sums[j] = out.parts[held[j]];
        }
        sums[3] = out.cross[held[0]][held[1]];
        sums[4] = out.cross[held[0]][held[2]];
        sums[5] = out.cross[held[1]][held[2]];
        return new SixProducts(parts(held, x), parts(held, y), sums);
    }

    private static long[][] parts(int[] held, Rep4Vector x) {
        return new long[][] {x.part(held[0]), x.part(held[1]), x.part(held[2])};
    }

    /** The parts a < b < c that a party holds. */
    private static int[] held(int self) {
        return new int[] {self == 0 ? 1 : 0, self <= 1 ? 2 : 1, self == 3 ? 2 : 3};
    }

    private static void products(long[] target, long[] x, long[] y) {
        for (int k = 0; k < target.length; k++) {
            target[k] = x[k] * y[k];
        }
    }

    private static void crossProducts(long[] target, long[] xi, long[] xj, long[] yi, long[] yj) {
        for (int k = 0; k < target.length; k++) {
            target[k] = xi[k] * yj[k] + xj[k] * yi[k];
        }
    }

    private static void ands(long[] target, long[] x, long[] y) {
        for (int k = 0; k < target.length; k++) {
            target[k] = x[k] & y[k];
        }
    }

    private static void crossAnds(long[] target, long[] xi, long[] xj, long[] yi, long[] yj) {
        for (int k = 0; k < target.length; k++) {
            target[k] = xi[k] & yj[k] ^ xj[k] & yi[k];
        }
    }
}
