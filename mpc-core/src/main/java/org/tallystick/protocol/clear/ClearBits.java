package org.tallystick.protocol.clear;

import org.tallystick.ring.BitMatrix;
import org.tallystick.share.BitShare;

/** Plain bits behind the interface of a share. {@code toString} prints the shape alone. */
public record ClearBits(BitMatrix bits) implements BitShare {
    @Override
    public int wires() {
        return bits.wires();
    }

    @Override
    public int rows() {
        return bits.rows();
    }

    @Override
    public String toString() {
        return "ClearBits[" + wires() + " wires, " + rows() + " rows]";
    }
}
