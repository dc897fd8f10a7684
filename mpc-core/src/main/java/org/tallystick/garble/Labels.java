package org.tallystick.garble;

import java.util.Arrays;
import org.tallystick.ring.BitMatrix;

/**
 * A label of 16 bytes for each of some wires and instances: at a garbler the one for false, at the evaluator the one it
 * has. On the wire and in {@link #bytes}: wire after wire, instance after instance.
 */
public final class Labels {
    /** Bytes of a label. */
    public static final int BYTES = 16;

    /**
     * Lanes of one array: what the cipher takes in one call fits the first-level cache with all that goes beside it.
     */
    static final int LANES = 128;

    private final int wires;
    private final int instances;
    private final int chunks;
    private final long[][] arrays;

    Labels(int wires, int instances) {
        this(wires, instances, new long[Math.multiplyExact(wires, chunks(instances))][]);
        for (int i = 0; i < arrays.length; i++) {
            arrays[i] = new long[2 * lanes(instances, i % chunks)];
        }
    }

    private Labels(int wires, int instances, long[][] arrays) {
        this.wires = wires;
        this.instances = instances;
        this.chunks = chunks(instances);
        this.arrays = arrays;
    }

    static int chunks(int instances) {
        return (instances + LANES - 1) / LANES;
    }

    static int lanes(int instances, int chunk) {
        return Math.min(LANES, instances - chunk * LANES);
    }

    public int wires() {
        return wires;
    }

    public int instances() {
        return instances;
    }

    int chunks() {
        return chunks;
    }

    /** The array itself. */
    long[] chunk(int wire, int chunk) {
        return arrays[wire * chunks + chunk];
    }

    /** Some of the wires, in this order; the labels themselves are shared with this object. */
    public Labels wires(int... chosen) {
        long[][] some = new long[chosen.length * chunks][];
        for (int i = 0; i < chosen.length; i++) {
            System.arraycopy(arrays, chosen[i] * chunks, some, i * chunks, chunks);
        }
        return new Labels(chosen.length, instances, some);
    }

    /** Wires {@code from} to {@code to − 1}; the labels themselves are shared with this object. */
    public Labels range(int from, int to) {
        return new Labels(to - from, instances, Arrays.copyOfRange(arrays, from * chunks, to * chunks));
    }

    /** The wires of both, one after the other; the labels themselves are shared with them. */
    public Labels and(Labels more) {
        if (more.instances != instances) {
            throw new IllegalArgumentException("labels of " + instances + " and " + more.instances + " instances");
        }
        long[][] all = Arrays.copyOf(arrays, arrays.length + more.arrays.length);
        System.arraycopy(more.arrays, 0, all, arrays.length, more.arrays.length);
        return new Labels(wires + more.wires, instances, all);
    }

    /** The labels of one instance, copied. */
    public Labels instance(int number) {
        Labels one = new Labels(wires, 1);
        int j = 2 * (number % LANES);
        for (int wire = 0; wire < wires; wire++) {
            System.arraycopy(chunk(wire, number / LANES), j, one.chunk(wire, 0), 0, 2);
        }
        return one;
    }

    /** The first colour of each label: with the decoding bit, its truth value. */
    public BitMatrix colours() {
        int words = BitMatrix.wordsPerWire(instances);
        long[] bits = new long[wires * words];
        for (int wire = 0; wire < wires; wire++) {
            for (int i = 0; i < instances; i++) {
                long low = chunk(wire, i / LANES)[2 * (i % LANES)];
                bits[wire * words + (i >>> 6)] |= (low & 1) << i;
            }
        }
        return new BitMatrix(wires, instances, bits);
    }

    /** All labels. */
    public byte[] bytes() {
        byte[] bytes = new byte[Math.multiplyExact(BYTES, wires * instances)];
        int at = 0;
        for (long[] array : arrays) {
            for (int j = 0; j < array.length; j++) {
                Lanes.LONGS.set(bytes, at + 8 * j, array[j]);
            }
            at += 8 * array.length;
        }
        return bytes;
    }

    /** Labels from {@link #bytes}, {@code wires · instances} of them from {@code offset} on. */
    public static Labels of(byte[] bytes, int offset, int wires, int instances) {
        if (bytes.length - offset < (long) BYTES * wires * instances) {
            throw new IllegalArgumentException("too few bytes for " + wires + " wires of " + instances + " labels");
        }
        Labels labels = new Labels(wires, instances);
        int at = offset;
        for (long[] array : labels.arrays) {
            for (int j = 0; j < array.length; j++) {
                array[j] = (long) Lanes.LONGS.get(bytes, at + 8 * j);
            }
            at += 8 * array.length;
        }
        return labels;
    }

    @Override
    public String toString() {
        return "Labels[" + wires + " wires, " + instances + " instances]";
    }
}
