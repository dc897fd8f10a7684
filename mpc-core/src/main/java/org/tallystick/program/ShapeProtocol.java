package org.tallystick.program;

import java.util.List;
import java.util.Optional;
import org.tallystick.protocol.Cost;
import org.tallystick.protocol.CostModel;
import org.tallystick.protocol.Operands;
import org.tallystick.protocol.OwnerInput;
import org.tallystick.protocol.Profile;
import org.tallystick.protocol.Protocol;
import org.tallystick.ring.BitMatrix;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/**
 * A protocol of shapes without values: an interactive operation adds what the cost model declares. What is opened reads
 * as zeros. It is seen from no party: {@link #self} is −1.
 */
final class ShapeProtocol implements Protocol<ShapeProtocol.Vector, ShapeProtocol.Bits> {
    private final Profile profile;
    private final CostModel model;
    private List<OwnerInput> unchecked = List.of();
    private Cost cost;

    ShapeProtocol(Profile profile, CostModel model) {
        this.profile = profile;
        this.model = model;
        this.cost = Cost.zero(model.parties());
    }

    record Vector(int rows, int columns, int width) implements ArithmeticShare {}

    record Bits(int wires, int rows) implements BitShare {}

    Cost cost() {
        return cost;
    }

    /** The checks of inputs go with a product that follows at once, else they take a round of their own. */
    private void product(int elements, int width) {
        cost = cost.plus(model.multiply(elements, width));
        if (!unchecked.isEmpty()) {
            cost = cost.plus(model.checksWithProduct(unchecked));
            unchecked = List.of();
        }
    }

    /** The checks of inputs that no product has carried. */
    void settle() {
        interactive(Cost.zero(model.parties()));
    }

    private void interactive(Cost next) {
        if (!unchecked.isEmpty()) {
            cost = cost.plus(model.checksAlone(unchecked));
            unchecked = List.of();
        }
        cost = cost.plus(next);
    }

    @Override
    public Profile profile() {
        return profile;
    }

    @Override
    public int self() {
        return -1;
    }

    @Override
    public int parties() {
        return model.parties();
    }

    @Override
    public List<Vector> inputs(List<OwnerInput> inputs) {
        interactive(model.inputs(inputs));
        unchecked = List.copyOf(inputs);
        return inputs.stream()
                .map(input -> new Vector(input.rows(), input.columns(), input.width()))
                .toList();
    }

    @Override
    public Vector constant(long[] values, int rows, int columns, int width) {
        return new Vector(rows, columns, width);
    }

    @Override
    public long[] open(Vector x) {
        interactive(model.open(x.rows() * x.columns(), x.width()));
        return new long[x.rows() * x.columns()];
    }

    @Override
    public BitMatrix open(Bits x) {
        interactive(model.openBits(x.wires(), x.rows()));
        return new BitMatrix(x.wires(), x.rows(), new long[x.wires() * BitMatrix.wordsPerWire(x.rows())]);
    }

    @Override
    public Optional<long[]> reveal(Vector x, int party) {
        interactive(model.reveal(x.rows() * x.columns(), x.width(), party));
        return Optional.empty();
    }

    @Override
    public Optional<BitMatrix> reveal(Bits x, int party) {
        interactive(model.revealBits(x.wires(), x.rows(), party));
        return Optional.empty();
    }

    @Override
    public Vector add(Vector x, Vector y) {
        return x;
    }

    @Override
    public Vector subtract(Vector x, Vector y) {
        return x;
    }

    @Override
    public Vector addConstant(Vector x, long constant) {
        return x;
    }

    @Override
    public Vector scale(Vector x, long factor) {
        return x;
    }

    @Override
    public Vector multiplyConstant(Vector x, long[] values) {
        Operands.requireElements(x, values);
        return x;
    }

    @Override
    public Vector narrow(Vector x, int width) {
        return new Vector(x.rows(), x.columns(), width);
    }

