package org.tallystick.garble;

import java.util.Arrays;
import org.tallystick.ring.BitMatrix;

/** The secret offsets Δ between a wire's labels, of each instance: what a garbler needs to hand out labels. */
public final class Offsets {
    private final int instances;
    private final long[][] delta;

    /** @param delta chunk by chunk, for at least as many lanes as there are instances */
    Offsets(int instances, long[][] delta) {
        this.instances = instances;
        this.delta = delta;
    }

    public int instances() {
        return instances;
    }

    /** Those of one instance, which keep nothing of the others in memory. */
    public Offsets instance(int number) {
        long[] chunk = delta[number / Labels.LANES];
        int j = 2 * (number % Labels.LANES);
        return new Offsets(1, new long[][] {{chunk[j], chunk[j + 1]}});
    }

    /** The labels that an evaluator is given for these bits. */
    public Labels active(Labels falseLabels, BitMatrix bits) {
        if (bits.wires() != falseLabels.wires() || bits.rows() != instances || falseLabels.instances() != instances) {
            throw new IllegalArgumentException(bits + " for " + falseLabels + " and " + this);
        }
        Labels labels = new Labels(bits.wires(), instances);
        for (int wire = 0; wire < bits.wires(); wire++) {
            for (int i = 0; i < instances; i++) {
                long mask = bits.get(wire, i) ? -1 : 0;
                int chunk = i / Labels.LANES;
                int j = 2 * (i % Labels.LANES);
                long[] from = falseLabels.chunk(wire, chunk);
                long[] to = labels.chunk(wire, chunk);
                to[j] = from[j] ^ mask & delta[chunk][j];
                to[j + 1] = from[j + 1] ^ mask & delta[chunk][j + 1];
            }
        }
        return labels;
    }

    /** The labels for true. */
    public Labels trueLabels(Labels falseLabels) {
        long[] ones = new long[falseLabels.wires() * BitMatrix.wordsPerWire(instances)];
        Arrays.fill(ones, -1);
        return active(falseLabels, new BitMatrix(falseLabels.wires(), instances, ones));
    }

    @Override
    public String toString() {
        return "Offsets[" + instances + " instances]";
    }
}
