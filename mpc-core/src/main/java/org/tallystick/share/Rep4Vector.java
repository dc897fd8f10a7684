package org.tallystick.share;

/**
 * A party's share of a matrix under {@code rep4}: x = x0 + x1 + x2 + x3 mod 2^width, of which party i holds every part
 * but part i. Bits of a part above the width are of no account.
 */
public final class Rep4Vector implements ArithmeticShare {
    private final int rows;
    private final int columns;
    private final int width;
    private final long[][] parts;
    private final int zeroPart;

    /** {@code parts[self]} is null, every other part has rows · columns elements, column after column. */
    public Rep4Vector(int rows, int columns, int width, long[][] parts) {
        this(rows, columns, width, parts, -1);
    }

    /** @param zeroPart a part that is known to be zero, though it is there like the others; −1 for none */
    public Rep4Vector(int rows, int columns, int width, long[][] parts, int zeroPart) {
        if (width < 1 || width > 64) {
            throw new IllegalArgumentException("a width of " + width + " bits");
        }
        for (long[] part : parts) {
            if (part != null && part.length != rows * columns) {
                throw new IllegalArgumentException("a part does not have " + rows + " x " + columns + " elements");
            }
        }
        this.rows = rows;
        this.columns = columns;
        this.width = width;
        this.parts = parts;
        this.zeroPart = zeroPart;
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int columns() {
        return columns;
    }

    @Override
    public int width() {
        return width;
    }

    /** A part that is known to be zero, as an owner's is of its input; −1 where none is known to be. */
    public int zeroPart() {
        return zeroPart;
    }

    public int elements() {
        return rows * columns;
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
        return "Rep4Vector[" + rows + " x " + columns + " mod 2^" + width + "]";
    }
}
