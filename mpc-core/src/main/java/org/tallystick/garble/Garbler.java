package org.tallystick.garble;

import java.util.Arrays;
import org.tallystick.random.SharedGenerator;
import org.tallystick.ring.BitMatrix;

/**
 * Garbles circuits for one batch of instances, one after another: the labels that one gives out go into the next, so a
 * computation may be longer than memory. Everything follows from the generator, which must serve nothing else: garblers
 * with the same one make the same labels and tables.
 *
 * <p>Not for two threads. Labels of two instances are never related, not even those of an input that is the same in
 * all.
 */
public final class Garbler extends HalfGates {
    /** How far one secret offset Δ between the labels of a wire reaches. */
    public enum Offset {
        /** One for all instances of the batch: they are used together, and what opens one opens all. */
        OF_BATCH,
        /** One for each instance: instances may be used by different sessions. */
        OF_INSTANCE,
    }

    private static final long KEY_STREAM = 1L << 62;
    private static final long OFFSET_STREAM = 2L << 62;

    private final SharedGenerator secret;
    private final long[][] delta;
    private final long[][] turnedDelta;
    private final byte[] key;
    private final long[] half = new long[2 * LANES];
    private final byte[][] buffers = new byte[14][];
    private Tables.Writer tables = new Tables.Writer((piece, _) -> piece);
    private long inputs;

    public Garbler(SharedGenerator secret, int instances, Offset offset, Hashing hashing) {
        super(key(secret), 0, instances, hashing);
        this.secret = secret;
        this.key = key(secret);
        long[] all = new long[2 * instances];
        secret.fill(OFFSET_STREAM, 0, all);
        delta = new long[chunks][];
        turnedDelta = new long[chunks][];
        for (int chunk = 0; chunk < chunks; chunk++) {
            boolean first = chunk == 0 || offset == Offset.OF_INSTANCE;
            delta[chunk] = first ? offsets(all, offset, chunk) : delta[0];
            turnedDelta[chunk] = first ? turned(delta[chunk]) : turnedDelta[0];
        }
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = buffer();
        }
    }

    /** Of the lanes of a chunk. Past the last instance they repeat the batch: what gathered gates are of. */
    private static long[] offsets(long[] all, Offset offset, int chunk) {
        long[] lanes = new long[2 * LANES];
        for (int j = 0; j < lanes.length; j++) {
            int from = offset == Offset.OF_BATCH ? j % 2 : (chunk * lanes.length + j) % all.length;
            lanes[j] = all[from] | 1;
        }
        return lanes;
    }

    private static long[] turned(long[] lanes) {
        return Arrays.stream(lanes).map(Lanes::orthomorphism).toArray();
    }

    private static byte[] key(SharedGenerator secret) {
        long[] words = secret.elements(KEY_STREAM, 2);
        byte[] key = new byte[GateCipher.KEY_BYTES];
        Lanes.LONGS.set(key, 0, words[0]);
        Lanes.LONGS.set(key, 8, words[1]);
        return key;
    }

    /** The public key of the hash, of 16 bytes, which the evaluator needs. */
    public byte[] key() {
        return key.clone();
    }

    public int instances() {
        return instances;
    }

    /** Fresh labels for false. */
    public Labels inputs(int wires) {
        Labels labels = new Labels(wires, instances);
        for (int wire = 0; wire < wires; wire++) {
            for (int chunk = 0; chunk < chunks; chunk++) {
                secret.fill(inputs++, 0, labels.chunk(wire, chunk));
            }
        }
        return labels;
    }

    /** The secret offsets, to hand out labels with when this object is gone. */
    public Offsets offsets() {
        return new Offsets(instances, delta);
    }

    /** The labels that an evaluator is given for these bits. */
    public Labels active(Labels falseLabels, BitMatrix bits) {
        return offsets().active(falseLabels, bits);
    }

    /** The labels for true. */
    public Labels trueLabels(Labels falseLabels) {
        return offsets().trueLabels(falseLabels);
    }

    /** Garbles a circuit: tables to the sink, the outputs' labels for false as the result. */
    public Labels garble(Circuit circuit, Labels falseLabels, TableSink sink) {
        tables = new Tables.Writer(sink);
        Labels outputs = run(circuit, falseLabels);
        tables.flush();
        return outputs;
    }

    @Override
    void and(long[] a, long[] b, long[] output, int chunk, int n) {
        long[] offset = delta[chunk];
        boolean keyed = hashing == Hashing.REKEYED;
        for (int side = 0; side < 2; side++) {
            byte[] in0 = buffers[6 * side];
            byte[] in1 = buffers[6 * side + 1];
            if (keyed) {
                Lanes.spread(side == 0 ? a : b, instanceTweaks(chunk), turnedDelta[chunk], in0, in1, n);
            } else {
                Lanes.plain(side == 0 ? a : b, offset, in0, in1, n);
            }
            hash(side == 0, in0, buffers[6 * side + 2], buffers[6 * side + 4], n);
            hash(side == 0, in1, buffers[6 * side + 3], buffers[6 * side + 5], n);
        }
        // The second summand of a hash is the cipher's input, or what came of the first pass.
        int y = keyed ? 0 : 4;
        byte[] rows = buffers[12];
        byte[] evaluators = buffers[13];
        Lanes.garblersHalf(a, b, offset, buffers[2], buffers[y], buffers[3], buffers[y + 1], rows, half, n);
        Lanes.evaluatorsHalf(a, b, half, buffers[8], buffers[y + 6], buffers[9], buffers[y + 7], evaluators, output, n);
        tables.write(rows, 8 * n);
        tables.write(evaluators, 8 * n);
    }

    @Override
    void not(long[] a, long[] output, int chunk, int n) {
        Lanes.xor(a, delta[chunk], output, n);
    }

    @Override
    public String toString() {
        return "Garbler[" + instances + " instances]";
    }
}
