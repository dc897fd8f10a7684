package org.tallystick.convert;

import org.tallystick.random.SharedGenerator;
import org.tallystick.random.SharedSeed;
import org.tallystick.ring.BitMatrix;
import org.tallystick.ring.Ring;

/** What three parties can generate, for one stock and one purpose each. */
final class Masks {
    private final SharedSeed[] seeds;
    private final byte[] context;

    Masks(SharedSeed[] seeds, byte[] context) {
        this.seeds = seeds;
        this.context = context;
    }

    /** Known to all but party {@code lacking}. */
    SharedGenerator generator(int lacking, String purpose) {
        return seeds[lacking].generator(Transcript.digest(context, purpose));
    }

    /** ρ of an output as bits: those of party {@code lacking}'s seed. */
    BitMatrix bits(int lacking, int output, int wires, int rows) {
        int words = BitMatrix.wordsPerWire(rows);
        long[] bits = generator(lacking, "mask").elements(output, wires * words);
        for (int last = words - 1; last < bits.length; last += words) {
            bits[last] &= BitMatrix.lastWordMask(rows);
        }
        return new BitMatrix(wires, rows, bits);
    }

    /** ρ of an output as numbers. */
    long[] numbers(int lacking, String purpose, int output, int width, int rows) {
        long[] numbers = generator(lacking, purpose).elements(output, rows);
        for (int row = 0; row < rows; row++) {
            numbers[row] &= Ring.mask(width);
        }
        return numbers;
    }
}
