package org.tallystick.node.governance;

/**
 * A table from keys of 128 bits to two numbers, in one array: 32 bytes an entry, which is filled to three quarters at
 * most. Keys are hashes; one that is 0 stands for an empty place and is not taken. Not for several threads at a time.
 */
final class Book {
    private static final int WIDTH = 4;

    private long[] slots = new long[WIDTH << 10];
    private int size;

    /** The place of a key, new with zeros if it was not there; good until the next key is new. */
    int place(long high, long low) {
        if (size >= places() / 4 * 3) {
            grow();
        }
        int at = find(high, low);
        if (slots[at] == 0 && slots[at + 1] == 0) {
            slots[at] = high;
            slots[at + 1] = low;
            size++;
        }
        return at;
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

    int size() {
        return size;
    }

    private int places() {
        return slots.length / WIDTH;
    }

    private int find(long high, long low) {
        int mask = places() - 1;
        int place = (int) (low ^ low >>> 32) & mask;
        while (true) {
            int at = place * WIDTH;
            boolean here = slots[at] == high && slots[at + 1] == low;
            if (here || slots[at] == 0 && slots[at + 1] == 0) {
                return at;
            }
            place = place + 1 & mask;
        }
    }

    private void grow() {
        long[] old = slots;
        slots = new long[Math.multiplyExact(old.length, 2)];
        for (int at = 0; at < old.length; at += WIDTH) {
            if (old[at] != 0 || old[at + 1] != 0) {
                int to = find(old[at], old[at + 1]);
                System.arraycopy(old, at, slots, to, WIDTH);
            }
        }
    }

    @Override
    public String toString() {
        return "Book[" + size + " of " + places() + "]";
    }
}
