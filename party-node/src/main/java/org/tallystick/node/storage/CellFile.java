package org.tallystick.node.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Values of one length by their number, in a file that is begun anew at each start: what can be told from a log, kept
 * out of memory. What the disk does not take stays in memory until it does. One thread appends; any may read.
 */
final class CellFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CellFile.class);

    /** So much is gathered before it is written. */
    private static final int GATHERED = 64 << 10;

    private final Path file;
    private final FileChannel channel;
    private final int length;
    private byte[] waiting = new byte[GATHERED];
    private int count;
    private long written;
    private boolean failing;

    private CellFile(Path file, FileChannel channel, int length) {
        this.file = file;
        this.channel = channel;
        this.length = length;
    }

    /** @param length of a value in bytes */
    static CellFile create(Path file, int length) {
        try {
            return new CellFile(
                    file,
                    FileChannel.open(
                            file,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE),
                    length);
        } catch (IOException e) {
            throw StorageFailure.of(file, e);
        }
    }

    /** Adds values, one after the other. */
    synchronized void append(byte[] values) {
        if (count + values.length > waiting.length) {
            waiting = Arrays.copyOf(waiting, Math.max(2 * waiting.length, count + values.length));
        }
        System.arraycopy(values, 0, waiting, count, values.length);
        count += values.length;
        if (count >= GATHERED) {
            write();
        }
    }

    private void write() {
        try {
            Disk.REAL.write(channel, ByteBuffer.wrap(waiting, 0, count), written);
            written += count;
            count = 0;
            waiting = waiting.length > GATHERED ? new byte[GATHERED] : waiting;
            failing = false;
        } catch (IOException e) {
            if (!failing) {
                failing = true;
                LOG.warn("{} cannot be written, so memory has to do: {}", file, e.getMessage());
            }
        }
    }

    /** The value with this number, from 0. */
    synchronized byte[] at(long number) {
        long from = number * length;
        byte[] value = new byte[length];
        if (from >= written) {
            System.arraycopy(waiting, (int) (from - written), value, 0, length);
            return value;
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(value);
            LogFrames.fill(channel, bytes, from);
            if (bytes.hasRemaining()) {
                throw new IOException("it has become shorter");
            }
            return value;
        } catch (IOException e) {
            throw StorageFailure.of(file, e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.warn("{} did not close cleanly: {}", file, e.getMessage());
        }
    }
}
