package org.tallystick.node.governance;

import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import org.tallystick.node.session.Hash;

/** How many rows of each model, or of a program without one, were let go today (UTC). */
final class DailyUses {
    /** So many times the uses of a day may be begun: what is never let go returns, but not for ever. */
    private static final int ATTEMPTS = 32;

    private final Map<Hash, Long> rows = new HashMap<>();
    private final Map<Hash, Long> begun = new HashMap<>();
    private final Map<Hash, Taken> sessions = new HashMap<>();
    private LocalDate day = LocalDate.MIN;

    private record Taken(Hash counted, long rows, LocalDate day) {}

    /** Takes so many rows of today's; false when there are not so many left. */
    synchronized boolean take(Hash session, Hash counted, long more, long limit, LocalDate today) {
        // One that was begun before midnight and comes late counts in the day that has begun.
        if (today.isAfter(day)) {
            rows.clear();
            begun.clear();
            day = today;
        }
        long taken = rows.getOrDefault(counted, 0L);
        long attempted = begun.getOrDefault(counted, 0L);
        if (taken + more > limit || (attempted + more - 1) / ATTEMPTS >= limit) {
            return false;
        }
        rows.put(counted, taken + more);
        begun.put(counted, attempted + more);
        sessions.put(session, new Taken(counted, more, day));
        return true;
    }

    /** Takes what the receipts say was taken on a day, whatever is left. */
    synchronized void recall(Hash session, Hash counted, long more, LocalDate then) {
        if (!then.isBefore(day)) {
            take(session, counted, more, Long.MAX_VALUE, then);
        }
    }

    synchronized void authorised(Hash session) {
        sessions.remove(session);
    }

    /** What the session took without an authorisation returns. */
    synchronized void ended(Hash session) {
        Taken taken = sessions.remove(session);
        if (taken != null && taken.day().equals(day)) {
            rows.merge(taken.counted(), -taken.rows(), Long::sum);
        }
    }

    synchronized long taken(Hash counted, LocalDate today) {
        return today.equals(day) ? rows.getOrDefault(counted, 0L) : 0;
    }
}
