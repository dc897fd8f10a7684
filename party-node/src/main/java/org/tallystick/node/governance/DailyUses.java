package org.tallystick.node.governance;

import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import org.tallystick.node.session.Hash;

/** How many rows of each model, or of a program without one, were let go today (UTC). */
final class DailyUses {
    private final Map<Hash, Long> rows = new HashMap<>();
    private final Map<Hash, Taken> sessions = new HashMap<>();
    private LocalDate day = LocalDate.MIN;

    private record Taken(Hash counted, long rows, LocalDate day) {}

    /** Takes so many rows of today's; false when there are not so many left. */
    synchronized boolean take(Hash session, Hash counted, long more, long limit, LocalDate today) {
        if (!today.equals(day)) {
            rows.clear();
            day = today;
        }
        long taken = rows.getOrDefault(counted, 0L);
        if (taken + more > limit) {
            return false;
        }
        rows.put(counted, taken + more);
        sessions.put(session, new Taken(counted, more, today));
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
