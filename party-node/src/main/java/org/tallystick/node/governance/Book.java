package org.tallystick.node.governance;

/**
 * A table from keys of 128 bits to two numbers, in one array: 32 bytes an entry, which is filled to three quarters at
 * most. Keys are hashes; one that is 0 stands for an empty place and is not taken. Not for several threads at a time.
 */
final class Book {
    private static final int WIDTH = 4;
    private static final int FEWEST = 1 << 10;

    /** In place of a place. */
    static final int NOWHERE = -1;

    private long[] slots = new long[WIDTH * FEWEST];
    private int size;

    /** Whether an entry is kept. */
    interface Kept {
        boolean keeps(long first, long second);
    }

    /** The place of a key, new with zeros if it was not there; good until another key is new or removed. */
    int place(long high, long low) {
        if (size >= places() / 4 * 3) {
            move(Math.multiplyExact(slots.length, 2), (first, second) -> true);
        }
        int at = slot(high, low);
        if (isEmpty(at)) {
            slots[at] = high;
            slots[at + 1] = low;
            size++;
        }
        return at;
    }

    /** The place of a key, or {@link #NOWHERE}; good until another key is new or removed. */
    int find(long high, long low) {
        int at = slot(high, low);
        return isEmpty(at) ? NOWHERE : at;
    }

    long first(int place) {
        return slots[place + 2];
    }

    long second(int place) {
        return slots[place + 3];
    }

    void set(int place, long first, long second) {
        slots[place + 2] = first;
        slots[place + 3] = second;
    }

    /** Removes the entry at a place; what follows it moves up, so that all are still found. */
    void remove(int place) {
        int mask = places() - 1;
        int gap = place / WIDTH;
        for (int next = gap + 1 & mask; !isEmpty(next * WIDTH); next = next + 1 & mask) {
            int home = home(slots[next * WIDTH + 1]) & mask;
            // It may move when the gap lies on its way from home.
            if ((next - home & mask) >= (next - gap & mask)) {
                System.arraycopy(slots, next * WIDTH, slots, gap * WIDTH, WIDTH);
                gap = next;
            }
        }
        for (int k = 0; k < WIDTH; k++) {
            slots[gap * WIDTH + k] = 0;
        }
        size--;
    }

    /** Removes all entries that are not kept, and gives back the memory that they took. */
    void retain(Kept kept) {
        int some = 0;
        for (int at = 0; at < slots.length; at += WIDTH) {
            if (!isEmpty(at) && kept.keeps(first(at), second(at))) {
                some++;
            }
        }
        if (some < size) {
            int length = WIDTH * FEWEST;
            while (some >= length / WIDTH / 2) {
                length = Math.multiplyExact(length, 2);
            }
            move(length, kept);
        }
    }

    int size() {
        return size;
    }

    private int places() {
        return slots.length / WIDTH;
    }

    private boolean isEmpty(int at) {
        return slots[at] == 0 && slots[at + 1] == 0;
    }

    private static int home(long low) {
        return (int) (low ^ low >>> 32);
    }

    private int slot(long high, long low) {
        int mask = places() - 1;
        int place = home(low) & mask;
        while (true) {
            int at = place * WIDTH;
            if (slots[at] == high && slots[at + 1] == low || isEmpty(at)) {
                return at;
            }
            place = place + 1 & mask;
        }
    }

    private void move(int length, Kept kept) {
        long[] old = slots;
        slots = new long[length];
        size = 0;
        for (int at = 0; at < old.length; at += WIDTH) {
            boolean taken = old[at] != 0 || old[at + 1] != 0;
            if (taken && kept.keeps(old[at + 2], old[at + 3])) {
                System.arraycopy(old, at, slots, slot(old[at], old[at + 1]), WIDTH);
                size++;
            }
        }
    }

    @Override
    public String toString() {
        return "Book[" + size + " of " + places() + "]";
    }
}
