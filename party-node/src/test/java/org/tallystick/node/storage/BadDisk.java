package org.tallystick.node.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** The real disk, until it is full or broken. */
final class BadDisk implements Disk {
    /** Half of what is written still fits. */
    volatile boolean isFull;

    /** Nobody knows whether what was written is on it. */
    volatile boolean isBroken;

    @Override
    public void write(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
        if (isFull) {
            bytes.limit(bytes.limit() / 2);
            REAL.write(channel, bytes, position);
            throw new IOException("No space left on device");
        }
        REAL.write(channel, bytes, position);
    }

    @Override
    public void force(FileChannel channel) throws IOException {
        if (isBroken) {
            throw new IOException("Input/output error");
        }
        REAL.force(channel);
    }
}
