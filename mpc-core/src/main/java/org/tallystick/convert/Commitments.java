package org.tallystick.convert;

import java.security.MessageDigest;
import java.util.Arrays;
import org.tallystick.garble.Labels;
import org.tallystick.random.Primitives;
import org.tallystick.ring.BitMatrix;

/**
 * Hashes of both labels of each wire and instance, that of false first: with them the evaluator accepts, from one
 * garbler alone, only the label for the bit it knows. SHA-256 of run, wire, instance and label, cut to 16 bytes: nobody
 * finds a second label to a hash that an honest garbler made.
 */
final class Commitments {
    static final int BYTES = 16;

    private Commitments() {}

    static byte[] of(byte[] context, Labels falseLabels, Labels trueLabels) {
        byte[] all = new byte[Math.multiplyExact(2 * BYTES, falseLabels.wires() * falseLabels.instances())];
        byte[] no = falseLabels.bytes();
        byte[] yes = trueLabels.bytes();
        MessageDigest sha = Primitives.sha256();
        for (int n = 0; n < no.length / Labels.BYTES; n++) {
            System.arraycopy(hash(sha, context, n, no), 0, all, 2 * BYTES * n, BYTES);
            System.arraycopy(hash(sha, context, n, yes), 0, all, 2 * BYTES * n + BYTES, BYTES);
        }
        return all;
    }

    /** Whether every label is the one that was committed to for its bit. */
    static boolean match(byte[] context, byte[] commitments, Labels labels, BitMatrix bits) {
        byte[] bytes = labels.bytes();
        MessageDigest sha = Primitives.sha256();
        boolean match = true;
        for (int wire = 0; wire < labels.wires(); wire++) {
            for (int row = 0; row < labels.instances(); row++) {
                int n = wire * labels.instances() + row;
                int at = 2 * BYTES * n + (bits.get(wire, row) ? BYTES : 0);
                byte[] expected = Arrays.copyOfRange(commitments, at, at + BYTES);
                match &= MessageDigest.isEqual(expected, Arrays.copyOf(hash(sha, context, n, bytes), BYTES));
            }
        }
        return match;
    }

    private static byte[] hash(MessageDigest sha, byte[] context, int number, byte[] labels) {
        sha.update((byte) 'c');
        sha.update(context);
        for (int shift = 24; shift >= 0; shift -= 8) {
            sha.update((byte) (number >>> shift));
        }
        sha.update(labels, number * Labels.BYTES, Labels.BYTES);
        return sha.digest();
    }
}
