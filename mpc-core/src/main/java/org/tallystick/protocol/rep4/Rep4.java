package org.tallystick.protocol.rep4;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.tallystick.net.Mesh;
import org.tallystick.protocol.Adder;
import org.tallystick.protocol.Operands;
import org.tallystick.protocol.OwnerInput;
import org.tallystick.protocol.Profile;
import org.tallystick.protocol.Protocol;
import org.tallystick.protocol.RowBlocks;
import org.tallystick.random.SharedSeed;
import org.tallystick.ring.BitMatrix;
import org.tallystick.ring.Matrix;
import org.tallystick.ring.Ring;
import org.tallystick.share.Rep4Bits;
import org.tallystick.share.Rep4Vector;

/**
 * Four parties, one of them corrupt and malicious, security with selective abort: after Fantastic Four (Dalskov,
 * Escudero, Keller, ePrint 2020/1330).
 *
 * <p>x = x0 + x1 + x2 + x3 mod 2^width; party i holds every part but x_i; seed k_j is known to all but party j.
 * Everything secret moves as a joint message: one of two parties that know a value sends it, the other sends a digest
 * of it in the same round, and a party sends nothing further until every digest addressed to it has matched
 * ({@link Round}).
 *
 * <p>Departures from the paper: digests are compared at the end of every round, never deferred (a deferred comparison
 * makes the next round's digest an oracle for the part the cheater lacks); digests are universal hashes under keys the
 * author lacks instead of collision-resistant hashes; the check of an owner's input rides with the first product, made
 * safe by tags ({@link Inputs}); an answer's digests are hidden until all three others have spoken ({@link Openings});
 * truncation by halves is exact to one unit; there is no fallback to three parties (no fairness, no guaranteed output).
 *
 * <p>An instance belongs to one run of one party and to one thread.
 */
public final class Rep4 implements Protocol<Rep4Vector, Rep4Bits> {
    private final Run run;
    private final int self;
    private final Conversions conversions;
    private final List<Inputs.Pending> pending = new ArrayList<>();

    /**
     * @param seeds k_0 to k_3 of the connection epoch, {@code null} at this party's own index
     * @param proposalHash hash of the exact proposal bytes, never used before in this epoch. The caller makes sure,
     *     before the first product leaves, that all four parties run under the same hash: honest parties that differ
     *     abort, but a corrupt one among them could keep a short run going past its first checks
     */
    public Rep4(Mesh mesh, SharedSeed[] seeds, byte[] proposalHash) {
        this(mesh, seeds, proposalHash, Adder::choose);
    }

    /** With another rule for the form of carries, the same at all four parties. */
    public Rep4(Mesh mesh, SharedSeed[] seeds, byte[] proposalHash, Adder.Rule carries) {
        this(mesh, seeds, proposalHash, carries, Terms.STANDARD);
    }

    Rep4(Mesh mesh, SharedSeed[] seeds, byte[] proposalHash, Adder.Rule carries, Terms terms) {
        run = new Run(mesh, seeds, proposalHash, terms);
        self = mesh.self();
        conversions = new Conversions(this, run, carries);
    }

    @Override
    public Profile profile() {
        return Profile.REP4;
    }

    @Override
    public int self() {
        return self;
    }

    @Override
    public int parties() {
        return 4;
    }

    // ---- getting values in and out

    /** One round: the owner sends 2 elements. The check of what was sent rides with the next product or goes first. */
    @Override
    public List<Rep4Vector> inputs(List<OwnerInput> inputs) {
        settle();
        return Inputs.share(run, inputs, Inputs.ofRun(run), pending);
    }

    /**
     * Inputs that outlive the run: two rounds, the second for the comparison of what owners have told.
     *
     * @param inputs as {@link #inputs} takes them; never again with these seeds
     * @param seeds of these inputs alone, each from all parties but one, as {@link SharedSeed#derive} gives them; null
     *     at this party's own index
     * @return what this party keeps, in the order of the inputs; {@link KeptInputs} reads it
     */
    public List<KeptInput> keep(List<OwnerInput> inputs, SharedSeed[] seeds) {
        settle();
        List<Rep4Vector> shares = Inputs.share(run, inputs, KeptInputs.masks(self, seeds, inputs), pending);
        settle();
        return KeptInputs.keep(inputs, shares);
    }

    /**
     * Compares what owners have told two parties, in a round of its own, where no product has carried it. Every
     * operation does so where it must; call it before shares outlive the run, to be stored.
     */
    public void settle() {
        if (!pending.isEmpty()) {
            Round round = new Round(run);
            Inputs.addChecks(round, pending);
            round.exchange();
            pending.clear();
        }
    }

    @Override
    public Rep4Vector constant(long[] values, int rows, int columns, int width) {
        long[][] parts = JointInput.zeroParts(self, values.length);
        if (self != 0) {
            parts[0] = values.clone();
        }
        return new Rep4Vector(rows, columns, width, parts);
    }

    /** One round, 4 elements. */
    @Override
    public long[] open(Rep4Vector x) {
        settle();
        return Openings.toAll(run, Lanes.ring(x.elements(), x.width()), x.parts());
    }

