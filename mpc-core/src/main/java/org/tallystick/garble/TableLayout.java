package org.tallystick.garble;

/** Where rows lie in the tables of a circuit, to take one instance out of a batch. */
public final class TableLayout {
    private TableLayout() {}

    /** The tables of one instance of a batch, as an evaluator of that instance alone reads them. */
    public static byte[] instance(Circuit circuit, byte[] tables, int instances, Hashing hashing, int instance) {
        int[] from = rows(circuit, instances, hashing, instance);
        int[] to = rows(circuit, 1, hashing, 0);
        byte[] alone = new byte[Math.toIntExact(Tables.bytes(circuit, 1))];
        for (int row = 0; row < from.length; row++) {
            System.arraycopy(tables, from[row], alone, to[row], Labels.BYTES);
        }
        return alone;
    }

    /** Offsets of both rows of each AND, for one instance: as {@link HalfGates} cuts a circuit into batches. */
    private static int[] rows(Circuit circuit, int instances, Hashing hashing, int instance) {
        int[] rows = new int[2 * circuit.ands()];
        int[] code = circuit.code();
        int row = 0;
        long offset = 0;
        for (int at = 0; at < code.length; ) {
            if (code[at] == Circuit.XOR || code[at] == Circuit.INV) {
                at += Circuit.STRIDE;
                continue;
            }
            int count = HalfGates.together(code, at, instances, hashing);
            int lane = instance;
            int lanes = count * instances;
            long start = offset;
            if (count == 1) {
                int chunk = instance / Labels.LANES;
                start += 2L * Labels.BYTES * Labels.LANES * chunk;
                lane = instance % Labels.LANES;
                lanes = Labels.lanes(instances, chunk);
            }
            for (int k = 0; k < count; k++) {
                rows[row++] = Math.toIntExact(start + (long) Labels.BYTES * (k * instances + lane));
                rows[row++] = Math.toIntExact(start + (long) Labels.BYTES * (lanes + k * instances + lane));
            }
            offset += 2L * Labels.BYTES * count * instances;
            at += count * Circuit.STRIDE;
        }
        return rows;
    }
}
