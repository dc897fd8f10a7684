package org.tallystick.node.transport;

import java.nio.ByteBuffer;

/** The 16 bytes that name one run on the wire. Public, and never used twice. */
public record SessionId(long high, long low) {
    public static final int BYTES = 16;

    public static SessionId of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a session id has " + BYTES + " bytes, not " + bytes.length);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new SessionId(buffer.getLong(), buffer.getLong());
    }

    public byte[] bytes() {
        return ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array();
    }

    /** The first 8 hexadecimal digits: enough for a log line. */
    @Override
    public String toString() {
        return String.format("%08x", high >>> 32);
    }
}
