package org.tallystick.protocol.rep4;

import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.tallystick.protocol.Adder;
import org.tallystick.ring.BitSlice;
import org.tallystick.ring.Ring;
import org.tallystick.share.Rep4Bits;
import org.tallystick.share.Rep4Vector;

/**
 * Conversions that rest on one fact: x0 + x1 is known to parties 2 and 3, x2 + x3 to parties 0 and 1. Each pair inputs
 * its addend jointly, in whatever form is wanted, and four cross terms multiply a value of one pair with one of the
 * other.
 */
final class Conversions {
    private final Rep4 rep4;
    private final Run run;
    private final int self;
    private final Adder.Rule carries;

    Conversions(Rep4 rep4, Run run, Adder.Rule carries) {
        this.rep4 = rep4;
        this.run = run;
        this.self = run.self();
        this.carries = carries;
    }

    private boolean knowsLow() {
        return self >= 2;
    }

    /** x0 + x1 at parties 2 and 3, x2 + x3 at parties 0 and 1. */
    private long[] addend(Rep4Vector x) {
        return knowsLow() ? Ring.add(x.part(0), x.part(1)) : Ring.add(x.part(2), x.part(3));
    }

    /** b0 ⊕ b1 of each bit at parties 2 and 3, b2 ⊕ b3 at parties 0 and 1, as elements 0 and 1. */
    private long[] addend(Rep4Bits x) {
        long[] known = knowsLow() ? Ring.xor(x.part(0), x.part(1)) : Ring.xor(x.part(2), x.part(3));
        return BitSlice.elements(known, x.wires(), x.rows());
    }

    /**
     * Bits {@code from} to {@code to − 1}, of which the lower {@code dropped} are left out of both addends: the sum is
     * then that of x or of x − 2^dropped.
     */
    Rep4Bits toBits(Rep4Vector x, int dropped, int from, int to) {
        long[] addend = addend(x);
        for (int e = 0; e < addend.length && dropped > 0; e++) {
            addend[e] >>>= dropped;
        }
        int count = to - dropped;
        long[] planes = BitSlice.planes(addend, x.rows(), x.columns(), count);
        int wires = count * x.columns();
        long[][] low = JointInput.zeroParts(self, planes.length);
        long[][] high = JointInput.zeroParts(self, planes.length);
        Round round = new Round(run);
        addPairInputs(round, Lanes.bits(wires, x.rows()), planes, low, high);
        round.exchange();
        BinaryOperator<Rep4Bits> firstAnd = (a, b) -> and(a, b, run.terms()::cross);
        return Adder.sum(
                rep4,
                carries.form(x.rows(), x.columns(), count),
                new Rep4Bits(wires, x.rows(), low),
                new Rep4Bits(wires, x.rows(), high),
                x.columns(),
                from - dropped,
                count,
                firstAnd);
    }

    /** What parties 2 and 3 know of {@code known} goes into parts 0 and 1 of {@code low}, else 2 and 3 of high. */
    private void addPairInputs(Round round, Lanes lanes, long[] known, long[][] low, long[][] high) {
        JointInput.add(run, round, run.terms().low(lanes), lanes, low, term -> known);
        JointInput.add(run, round, run.terms().high(lanes), lanes, high, term -> known);
    }

    /** x ∧ y, with six terms, or with four for x in parts 0 and 1 only and y in parts 2 and 3 only. One round. */
    Rep4Bits and(Rep4Bits x, Rep4Bits y, Function<Lanes, List<Term>> terms) {
        Products.Local local = Products.and(self, x, y);
        Round round = new Round(run);
        Lanes lanes = Lanes.bits(x.wires(), x.rows());
        JointInput.add(run, round, terms.apply(lanes), lanes, local.parts(), local::cross);
        round.exchange();
        return new Rep4Bits(x.wires(), x.rows(), local.parts());
    }

    /** b = β ⊕ γ = β + γ − 2βγ with β = b0 ⊕ b1 and γ = b2 ⊕ b3: 2 + 4 elements, 2 rounds. */
    Rep4Vector fromBit(Rep4Bits x, int width) {
        long[] bits = addend(x);
        Lanes lanes = Lanes.ring(bits.length, width);
        long[][] beta = JointInput.zeroParts(self, bits.length);
        long[][] gamma = JointInput.zeroParts(self, bits.length);
        Round round = new Round(run);
        addPairInputs(round, lanes, bits, beta, gamma);
        round.exchange();
        long[][] product = productOfPairs(beta, gamma, bits.length, width);
        long[][] parts = new long[4][];
        for (int j = 0; j < 4; j++) {
            if (j != self) {
                long[] part = Ring.add(beta[j], gamma[j]);
                for (int e = 0; e < part.length; e++) {
                    part[e] -= 2 * product[j][e];
                }
                parts[j] = part;
            }
        }
        return new Rep4Vector(x.rows(), x.wires(), width, parts);
    }

