package org.tallystick.node.storage;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.tallystick.node.audit.MalformedReceipt;
import org.tallystick.node.audit.Merkle;
import org.tallystick.node.audit.MerkleTree;
import org.tallystick.node.audit.Receipt;
import org.tallystick.node.storage.ReceiptQueue.Pending;

/**
 * This node's receipts: an append-only file ({@link LogFile}) whose records are the leaves of a Merkle tree. Receipts
 * of many threads are written and forced together, so that a force of a few milliseconds serves them all. With a leaf
 * may lie an attachment, sealed and bound to it, which is no part of the tree.
 *
 * <p>The tree's inner hashes and the places of the records are kept in two files that are made anew from the log
 * whenever it is opened, at a few microseconds a receipt: so that what is proven is what the log says now.
 */
public final class ReceiptLog implements AutoCloseable {
    /** The file's name in the state folder. */
    public static final String FILE = "receipts.log";

    /** The file that had the releases of versions without receipts. */
    private static final String EARLIER = "releases.log";

    static final byte[] HEADER = {'T', 'A', 'L', 'L', 'Y', 'R', 'C', '1'};

    /** Receipts read at a time. */
    private static final int STRETCH = 4096;

    private static final long MUCH = 64 << 20;

    /** How long a receipt that nobody waits for may wait for one that shares its force. */
    private static final Duration ALONE = Duration.ofMillis(20);

    private final LogFile file;
    private final StorageKey.Sealing sealing;
    private final CellFile places;
    private final CellFile hashes;
    private final MerkleTree tree;
    private final ReceiptQueue queue = new ReceiptQueue(ALONE);
    private final ReceiptWriter writer;
    private final Thread thread;

    private ReceiptLog(LogFile file, StorageKey.Sealing sealing, CellFile places, CellFile hashes) {
        this.file = file;
        this.sealing = sealing;
        this.places = places;
        this.hashes = hashes;
        this.tree = new MerkleTree(new MerkleTree.Nodes() {
            @Override
            public void append(byte[] more) {
                hashes.append(more);
            }

            @Override
            public byte[] at(long place) {
                return hashes.at(place);
            }
        });
        this.writer = new ReceiptWriter(file, places, tree, queue);
        // A platform thread: a force would pin a virtual thread's carrier for milliseconds.
        this.thread = Thread.ofPlatform().name("receipt-log").daemon().unstarted(writer);
    }

    /** One receipt with its number in the log, from 0, and its exact bytes. */
    public record Entry(long index, Receipt receipt, byte[] leaf) {
        @Override
        public String toString() {
            return "Entry[" + index + ", " + receipt.getClass().getSimpleName() + "]";
        }
    }

    /** Takes receipts in order; false to have no more. */
    public interface Reader {
        boolean read(Entry entry);
    }

    /** A receipt on its way to the disk. */
    public interface Ticket {
        /**
         * Returns the receipt's number when it survives any crash.
         *
         * @throws StorageFailure when it could not be made durable; nothing may leave the node on its strength
         */
        long await();
    }

    /**
     * Opens the log in a state folder, a new one when there is none.
     *
     * @throws StorageFailure when it is damaged, open elsewhere, or the folder has a log of releases instead, of an
     *     earlier version
     */
    public static ReceiptLog open(Path folder, StorageKey key) {
        return open(folder, key, Disk.REAL);
    }

    static ReceiptLog open(Path folder, StorageKey key, Disk disk) {
        Path earlier = folder.resolve(EARLIER);
        if (Files.exists(earlier)) {
            throw new StorageFailure(
                    earlier + " has releases that were written by a version of tally without receipts",
                    "move it out of the folder and keep it: it stays the record of what was released until now;"
                            + " receipts begin anew in " + FILE);
        }
        LogFile file = LogFile.open(folder.resolve(FILE), HEADER, disk);
        List<CellFile> made = new ArrayList<>();
        try {
            made.add(CellFile.create(folder.resolve("receipts.places"), Long.BYTES));
            made.add(CellFile.create(folder.resolve("receipts.tree"), Merkle.BYTES));
            ReceiptLog log = new ReceiptLog(
                    file, key.derive("tallystick/receipt/1", new byte[0]), made.getFirst(), made.getLast());
            log.build();
            log.thread.start();
            return log;
        } catch (StorageFailure e) {
            made.forEach(CellFile::close);
            file.close();
            throw e;
        }
    }

    private void build() {
        file.replay(LogFrames.HEADER_BYTES, file.end(), (place, payload) -> {
            Optional<byte[]> leaf = leafOf(payload);
            leaf.ifPresent(bytes -> {
                places.append(ByteBuffer.allocate(Long.BYTES).putLong(place).array());
                tree.append(Merkle.leafHash(bytes));
            });
            return leaf.isPresent();
        });
    }

    private static Optional<byte[]> leafOf(ByteBuffer payload) {
        if (payload.remaining() < Integer.BYTES) {
            return Optional.empty();
        }
        int length = payload.getInt();
        if (length < 1 || length > payload.remaining()) {
            return Optional.empty();
        }
        byte[] leaf = new byte[length];
        payload.get(leaf);
        return Optional.of(leaf);
    }

    /** Writes a receipt; returns when it survives any crash. */
    public long append(Receipt receipt) {
        return begin(receipt, Optional.empty()).await();
    }

    /**
     * Begins to write a receipt, while the caller does something else. Receipts are written in the order begun.
     *
     * @param attachment kept sealed beside the leaf
     */
    public Ticket begin(Receipt receipt, Optional<byte[]> attachment) {
        Pending pending = enqueue(receipt, attachment, true);
        return () -> await(pending);
    }