    @Override
    public BitMatrix open(Rep4Bits x) {
        settle();
        return new BitMatrix(x.wires(), x.rows(), Openings.toAll(run, Lanes.bits(x.wires(), x.rows()), x.parts()));
    }

    /** One round, 3 elements; the receiver learns nothing while one of the three others is silent. */
    @Override
    public Optional<long[]> reveal(Rep4Vector x, int party) {
        settle();
        return Optional.ofNullable(Openings.toOne(run, Lanes.ring(x.elements(), x.width()), x.parts(), party));
    }

    @Override
    public Optional<BitMatrix> reveal(Rep4Bits x, int party) {
        settle();
        return Optional.ofNullable(Openings.toOne(run, Lanes.bits(x.wires(), x.rows()), x.parts(), party))
                .map(words -> new BitMatrix(x.wires(), x.rows(), words));
    }

    private static List<long[]> parts(List<Rep4Vector> sources, int j) {
        return sources.stream().map(source -> source.part(j)).toList();
    }

    // ---- linear operations

    @Override
    public Rep4Vector add(Rep4Vector x, Rep4Vector y) {
        Operands.requireSameShape(x, y);
        return new Rep4Vector(x.rows(), x.columns(), x.width(), each(j -> Ring.add(x.part(j), y.part(j))));
    }

    @Override
    public Rep4Vector subtract(Rep4Vector x, Rep4Vector y) {
        Operands.requireSameShape(x, y);
        return new Rep4Vector(x.rows(), x.columns(), x.width(), each(j -> Ring.subtract(x.part(j), y.part(j))));
    }

    @Override
    public Rep4Vector addConstant(Rep4Vector x, long constant) {
        long[][] parts = x.parts();
        if (self != 0) {
            parts[0] = Ring.plus(x.part(0), constant);
        }
        return new Rep4Vector(x.rows(), x.columns(), x.width(), parts);
    }

    @Override
    public Rep4Vector scale(Rep4Vector x, long factor) {
        return map(x, x.rows(), x.columns(), part -> Ring.scale(part, factor));
    }

    @Override
    public Rep4Vector multiplyConstant(Rep4Vector x, long[] values) {
        Operands.requireElements(x, values);
        return map(x, x.rows(), x.columns(), part -> Ring.multiply(part, values));
    }

    @Override
    public Rep4Vector narrow(Rep4Vector x, int width) {
        if (width > x.width()) {
            throw new IllegalArgumentException("a share mod 2^" + x.width() + " cannot grow to 2^" + width);
        }
        return new Rep4Vector(x.rows(), x.columns(), width, x.parts(), x.zeroPart());
    }

    @Override
    public Rep4Vector columns(Rep4Vector x, int from, int count) {
        Operands.requireColumns(x, from, count);
        return map(x, x.rows(), count, part -> Matrix.columns(part, x.rows(), from, count));
    }

    @Override
    public Rep4Vector concat(List<Rep4Vector> sources) {
        int columns = Operands.requireBeside(sources);
        Rep4Vector first = sources.getFirst();
        return new Rep4Vector(first.rows(), columns, first.width(), each(j -> Matrix.beside(parts(sources, j))));
    }

    @Override
    public Rep4Vector rows(Rep4Vector x, int from, int count) {
        Operands.requireRows(x, from, count);
        return map(x, count, x.columns(), part -> Matrix.rows(part, x.rows(), from, count));
    }

    @Override
    public Rep4Vector rows(Rep4Vector x, int[] indices) {
        Operands.requireRows(x, indices);
        return map(x, indices.length, x.columns(), part -> Matrix.rows(part, x.rows(), indices));
    }

    @Override
    public Rep4Vector concatRows(List<Rep4Vector> sources) {
        int rows = Operands.requireStackable(sources);
        int columns = sources.getFirst().columns();
        int width = sources.getFirst().width();
        return new Rep4Vector(rows, columns, width, each(j -> Matrix.stacked(parts(sources, j), columns)));
    }

    @Override
    public Rep4Vector transpose(Rep4Vector x) {
        return map(x, x.columns(), x.rows(), part -> Matrix.transposed(part, x.rows()));
    }

    @Override
    public Rep4Vector sumRows(Rep4Vector x) {
        return map(x, 1, x.columns(), part -> Matrix.columnSums(part, x.rows()));
    }

    @Override
    public Rep4Vector repeatRow(Rep4Vector x, int rows) {
        Operands.requireOneRow(x);
        return map(x, rows, x.columns(), part -> Matrix.repeatedRow(part, rows));
    }

    @Override
    public Rep4Vector repeatColumn(Rep4Vector x, int columns) {
        Operands.requireOneColumn(x);
        return map(x, x.rows(), columns, part -> Matrix.repeatedColumn(part, columns));
    }

    // ---- interactive operations

    /** One round, 6 elements. */
    @Override
    public Rep4Vector multiply(Rep4Vector x, Rep4Vector y) {
        Operands.requireSameShape(x, y);
        return product(x.rows(), x.columns(), x.width(), Products.multiply(self, x, y));
    }

