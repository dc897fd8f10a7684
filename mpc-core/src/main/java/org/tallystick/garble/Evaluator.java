package org.tallystick.garble;

/** Evaluates garbled circuits for one batch of instances, as {@link Garbler} garbled them. Not for two threads. */
public final class Evaluator extends HalfGates {
    private final byte[][] buffers = new byte[6][];
    private Tables.Reader tables = new Tables.Reader(byte[]::new, 0);

    /** @param key the garbler's {@link Garbler#key} */
    public Evaluator(byte[] key, int instances, Hashing hashing) {
        this(key, 0, instances, hashing);
    }

    /** For some instances of a batch, from number {@code first} on: {@link TableLayout} takes their tables out. */
    public Evaluator(byte[] key, int first, int instances, Hashing hashing) {
        super(key, first, instances, hashing);
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = buffer();
        }
    }

    /** The labels of the outputs, from one label of each input wire and the tables. */
    public Labels evaluate(Circuit circuit, Labels inputs, TableSource source) {
        tables = new Tables.Reader(source, Tables.bytes(circuit, instances));
        return run(circuit, inputs);
    }

    @Override
    void and(long[] a, long[] b, long[] output, int chunk, int n) {
        boolean keyed = hashing == Hashing.REKEYED;
        for (int side = 0; side < 2; side++) {
            byte[] in = buffers[3 * side];
            if (keyed) {
                Lanes.spread(side == 0 ? a : b, instanceTweaks(chunk), in, n);
            } else {
                Lanes.plain(side == 0 ? a : b, in, n);
            }
            hash(side == 0, in, buffers[3 * side + 1], buffers[3 * side + 2], n);
        }
        int y = keyed ? 0 : 2;
        tables.read(16 * n);
        byte[] rows = tables.array();
        int at = tables.offset();
        Lanes.evaluate(a, b, buffers[1], buffers[y], buffers[4], buffers[y + 3], rows, at, at + 8 * n, output, n);
    }

    @Override
    void not(long[] a, long[] output, int chunk, int n) {
        if (a != output) {
            System.arraycopy(a, 0, output, 0, n);
        }
    }

    @Override
    public String toString() {
        return "Evaluator[" + instances + " instances]";
    }
}
