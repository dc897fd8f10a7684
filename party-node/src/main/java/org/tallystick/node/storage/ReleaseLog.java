package org.tallystick.node.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The append-only file of what this node has let go. {@link #append} returns when the record is on the disk: records of
 * many threads are written and forced together, so that a force of a few milliseconds serves them all. When the file is
 * opened, a tail that a crash tore is cut off (and kept beside the file); damage to anything that was once durable is
 * an error instead. The file is locked against other processes.
 */
public final class ReleaseLog implements AutoCloseable {
    private static final int MAX_GROUP = 4096;
    private static final int MAX_GROUP_BYTES = 16 << 20;
    private static final Pending STOP = new Pending(new byte[0], new CompletableFuture<>());

    private final Path file;
    private final FileChannel channel;
    private final Disk disk;
    private final BlockingQueue<Pending> queue = new LinkedBlockingQueue<>();
    private final Thread writer;
    private final Object closing = new Object();
    private final AtomicLong end;
    private final AtomicLong syncs = new AtomicLong();
    private boolean closed;
    private Optional<StorageFailure> broken = Optional.empty();

    private ReleaseLog(Path file, FileChannel channel, Disk disk, long end) {
        this.file = file;
        this.channel = channel;
        this.disk = disk;
        this.end = new AtomicLong(end);
        // A platform thread: a force would pin a virtual thread's carrier for milliseconds.
        this.writer = Thread.ofPlatform().name("release-log").daemon().unstarted(this::write);
    }

    private record Pending(byte[] payload, CompletableFuture<Void> durable) {}

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

    /** Opens the log of that name, a new one when there is none. */
    public static ReleaseLog open(Path file) {
        return open(file, Disk.REAL);
    }

    static ReleaseLog open(Path file, Disk disk) {
        FileChannel channel = null;
        try {
            Path folder = file.toAbsolutePath().getParent();
            Files.createDirectories(folder);
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            lock(file, channel);
            if (channel.size() < LogFrames.HEADER.length) {
                writeHeader(file, channel, folder);
            }
            ReleaseLog log = new ReleaseLog(file, channel, disk, recover(file, channel));
            log.writer.start();
            return log;
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

    private static void writeHeader(Path file, FileChannel channel, Path folder) throws IOException {
        byte[] found = read(channel, 0, (int) channel.size());
        if (!Arrays.equals(found, Arrays.copyOf(LogFrames.HEADER, found.length))) {
            throw foreign(file);
        }
        Disk.REAL.write(channel, ByteBuffer.wrap(LogFrames.HEADER), 0);
        channel.force(true);
        try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    private static StorageFailure foreign(Path file) {
        return new StorageFailure(
                file + " is not a release log of this version", "restore it from a backup, and keep this one");
    }

    /** Where the good frames end; what follows is cut. */
    private static long recover(Path file, FileChannel channel) throws IOException {
        if (!Arrays.equals(read(channel, 0, LogFrames.HEADER.length), LogFrames.HEADER)) {
            throw foreign(file);
        }
        long size = channel.size();
        LogFrames frames = new LogFrames(channel, size);
        long end = LogFrames.HEADER.length;
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

    /** A record on its way to the disk. */
    public interface Ticket {
        /**
         * Returns when the record survives any crash.
         *
         * @throws StorageFailure when it could not be made durable; nothing may leave the node on its strength
         */
        void await();
    }

    /**
     * Records that this node lets something go, or that it did not after all. When it returns, the record survives any
     * crash. When it throws, nothing may leave the node on its strength.
     *
     * @throws StorageFailure when the record could not be made durable: the disk is full, broken or the log closed
     */
    public void append(ReleaseRecord record) {
        begin(record).await();
    }

    /** Begins to write a record, while the caller does something else. Records are written in the order begun. */
    public Ticket begin(ReleaseRecord record) {
        byte[] payload = record.encode();
        if (payload.length > LogFrames.MAX_PAYLOAD) {
            throw new StorageFailure(
                    "a release record of " + payload.length + " bytes", "release fewer rows at a time");
        }
        Pending pending = new Pending(payload, new CompletableFuture<>());
        synchronized (closing) {
            if (closed) {
                throw new StorageFailure(file + " is closed", "start the node again");
            }
            queue.add(pending);
        }
        return () -> await(pending);
    }

    private static void await(Pending pending) {
        try {
            pending.durable().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StorageFailure failure) {
                throw new StorageFailure(failure.problem(), failure.remedy(), failure);
            }
            throw e;
        }
    }

    /** Every durable record, in the order they were appended. */
    public void replay(Consumer<ReleaseRecord> consumer) {
        long stop = end.get();
        try (FileChannel reader = FileChannel.open(file, StandardOpenOption.READ)) {
            LogFrames frames = new LogFrames(reader, stop);
            for (long at = LogFrames.HEADER.length; at < stop; ) {
                LogFrames.Frame frame =
                        frames.at(at).orElseThrow(() -> new IOException("a record changed on the disk"));
                at = frame.end();
                consumer.accept(ReleaseRecord.decode(frame.payload()).orElseThrow(() -> foreign(file)));
            }
        } catch (IOException e) {
            throw StorageFailure.of(file, e);
        }
    }

    /** How often the disk was forced: with many threads, far less often than records were appended. */
    public long syncs() {
        return syncs.get();
    }

    /** Records that wait for the disk now. */
    int waiting() {
        return queue.size();
    }

    private void write() {
        List<Pending> group = new ArrayList<>();
        boolean stopping = false;
        while (!stopping) {
            try {
                group.add(queue.take());
            } catch (InterruptedException e) {
                continue;
            }
            queue.drainTo(group, MAX_GROUP - 1);
            stopping = group.remove(STOP);
            for (int from = 0; from < group.size(); ) {
                int to = from;
                int bytes = 0;
                do {
                    bytes += LogFrames.length(group.get(to++).payload());
                } while (to < group.size() && bytes < MAX_GROUP_BYTES);
                write(group.subList(from, to), bytes);
                from = to;
            }
            group.clear();
        }
        close(channel);
    }

    private void write(List<Pending> group, int length) {
        if (broken.isPresent()) {
            group.forEach(pending -> pending.durable().completeExceptionally(broken.get()));
            return;
        }
        ByteBuffer bytes = ByteBuffer.allocate(length);
        group.forEach(pending -> LogFrames.put(bytes, pending.payload(), end.get()));
        try {
            disk.write(channel, bytes.flip(), end.get());
        } catch (IOException e) {
            StorageFailure failure = StorageFailure.of(file, e);
            takeBack(failure);
            group.forEach(pending -> pending.durable().completeExceptionally(failure));
            return;
        }
        try {
            disk.force(channel);
        } catch (IOException e) {
            // After a failed force nobody knows what is on the disk, and another force would not tell.
            broken = Optional.of(StorageFailure.of(file, e));
            group.forEach(pending -> pending.durable().completeExceptionally(broken.get()));
            return;
        }
        end.addAndGet(length);
        syncs.incrementAndGet();
        group.forEach(pending -> pending.durable().complete(null));
    }

    /** Removes what a failed write left, so that later records may follow once there is space again. */
    private void takeBack(StorageFailure failure) {
        try {
            channel.truncate(end.get());
        } catch (IOException e) {
            broken = Optional.of(failure);
        }
    }

    /** Waits for what is queued, then closes the file. */
    @Override
    public void close() {
        synchronized (closing) {
            if (closed) {
                return;
            }
            closed = true;
            queue.add(STOP);
        }
        boolean interrupted = false;
        while (true) {
            try {
                writer.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            System.getLogger(ReleaseLog.class.getName())
                    .log(System.Logger.Level.WARNING, "the release log did not close cleanly: {0}", e.getMessage());
        }
    }
}