    /** One round, 6 elements a row, whatever the number of columns. */
    @Override
    public Rep4Vector dot(Rep4Vector x, Rep4Vector y) {
        Operands.requireDot(x, y);
        return product(x.rows(), 1, x.width(), Products.dot(self, x, y));
    }

    /** As {@link #dot}; the rows are asked for in stretches that stay in the cache. */
    @Override
    public Rep4Vector dot(int rows, List<RowBlocks<Rep4Vector>> beside, Rep4Vector y) {
        return product(rows, 1, y.width(), ColumnDot.of(self, PartColumns.of(rows, beside), y));
    }

    /** One round, 6 elements an element of the result, whatever the inner dimension. */
    @Override
    public Rep4Vector product(Rep4Vector x, Rep4Vector y) {
        Operands.requireProduct(x, y);
        return product(x.rows(), y.columns(), x.width(), Products.product(self, x, y));
    }

    private Rep4Vector product(int rows, int columns, int width, Products.Local local) {
        Round round = new Round(run);
        Inputs.addChecks(round, pending);
        JointInput.add(run, round, Terms.PRODUCT, Lanes.ring(rows * columns, width), local.parts(), local::cross);
        round.exchange();
        pending.clear();
        return new Rep4Vector(rows, columns, width, local.parts());
    }

    /** Two rounds; 2 joint inputs of a full and of a {@code bits}-bit element, and 4 terms of {@code bits} bits. */
    @Override
    public Rep4Vector truncate(Rep4Vector x, int bits) {
        Operands.requireTruncatable(x, bits);
        settle();
        return conversions.truncate(x, bits);
    }

    /** One round to bring the two addends in, then the adder's rounds. */
    @Override
    public Rep4Bits toBits(Rep4Vector x, int from, int to) {
        Operands.requireBits(x, from, to);
        settle();
        return conversions.toBits(x, 0, from, to);
    }

    /** As {@link #toBits} of numbers shorter by what is dropped. */
    @Override
    public Rep4Bits sign(Rep4Vector x, int dropped) {
        Operands.requireDroppable(x, dropped);
        settle();
        return conversions.toBits(x, dropped, x.width() - 1, x.width());
    }

    /** Two rounds, 8 elements. */
    @Override
    public Rep4Vector multiplyBits(Rep4Bits bits, Rep4Vector x) {
        Operands.requireBitOfEach(bits, x);
        settle();
        return conversions.productWithBits(bits, x, x.elements(), x.columns());
    }

    /** Two rounds, 4 elements a column and 4 a row. */
    @Override
    public Rep4Vector dotBits(Rep4Bits bits, Rep4Vector x) {
        Operands.requireBitOfEach(bits, x);
        settle();
        return conversions.productWithBits(bits, x, x.rows(), 1);
    }

    /** Two rounds, 6 elements. */
    @Override
    public Rep4Vector fromBit(Rep4Bits x, int width) {
        settle();
        return conversions.fromBit(x, width);
    }

    @Override
    public Rep4Bits constant(BitMatrix bits) {
        long[][] parts = JointInput.zeroParts(self, bits.words().length);
        if (self != 0) {
            parts[0] = bits.words().clone();
        }
        return new Rep4Bits(bits.wires(), bits.rows(), parts);
    }

    @Override
    public Rep4Bits xor(Rep4Bits x, Rep4Bits y) {
        Operands.requireSameShape(x, y);
        return new Rep4Bits(x.wires(), x.rows(), each(j -> Ring.xor(x.part(j), y.part(j))));
    }

    @Override
    public Rep4Bits not(Rep4Bits x) {
        long[][] parts = x.parts();
        if (self != 0) {
            parts[0] = BitMatrix.flipped(x.part(0), x.rows());
        }
        return new Rep4Bits(x.wires(), x.rows(), parts);
    }

    @Override
    public Rep4Bits wires(Rep4Bits x, int[] indices) {
        int words = BitMatrix.wordsPerWire(x.rows());
        return new Rep4Bits(indices.length, x.rows(), each(j -> Matrix.columns(x.part(j), words, indices)));
    }

    @Override
    public Rep4Bits concatWires(List<Rep4Bits> sources) {
        int wires = Operands.requireSameRows(sources);
        long[][] parts = each(j ->
                Matrix.beside(sources.stream().map(source -> source.part(j)).toList()));
        return new Rep4Bits(wires, sources.getFirst().rows(), parts);
    }

    /** One round, 6 bits. */
    @Override
    public Rep4Bits and(Rep4Bits x, Rep4Bits y) {
        Operands.requireSameShape(x, y);
        settle();
        return conversions.and(x, y, run.terms()::product);
    }

    private long[][] each(IntFunction<long[]> maker) {
        long[][] parts = new long[4][];
        for (int j = 0; j < 4; j++) {
            if (j != self) {
                parts[j] = maker.apply(j);
            }
        }
        return parts;
    }

    private Rep4Vector map(Rep4Vector x, int rows, int columns, UnaryOperator<long[]> change) {
        return new Rep4Vector(rows, columns, x.width(), each(j -> change.apply(x.part(j))));
    }
}
