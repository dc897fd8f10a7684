package org.tallystick.program;

/**
 * The public shape of a value in a program.
 *
 * @param kind ring elements, bits, or nothing (a reveal)
 * @param columns columns of elements, or wires of bits
 * @param perSubject whether there is a row for every subject, or a single row for all
 */
public record Shape(Kind kind, int columns, boolean perSubject) {
    /** What a value consists of. */
    public enum Kind {
        ELEMENTS,
        BITS,
        NOTHING,
    }

    static Shape elements(int columns, boolean perSubject) {
        return new Shape(Kind.ELEMENTS, columns, perSubject);
    }

    static Shape bits(int wires, boolean perSubject) {
        return new Shape(Kind.BITS, wires, perSubject);
    }

    @Override
    public String toString() {
        String rows = perSubject ? " per subject" : " in a single row";
        return switch (kind) {
            case ELEMENTS -> columns + " elements" + rows;
            case BITS -> columns + " bits" + rows;
            case NOTHING -> "nothing";
        };
    }
}
