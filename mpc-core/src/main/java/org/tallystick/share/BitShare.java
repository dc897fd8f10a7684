package org.tallystick.share;

/**
 * A party's share of {@code wires × rows} bits, bit-sliced: the rows of one wire lie side by side, 64 to a long. The
 * shape is public; the bits are secret, and {@code toString} of an implementation prints the shape alone.
 */
public interface BitShare {
    int wires();

    int rows();
}
