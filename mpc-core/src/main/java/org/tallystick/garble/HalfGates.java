package org.tallystick.garble;

import java.util.Arrays;

/**
 * Half gates (Zahur, Rosulek, Evans, ePrint 2014/756) on whole arrays of labels, many instances of one circuit side by
 * side and the ANDs of a layer together: two rows of 16 bytes an AND, XOR and INV free.
 *
 * <p>Departure from the paper: <em>each 64-bit half of a label has a colour of its own</em>, its lowest bit, and
 * selects its half of the rows by it, so that no loop has to treat the halves of a label differently. Correct, because
 * the identity that makes a half gate right holds bit by bit, for any assignment of colours to bits. Secure as the
 * original: the evaluator sees both colours of one label of each wire, uniform bits as all of that label; a row is
 * still the sum of a hash that it cannot compute and of what it knows, with M·Δ for M one of the four diagonal choices
 * of halves in place of b·Δ, and the orthomorphism σ of {@link Hashing} acts on each half by itself, so σ + M is
 * invertible for all four. Δ has the lowest bit of both halves set: 126 random bits instead of 127.
 *
 * <p>Both halves of an AND have a hash key (or tweak) of their own, so inputs a and ¬a give nothing away: with one for
 * both, the sum of the rows would be Δ.
 *
 * <p>What both roles share is here: slots, batches of gates, and buffers.
 */
abstract class HalfGates {
    static final int LANES = Labels.LANES;
    static final int BYTES = Labels.BYTES * LANES;

    final int instances;
    final int chunks;
    final Hashing hashing;
    private final int first;
    private final GateCipher cipher;
    private final GateCipher second;

    /** Instance numbers in low halves, chunk by chunk: see {@link Hashing#REKEYED}. */
    private final long[][] instanceTweaks;

    /** Tweaks of both half gates of each lane of the batch: see {@link Hashing#TWEAKED}. */
    private final long[] leftTweaks = new long[2 * LANES];

    private final long[] rightTweaks = new long[2 * LANES];
    private final long[] gatheredA = new long[2 * LANES];
    private final long[] gatheredB = new long[2 * LANES];
    private final long[] gatheredOutput = new long[2 * LANES];
    private long[][] slots = new long[0][];
    private long gate;

    /** @param first number of the first instance, of all that the garbler has under this key */
    HalfGates(byte[] key, int first, int instances, Hashing hashing) {
        if (instances < 1) {
            throw new IllegalArgumentException(instances + " instances");
        }
        this.instances = instances;
        this.chunks = Labels.chunks(instances);
        this.hashing = hashing;
        this.first = first;
        this.cipher = new GateCipher(key);
        this.second = new GateCipher(key);
        this.instanceTweaks = new long[chunks][2 * LANES];
        for (int i = 0; i < instances; i++) {
            instanceTweaks[i / LANES][2 * (i % LANES)] = (long) first + i;
        }
    }

    /** Computes an AND of {@code n} longs; which instances they are of is the chunk's business, or the batch's. */
    abstract void and(long[] a, long[] b, long[] output, int chunk, int n);

    /** Computes a negation. */
    abstract void not(long[] a, long[] output, int chunk, int n);

    /** Runs the circuit; gates are numbered on from the circuit before. */
    final Labels run(Circuit circuit, Labels inputs) {
        if (inputs.wires() != circuit.inputBits() || inputs.instances() != instances) {
            throw new IllegalArgumentException("the circuit takes labels of " + circuit.inputBits() + " wires and "
                    + instances + " instances, not " + inputs);
        }
        reserve(circuit.slots());
        for (int i = 0; i < inputs.wires(); i++) {
            for (int chunk = 0; chunk < chunks; chunk++) {
                long[] label = inputs.chunk(i, chunk);
                System.arraycopy(label, 0, slots[i * chunks + chunk], 0, label.length);
            }
        }
        int[] code = circuit.code();
        for (int at = 0; at < code.length; ) {
            at += switch (code[at]) {
                case Circuit.XOR -> xor(code, at);
                case Circuit.INV -> inv(code, at);
                default -> ands(code, at);
            };
        }
        return results(circuit.outputSlots());
    }

    /** Gives back the memory of the last circuit's wires, for who keeps this object waiting. */
    public final void release() {
        slots = new long[0][];
    }

    private void reserve(int count) {
        int before = slots.length;
        if (count * chunks > before) {
            slots = Arrays.copyOf(slots, Math.multiplyExact(count, chunks));
            for (int i = before; i < slots.length; i++) {
                slots[i] = new long[2 * Labels.lanes(instances, i % chunks)];
            }
        }
    }

