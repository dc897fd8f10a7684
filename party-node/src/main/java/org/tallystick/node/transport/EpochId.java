package org.tallystick.node.transport;

import java.util.Arrays;
import java.util.HexFormat;

/** The 32-byte identity of a connection epoch: a hash of the group and of every node's nonce. Public. */
public final class EpochId {
    public static final int BYTES = 32;

    private final byte[] bytes;

    private EpochId(byte[] bytes) {
        this.bytes = bytes;
    }

    public static EpochId of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("an epoch id has " + BYTES + " bytes, not " + bytes.length);
        }
        return new EpochId(bytes.clone());
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EpochId id && Arrays.equals(bytes, id.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The first 8 hexadecimal digits. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes, 0, 4);
    }
}
