package org.tallystick.protocol.rep4;

import org.tallystick.ring.BitMatrix;
import org.tallystick.ring.Ring;

/**
 * How a flat vector of words goes on the wire: how many bits of each word count, packed without gaps. Ring elements
 * count {@code width} bits each; bit-sliced wires count 64 rows a word but for the last word of each wire.
 *
 * @param words length of the vector
 * @param group words of one wire; 1 for ring elements
 * @param width bits of a word that is not the last of its group; {@code lastWidth} where there is none
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
            return words - start + step - 1 >>> step - 1;
        }
    }

    static Lanes ring(int elements, int width) {
        return new Lanes(elements, 1, width, width, false);
    }

    static Lanes bits(int wires, int rows) {
        int group = BitMatrix.wordsPerWire(rows);
        int lastWidth = rows - 64 * (group - 1);
        return new Lanes(wires * group, group, group == 1 ? lastWidth : 64, lastWidth, true);
    }

    /** How many words of one parity are the last of their group. */
    private int lastWords(Parity parity) {
        int groups = words / group;
        if (parity == Parity.ALL) {
            return groups;
        }
        if ((group & 1) != 0) {
            return parity.count(groups);
        }
        return parity == Parity.ODD ? groups : 0;
    }

    /** Bits a message carries. */
    long bitCount(Parity parity) {
        return (long) parity.count(words) * width - (long) lastWords(parity) * (width - lastWidth);
    }

    /** Bytes a message carries; zero when no word has the parity. */
    int byteCount(Parity parity) {
        return Math.toIntExact((bitCount(parity) + 7) >>> 3);
    }

    /** Clears, in a vector of the words of one parity, the bits that do not count. */
    void trim(long[] compact, Parity parity) {
        long mask = Ring.mask(lastWidth);
        if (width == lastWidth) {
            for (int k = 0; k < compact.length && mask != -1; k++) {
                compact[k] &= mask;
            }
            return;
        }
        for (int word = group - 1; word < words; word += group) {
            if ((word - parity.start & parity.step - 1) == 0) {
                compact[word - parity.start >>> parity.step - 1] &= mask;
            }
        }
    }

    /** The place in its group after which a word has {@code lastWidth} bits; none where all widths are equal. */
    private int lastPlace() {
        return width == lastWidth ? -1 : group - 1;
    }

    private int nextPlace(int place, int step) {
        return place + step >= group ? place + step - group : place + step;
    }

    /** The trimmed words of one parity without gaps, in as many longs as that takes; padding bits are zero. */
    long[] pack(long[] compact, Parity parity) {
        if (lastWidth == 64) {
            return compact;
        }
        long[] packed = new long[Math.toIntExact((bitCount(parity) + 63) >>> 6)];
        int last = lastPlace();
        int place = parity.start;
        int at = 0;
        int filled = 0;
        long open = 0;
        for (long word : compact) {
            int bits = place == last ? lastWidth : width;
            open |= word << filled;
            filled += bits;
            if (filled >= 64) {
                packed[at++] = open;
                filled -= 64;
                open = word >>> (bits - filled - 1) >>> 1; // nothing where filled is 0 and bits 64
            }
            place = nextPlace(place, parity.step);
        }
        if (filled > 0) {
            packed[at] = open;
        }
        return packed;
    }

    /** The words of one parity out of their packed form. */
    long[] unpack(long[] packed, Parity parity) {
        if (lastWidth == 64) {
            return packed;
        }
        long[] compact = new long[parity.count(words)];
        int last = lastPlace();
        int place = parity.start;
        int end = packed.length - 1;
        long from = 0;
        for (int k = 0; k < compact.length; k++) {
            int bits = place == last ? lastWidth : width;
            int at = (int) (from >>> 6);
            int used = (int) from & 63;
            long rest = packed[Math.min(at + 1, end)] << 1 << (63 - used); // past the mask where the word ends before
            compact[k] = (packed[at] >>> used | rest) & Ring.mask(bits);
            from += bits;
            place = nextPlace(place, parity.step);
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