    private Labels results(int[] outputs) {
        Labels labels = new Labels(outputs.length, instances);
        for (int i = 0; i < outputs.length; i++) {
            for (int chunk = 0; chunk < chunks; chunk++) {
                long[] label = labels.chunk(i, chunk);
                System.arraycopy(slots[outputs[i] * chunks + chunk], 0, label, 0, label.length);
            }
        }
        return labels;
    }

    private int xor(int[] code, int at) {
        int a = code[at + 1] * chunks;
        int b = code[at + 2] * chunks;
        int out = code[at + 3] * chunks;
        for (int chunk = 0; chunk < chunks; chunk++) {
            long[] target = slots[out + chunk];
            Lanes.xor(slots[a + chunk], slots[b + chunk], target, target.length);
        }
        return Circuit.STRIDE;
    }

    private int inv(int[] code, int at) {
        int a = code[at + 1] * chunks;
        int out = code[at + 3] * chunks;
        for (int chunk = 0; chunk < chunks; chunk++) {
            long[] target = slots[out + chunk];
            not(slots[a + chunk], target, chunk, target.length);
        }
        return Circuit.STRIDE;
    }

    private int ands(int[] code, int at) {
        if (hashing == Hashing.REKEYED) {
            rekeyed(code, at);
            return Circuit.STRIDE;
        }
        int count = together(code, at, instances, hashing);
        if (count == 1) {
            tweakedAlone(code, at);
            return Circuit.STRIDE;
        }
        tweakedTogether(code, at, count);
        return count * Circuit.STRIDE;
    }

    /** How many ANDs from {@code at} on go through the cipher together. */
    static int together(int[] code, int at, int instances, Hashing hashing) {
        int most = hashing == Hashing.REKEYED ? 1 : Math.max(1, LANES / instances);
        int count = 1;
        while (count < most
                && at + count * Circuit.STRIDE < code.length
                && code[at + count * Circuit.STRIDE] == Circuit.AND_NEXT) {
            count++;
        }
        return count;
    }

    private void rekeyed(int[] code, int at) {
        cipher.rekey(2 * gate);
        second.rekey(2 * gate + 1);
        gate++;
        for (int chunk = 0; chunk < chunks; chunk++) {
            direct(code, at, chunk);
        }
    }

    private void direct(int[] code, int at, int chunk) {
        long[] output = slots[code[at + 3] * chunks + chunk];
        long[] a = slots[code[at + 1] * chunks + chunk];
        long[] b = slots[code[at + 2] * chunks + chunk];
        and(a, b, output, chunk, output.length);
    }

    private void tweakedAlone(int[] code, int at) {
        for (int chunk = 0; chunk < chunks; chunk++) {
            tweaks(0, gate, chunk * LANES, Labels.lanes(instances, chunk));
            direct(code, at, chunk);
        }
        gate++;
    }

    private void tweakedTogether(int[] code, int at, int count) {
        int width = 2 * instances;
        for (int k = 0; k < count; k++) {
            int from = at + k * Circuit.STRIDE;
            System.arraycopy(slots[code[from + 1]], 0, gatheredA, k * width, width);
            System.arraycopy(slots[code[from + 2]], 0, gatheredB, k * width, width);
            tweaks(k * instances, gate + k, 0, instances);
        }
        and(gatheredA, gatheredB, gatheredOutput, 0, count * width);
        for (int k = 0; k < count; k++) {
            System.arraycopy(gatheredOutput, k * width, slots[code[at + k * Circuit.STRIDE + 3]], 0, width);
        }
        gate += count;
    }

    /** Tweaks of one gate for some instances, from a lane of the batch on. */
    private void tweaks(int lane, long number, int firstInstance, int count) {
        for (int i = 0; i < count; i++) {
            int j = 2 * (lane + i);
            leftTweaks[j] = 2 * number;
            rightTweaks[j] = 2 * number + 1;
            leftTweaks[j + 1] = (long) first + firstInstance + i;
            rightTweaks[j + 1] = (long) first + firstInstance + i;
        }
    }

    /** A buffer for a batch. */
    static byte[] buffer() {
        return new byte[BYTES];
    }

    /** The label's part of the hash input, where it is keyed: an instance number for each lane. */
    final long[] instanceTweaks(int chunk) {
        return instanceTweaks[chunk];
    }

    /** From the cipher's input to the two summands of the hash, {@code x} and {@code in} itself or {@code y}. */
    final void hash(boolean left, byte[] in, byte[] x, byte[] y, int n) {
        GateCipher key = left ? cipher : second;
        if (hashing == Hashing.REKEYED) {
            key.encrypt(in, x, 8 * n);
        } else {
            key.encrypt(in, y, 8 * n);
            Lanes.tweak(y, left ? leftTweaks : rightTweaks, in, n);
            key.encrypt(in, x, 8 * n);
        }
    }
}
