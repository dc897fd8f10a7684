package org.tallystick.node.storage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The append-only file of what this node has let go ({@link LogFile}). {@link #append} returns when the record is on
 * the disk: records of many threads are written and forced together, so that a force of a few milliseconds serves them
 * all.
 */
public final class ReleaseLog implements AutoCloseable {
    static final byte[] HEADER = {'T', 'A', 'L', 'L', 'Y', 'R', 'L', '1'};

    private static final int MAX_GROUP = 4096;
    private static final int MAX_GROUP_BYTES = 16 << 20;
    private static final Pending STOP = new Pending(new byte[0], new CompletableFuture<>());

    private final LogFile file;
    private final BlockingQueue<Pending> queue = new LinkedBlockingQueue<>();
    private final Thread writer;
    private final Object closing = new Object();
    private final AtomicLong durable;
    private final AtomicLong syncs = new AtomicLong();
    private boolean closed;

    private ReleaseLog(LogFile file) {
        this.file = file;
        this.durable = new AtomicLong(file.end());
        // A platform thread: a force would pin a virtual thread's carrier for milliseconds.
        this.writer = Thread.ofPlatform().name("release-log").daemon().unstarted(this::write);
    }

    private record Pending(byte[] payload, CompletableFuture<Void> durable) {}

    /** Opens the log of that name, a new one when there is none. */
    public static ReleaseLog open(Path file) {
        return open(file, Disk.REAL);
    }

    static ReleaseLog open(Path file, Disk disk) {
        ReleaseLog log = new ReleaseLog(LogFile.open(file, HEADER, disk));
        log.writer.start();
        return log;
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
                throw new StorageFailure(file.file() + " is closed", "start the node again");
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
        file.replay(durable.get(), payload -> {
            var record = ReleaseRecord.decode(payload);
            record.ifPresent(consumer);
            return record.isPresent();
        });
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
                write(group.subList(from, to));
                from = to;
            }
            group.clear();
        }
        file.close();
    }

    private void write(List<Pending> group) {
        try {
            file.append(group.stream().map(Pending::payload).toList());
            file.force();
        } catch (StorageFailure e) {
            group.forEach(pending -> pending.durable().completeExceptionally(e));
            return;
        }
        durable.set(file.end());
        syncs.incrementAndGet();
        group.forEach(pending -> pending.durable().complete(null));
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
}
