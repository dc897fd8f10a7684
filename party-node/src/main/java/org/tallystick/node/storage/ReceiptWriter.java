package org.tallystick.node.storage;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.node.audit.MerkleTree;
import org.tallystick.node.storage.ReceiptQueue.Pending;

/** The one thread that writes receipts: a group of them, a force, and their places and hashes after that. */
final class ReceiptWriter implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(ReceiptWriter.class);
    private static final int MAX_GROUP_BYTES = 16 << 20;

    private final LogFile file;
    private final CellFile places;
    private final MerkleTree tree;
    private final ReceiptQueue queue;
    private final AtomicLong syncs = new AtomicLong();
    private volatile Optional<StorageFailure> ended = Optional.empty();

    ReceiptWriter(LogFile file, CellFile places, MerkleTree tree, ReceiptQueue queue) {
        this.file = file;
        this.places = places;
        this.tree = tree;
        this.queue = queue;
    }

    /** How often the disk was forced. */
    long syncs() {
        return syncs.get();
    }

    /** Why nothing is written any more, if so. */
    Optional<StorageFailure> ended() {
        return ended.or(file::broken);
    }

    /** Writes until the queue is closed; ends it when something fails that is not the disk. */
    @Override
    public void run() {
        List<Pending> group = new ArrayList<>();
        try {
            boolean more = true;
            while (more) {
                more = gathered(group);
                write(group);
                group.clear();
            }
        } catch (RuntimeException | Error e) {
            LOG.error("{} is not written any more", file.file(), e);
            String problem = file.file() + " is not written any more after a failure of the node";
            StorageFailure reason = new StorageFailure(problem, "look into the node's log, and start it again", e);
            ended = Optional.of(reason);
            queue.end(group, reason);
        }
    }

    /** An interrupt, which nobody has a reason for, changes nothing. */
    private boolean gathered(List<Pending> group) {
        while (true) {
            try {
                return queue.gather(group);
            } catch (InterruptedException e) {
                LOG.debug("the thread that writes receipts was interrupted", e);
            }
        }
    }

    private void write(List<Pending> all) {
        for (int from = 0; from < all.size(); ) {
            int to = from;
            int bytes = 0;
            do {
                bytes += LogFrames.length(all.get(to++).payload());
            } while (to < all.size() && bytes < MAX_GROUP_BYTES);
            List<Pending> group = all.subList(from, to);
            writeTogether(group);
            queue.written(group);
            from = to;
        }
    }

    private void writeTogether(List<Pending> group) {
        long place = file.end();
        try {
            file.append(group.stream().map(Pending::payload).toList());
            file.force();
        } catch (StorageFailure e) {
            ReceiptQueue.lost(group, e);
            return;
        }
        syncs.incrementAndGet();
        ByteBuffer starts = ByteBuffer.allocate(group.size() * Long.BYTES);
        for (Pending pending : group) {
            starts.putLong(place);
            place += LogFrames.length(pending.payload());
        }
        places.append(starts.array());
        long first = tree.size();
        tree.appendAll(group.stream().map(Pending::leafHash).toList());
        for (int i = 0; i < group.size(); i++) {
            group.get(i).durable().complete(first + i);
        }
    }
}
