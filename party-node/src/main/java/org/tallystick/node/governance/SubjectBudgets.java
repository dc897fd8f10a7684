package org.tallystick.node.governance;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Proposal;
import org.tallystick.node.session.Refusal;

/**
 * How much of each business this node has let be told, over all models and banks. Bits are counted in windows of a
 * fixed length that follow each other; what the window before took counts too, so that no period of a window's length
 * takes more than the limit. A model answers one request about a subject within a window, and lets its answer go at
 * most {@link Answers#MOST_RUNS} times, each of which pays.
 *
 * <p>In memory, and rebuilt from the receipts; what was asked and never let go leaves nothing behind. Subjects are kept
 * as keyed hashes whose key is this process's own.
 */
public final class SubjectBudgets {
    private static final int MOST_BITS = 0xffff;

    private final int windowDays;
    private final KeyedHash hash = new KeyedHash();
    /** By subject: window, bits of the window before, bits of this one; and bits that are reserved. */
    private final Book bits = new Book();
    /** By subject and model. */
    private final Answers answers;

    private final Map<Hash, Reserved> sessions = new HashMap<>();
    private int prunedOn;

    /** What a session holds. */
    private static final class Reserved {
        private final List<long[]> subjects;
        private final Hash model;
        private final int bits;
        private final int day;
        private boolean authorised;

        Reserved(List<long[]> subjects, Hash model, int bits, int day) {
            this.subjects = subjects;
            this.model = model;
            this.bits = bits;
            this.day = day;
        }

        long[] answer(int row) {
            return answerOf(subjects.get(row), model);
        }
    }

    /** @param windowDays length of a window */
    public SubjectBudgets(int windowDays) {
        if (windowDays < 1) {
            throw new IllegalArgumentException("a window has a day at least");
        }
        this.windowDays = windowDays;
        this.answers = new Answers(windowDays);
    }

    public int windowDays() {
        return windowDays;
    }

    /** One row of a session: a request of 16 bytes in hexadecimal about a subject. */
    public record Asked(String request, String subject) {}

    /** What a session asks of a proposal's rows. */
    static List<Asked> asked(List<Proposal.Row> rows) {
        return rows.stream().map(row -> new Asked(row.request(), row.subject())).toList();
    }

    /**
     * Takes the bits of all rows, or of none.
     *
     * @param limit bits a subject within a window
     * @return empty when they are taken; otherwise what stands against most, with all rows that it stands against
     */
    public synchronized Optional<Refusal> reserve(
            Hash session, Hash model, int bitsARow, int limit, List<Asked> rows, LocalDate today) {
        int day = Math.toIntExact(today.toEpochDay());
        prune(day);
        List<long[]> subjects = new ArrayList<>(rows.size());
        RefusedRows refused = new RefusedRows();
        Map<Long, Integer> within = rows.size() > 1 ? new HashMap<>() : Map.of();
        for (int row = 0; row < rows.size(); row++) {
            long[] subject = hash.of(rows.get(row).subject());
            subjects.add(subject);
            // The same subject twice in one session takes twice.
            int times = rows.size() > 1 ? within.merge(subject[0] ^ subject[1], 1, Integer::sum) : 1;
            long more = (long) times * bitsARow;
            if (told(subject, day) + more > limit) {
                refused.add(Refusal.Reason.BUDGET, row);
            } else if (taken(subject, day) + more > limit) {
                refused.add(Refusal.Reason.UNDER_WAY, row);
            }
            long request = hash.of(rows.get(row).request())[0];
            Answers.Standing standing = answers.standing(answerOf(subject, model), request, day);
            refused.add(times > 1 ? Answers.Standing.ANSWERED : standing, Refusal.Reason.ANSWERED, row);
        }
        if (refused.isEmpty()) {
            take(session, new Reserved(subjects, model, bitsARow, day), rows);
        }
        return refused.first();
    }

    /** Takes what the receipts say was taken, whatever is left. */
    synchronized void recall(Hash session, Hash model, int bitsARow, List<Asked> rows, LocalDate then) {
        List<long[]> subjects = rows.stream().map(row -> hash.of(row.subject())).toList();
        take(session, new Reserved(subjects, model, bitsARow, Math.toIntExact(then.toEpochDay())), rows);
    }

    private void take(Hash session, Reserved reserved, List<Asked> rows) {
        for (int row = 0; row < rows.size(); row++) {
            long[] subject = reserved.subjects.get(row);
            int place = bits.place(subject[0], subject[1]);
            bits.set(place, rolled(bits.first(place), reserved.day), bits.second(place) + reserved.bits);
            answers.hold(reserved.answer(row), hash.of(rows.get(row).request())[0], reserved.day);
        }
        sessions.put(session, reserved);
    }

