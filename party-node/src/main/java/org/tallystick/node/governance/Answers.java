package org.tallystick.node.governance;

/**
 * Which request a model has answered about whom, or is answering: a day, the sessions that hold the entry, how many
 * were let go, and a keyed hash of the request. Not for several threads at a time.
 *
 * <p>A request may be let go {@link #MOST_RUNS} times: agencies cannot know whether the bank has the answer that they
 * let go, so a bank that lost it may have one more.
 */
final class Answers {
    /** A run and its repeat. */
    static final int MOST_RUNS = 2;

    private static final int COUNT = 0xffff;

    private final int days;
    private final Book book = new Book();

    /** @param days for how long an answer stands against others */
    Answers(int days) {
        this.days = days;
    }

    /** What a request meets. */
    private record Entry(int day, int holders, int served, long request) {
        static Entry of(Book book, int place) {
            long first = book.first(place);
            return new Entry(
                    (int) (first >>> 32) - 1, (int) (first >>> 16) & COUNT, (int) first & COUNT, book.second(place));
        }

        void put(Book book, int place) {
            // One more than the day, so that 0 is never.
            long first = (day + 1L) << 32 | (long) Math.min(COUNT, holders) << 16 | Math.min(COUNT, served);
            book.set(place, first, request);
        }
    }

    private boolean counts(Entry entry, int day) {
        return entry.served() > 0 && day - entry.day() < days;
    }

    /** What a request finds. */
    enum Standing {
        /** It may be run. */
        FREE,
        /** Another one is being answered, or was and its session has not ended. */
        UNDER_WAY,
        /** Another one was answered, or this one as often as it may be. */
        ANSWERED
    }

    Standing standing(long[] key, long request, int day) {
        int place = book.find(key[0], key[1]);
        if (place == Book.NOWHERE) {
            return Standing.FREE;
        }
        Entry entry = Entry.of(book, place);
        boolean served = counts(entry, day);
        if (entry.request() == request) {
            return served && entry.served() >= MOST_RUNS ? Standing.ANSWERED : Standing.FREE;
        }
        if (entry.holders() > 0) {
            return Standing.UNDER_WAY;
        }
        return served ? Standing.ANSWERED : Standing.FREE;
    }

    /** A session about it begins; of what has been let go before, only what still counts stands. */
    void hold(long[] key, long request, int day) {
        int place = book.place(key[0], key[1]);
        Entry entry = Entry.of(book, place);
        boolean served = counts(entry, day);
        new Entry(served ? entry.day() : day, entry.holders() + 1, served ? entry.served() : 0, request)
                .put(book, place);
    }

    /** Whether one more may be let go. */
    boolean mayServe(long[] key) {
        int place = book.find(key[0], key[1]);
        return place != Book.NOWHERE && Entry.of(book, place).served() < MOST_RUNS;
    }

    /** It is let go, whatever stands against it. */
    void serve(long[] key, int day) {
        int place = book.place(key[0], key[1]);
        Entry now = Entry.of(book, place);
        new Entry(Math.max(now.day(), day), now.holders(), now.served() + 1, now.request()).put(book, place);
    }

    /** A session is over; {@code voided} when it was let go and nothing of it has left. */
    void release(long[] key, boolean voided) {
        int place = book.find(key[0], key[1]);
        if (place == Book.NOWHERE) {
            return;
        }
        Entry now = Entry.of(book, place);
        Entry next = new Entry(
                now.day(),
                Math.max(0, now.holders() - 1),
                voided ? Math.max(0, now.served() - 1) : now.served(),
                now.request());
        if (next.holders() == 0 && next.served() == 0) {
            book.remove(place);
        } else {
            next.put(book, place);
        }
    }

    /** Forgets what stands against nobody any more. */
    void prune(int day) {
        book.retain((first, second) -> (first >>> 16 & COUNT) > 0 || day - ((int) (first >>> 32) - 1) < days);
    }

    @Override
    public String toString() {
        return "Answers[" + book + "]";
    }
}
