package org.tallystick.garble;

/** Takes garbled tables as they are made, in pieces of {@link Tables#PIECE} bytes; the last of a circuit is shorter. */
@FunctionalInterface
public interface TableSink {
    /**
     * Takes the first {@code length} bytes.
     *
     * @return the array for the next piece: the same one once it is no longer needed, or another of at least
     *     {@link Tables#PIECE} bytes
     */
    byte[] take(byte[] piece, int length);
}
