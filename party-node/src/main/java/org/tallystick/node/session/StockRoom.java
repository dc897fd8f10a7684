package org.tallystick.node.session;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.tallystick.convert.GarbledStock;
import org.tallystick.convert.StockShelf;
import org.tallystick.node.transport.EpochId;
import org.tallystick.program.GarbledProgram;

/**
 * One node's garbled stock: by connection epoch and program, in memory alone, bounded in rows and in bytes over all
 * programs. An item is given out once, ever. What an epoch has is dropped with it. For several threads.
 */
final class StockRoom {
    /** Programs that may have stock in an epoch; and epochs, of which all but the live one are about to end. */
    private static final int MOST_PROGRAMS = 64;

    private static final int MOST_EPOCHS = 2;

    private final int mostRows;
    private final long mostBytes;
    private final Map<EpochId, Map<Hash, Shelf>> epochs = new LinkedHashMap<>();
    private long made;
    private long taken;
    private long dropped;

    private static final class Shelf {
        private final GarbledProgram program;
        private final StockShelf items;
        /** Items that are being made, by the first number. */
        private final Map<Long, Integer> promises = new HashMap<>();
        /** The first number that was never proposed. */
        private long next;
        /** Numbers of runs under way, at the bank. */
        private final TreeSet<Long> busy = new TreeSet<>();

        Shelf(GarbledProgram program, int mostRows) {
            this.program = program;
            this.items = new StockShelf(mostRows, 0);
        }

        int rows() {
            return promises.values().stream().mapToInt(count -> count).sum()
                    + items.counts().waiting();
        }

        long oldest() {
            long oldest = items.next().orElse(next);
            return busy.isEmpty() ? oldest : Math.min(oldest, busy.first());
        }
    }

    /** How stock has been used: what was made is waiting, taken or dropped. */
    record Counts(long made, long taken, long dropped, int waiting, long bytes) {}

    /** Stock that belongs to one run from here on, an item a row. */
    record Taken(EpochId epoch, GarbledProgram program, List<Long> numbers, List<GarbledStock> stocks) {
        @Override
        public String toString() {
            return "Taken[" + numbers.size() + " items]";
        }
    }

    /** What came of asking for stock. */
    sealed interface Asked {
        record Got(Taken taken) implements Asked {}

        record Lacking(Refusal.Reason reason) implements Asked {}
    }

    /** @param mostRows items over all programs; 0 for a node that keeps none */
    StockRoom(int mostRows, long mostBytes) {
        this.mostRows = mostRows;
        this.mostBytes = mostBytes;
    }

    private Map<Hash, Shelf> shelves(EpochId epoch) {
        return epochs.getOrDefault(epoch, Map.of());
    }

    private long bytes() {
        long bytes = 0;
        for (Map<Hash, Shelf> shelves : epochs.values()) {
            for (Shelf shelf : shelves.values()) {
                bytes += shelf.rows() * shelf.program.bytesOfStock();
            }
        }
        return bytes;
    }

    private int rows() {
        return epochs.values().stream()
                .flatMap(shelves -> shelves.values().stream())
                .mapToInt(Shelf::rows)
                .sum();
    }

    /** The garbled form of a program that has stock in this epoch, so that it is compiled once. */
    synchronized Optional<GarbledProgram> program(EpochId epoch, Hash hash) {
        return Optional.ofNullable(shelves(epoch).get(hash)).map(shelf -> shelf.program);
    }

    /**
     * Keeps room for items that are about to be made, until {@link #put} or {@link #giveUp}.
     *
     * @return why there is none
     */
    synchronized Optional<Refusal.Reason> reserve(
            EpochId epoch, Hash hash, GarbledProgram program, long first, int count) {
        boolean known = shelves(epoch).containsKey(hash);
        if (mostRows == 0
                || rows() + count > mostRows
                || !known && shelves(epoch).size() >= MOST_PROGRAMS) {
            return Optional.of(Refusal.Reason.STOCK_FULL);
        }
        long each = known ? shelves(epoch).get(hash).program.bytesOfStock() : program.bytesOfStock();
        if (bytes() + count * each > mostBytes) {
            return Optional.of(Refusal.Reason.STOCK_FULL);
        }
        Shelf shelf = open(epoch).computeIfAbsent(hash, fresh -> new Shelf(program, mostRows));
        if (first < shelf.next) {
            return Optional.of(Refusal.Reason.STOCK_USED);
        }
        shelf.next = first + count;
        shelf.promises.put(first, count);
        return Optional.empty();
    }

    private Map<Hash, Shelf> open(EpochId epoch) {
        Map<Hash, Shelf> shelves = epochs.computeIfAbsent(epoch, fresh -> new HashMap<>());
        while (epochs.size() > MOST_EPOCHS) {
            close(epochs.remove(epochs.keySet().iterator().next()));
        }
        return shelves;
    }

    /** Puts items away that were made; drops them when their epoch has ended meanwhile. */
    synchronized void put(EpochId epoch, Hash hash, long first, List<GarbledStock> items) {
        Shelf shelf = shelves(epoch).get(hash);
        if (shelf != null && shelf.promises.remove(first) != null) {
            for (int k = 0; k < items.size(); k++) {
                shelf.items.put(first + k, items.get(k));
            }
        }
    }