    @Override
    public Vector columns(Vector x, int from, int count) {
        return new Vector(x.rows(), count, x.width());
    }

    @Override
    public Vector concat(List<Vector> parts) {
        Vector first = parts.getFirst();
        return new Vector(first.rows(), parts.stream().mapToInt(Vector::columns).sum(), first.width());
    }

    @Override
    public Vector rows(Vector x, int from, int count) {
        Operands.requireRows(x, from, count);
        return new Vector(count, x.columns(), x.width());
    }

    @Override
    public Vector rows(Vector x, int[] indices) {
        Operands.requireRows(x, indices);
        return new Vector(indices.length, x.columns(), x.width());
    }

    @Override
    public Vector concatRows(List<Vector> parts) {
        Vector first = parts.getFirst();
        return new Vector(Operands.requireStackable(parts), first.columns(), first.width());
    }

    @Override
    public Vector transpose(Vector x) {
        return new Vector(x.columns(), x.rows(), x.width());
    }

    @Override
    public Vector sumRows(Vector x) {
        return new Vector(1, x.columns(), x.width());
    }

    @Override
    public Vector repeatRow(Vector x, int rows) {
        return new Vector(rows, x.columns(), x.width());
    }

    @Override
    public Vector repeatColumn(Vector x, int columns) {
        return new Vector(x.rows(), columns, x.width());
    }

    @Override
    public Vector multiply(Vector x, Vector y) {
        product(x.rows() * x.columns(), x.width());
        return x;
    }

    @Override
    public Vector dot(Vector x, Vector y) {
        product(x.rows(), x.width());
        return new Vector(x.rows(), 1, x.width());
    }

    @Override
    public Vector product(Vector x, Vector y) {
        Operands.requireProduct(x, y);
        product(Math.multiplyExact(x.rows(), y.columns()), x.width());
        return new Vector(x.rows(), y.columns(), x.width());
    }

    @Override
    public Vector truncate(Vector x, int bits) {
        interactive(model.truncate(x.rows() * x.columns(), x.width(), bits));
        return x;
    }

    @Override
    public Bits toBits(Vector x, int from, int to) {
        interactive(model.toBits(x.rows(), x.columns(), x.width(), from, to));
        return new Bits((to - from) * x.columns(), x.rows());
    }

    @Override
    public Bits sign(Vector x, int dropped) {
        Operands.requireDroppable(x, dropped);
        interactive(model.sign(x.rows(), x.columns(), x.width(), dropped));
        return new Bits(x.columns(), x.rows());
    }

    @Override
    public Vector multiplyBits(Bits bits, Vector x) {
        Operands.requireBitOfEach(bits, x);
        interactive(model.multiplyBits(x.rows() * x.columns(), x.width()));
        return x;
    }

    @Override
    public Vector dotBits(Bits bits, Vector x) {
        Operands.requireBitOfEach(bits, x);
        interactive(model.dotBits(x.rows(), x.columns(), x.width()));
        return new Vector(x.rows(), 1, x.width());
    }

    @Override
    public Vector fromBit(Bits x, int width) {
        interactive(model.fromBit(x.wires(), x.rows(), width));
        return new Vector(x.rows(), x.wires(), width);
    }

    @Override
    public Bits constant(BitMatrix bits) {
        return new Bits(bits.wires(), bits.rows());
    }

    @Override
    public Bits xor(Bits x, Bits y) {
        return x;
    }

    @Override
    public Bits not(Bits x) {
        return x;
    }

    @Override
    public Bits wires(Bits x, int[] indices) {
        return new Bits(indices.length, x.rows());
    }

    @Override
    public Bits concatWires(List<Bits> parts) {
        return new Bits(
                parts.stream().mapToInt(Bits::wires).sum(), parts.getFirst().rows());
    }

    @Override
    public Bits and(Bits x, Bits y) {
        interactive(model.and(x.wires(), x.rows()));
        return x;
    }
}
