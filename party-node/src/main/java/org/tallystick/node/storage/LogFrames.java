package org.tallystick.node.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The frames of a log file: after a header of 8 bytes, each frame is its payload's length (4), how long the file was
 * known to be durable when the frame was written (8), a CRC32C of these and the payload (4), and the payload. The
 * second field tells a torn tail, which nobody was told is stored, from damage to what was: only frames written after
 * their predecessors were durable point past them.
 */
final class LogFrames {
    static final int HEADER_BYTES = 8;
    static final int OVERHEAD = 16;
    static final int MAX_PAYLOAD = 8 << 20;

    private final FileChannel channel;
    private final long size;
    private ByteBuffer window = ByteBuffer.allocate(0);
    private long windowStart;

    LogFrames(FileChannel channel, long size) {
        this.channel = channel;
        this.size = size;
    }

    /** A frame of the file. */
    record Frame(long start, long synced, ByteBuffer payload) {
        long end() {
            return start + OVERHEAD + payload.remaining();
        }
    }

    static int length(byte[] payload) {
        return OVERHEAD + payload.length;
    }

    static void put(ByteBuffer out, byte[] payload, long synced) {
        int start = out.position();
        out.putInt(payload.length).putLong(synced).putInt(0).put(payload);
        out.putInt(start + 12, checksum(payload.length, synced, ByteBuffer.wrap(payload)));
    }

    /** The frame that starts there, if a whole and undamaged one does. Its payload is good until the next call. */
    Optional<Frame> at(long start) throws IOException {
        if (size - start < OVERHEAD) {
            return Optional.empty();
        }
        ByteBuffer head = window(start, OVERHEAD);
        int length = head.getInt();
        long synced = head.getLong();
        int checksum = head.getInt();
        if (length < 1
                || length > MAX_PAYLOAD
                || length > size - start - OVERHEAD
                || synced < HEADER_BYTES
                || synced > start) {
            return Optional.empty();
        }
        ByteBuffer payload = window(start + OVERHEAD, length);
        return checksum(length, synced, payload.duplicate()) == checksum
                ? Optional.of(new Frame(start, synced, payload))
                : Optional.empty();
    }

    /** Whether some frame after {@code start} shows that what is at {@code start} was once durable. */
    boolean wasDurable(long start) throws IOException {
        for (long candidate = start + 1; candidate + OVERHEAD < size; candidate++) {
            Optional<Frame> frame = at(candidate);
            if (frame.isPresent() && frame.get().synced() > start) {
                return true;
            }
        }
        return false;
    }

    /** The payload of one frame, read without those that follow. */
    static Optional<ByteBuffer> read(FileChannel channel, long start, long size) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(OVERHEAD);
        fill(channel, head, start);
        long end = start + OVERHEAD + head.getInt(0);
        if (head.hasRemaining() || head.getInt(0) < 1 || end > size) {
            return Optional.empty();
        }
        return new LogFrames(channel, end).at(start).map(Frame::payload);
    }

    /** Reads from {@code start} until the buffer is full or the file at its end. */
    static void fill(FileChannel channel, ByteBuffer buffer, long start) throws IOException {
        int count = 0;
        while (count >= 0 && buffer.hasRemaining()) {
            count = channel.read(buffer, start + buffer.position());
        }
    }

    private ByteBuffer window(long start, int length) throws IOException {
        if (start < windowStart || start + length > windowStart + window.limit()) {
            ByteBuffer next = ByteBuffer.allocate((int) Math.min(size - start, Math.max(length, 1 << 20)));
            fill(channel, next, start);
            window = next.flip();
            windowStart = start;
            if (window.limit() < length) {
                throw new IOException("the file became shorter while it was read");
            }
        }
        return window.slice((int) (start - windowStart), length);
    }

    private static int checksum(int length, long synced, ByteBuffer payload) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(12).putInt(length).putLong(synced).flip());
        crc.update(payload);
        return (int) crc.getValue();
    }
}
