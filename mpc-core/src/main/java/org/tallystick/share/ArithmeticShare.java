package org.tallystick.share;

/**
 * A party's share of a matrix of {@code rows × columns} elements of the integers mod 2^width, column after column. The
 * shape is public; the elements are secret, and {@code toString} of an implementation prints the shape alone.
 */
public interface ArithmeticShare {
    int rows();

    int columns();

    /** Bits of an element, 1 to 64. */
    int width();
}
