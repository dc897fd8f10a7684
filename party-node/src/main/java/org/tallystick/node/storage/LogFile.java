package org.tallystick.node.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An append-only file of frames ({@link LogFrames}), locked against other processes. When it is opened, a tail that a
 * crash tore is cut off (and kept beside the file); damage to anything that was once durable is an error instead. What
 * is appended survives the end of the process at once, and any crash after {@link #force}. One thread at a time
 * appends; another may force meanwhile.
 */
final class LogFile implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;
    private final Disk disk;
    private final AtomicLong end;
    private final AtomicLong durable;
    private volatile Optional<StorageFailure> broken = Optional.empty();

    private LogFile(Path file, FileChannel channel, Disk disk, long end) {
        this.file = file;
        this.channel = channel;
        this.disk = disk;
        this.end = new AtomicLong(end);
        this.durable = new AtomicLong(end);
    }

    /**
     * Opens the file, a new one when there is none.
     *
     * @param header the 8 bytes that it begins with, which say what it holds
     */
    static LogFile open(Path file, byte[] header, Disk disk) {
        FileChannel channel = null;
        try {
            Path folder = file.toAbsolutePath().getParent();
            Files.createDirectories(folder);
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            lock(file, channel);
            if (channel.size() < header.length) {
                writeHeader(file, header, channel, folder);
            }
            return new LogFile(file, channel, disk, recover(file, header, channel));
        } catch (IOException e) {
            close(channel);
            throw StorageFailure.of(file, e);
        } catch (StorageFailure e) {
            close(channel);
            throw e;
        }
    }

    private static void lock(Path file, FileChannel channel) throws IOException {
        boolean locked;
        try {
            locked = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            locked = false;
        }
        if (!locked) {
            throw new StorageFailure(
                    file + " is open in another process", "stop the node that runs from this folder first");
        }
    }

    private static void writeHeader(Path file, byte[] header, FileChannel channel, Path folder) throws IOException {
        byte[] found = read(channel, 0, (int) channel.size());
        if (!Arrays.equals(found, Arrays.copyOf(header, found.length))) {
            throw foreign(file);
        }
        Disk.REAL.write(channel, ByteBuffer.wrap(header), 0);
        channel.force(true);
        try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    static StorageFailure foreign(Path file) {
        return new StorageFailure(
                file + " is not a log of this kind and version", "restore it from a backup, and keep this one");
    }

    /** Where the good frames end; what follows is cut. */
    private static long recover(Path file, byte[] header, FileChannel channel) throws IOException {
        if (!Arrays.equals(read(channel, 0, header.length), header)) {
            throw foreign(file);
        }
        long size = channel.size();
        LogFrames frames = new LogFrames(channel, size);
        long end = LogFrames.HEADER_BYTES;
        for (Optional<LogFrames.Frame> frame = frames.at(end); frame.isPresent(); frame = frames.at(end)) {
            end = frame.get().end();
        }
        if (end == size) {
            return end;
        }
        if (frames.wasDurable(end)) {
            throw new StorageFailure(
                    file + " is damaged at byte " + end + ", before records that were stored later",
                    "restore it from a backup, and keep this one; nothing was changed");
        }
        keep(file, channel, end, size);
        channel.truncate(end);
        channel.force(true);
        return end;
    }

    private static void keep(Path file, FileChannel channel, long from, long to) throws IOException {
        Path torn = file.resolveSibling(
                file.getFileName() + ".torn-" + Instant.now().toEpochMilli());
        try (FileChannel copy = FileChannel.open(torn, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (long at = from; at < to; ) {
                at += channel.transferTo(at, to - at, copy);
            }
        }
    }

    private static byte[] read(FileChannel channel, long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        LogFrames.fill(channel, bytes, position);
        return bytes.array();
    }

    /**
     * Appends payloads; when it returns, they survive the end of the process.
     *
     * @throws StorageFailure when they could not be written; none of them is in the file then
     */
    void append(List<byte[]> payloads) {
        broken.ifPresent(LogFile::again);
        ByteBuffer bytes = ByteBuffer.allocate(
                payloads.stream().mapToInt(LogFrames::length).sum());
        long synced = durable.get();
        payloads.forEach(payload -> LogFrames.put(bytes, payload, synced));
        int length = bytes.position();
        try {
            disk.write(channel, bytes.flip(), end.get());
        } catch (IOException e) {
            StorageFailure failure = StorageFailure.of(file, e);
            takeBack(failure);
            throw failure;
        }
        end.addAndGet(length);
    }

    /** Removes what a failed write left, so that later records may follow once there is space again. */
    private void takeBack(StorageFailure failure) {
        try {
            channel.truncate(end.get());
        } catch (IOException e) {
            broken = Optional.of(failure);
        }
    }

    /**
     * When it returns, what was appended before survives any crash.
     *
     * @throws StorageFailure when that is not certain; the file takes nothing any more then
     */
    void force() {
        broken.ifPresent(LogFile::again);
        long reached = end.get();
        try {
            disk.force(channel);
        } catch (IOException e) {
            // After a failed force nobody knows what is on the disk, and another force would not tell.
            StorageFailure failure = StorageFailure.of(file, e);
            broken = Optional.of(failure);
            throw failure;
        }
        durable.accumulateAndGet(reached, Math::max);
    }

    private static void again(StorageFailure failure) {
        throw new StorageFailure(failure.problem(), failure.remedy(), failure);
    }

    Path file() {
        return file;
    }

    /** Why the file takes nothing any more, if so. */
    Optional<StorageFailure> broken() {
        return broken;
    }

    /** How long the file is. */
    long end() {
        return end.get();
    }

    /** Whether something was appended since the file was last forced. */
    boolean isBehind() {
        return durable.get() < end.get();
    }

    /** Takes a payload, which is good until it returns; false when it is none of this log. */
    interface Reader {
        boolean read(ByteBuffer payload);
    }

    /** Takes a payload as {@link Reader} does, and where its frame starts. */
    interface PlacedReader {
        boolean read(long place, ByteBuffer payload);
    }

    /** Every payload up to a place that {@link #end} has named, in the order they were appended. */
    void replay(long stop, Reader consumer) {
        replay(LogFrames.HEADER_BYTES, stop, (place, payload) -> consumer.read(payload));
    }

    /**
     * Every payload from one place, where a frame starts, up to another. By the file's own channel: to close another
     * one would give up the lock.
     */
    void replay(long start, long stop, PlacedReader consumer) {
        LogFrames frames = new LogFrames(channel, stop);
        try {
            for (long at = start; at < stop; ) {
                LogFrames.Frame frame =
                        frames.at(at).orElseThrow(() -> new IOException("a record changed on the disk"));
                long place = at;
                at = frame.end();
                if (!consumer.read(place, frame.payload())) {
                    throw foreign(file);
                }
            }
        } catch (IOException e) {
            throw StorageFailure.of(file, e);
        }
    }

    /** The payload of the frame that starts there. */
    byte[] read(long place) {
        try {
            ByteBuffer payload = LogFrames.read(channel, place, end.get())
                    .orElseThrow(() -> new IOException("a record changed on the disk"));
            byte[] bytes = new byte[payload.remaining()];
            payload.get(bytes);
            return bytes;
        } catch (IOException e) {
            throw StorageFailure.of(file, e);
        }
    }

    /** Closes the file; what was appended and not forced is left to the system to write. */
    @Override
    public void close() {
        close(channel);
    }

    private static void close(FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            System.getLogger(LogFile.class.getName())
                    .log(System.Logger.Level.WARNING, "a log did not close cleanly: {0}", e.getMessage());
        }
    }
}
