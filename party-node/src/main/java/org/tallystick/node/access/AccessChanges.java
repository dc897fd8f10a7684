package org.tallystick.node.access;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.tallystick.node.storage.AccessRecords;
import org.tallystick.node.storage.AccessRecords.Change;
import org.tallystick.node.storage.AccessRecords.Unrecorded;

/**
 * Changes of users and keys on their way to the record. What is to be said of a change is stored with it, and forgotten
 * when it is on record: so that nobody who gives up waiting, no full disk and no kill in between leaves one out. One
 * that was put on record right before a kill is there twice.
 */
final class AccessChanges {
    /** After which a change that is put on record says when it was made. */
    private static final Duration LATE = Duration.ofMinutes(1);

    private final AccessRecords records;
    private final InstantSource clock;
    private final AccessEvents events;

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
     * Puts all that are stored by now on record, in their order; returns when they are.
     *
     * @throws org.tallystick.node.NodeFailure when some may not be; they are the next time
     */
    synchronized void putOnRecord() {
        for (Unrecorded each : records.unrecorded()) {
            Change change = each.change();
            events.happened(change.kind(), change.by(), change.what() + late(change.at()));
            records.recorded(each);
        }
    }

    private String late(Instant at) {
        return at.plus(LATE).isBefore(clock.instant()) ? ", made at " + at : "";
    }
}
