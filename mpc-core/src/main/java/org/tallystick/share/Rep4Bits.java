package org.tallystick.share;

import org.tallystick.ring.BitMatrix;

/**
 * A party's share of bit-sliced wires under {@code rep4}: b = b0 ⊕ b1 ⊕ b2 ⊕ b3, of which party i holds every part but
 * part i. Bits past the last row are zero in every part.
 */
public final class Rep4Bits implements BitShare {
    private final int wires;
    private final int rows;
    private final long[][] parts;

    /** {@code parts[self]} is null, every other part is laid out as {@link BitMatrix}. */
    public Rep4Bits(int wires, int rows, long[][] parts) {
        for (long[] part : parts) {
            if (part != null && part.length != wires * BitMatrix.wordsPerWire(rows)) {
                throw new IllegalArgumentException("a part does not have " + wires + " wires of " + rows + " rows");
            }
        }
        this.wires = wires;
        this.rows = rows;
        this.parts = parts;
    }

    @Override
    public int wires() {
        return wires;
    }

    @Override
    public int rows() {
        return rows;
    }

    public int words() {
        return wires * BitMatrix.wordsPerWire(rows);
    }

    /** Part j itself, not a copy; null for the part this party lacks. */
    public long[] part(int j) {
        return parts[j];
    }

    /** The parts themselves in an array of the caller's own. */
    public long[][] parts() {
        return parts.clone();
    }

    @Override
    public String toString() {
        return "Rep4Bits[" + wires + " wires, " + rows + " rows]";
    }
}
