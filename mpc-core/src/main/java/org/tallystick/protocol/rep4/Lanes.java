package org.tallystick.protocol.rep4;

import org.tallystick.ring.BitMatrix;
import org.tallystick.ring.Ring;

/**
 * How a flat vector of words goes on the wire: how many bits of each word count, packed without gaps. Ring elements
 * count {@code width} bits each; bit-sliced wires count 64 rows a word but for the last word of each wire.
 *
 * @param words length of the vector
 * @param group words of one wire; 1 for ring elements
 * @param width bits of a word that is not the last of its group
 * @param lastWidth bits of the last word of a group
 * @param xor whether parts combine by exclusive or (bits) or by addition (ring elements)
 */
record Lanes(int words, int group, int width, int lastWidth, boolean xor) {
    /** Which words a message carries: the rep4 table splits some terms by the parity of the word's index. */
    enum Parity {
        ALL(0, 1),
        EVEN(0, 2),
        ODD(1, 2);

        final int start;
        final int step;

        Parity(int start, int step) {
            this.start = start;
            this.step = step;
        }

        int count(int words) {
            return (words - start + step - 1) / step;
        }
    }

    static Lanes ring(int elements, int width) {
        return new Lanes(elements, 1, width, width, false);
    }

    static Lanes bits(int wires, int rows) {
        int group = BitMatrix.wordsPerWire(rows);
        return new Lanes(wires * group, group, 64, rows - 64 * (group - 1), true);
    }

    int widthOf(int word) {
        return (word + 1) % group == 0 ? lastWidth : width;
    }

    private boolean uniform() {
        return group == 1 || width == lastWidth;
    }

    /** Bits a message carries. */
    long bitCount(Parity parity) {
        int count = parity.count(words);
        if (uniform()) {
            return (long) count * lastWidth;
        }
        long bits = 0;
        for (int word = parity.start; word < words; word += parity.step) {
            bits += widthOf(word);
        }
        return bits;
    }

    /** Bytes a message carries; zero when no word has the parity. */
    int byteCount(Parity parity) {
        return Math.toIntExact((bitCount(parity) + 7) >>> 3);
    }

    /** Clears, in a vector of the words of one parity, the bits that do not count. */
    void trim(long[] compact, Parity parity) {
        if (uniform()) {
            if (lastWidth < 64) {
                long mask = Ring.mask(lastWidth);
                for (int k = 0; k < compact.length; k++) {
                    compact[k] &= mask;
                }
            }
            return;
        }
        for (int k = 0; k < compact.length; k++) {
            compact[k] &= Ring.mask(widthOf(parity.start + k * parity.step));
        }
    }

    /** The trimmed words of one parity without gaps, in as many longs as that takes; padding bits are zero. */
    long[] pack(long[] compact, Parity parity) {
        if (uniform() && lastWidth == 64) {
            return compact;
        }
        long[] packed = new long[Math.toIntExact((bitCount(parity) + 63) >>> 6)];
        int at = 0;
        int filled = 0;
        for (int k = 0; k < compact.length; k++) {
            int bits = widthOf(parity.start + k * parity.step);
            packed[at] |= compact[k] << filled;
            filled += bits;
            if (filled >= 64) {
                at++;
                filled -= 64;
                if (filled > 0) {
                    packed[at] = compact[k] >>> (bits - filled);
                }
            }
        }
        return packed;
    }

    /** The words of one parity out of their packed form. */
    long[] unpack(long[] packed, Parity parity) {
        if (uniform() && lastWidth == 64) {
            return packed;
        }
        long[] compact = new long[parity.count(words)];
        int at = 0;
        int used = 0;
        for (int k = 0; k < compact.length; k++) {
            int bits = widthOf(parity.start + k * parity.step);
            long value = packed[at] >>> used;
            used += bits;
            if (used >= 64) {
                at++;
                used -= 64;
                if (used > 0) {
                    value |= packed[at] << (bits - used);
                }
            }
            compact[k] = value & Ring.mask(bits);
        }
        return compact;
    }

    /** target[word] (+ or ⊕)= compact[k] for the words of one parity. */
    void accumulate(long[] target, long[] compact, Parity parity) {
        if (xor) {
            for (int k = 0, word = parity.start; k < compact.length; k++, word += parity.step) {
                target[word] ^= compact[k];
            }
        } else {
            for (int k = 0, word = parity.start; k < compact.length; k++, word += parity.step) {
                target[word] += compact[k];
            }
        }
    }

    /** The words of one parity of {@code value} minus (or ⊕) the mask, trimmed. */
    long[] masked(long[] value, long[] mask, Parity parity) {
        long[] compact = new long[mask.length];
        if (xor) {
            for (int k = 0, word = parity.start; k < compact.length; k++, word += parity.step) {
                compact[k] = value[word] ^ mask[k];
            }
        } else {
            for (int k = 0, word = parity.start; k < compact.length; k++, word += parity.step) {
                compact[k] = value[word] - mask[k];
            }
        }
        trim(compact, parity);
        return compact;
    }
}
