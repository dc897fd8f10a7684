package org.tallystick.garble;

/** Gives garbled tables in the pieces in which a {@link TableSink} took them. */
@FunctionalInterface
public interface TableSource {
    /** The next piece, of {@code length} bytes; it is read before the next call and not after it. */
    byte[] next(int length);
}
