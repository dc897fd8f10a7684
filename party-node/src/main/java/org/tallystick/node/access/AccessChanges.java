package org.tallystick.node.access;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.storage.AccessRecords;
import org.tallystick.node.storage.AccessRecords.Change;
import org.tallystick.node.storage.AccessRecords.Unrecorded;

/**
 * Changes of users and keys on their way into memory and to the record. What is to be said of a change is stored with
 * it, and forgotten when it is on record: so that nobody who gives up waiting, no full disk and no kill in between
 * leaves one out. A change is on the disk and holds in memory before it is on record. One that was put on record and
 * could not be forgotten before the process ends is there twice.
 */
final class AccessChanges {
    private static final Logger LOG = LoggerFactory.getLogger(AccessChanges.class);

    /** After which a change that is put on record says when it was made. */
    private static final Duration LATE = Duration.ofMinutes(1);

    private final AccessRecords records;
    private final InstantSource clock;
    private final AccessEvents events;
    /** Reads anew what nobody knows the stored state of; guarded by itself. */
    private final Deque<Runnable> doubts = new ArrayDeque<>();
    /** Those that are on record and not forgotten yet; guarded by this. */
    private final Set<Long> told = new HashSet<>();

    AccessChanges(AccessRecords records, InstantSource clock, AccessEvents events) {
        this.records = records;
        this.clock = clock;
        this.events = events;
    }

    /** What is to be said of a change that is made now. */
    Change of(String kind, String by, String what) {
        return new Change(kind, by, what, clock.instant());
    }

    /**
     * Stores something, and has it in memory then. When that fails it may be stored all the same, and is read anew when
     * it is {@linkplain #settle settled}.
     *
     * @param reload reads what is stored into memory
     */
    void store(Runnable store, Runnable remember, Runnable reload) {
        synchronized (doubts) {
            try {
                store.run();
            } catch (RuntimeException | Error e) {
                doubts.add(reload);
                throw e;
            }
            remember.run();
        }
    }

    /**
     * Brings memory up to date where nobody knows whether a change was stored: to be called before what is in memory is
     * changed, lest it be stored as it was before.
     *
     * @throws NodeFailure when it cannot be read now
     */
    void settle() {
        synchronized (doubts) {
            while (!doubts.isEmpty()) {
                doubts.getFirst().run();
                doubts.removeFirst();
            }
        }
    }

    /**
     * Puts all that are stored by now on record, in their order; returns when they are.
     *
     * @throws NodeFailure when some may not be; they are the next time
     */
    synchronized void putOnRecord() {
        List<Unrecorded> all = records.unrecorded();
        // Waits for whoever has stored one of them and not remembered it yet.
        settle();
        told.retainAll(all.stream().map(Unrecorded::id).toList());
        for (Unrecorded each : all) {
            if (!told.contains(each.id())) {
                Change change = each.change();
                events.happened(change.kind(), change.by(), change.what() + late(change.at()));
                told.add(each.id());
            }
            forget(each);
        }
    }

    private void forget(Unrecorded each) {
        try {
            records.recorded(each);
            told.remove(each.id());
        } catch (NodeFailure e) {
            LOG.warn(
                    "a change of users and keys is on record, and again after a start unless it is forgotten before:"
                            + " {}",
                    e.getMessage());
        }
    }

    private String late(Instant at) {
        return at.plus(LATE).isBefore(clock.instant()) ? ", made at " + at : "";
    }
}
