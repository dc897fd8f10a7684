package org.tallystick.node.governance;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.crypto.macs.SipHash128;
import org.bouncycastle.crypto.params.KeyParameter;
import org.tallystick.node.session.Hash;

/**
 * How much of each business this node has let be told, over all models and banks. Bits are counted in windows of a
 * fixed length that follow each other; what the window before took counts too, so that no period of a window's length
 * takes more than the limit. A model answers once about a subject within a window; the same request may ask again, and
 * pays again.
 *
 * <p>In memory, and rebuilt from the receipts. Subjects are kept as keyed hashes whose key is this process's own.
 */
public final class SubjectBudgets {
    private static final int KEY_BYTES = 16;
    private static final int MOST_BITS = 0xffff;

    private final int windowDays;
    private final byte[] key = new byte[KEY_BYTES];
    /** By subject: window, bits of the window before, bits of this one; and bits that are reserved. */
    private final Book bits = new Book();
    /** By subject and model: day and a keyed hash of the request. */
    private final Book answers = new Book();

    private final Map<Hash, Reserved> sessions = new HashMap<>();

    /** What a session may still give back: the answers that were on record before it. */
    private static final class Reserved {
        private final List<long[]> subjects;
        private final Hash model;
        private final int bits;
        private final List<long[]> before = new ArrayList<>();
        private final int day;
        private boolean authorised;

        Reserved(List<long[]> subjects, Hash model, int bits, int day) {
            this.subjects = subjects;
            this.model = model;
            this.bits = bits;
            this.day = day;
        }
    }

    /** Rows for which nothing is left: beyond the budget, or answered in this window. */
    public record Exhausted(List<Integer> beyondBudget, List<Integer> answered) {}

    /** @param windowDays length of a window */
    public SubjectBudgets(int windowDays) {
        if (windowDays < 1) {
            throw new IllegalArgumentException("a window has a day at least");
        }
        this.windowDays = windowDays;
        new SecureRandom().nextBytes(key);
    }

    public int windowDays() {
        return windowDays;
    }

    /** One row of a session: a request of 16 bytes in hexadecimal about a subject. */
    public record Asked(String request, String subject) {}

    /**
     * Takes the bits of all rows, or of none.
     *
     * @param limit bits a subject within a window
     * @return empty when they are taken
     */
    public synchronized Optional<Exhausted> reserve(
            Hash session, Hash model, int bitsARow, int limit, List<Asked> rows, LocalDate today) {
        int day = Math.toIntExact(today.toEpochDay());
        List<long[]> subjects = new ArrayList<>(rows.size());
        SipHash128 hash = new SipHash128();
        hash.init(new KeyParameter(key));
        Set<Integer> beyond = new TreeSet<>();
        Set<Integer> answered = new TreeSet<>();
        Map<Long, Integer> within = rows.size() > 1 ? new HashMap<>() : Map.of();
        for (int row = 0; row < rows.size(); row++) {
            long[] subject = hashed(hash, rows.get(row).subject());
            subjects.add(subject);
            // The same subject twice in one session takes twice.
            int times = rows.size() > 1 ? within.merge(subject[0] ^ subject[1], 1, Integer::sum) : 1;
            int place = bits.place(subject[0], subject[1]);
            roll(place, day);
            if (taken(place) + (long) times * bitsARow > limit) {
                beyond.add(row);
            }
            int answer = answers.place(subject[0] ^ word(model, 0), subject[1] ^ word(model, 1));
            boolean isRecent = answers.first(answer) != 0 && day - (answers.first(answer) - 1) < windowDays;
            if (isRecent && answers.second(answer) != hashed(hash, rows.get(row).request())[0] || times > 1) {
                answered.add(row);
            }
        }
        if (!beyond.isEmpty() || !answered.isEmpty()) {
            return Optional.of(new Exhausted(List.copyOf(beyond), List.copyOf(answered)));
        }
        take(session, new Reserved(subjects, model, bitsARow, day), rows, hash);
        return Optional.empty();
    }

    /** Takes what the receipts say was taken, whatever is left. */
    synchronized void recall(Hash session, Hash model, int bitsARow, List<Asked> rows, LocalDate then) {
        SipHash128 hash = new SipHash128();
        hash.init(new KeyParameter(key));
        int day = Math.toIntExact(then.toEpochDay());
        List<long[]> subjects = new ArrayList<>(rows.size());
        for (Asked row : rows) {
            long[] subject = hashed(hash, row.subject());
            roll(bits.place(subject[0], subject[1]), day);
            subjects.add(subject);
        }
        take(session, new Reserved(subjects, model, bitsARow, day), rows, hash);
    }