    /**
     * b·x for b = β ⊕ γ and x = A + B, of which parties 2 and 3 know β and A, parties 0 and 1 know γ and B: b·x = βA +
     * γB + γ·(A − 2βA) + β·(B − 2γB), so each pair inputs its bit and its product, and all that is left are products of
     * a value of one pair with one of the other. 4 elements an element of x, then 4 an element of the result, in 2
     * rounds: {@link #fromBit} and a multiplication take 12 and 3.
     *
     * @param rows of the result; all elements of x whose number is the same mod {@code rows} are added up
     */
    Rep4Vector productWithBits(Rep4Bits bits, Rep4Vector x, int rows, int columns) {
        int n = x.elements();
        int width = x.width();
        long[] bit = addend(bits);
        long[] chosen = Ring.multiply(bit, addend(x));
        long[][] low = JointInput.zeroParts(self, n);
        long[][] lowBit = JointInput.zeroParts(self, n);
        long[][] high = JointInput.zeroParts(self, n);
        long[][] highBit = JointInput.zeroParts(self, n);
        Round round = new Round(run);
        Lanes lanes = Lanes.ring(n, width);
        addPairInputs(round, lanes, bit, lowBit, highBit);
        addPairInputs(round, lanes, chosen, low, high);
        round.exchange();
        long[][] left = JointInput.zeroParts(self, 2 * n);
        long[][] right = JointInput.zeroParts(self, 2 * n);
        for (int j = 0; j < 4; j++) {
            if (j != self) {
                long[] rest = Ring.subtract(x.part(j), Ring.scale(j < 2 ? low[j] : high[j], 2));
                System.arraycopy(j < 2 ? rest : highBit[j], 0, j < 2 ? left[j] : right[j], 0, n);
                System.arraycopy(j < 2 ? lowBit[j] : rest, 0, j < 2 ? left[j] : right[j], n, n);
            }
        }
        long[][] sum = productOfPairs(left, right, rows, width);
        for (int j = 0; j < 4; j++) {
            for (int from = 0; from < n && j != self; from += rows) {
                add(sum[j], j < 2 ? low[j] : high[j], from);
            }
        }
        return new Rep4Vector(x.rows(), columns, width, sum);
    }

    private static void add(long[] target, long[] source, int from) {
        for (int row = 0; row < target.length; row++) {
            target[row] += source[from + row];
        }
    }

    /** For values that lie in parts 0 and 1 only, and in parts 2 and 3 only: a dot product a row, 4 elements each. */
    private long[][] productOfPairs(long[][] low, long[][] high, int rows, int width) {
        int columns = (self == 0 ? low[1] : low[0]).length / rows;
        Products.Local local = Products.dot(
                self, new Rep4Vector(rows, columns, width, low), new Rep4Vector(rows, columns, width, high));
        Round round = new Round(run);
        Lanes lanes = Lanes.ring(rows, width);
        JointInput.add(run, round, run.terms().cross(lanes), lanes, local.parts(), local::cross);
        round.exchange();
        return local.parts();
    }

    /**
     * x / 2^m within one unit for −2^(w−2) ≤ x &lt; 2^(w−2), w the width. With A = x0 + x1 + 2^(w−2) and B = x2 + x3 as
     * unsigned numbers below 2^w and a, b their top bits, the carry of A + B out of w bits is a + b − ab, because x +
     * 2^(w−2) lies in [0, 2^(w−1)); so ⌈A/2^m⌉ + ⌊B/2^m⌋ − (a + b − ab)·2^(w−m) − 2^(w−2−m) is off by less than one.
     * The ab is needed mod 2^m only.
     */
    Rep4Vector truncate(Rep4Vector x, int m) {
        int w = x.width();
        int n = x.elements();
        long[] addend = addend(x);
        long[] quotient = new long[n];
        long[] top = new long[n];
        for (int e = 0; e < n; e++) {
            long value = (knowsLow() ? addend[e] + (1L << (w - 2)) : addend[e]) & Ring.mask(w);
            long up = knowsLow() && (value & Ring.mask(m)) != 0 ? 1 : 0;
            top[e] = value >>> (w - 1);
            quotient[e] = (value >>> m) + up - (top[e] << (w - m));
        }
        Lanes full = Lanes.ring(n, w);
        Lanes small = Lanes.ring(n, m);
        long[][] sum = JointInput.zeroParts(self, n);
        long[][] a = JointInput.zeroParts(self, n);
        long[][] b = JointInput.zeroParts(self, n);
        Round round = new Round(run);
        addPairInputs(round, full, quotient, sum, sum);
        addPairInputs(round, small, top, a, b);
        round.exchange();
        long[][] carry = productOfPairs(a, b, n, m);
        for (int j = 0; j < 4; j++) {
            if (j != self) {
                for (int e = 0; e < n; e++) {
                    sum[j][e] += carry[j][e] << (w - m);
                }
            }
        }
        Rep4Vector truncated = new Rep4Vector(x.rows(), x.columns(), w, sum);
        return rep4.addConstant(truncated, -(1L << (w - 2 - m)));
    }
}
