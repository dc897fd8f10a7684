package org.tallystick.convert;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * One party's stock of one function in one connection epoch: garbled ahead, taken once, counted, bounded. Numbers only
 * rise, so none is ever put on a shelf, or taken off it, a second time; all four parties hold the same numbers when
 * their preparation has ended well. For several threads.
 */
public final class StockShelf {
    private final int most;
    private final int few;
    private final TreeMap<Long, GarbledStock> waiting = new TreeMap<>();
    private long last = -1;
    private long made;
    private long taken;
    private long dropped;
    private boolean closed;

    /** How a shelf has been used: what was put on it is waiting, taken or dropped. */
    public record Counts(long made, long taken, long dropped, int waiting) {}

    /**
     * @param most stocks at a time
     * @param few below so many it is time to make more
     */
    public StockShelf(int most, int few) {
        if (few < 0 || most < 1 || few > most) {
            throw new IllegalArgumentException("a shelf for " + most + " that is low below " + few);
        }
        this.most = most;
        this.few = few;
    }

    /**
     * Puts a stock on the shelf.
     *
     * @throws IllegalStateException when there is no room, or the shelf has been emptied for good
     */
    public synchronized void put(long number, GarbledStock stock) {
        if (closed) {
            throw new IllegalStateException("the epoch of this stock has ended");
        }
        if (number <= last) {
            throw new IllegalArgumentException("stock " + number + " after stock " + last + ": numbers only rise");
        }
        if (waiting.size() == most) {
            throw new IllegalStateException("the shelf has room for " + most + " stocks; take some or make it larger");
        }
        if (stock.used()) {
            throw new IllegalArgumentException("stock " + number + " has been used");
        }
        last = number;
        made++;
        waiting.put(number, stock);
    }

    /** The number that the next proposal should name. */
    public synchronized OptionalLong next() {
        return waiting.isEmpty() ? OptionalLong.empty() : OptionalLong.of(waiting.firstKey());
    }

    /** The lowest numbers of what is waiting, at most so many. */
    public synchronized List<Long> oldest(int count) {
        return waiting.keySet().stream().limit(count).toList();
    }

    /**
     * Takes a stock off the shelf, for good: a garbler does so when it accepts a proposal that names it, whatever comes
     * of the run. Older ones stay: other proposals that name them may be under way.
     */
    public synchronized Optional<GarbledStock> take(long number) {
        Optional<GarbledStock> stock = Optional.ofNullable(waiting.remove(number));
        taken += stock.isPresent() ? 1 : 0;
        return stock;
    }

    /** Whether a stock is there to be taken. */
    public synchronized boolean holds(long number) {
        return waiting.containsKey(number);
    }

    /** Drops one stock, if it is still there. */
    public synchronized void discard(long number) {
        dropped += waiting.remove(number) == null ? 0 : 1;
    }

    /** Drops what is older than {@code number}: proposals that were never heard of here have used it elsewhere. */
    public synchronized void dropBefore(long number) {
        Iterator<Map.Entry<Long, GarbledStock>> older =
                waiting.headMap(number).entrySet().iterator();
        while (older.hasNext()) {
            older.next();
            older.remove();
            dropped++;
        }
    }

    /** Ends the shelf with its epoch; nothing can be put on it or taken off it any more. */
    public synchronized void close() {
        dropped += waiting.size();
        waiting.clear();
        closed = true;
    }

    /** Whether it is time to make more. */
    public synchronized boolean low() {
        return !closed && waiting.size() < few;
    }

    /** How many more it has room for. */
    public synchronized int room() {
        return closed ? 0 : most - waiting.size();
    }

    public synchronized Counts counts() {
        return new Counts(made, taken, dropped, waiting.size());
    }

    @Override
    public synchronized String toString() {
        return "StockShelf[" + counts() + "]";
    }
}