    /** Items that had been promised will not be there: none of them can be taken any more. */
    synchronized void giveUp(EpochId epoch, Hash hash, long first, int count) {
        Shelf shelf = shelves(epoch).get(hash);
        if (shelf != null && shelf.promises.remove(first) != null) {
            return;
        }
        for (int k = 0; shelf != null && k < count; k++) {
            shelf.items.discard(first + k);
        }
    }

    /** Takes the named items, all or none, for good. */
    synchronized Asked take(EpochId epoch, Hash hash, List<Long> numbers) {
        Shelf shelf = shelves(epoch).get(hash);
        if (new HashSet<>(numbers).size() < numbers.size()) {
            return new Asked.Lacking(Refusal.Reason.STOCK_USED);
        }
        if (shelf == null) {
            return new Asked.Lacking(Refusal.Reason.STOCK_UNKNOWN);
        }
        for (long number : numbers) {
            if (!shelf.items.holds(number)) {
                return new Asked.Lacking(
                        number < shelf.next ? Refusal.Reason.STOCK_USED : Refusal.Reason.STOCK_UNKNOWN);
            }
        }
        return new Asked.Got(taken(epoch, shelf, numbers));
    }

    private static Taken taken(EpochId epoch, Shelf shelf, List<Long> numbers) {
        List<GarbledStock> stocks = numbers.stream()
                .map(number -> shelf.items.take(number).orElseThrow())
                .toList();
        return new Taken(epoch, shelf.program, List.copyOf(numbers), stocks);
    }

    /** At the bank: the oldest items for a run of its own, which it names until {@link #ended}. */
    synchronized Optional<Taken> next(EpochId epoch, Hash hash, int rows) {
        Shelf shelf = shelves(epoch).get(hash);
        if (shelf == null || shelf.items.counts().waiting() < rows) {
            return Optional.empty();
        }
        List<Long> numbers = new ArrayList<>();
        List<GarbledStock> stocks = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            OptionalLong number = shelf.items.next();
            numbers.add(number.orElseThrow());
            stocks.add(shelf.items.take(number.getAsLong()).orElseThrow());
        }
        shelf.busy.addAll(numbers);
        return Optional.of(new Taken(epoch, shelf.program, List.copyOf(numbers), List.copyOf(stocks)));
    }

    /** At the bank: a run has ended, well or not. */
    synchronized void ended(Hash hash, Taken taken) {
        Shelf shelf = shelves(taken.epoch()).get(hash);
        if (shelf != null) {
            taken.numbers().forEach(shelf.busy::remove);
        }
    }

    /** At the bank: the first number that was never proposed. */
    synchronized long first(EpochId epoch, Hash hash) {
        Shelf shelf = shelves(epoch).get(hash);
        return shelf == null ? 0 : shelf.next;
    }

    /** At the bank: the lowest number that it holds or has in a run. */
    synchronized long oldest(EpochId epoch, Hash hash) {
        Shelf shelf = shelves(epoch).get(hash);
        return shelf == null ? 0 : shelf.oldest();
    }

    /** Items of a program that wait to be used, those that are being made included. */
    synchronized int rows(EpochId epoch, Hash hash) {
        Shelf shelf = shelves(epoch).get(hash);
        return shelf == null ? 0 : shelf.rows();
    }

    /** Drops what is older than a number. */
    synchronized void dropBefore(EpochId epoch, Hash hash, long number) {
        Shelf shelf = shelves(epoch).get(hash);
        if (shelf != null) {
            shelf.items.dropBefore(number);
        }
    }

    /** Drops all items of a program; numbers go on rising. */
    synchronized void drop(Hash hash) {
        epochs.keySet().forEach(epoch -> dropBefore(epoch, hash, Long.MAX_VALUE));
    }

    /** Drops all that an epoch had. */
    synchronized void end(EpochId epoch) {
        Map<Hash, Shelf> shelves = epochs.remove(epoch);
        if (shelves != null) {
            close(shelves);
        }
    }

    private void close(Map<Hash, Shelf> shelves) {
        for (Shelf shelf : shelves.values()) {
            shelf.items.close();
            StockShelf.Counts counts = shelf.items.counts();
            made += counts.made();
            taken += counts.taken();
            dropped += counts.dropped();
        }
    }

    synchronized Counts counts() {
        long allMade = made;
        long allTaken = taken;
        long allDropped = dropped;
        int waiting = 0;
        for (Map<Hash, Shelf> shelves : epochs.values()) {
            for (Shelf shelf : shelves.values()) {
                StockShelf.Counts counts = shelf.items.counts();
                allMade += counts.made();
                allTaken += counts.taken();
                allDropped += counts.dropped();
                waiting += counts.waiting();
            }
        }
        return new Counts(allMade, allTaken, allDropped, waiting, bytes());
    }

    @Override
    public String toString() {
        return "StockRoom[" + counts() + "]";
    }
}