    private void take(Hash session, Reserved reserved, List<Asked> rows, SipHash128 hash) {
        for (int row = 0; row < rows.size(); row++) {
            long[] subject = reserved.subjects.get(row);
            int place = bits.place(subject[0], subject[1]);
            bits.set(place, bits.first(place), bits.second(place) + reserved.bits);
            int answer = answers.place(subject[0] ^ word(reserved.model, 0), subject[1] ^ word(reserved.model, 1));
            reserved.before.add(new long[] {answers.first(answer), answers.second(answer)});
            // One more than the day, so that 0 is never.
            answers.set(answer, reserved.day + 1L, hashed(hash, rows.get(row).request())[0]);
        }
        sessions.put(session, reserved);
    }

    /** An answer is about to be told: the bits are gone unless {@link #voided} follows. */
    public synchronized void authorised(Hash session) {
        Reserved reserved = sessions.get(session);
        if (reserved == null || reserved.authorised) {
            return;
        }
        reserved.authorised = true;
        for (long[] subject : reserved.subjects) {
            int place = bits.place(subject[0], subject[1]);
            roll(place, reserved.day);
            long state = bits.first(place);
            long now = Math.min(MOST_BITS, (state & 0xffff) + reserved.bits);
            bits.set(place, state & ~0xffffL | now, bits.second(place) - reserved.bits);
        }
    }

    /** The session is over: what was reserved and not authorised returns. */
    public synchronized void ended(Hash session) {
        Reserved reserved = sessions.get(session);
        if (reserved == null) {
            return;
        }
        sessions.remove(session);
        if (!reserved.authorised) {
            for (long[] subject : reserved.subjects) {
                int place = bits.place(subject[0], subject[1]);
                bits.set(place, bits.first(place), bits.second(place) - reserved.bits);
            }
            restoreAnswers(reserved);
        }
    }

    /** Nothing of an authorised session has left this node: its bits return. Before {@link #ended}. */
    public synchronized void voided(Hash session) {
        Reserved reserved = sessions.remove(session);
        if (reserved == null || !reserved.authorised) {
            if (reserved != null) {
                sessions.put(session, reserved);
                ended(session);
            }
            return;
        }
        for (long[] subject : reserved.subjects) {
            int place = bits.place(subject[0], subject[1]);
            long state = bits.first(place);
            bits.set(place, state & ~0xffffL | Math.max(0, (state & 0xffff) - reserved.bits), bits.second(place));
        }
        restoreAnswers(reserved);
    }

    private void restoreAnswers(Reserved reserved) {
        for (int row = 0; row < reserved.subjects.size(); row++) {
            long[] subject = reserved.subjects.get(row);
            long[] before = reserved.before.get(row);
            int answer = answers.place(subject[0] ^ word(reserved.model, 0), subject[1] ^ word(reserved.model, 1));
            answers.set(answer, before[0], before[1]);
        }
    }

    /** Bits of a subject that count now. */
    public synchronized int taken(String subject, LocalDate today) {
        SipHash128 hash = new SipHash128();
        hash.init(new KeyParameter(key));
        long[] hashed = hashed(hash, subject);
        int place = bits.place(hashed[0], hashed[1]);
        roll(place, Math.toIntExact(today.toEpochDay()));
        return (int) taken(place);
    }

    /** Subjects that anything was asked about. */
    public synchronized int subjects() {
        return bits.size();
    }

    private long taken(int place) {
        long state = bits.first(place);
        return (state & 0xffff) + (state >>> 16 & 0xffff) + bits.second(place);
    }

    /** Brings an entry to the window of a day. */
    private void roll(int place, int day) {
        long window = day / windowDays + 1L;
        long state = bits.first(place);
        long then = state >>> 32;
        if (then >= window) {
            return;
        }
        long before = then == window - 1 ? state & 0xffff : 0;
        bits.set(place, window << 32 | before << 16, bits.second(place));
    }

    private static long[] hashed(SipHash128 hash, String subject) {
        byte[] text = subject.getBytes(StandardCharsets.UTF_8);
        hash.update(text, 0, text.length);
        byte[] out = new byte[KEY_BYTES];
        hash.doFinal(out, 0);
        return new long[] {word(out, 0), word(out, 1) | 1};
    }

    private static long word(Hash hash, int number) {
        // Even, so that a key never becomes 0: that of a subject is odd.
        return word(hash.bytes(), number) & ~1L;
    }

    private static long word(byte[] bytes, int number) {
        long word = 0;
        for (int k = 0; k < Long.BYTES; k++) {
            word = word << 8 | bytes[number * Long.BYTES + k] & 0xff;
        }
        return word;
    }
}
