package org.tallystick.protocol.rep4;

import java.util.List;
import org.tallystick.protocol.RowBlocks;
import org.tallystick.random.SharedGenerator;
import org.tallystick.random.SharedSeed;
import org.tallystick.share.Rep4Vector;

/**
 * Reads kept inputs as shares again, some rows at a time: the columns of all side by side. What comes from seeds is
 * generated anew, so reading costs no message. Not for use by two threads at once.
 */
public final class KeptInputs implements RowBlocks<Rep4Vector> {
    private final int self;
    private final List<KeptInput> inputs;
    private final SharedGenerator[] generators;
    private final int columns;
    private final long[][] parts = new long[4][];
    private int lastCount = -1;

    /**
     * @param seeds those the inputs were shared with; null at this party's own index
     * @param inputs at least one; of equal rows and width
     */
    public KeptInputs(int self, SharedSeed[] seeds, List<KeptInput> inputs) {
        this.self = self;
        this.generators = generators(self, seeds);
        this.inputs = List.copyOf(inputs);
        this.columns = inputs.stream().mapToInt(KeptInput::columns).sum();
        for (KeptInput input : inputs) {
            if (input.rows() != rows() || input.width() != width()) {
                throw new IllegalArgumentException("inputs of different rows or widths");
            }
            if (input.told().isPresent() == (self == (input.owner() + 1 & 3))) {
                throw new IllegalArgumentException("what was kept was kept by another party");
            }
        }
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

    /**
     * The stream of a column, by its number among all that the owner inputs under these seeds; its elements are rows.
     */
    static long stream(int owner, int column) {
        return (long) owner << 32 | column;
    }

    public int rows() {
        return inputs.getFirst().rows();
    }

    public int columns() {
        return columns;
    }

    public int width() {
        return inputs.getFirst().width();
    }

    /** {@code from} is even. */
    @Override
    public Rep4Vector block(int from, int count) {
        if (from < 0 || count < 1 || from + count > rows() || (from & 1) != 0) {
            throw new IllegalArgumentException("rows " + from + " to " + (from + count) + " of " + rows());
        }
        if (count != lastCount) {
            for (int j = 0; j < 4; j++) {
                parts[j] = j == self ? null : new long[Math.multiplyExact(columns, count)];
            }
            lastCount = count;
        }
        int[] numbers = new int[4];
        int at = 0;
        for (KeptInput input : inputs) {
            for (int column = 0; column < input.columns(); column++) {
                read(input, column, numbers[input.owner()]++, from, count, at);
                at += count;
            }
        }
        return new Rep4Vector(count, columns, width(), parts.clone());
    }

    private void read(KeptInput input, int column, int number, int from, int count, int at) {
        int p = input.owner();
        input.told().ifPresent(told -> told.unpack(column, from, count, parts[p + 1 & 3], at));
        for (int j : new int[] {p + 2 & 3, p + 3 & 3}) {
            if (j != self) {
                generators[j].fill(stream(p, number), from, parts[j], at, count);
            }
        }
        // Part p of these columns is zero from the allocation on: owners keep their places from block to block.
    }

    @Override
    public String toString() {
        return "KeptInputs[" + rows() + " x " + columns + " mod 2^" + width() + "]";
    }
}
