package org.tallystick.node.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Writing and forcing, apart so that tests can make them slow or fail. */
interface Disk {
    /** Writes all of {@code bytes} at {@code position}. */
    void write(FileChannel channel, ByteBuffer bytes, long position) throws IOException;

    void force(FileChannel channel) throws IOException;

    /** The real one. */
    Disk REAL = new Disk() {
        @Override
        public void write(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
            int start = bytes.position();
            while (bytes.hasRemaining()) {
                channel.write(bytes, position + bytes.position() - start);
            }
        }

        @Override
        public void force(FileChannel channel) throws IOException {
            channel.force(false);
        }
    };
}