    /**
     * An answer is about to be told: the bits are gone unless {@link #voided} follows.
     *
     * @return false, and nothing is taken, when other sessions of its requests have been let go as often as may be
     */
    public synchronized boolean authorise(Hash session) {
        Reserved reserved = sessions.get(session);
        if (reserved != null && !reserved.authorised) {
            for (int row = 0; row < reserved.subjects.size(); row++) {
                if (!answers.mayServe(reserved.answer(row))) {
                    return false;
                }
            }
        }
        authorised(session);
        return true;
    }

    /** An answer was let go: whatever stood against it, its bits are gone. */
    synchronized void authorised(Hash session) {
        Reserved reserved = sessions.get(session);
        if (reserved == null || reserved.authorised) {
            return;
        }
        reserved.authorised = true;
        for (int row = 0; row < reserved.subjects.size(); row++) {
            long[] subject = reserved.subjects.get(row);
            int place = bits.place(subject[0], subject[1]);
            long state = rolled(bits.first(place), reserved.day);
            long now = Math.min(MOST_BITS, (state & 0xffff) + reserved.bits);
            bits.set(place, state & ~0xffffL | now, bits.second(place) - reserved.bits);
            answers.serve(reserved.answer(row), reserved.day);
        }
    }

    /** The session is over: what was reserved and not authorised returns. */
    public synchronized void ended(Hash session) {
        Reserved reserved = sessions.remove(session);
        if (reserved != null) {
            for (int row = 0; row < reserved.subjects.size(); row++) {
                if (!reserved.authorised) {
                    giveBack(reserved.subjects.get(row), reserved.day, 0, reserved.bits);
                }
                answers.release(reserved.answer(row), false);
            }
        }
    }

    /** Nothing of an authorised session has left this node: its bits return. Before {@link #ended}. */
    public synchronized void voided(Hash session) {
        Reserved reserved = sessions.get(session);
        if (reserved == null || !reserved.authorised) {
            ended(session);
            return;
        }
        sessions.remove(session);
        for (int row = 0; row < reserved.subjects.size(); row++) {
            giveBack(reserved.subjects.get(row), reserved.day, reserved.bits, 0);
            answers.release(reserved.answer(row), true);
        }
    }

    /** Of a subject that nothing was told of, nothing stays. */
    private void giveBack(long[] subject, int day, int told, int reserved) {
        int place = bits.find(subject[0], subject[1]);
        if (place == Book.NOWHERE) {
            return;
        }
        long state = bits.first(place);
        // From the window that it was counted in, which may have ended meanwhile.
        long windows = (state >>> 32) - window(day);
        long now = Math.max(0, (state & 0xffff) - (windows == 0 ? told : 0));
        long before = Math.max(0, (state >>> 16 & 0xffff) - (windows == 1 ? told : 0));
        long left = Math.max(0, bits.second(place) - reserved);
        if (now == 0 && before == 0 && left == 0) {
            bits.remove(place);
        } else {
            bits.set(place, state >>> 32 << 32 | before << 16 | now, left);
        }
    }

    /** Once a day, forgets subjects of whom nothing counts any more. */
    private void prune(int day) {
        if (day > prunedOn) {
            prunedOn = day;
            long window = window(day);
            bits.retain((first, second) -> second > 0 || first >>> 32 >= window - 1);
            answers.prune(day);
        }
    }

    /** Bits of a subject that count now. */
    public synchronized int taken(String subject, LocalDate today) {
        return (int) taken(hash.of(subject), Math.toIntExact(today.toEpochDay()));
    }

    /** Subjects of whom something was told or is being asked. */
    public synchronized int subjects() {
        return bits.size();
    }

    private long taken(long[] subject, int day) {
        int place = bits.find(subject[0], subject[1]);
        return place == Book.NOWHERE ? 0 : told(place, day) + bits.second(place);
    }

    /** The same without what is reserved. */
    private long told(long[] subject, int day) {
        int place = bits.find(subject[0], subject[1]);
        return place == Book.NOWHERE ? 0 : told(place, day);
    }

    private long told(int place, int day) {
        long state = rolled(bits.first(place), day);
        return (state & 0xffff) + (state >>> 16 & 0xffff);
    }

    private long window(int day) {
        return day / windowDays + 1L;
    }

    /** The state of an entry in the window of a day. */
    private long rolled(long state, int day) {
        long window = window(day);
        long then = state >>> 32;
        if (then >= window) {
            return state;
        }
        long before = then == window - 1 ? state & 0xffff : 0;
        return window << 32 | before << 16;
    }

    private static long[] answerOf(long[] subject, Hash model) {
        long[] name = new long[2];
        byte[] bytes = model.bytes();
        for (int k = 0; k < 2 * Long.BYTES; k++) {
            name[k / Long.BYTES] = name[k / Long.BYTES] << 8 | bytes[k] & 0xff;
        }
        // Even, so that a key never becomes 0: that of a subject is odd.
        return new long[] {subject[0] ^ name[0] & ~1L, subject[1] ^ name[1] & ~1L};
    }
}
