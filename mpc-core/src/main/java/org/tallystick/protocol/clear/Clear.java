package org.tallystick.protocol.clear;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import org.tallystick.net.Mesh;
import org.tallystick.protocol.Operands;
import org.tallystick.protocol.OwnerInput;
import org.tallystick.protocol.Profile;
import org.tallystick.protocol.Protocol;
import org.tallystick.ring.BitMatrix;
import org.tallystick.ring.Matrix;
import org.tallystick.ring.Ring;

/**
 * Plaintext behind the interface of a protocol: every party holds every value. The oracle that the real profiles are
 * tested against, for any number of parties; it protects nothing and no node runs it. Only {@link #inputs} sends
 * messages. {@link #truncate} rounds down. Cost: {@link ClearCost}.
 */
public final class Clear implements Protocol<ClearVector, ClearBits> {
    private final Mesh mesh;

    public Clear(Mesh mesh) {
        this.mesh = mesh;
    }

    @Override
    public Profile profile() {
        return Profile.CLEAR;
    }

    @Override
    public int self() {
        return mesh.self();
    }

    @Override
    public int parties() {
        return mesh.parties();
    }

    @Override
    public List<ClearVector> inputs(List<OwnerInput> inputs) {
        return ClearInputs.exchange(mesh, inputs);
    }

    @Override
    public ClearVector constant(long[] values, int rows, int columns, int width) {
        return new ClearVector(rows, columns, width, values.clone());
    }

    @Override
    public long[] open(ClearVector x) {
        return x.values().clone();
    }

    @Override
    public BitMatrix open(ClearBits x) {
        return new BitMatrix(x.wires(), x.rows(), x.bits().words().clone());
    }

    @Override
    public Optional<long[]> reveal(ClearVector x, int party) {
        return self() == party ? Optional.of(open(x)) : Optional.empty();
    }

    @Override
    public Optional<BitMatrix> reveal(ClearBits x, int party) {
        return self() == party ? Optional.of(open(x)) : Optional.empty();
    }

    @Override
    public ClearVector add(ClearVector x, ClearVector y) {
        return zip(x, y, Long::sum);
    }

    @Override
    public ClearVector subtract(ClearVector x, ClearVector y) {
        return zip(x, y, (a, b) -> a - b);
    }

    @Override
    public ClearVector addConstant(ClearVector x, long constant) {
        return map(x, a -> a + constant);
    }

    @Override
    public ClearVector scale(ClearVector x, long factor) {
        return map(x, a -> a * factor);
    }

    @Override
    public ClearVector multiplyConstant(ClearVector x, long[] values) {
        Operands.requireElements(x, values);
        return new ClearVector(x.rows(), x.columns(), x.width(), Ring.multiply(x.values(), values));
    }

    @Override
    public ClearVector narrow(ClearVector x, int width) {
        if (width > x.width()) {
            throw new IllegalArgumentException("narrowing " + x + " to 2^" + width);
        }
        return new ClearVector(x.rows(), x.columns(), width, x.values().clone());
    }

    @Override
    public ClearVector columns(ClearVector x, int from, int count) {
        Operands.requireColumns(x, from, count);
        return new ClearVector(x.rows(), count, x.width(), Matrix.columns(x.values(), x.rows(), from, count));
    }

    @Override
    public ClearVector concat(List<ClearVector> parts) {
        int columns = Operands.requireBeside(parts);
        ClearVector first = parts.getFirst();
        return new ClearVector(first.rows(), columns, first.width(), Matrix.beside(values(parts)));
    }

    @Override
    public ClearVector rows(ClearVector x, int from, int count) {
        Operands.requireRows(x, from, count);
        return new ClearVector(count, x.columns(), x.width(), Matrix.rows(x.values(), x.rows(), from, count));
    }

    @Override
    public ClearVector rows(ClearVector x, int[] indices) {
        Operands.requireRows(x, indices);
        return new ClearVector(indices.length, x.columns(), x.width(), Matrix.rows(x.values(), x.rows(), indices));
    }

    @Override
    public ClearVector concatRows(List<ClearVector> parts) {
        int rows = Operands.requireStackable(parts);
        ClearVector first = parts.getFirst();
        return new ClearVector(rows, first.columns(), first.width(), Matrix.stacked(values(parts), first.columns()));
    }