    /**
     * Writes a receipt that nobody waits for, with the next that somebody does, or within 20 ms or so. In its place in
     * the order all the same. Lost ones are counted in the node's log; whoever waits after all waits so long.
     *
     * @throws StorageFailure when the log is closed
     */
    public Ticket later(Receipt receipt) {
        Pending pending = enqueue(receipt, Optional.empty(), false);
        return () -> await(pending);
    }

    private Pending enqueue(Receipt receipt, Optional<byte[]> attachment, boolean awaited) {
        byte[] leaf = receipt.encode();
        byte[] leafHash = Merkle.leafHash(leaf);
        byte[] sealed = attachment.map(plain -> sealing.seal(plain, leafHash)).orElse(new byte[0]);
        byte[] payload = ByteBuffer.allocate(Integer.BYTES + leaf.length + sealed.length)
                .putInt(leaf.length)
                .put(leaf)
                .put(sealed)
                .array();
        if (payload.length > LogFrames.MAX_PAYLOAD) {
            throw new StorageFailure("a receipt of " + payload.length + " bytes", "propose fewer rows at a time");
        }
        Pending pending = new Pending(payload, leafHash, awaited, new CompletableFuture<>());
        if (!queue.add(pending)) {
            throw new StorageFailure(file.file() + " is closed", "start the node again");
        }
        return pending;
    }

    /**
     * Returns when no more than 64 MiB wait for the disk. For who writes what others cause and nobody waits for; the
     * rest is bounded by how much a node does at a time.
     */
    public void awaitRoom() {
        queue.awaitAtMost(MUCH);
    }

    /** Bytes of receipts that wait for the disk now. */
    long waitingBytes() {
        return queue.waitingBytes();
    }

    private static long await(Pending pending) {
        try {
            return pending.durable().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StorageFailure failure) {
                throw new StorageFailure(failure.problem(), failure.remedy(), failure);
            }
            throw e;
        }
    }

    /** The tree of all durable receipts: for roots and proofs. */
    public MerkleTree tree() {
        return tree;
    }

    /** How many durable receipts there are. */
    public long size() {
        return tree.size();
    }

    /** One receipt. */
    public Entry entry(long index) {
        return entry(index, leafOf(ByteBuffer.wrap(payload(index))).orElseThrow(() -> LogFile.foreign(file.file())));
    }

    private byte[] payload(long index) {
        if (index < 0 || index >= size()) {
            throw new IllegalArgumentException("receipt " + index + " of " + size());
        }
        return file.read(place(index));
    }

    private long place(long index) {
        return ByteBuffer.wrap(places.at(index)).getLong();
    }

    private Entry entry(long index, byte[] leaf) {
        try {
            return new Entry(index, Receipt.decode(leaf), leaf);
        } catch (MalformedReceipt e) {
            throw new StorageFailure(
                    "receipt " + index + " in " + file.file() + " cannot be read: " + e.getMessage(),
                    "run the version of tally that wrote it, or restore the file from a backup and keep this one",
                    e);
        }
    }

    /** What lies sealed beside a receipt, opened. */
    public Optional<byte[]> attachment(long index) {
        ByteBuffer payload = ByteBuffer.wrap(payload(index));
        byte[] leaf = leafOf(payload).orElseThrow(() -> LogFile.foreign(file.file()));
        byte[] sealed = new byte[payload.remaining()];
        payload.get(sealed);
        return sealed.length == 0 ? Optional.empty() : Optional.of(sealing.open(sealed, Merkle.leafHash(leaf)));
    }

    /** The durable receipts from one on, in order, until the reader has enough. */
    public void read(long from, Reader reader) {
        long stop = size();
        boolean more = true;
        for (long index = from; index < stop && more; ) {
            // In stretches, so that a reader that has enough costs no more than what it has read.
            long until = Math.min(stop, index + STRETCH);
            long end = until < stop ? place(until) : place(until - 1) + frameAt(until - 1);
            more = read(index, end, reader);
            index = until;
        }
    }

    private long frameAt(long index) {
        return LogFrames.length(payload(index));
    }

    private boolean read(long from, long end, Reader reader) {
        long[] index = {from};
        boolean[] more = {true};
        file.replay(place(from), end, (place, payload) -> {
            Optional<byte[]> leaf = leafOf(payload);
            if (leaf.isPresent() && more[0]) {
                more[0] = reader.read(entry(index[0]++, leaf.get()));
            }
            return leaf.isPresent();
        });
        return more[0];
    }

    /** How often the disk was forced: with many threads, far less often than receipts were written. */
    public long syncs() {
        return writer.syncs();
    }

    /**
     * Why no receipt is written any more until the log is opened again: the thread that writes them has ended, or
     * nobody knows what is on the disk. Empty while they are written, and when a disk that refuses them because it is
     * full keeps them from it. One that takes them and says only when it is forced that it is full (a quota, a thin
     * volume, a share over the network) has them end.
     */
    public Optional<StorageFailure> ended() {
        return writer.ended();
    }

    /** Receipts that nobody writes yet. */
    int waiting() {
        return queue.size();
    }

    /** Waits for what is queued, then closes the file. */
    @Override
    public void close() {
        queue.close();
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        file.close();
        places.close();
        hashes.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return "ReceiptLog[" + size() + " receipts in " + file.file().getFileName() + "]";
    }
}
