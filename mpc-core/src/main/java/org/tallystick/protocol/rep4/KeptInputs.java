package org.tallystick.protocol.rep4;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tallystick.protocol.OwnerInput;
import org.tallystick.protocol.RowBlocks;
import org.tallystick.random.SharedGenerator;
import org.tallystick.random.SharedSeed;
import org.tallystick.ring.PackedColumns;
import org.tallystick.share.Rep4Vector;

/**
 * Reads kept inputs as shares again, some rows at a time: columns of one or several owners side by side. What comes
 * from seeds is generated anew, so reading costs no message. Not for use by two threads at once.
 */
public final class KeptInputs implements RowBlocks<Rep4Vector>, PartColumns {
    private final int self;
    private final SharedGenerator[] generators;
    private final KeptInput first;
    private final List<Column> columns;
    private final long[][] parts = new long[4][];
    private int lastCount = -1;

    /**
     * A column of an input.
     *
     * @param number among all columns that the owner has input under these seeds
     */
    private record Column(KeptInput input, int index, int number) {}

    /**
     * All columns of all inputs.
     *
     * @param seeds those the inputs were shared with; null at this party's own index
     * @param inputs all that were shared with these seeds, in order; at least one, of equal rows and width
     */
    public KeptInputs(int self, SharedSeed[] seeds, List<KeptInput> inputs) {
        this(
                self,
                seeds,
                inputs,
                IntStream.range(0, inputs.stream().mapToInt(KeptInput::columns).sum())
                        .toArray());
    }

    /** @param chosen which columns of all inputs, counted from 0 through the inputs, in the order wanted */
    public KeptInputs(int self, SharedSeed[] seeds, List<KeptInput> inputs, int[] chosen) {
        this.self = self;
        this.generators = generators(self, seeds);
        this.first = inputs.getFirst();
        List<Column> all = new ArrayList<>();
        int[] numbers = new int[4];
        for (KeptInput input : inputs) {
            if (input.rows() != first.rows() || input.width() != first.width()) {
                throw new IllegalArgumentException("inputs of different rows or widths");
            }
            if (input.told().isPresent() == (self == (input.owner() + 1 & 3))) {
                throw new IllegalArgumentException("what was kept was kept by another party");
            }
            for (int index = 0; index < input.columns(); index++) {
                all.add(new Column(input, index, numbers[input.owner()]++));
            }
        }
        this.columns = IntStream.of(chosen).mapToObj(all::get).toList();
    }

    static SharedGenerator[] generators(int self, SharedSeed[] seeds) {
        SharedGenerator[] generators = new SharedGenerator[4];
        for (int j = 0; j < 4; j++) {
            if (j != self) {
                generators[j] = seeds[j].generator(new byte[0]);
            }
        }
        return generators;
    }

    /** The masks of inputs that are kept: a stream a column, by its number among its owner's. */
    static Inputs.Masks masks(int self, SharedSeed[] seeds, List<OwnerInput> inputs) {
        SharedGenerator[] generators = generators(self, seeds);
        int[] numbers = new int[inputs.size()];
        int[] next = new int[4];
        for (int item = 0; item < numbers.length; item++) {
            numbers[item] = next[inputs.get(item).owner()];
            next[inputs.get(item).owner()] += inputs.get(item).columns();
        }
        return (j, item, input) -> {
            long[] masks = new long[Math.multiplyExact(input.rows(), input.columns())];
            for (int column = 0; column < input.columns(); column++) {
                long stream = stream(input.owner(), numbers[item] + column);
                generators[j].fill(stream, 0, masks, column * input.rows(), input.rows());
            }
            return masks;
        };
    }

    /** What a party keeps of inputs that were shared with these masks. */
    static List<KeptInput> keep(List<OwnerInput> inputs, List<Rep4Vector> shares) {
        List<KeptInput> kept = new ArrayList<>();
        for (int item = 0; item < shares.size(); item++) {
            int owner = inputs.get(item).owner();
            Rep4Vector x = shares.get(item);
            Optional<PackedColumns> told = Optional.ofNullable(x.part(owner + 1 & 3))
                    .map(part -> PackedColumns.of(part, x.rows(), x.columns(), x.width()));
            kept.add(new KeptInput(owner, x.rows(), x.columns(), x.width(), told));
        }
        return kept;
    }

    /**
     * The stream of a column, by its number among all that the owner inputs under these seeds; its elements are rows.
     */
    static long stream(int owner, int column) {
        return (long) owner << 32 | column;
    }

    @Override
    public int rows() {
        return first.rows();
    }

    @Override
    public int columns() {
        return columns.size();
    }

    @Override
    public int width() {
        return first.width();
    }

    /** {@code from} is even. */
    @Override
    public Rep4Vector block(int from, int count) {
        if (from < 0 || count < 1 || from + count > rows() || (from & 1) != 0) {
            throw new IllegalArgumentException("rows " + from + " to " + (from + count) + " of " + rows());
        }
        if (count != lastCount) {
            for (int j = 0; j < 4; j++) {
                parts[j] = j == self ? null : new long[Math.multiplyExact(columns(), count)];
            }
            lastCount = count;
        }
        for (int k = 0; k < columns(); k++) {
            load(k, from, count, parts, k * count);
        }
        return new Rep4Vector(count, columns(), width(), parts.clone());
    }

    /** The owner's number. */
    @Override
    public int zeroPart(int k) {
        return columns.get(k).input().owner();
    }

    @Override
    public void load(int k, int from, int count, long[][] parts, int at) {
        Column column = columns.get(k);
        int p = column.input().owner();
        if (self != (p + 1 & 3)) {
            column.input().told().orElseThrow().unpack(column.index(), from, count, parts[p + 1 & 3], at);
        }
        long stream = stream(p, column.number());
        for (int j = p + 2; j <= p + 3; j++) {
            if ((j & 3) != self) {
                generators[j & 3].fill(stream, from, parts[j & 3], at, count);
            }
        }
    }

    @Override
    public String toString() {
        return "KeptInputs[" + rows() + " x " + columns() + " mod 2^" + width() + "]";
    }
}