    @Override
    public ClearVector transpose(ClearVector x) {
        return new ClearVector(x.columns(), x.rows(), x.width(), Matrix.transposed(x.values(), x.rows()));
    }

    @Override
    public ClearVector sumRows(ClearVector x) {
        return new ClearVector(1, x.columns(), x.width(), Matrix.columnSums(x.values(), x.rows()));
    }

    @Override
    public ClearVector repeatRow(ClearVector x, int rows) {
        Operands.requireOneRow(x);
        return new ClearVector(rows, x.columns(), x.width(), Matrix.repeatedRow(x.values(), rows));
    }

    @Override
    public ClearVector repeatColumn(ClearVector x, int columns) {
        Operands.requireOneColumn(x);
        return new ClearVector(x.rows(), columns, x.width(), Matrix.repeatedColumn(x.values(), columns));
    }

    @Override
    public ClearVector multiply(ClearVector x, ClearVector y) {
        return zip(x, y, (a, b) -> a * b);
    }

    @Override
    public ClearVector dot(ClearVector x, ClearVector y) {
        Operands.requireDot(x, y);
        boolean oneRow = y.rows() == 1;
        long[] values = new long[x.rows()];
        for (int c = 0; c < x.columns(); c++) {
            for (int r = 0; r < x.rows(); r++) {
                values[r] += x.values()[c * x.rows() + r] * y.values()[oneRow ? c : c * x.rows() + r];
            }
        }
        return new ClearVector(x.rows(), 1, x.width(), values);
    }

    @Override
    public ClearVector product(ClearVector x, ClearVector y) {
        Operands.requireProduct(x, y);
        long[] values = Matrix.product(x.values(), y.values(), x.rows(), x.columns(), y.columns());
        return new ClearVector(x.rows(), y.columns(), x.width(), values);
    }

    @Override
    public ClearVector truncate(ClearVector x, int bits) {
        Operands.requireTruncatable(x, bits);
        long[] values = new long[x.values().length];
        for (int k = 0; k < values.length; k++) {
            values[k] = x.signed(k) >> bits;
        }
        return new ClearVector(x.rows(), x.columns(), x.width(), values);
    }

    @Override
    public ClearBits toBits(ClearVector x, int from, int to) {
        Operands.requireBits(x, from, to);
        return ClearWires.sliced(x, from, to);
    }

    @Override
    public ClearVector fromBit(ClearBits x, int width) {
        long[] values = new long[Math.multiplyExact(x.wires(), x.rows())];
        for (int k = 0; k < values.length; k++) {
            values[k] = x.bits().get(k / x.rows(), k % x.rows()) ? 1 : 0;
        }
        return new ClearVector(x.rows(), x.wires(), width, values);
    }

    @Override
    public ClearBits constant(BitMatrix bits) {
        return new ClearBits(
                new BitMatrix(bits.wires(), bits.rows(), bits.words().clone()));
    }

    @Override
    public ClearBits xor(ClearBits x, ClearBits y) {
        return ClearWires.zip(x, y, (a, b) -> a ^ b);
    }

    @Override
    public ClearBits not(ClearBits x) {
        return ClearWires.not(x);
    }

    @Override
    public ClearBits wires(ClearBits x, int[] indices) {
        return ClearWires.gathered(x, indices);
    }

    @Override
    public ClearBits concatWires(List<ClearBits> parts) {
        return ClearWires.concat(parts);
    }

    @Override
    public ClearBits and(ClearBits x, ClearBits y) {
        return ClearWires.zip(x, y, (a, b) -> a & b);
    }

    private static List<long[]> values(List<ClearVector> parts) {
        return parts.stream().map(ClearVector::values).toList();
    }

    private static ClearVector zip(ClearVector x, ClearVector y, LongBinaryOperator operator) {
        Operands.requireSameShape(x, y);
        long[] values = new long[x.values().length];
        for (int k = 0; k < values.length; k++) {
            values[k] = operator.applyAsLong(x.values()[k], y.values()[k]);
        }
        return new ClearVector(x.rows(), x.columns(), x.width(), values);
    }

    private static ClearVector map(ClearVector x, LongUnaryOperator operator) {
        long[] values = Arrays.stream(x.values()).map(operator).toArray();
        return new ClearVector(x.rows(), x.columns(), x.width(), values);
    }
}
