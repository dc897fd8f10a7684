package org.tallystick.node.session;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.tallystick.convert.GarbledStock;
import org.tallystick.convert.StockShelf;
import org.tallystick.node.transport.EpochId;
import org.tallystick.program.GarbledProgram;

/**
 * One node's garbled stock: by connection epoch and program, in memory alone, bounded in rows and in bytes over all
 * programs: what waits, what runs under way have taken, and what is being made with the memory that takes. One batch is
 * made at a time. Numbers rise over an epoch, whatever the program, and an item is given out once, ever. What an epoch
 * has is dropped with it. For several threads.
 */
final class StockRoom {
    /** Programs that may have stock in an epoch; and epochs, of which all but the live one are about to end. */
    private static final int MOST_PROGRAMS = 64;

    private static final int MOST_EPOCHS = 2;

    private final int mostRows;
    private final long mostBytes;
    private final Map<EpochId, Shelves> epochs = new LinkedHashMap<>();
    private long made;
    private long taken;
    private long dropped;

    /** What one epoch has. */
    private static final class Shelves {
        private final Map<Hash, Shelf> programs = new HashMap<>();
        private Optional<Promise> making = Optional.empty();
        /** The first number that was never proposed. */
        private long next;

        Optional<Promise> making(Hash hash) {
            return making.filter(promise -> promise.hash.equals(hash));
        }

        int rows() {
            int kept = programs.values().stream().mapToInt(Shelf::rows).sum();
            return kept + making.map(promise -> promise.count).orElse(0);
        }

        long bytes() {
            long kept = programs.values().stream()
                    .mapToLong(shelf -> shelf.rows() * shelf.program.bytesOfStock())
                    .sum();
            return kept + making.map(Promise::bytes).orElse(0L);
        }
    }

    private static final class Shelf {
        private final GarbledProgram program;
        private final StockShelf items;
        /** Numbers of runs under way. */
        private final TreeSet<Long> busy = new TreeSet<>();

        Shelf(GarbledProgram program, int mostRows) {
            this.program = program;
            this.items = new StockShelf(mostRows, 0);
        }

        int waiting() {
            return items.counts().waiting();
        }

        int rows() {
            return waiting() + busy.size();
        }
    }

    /** Room for items that are about to be made: {@link #put} fills it, {@link #end} gives back what is not used. */
    static final class Promise {
        private final EpochId epoch;
        private final Hash hash;
        private final GarbledProgram program;
        private final long first;
        private final int count;
        private boolean wanted = true;
        private boolean confirmed;

        private Promise(EpochId epoch, Hash hash, GarbledProgram program, long first, int count) {
            this.epoch = epoch;
            this.hash = hash;
            this.program = program;
            this.first = first;
            this.count = count;
        }

        /** The compilation that all stock of the program has. */
        GarbledProgram program() {
            return program;
        }

        private long bytes() {
            return count * program.bytesOfStock() + StockBatches.working(program, count);
        }
    }

    /** How stock has been used: what was made is waiting, taken or dropped. */
    record Counts(long made, long taken, long dropped, int waiting, long bytes) {}

    /** Stock that belongs to one run from here on, an item a row. */
    record Taken(EpochId epoch, Hash hash, GarbledProgram program, List<Long> numbers, List<GarbledStock> stocks) {
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

    /** What came of asking for room. */
    sealed interface Reserved {
        record Kept(Promise promise) implements Reserved {}

        record Refused(Refusal.Reason reason) implements Reserved {}
    }

    /** @param mostRows items over all programs; 0 for a node that keeps none */
    StockRoom(int mostRows, long mostBytes) {
        this.mostRows = mostRows;
        this.mostBytes = mostBytes;
    }

    private Optional<Shelf> shelf(EpochId epoch, Hash hash) {
        return Optional.ofNullable(epochs.get(epoch)).map(shelves -> shelves.programs.get(hash));
    }

    private int rows() {
        return epochs.values().stream().mapToInt(Shelves::rows).sum();
    }

    private long bytes() {
        return epochs.values().stream().mapToLong(Shelves::bytes).sum();
    }

    // ---- making

    /** Why there would be no room for items, as far as that is known before the program is compiled. */
    synchronized Optional<Refusal.Reason> refusal(EpochId epoch, Hash hash, long first, int count) {
        if (mostRows == 0 || rows() + count > mostRows) {
            return Optional.of(Refusal.Reason.STOCK_FULL);
        }
        Shelves shelves = epochs.get(epoch);
        if (shelves == null) {
            return Optional.empty();
        }
        if (first < shelves.next) {
            return Optional.of(Refusal.Reason.STOCK_USED);
        }
        if (shelves.making.isPresent()) {
            return Optional.of(Refusal.Reason.BUSY);
        }
        boolean full = !shelves.programs.containsKey(hash) && shelves.programs.size() >= MOST_PROGRAMS;
        return full ? Optional.of(Refusal.Reason.STOCK_FULL) : Optional.empty();
    }

    /** Keeps room for items that are about to be made, and for making them, until {@link #put} or {@link #end}. */
    synchronized Reserved reserve(EpochId epoch, Hash hash, GarbledProgram program, long first, int count) {
        Optional<Refusal.Reason> refusal = refusal(epoch, hash, first, count);
        if (refusal.isPresent()) {
            return new Reserved.Refused(refusal.get());
        }
        GarbledProgram compiled = shelf(epoch, hash).map(shelf -> shelf.program).orElse(program);
        Promise promise = new Promise(epoch, hash, compiled, first, count);
        if (bytes() + promise.bytes() > mostBytes) {
            return new Reserved.Refused(Refusal.Reason.STOCK_FULL);
        }
        Shelves shelves = open(epoch);
        shelves.next = first + count;
        shelves.making = Optional.of(promise);
        return new Reserved.Kept(promise);
    }

    private Shelves open(EpochId epoch) {
        Shelves shelves = epochs.computeIfAbsent(epoch, fresh -> new Shelves());
        while (epochs.size() > MOST_EPOCHS) {
            close(epochs.remove(epochs.keySet().iterator().next()));
        }
        return shelves;
    }

    /**
     * Puts items away that were made.
     *
     * @return false when nobody wants them any more: their epoch has ended, or what they are of was dropped
     */
    synchronized boolean put(Promise promise, List<GarbledStock> items) {
        if (!finish(promise) || !promise.wanted) {
            return false;
        }
        Shelf shelf = epochs.get(promise.epoch)
                .programs
                .computeIfAbsent(promise.hash, fresh -> new Shelf(promise.program, mostRows));
        for (int k = 0; k < items.size(); k++) {
            shelf.items.put(promise.first + k, items.get(k));
        }
        return true;
    }

    /** Whether the promise was still open. */
    private boolean finish(Promise promise) {
        Shelves shelves = epochs.get(promise.epoch);
        boolean open = shelves != null && shelves.making.equals(Optional.of(promise));
        if (open) {
            shelves.making = Optional.empty();
        }
        return open;
    }

    /** Every node has the items in place, so proposals may name them. */
    synchronized void confirm(Promise promise) {
        promise.confirmed = true;
    }

    /** Making them has ended, well or not; items that were not confirmed are dropped. */
    synchronized void end(Promise promise) {
        boolean open = finish(promise);
        if (!open && !promise.confirmed) {
            shelf(promise.epoch, promise.hash).ifPresent(shelf -> {
                for (int k = 0; k < promise.count; k++) {
                    shelf.items.discard(promise.first + k);
                }
                tidy(promise.epoch, promise.hash);
            });
        }
    }

    // ---- using

    /** Takes the named items, all or none, for good; they take room until {@link #ended}. */
    synchronized Asked take(EpochId epoch, Hash hash, List<Long> numbers) {
        if (new HashSet<>(numbers).size() < numbers.size()) {
            return new Asked.Lacking(Refusal.Reason.STOCK_USED);
        }
        Optional<Shelf> found = shelf(epoch, hash);
        if (found.isEmpty()) {
            return new Asked.Lacking(Refusal.Reason.STOCK_UNKNOWN);
        }
        Shelf shelf = found.get();
        for (long number : numbers) {
            if (!shelf.items.holds(number)) {
                boolean known = number < epochs.get(epoch).next;
                return new Asked.Lacking(known ? Refusal.Reason.STOCK_USED : Refusal.Reason.STOCK_UNKNOWN);
            }
        }
        return new Asked.Got(taken(epoch, hash, shelf, numbers));
    }

    private static Taken taken(EpochId epoch, Hash hash, Shelf shelf, List<Long> numbers) {
        List<GarbledStock> stocks = numbers.stream()
                .map(number -> shelf.items.take(number).orElseThrow())
                .toList();
        shelf.busy.addAll(numbers);
        return new Taken(epoch, hash, shelf.program, List.copyOf(numbers), stocks);
    }

    /** At the bank: the oldest items for a run of its own. */
    synchronized Optional<Taken> next(EpochId epoch, Hash hash, int rows) {
        Optional<Shelf> shelf = shelf(epoch, hash).filter(found -> found.waiting() >= rows);
        if (shelf.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(taken(epoch, hash, shelf.get(), shelf.get().items.oldest(rows)));
    }

    /** A run has ended, well or not. */
    synchronized void ended(Taken run) {
        shelf(run.epoch(), run.hash()).ifPresent(shelf -> {
            run.numbers().forEach(shelf.busy::remove);
            tidy(run.epoch(), run.hash());
        });
    }

    /** At the bank: the first number that was never proposed. */
    synchronized long first(EpochId epoch) {
        return Optional.ofNullable(epochs.get(epoch))
                .map(shelves -> shelves.next)
                .orElse(0L);
    }

    /** At the bank: the lowest number that it holds, has in a run or is having made, of a program. */
    synchronized long oldest(EpochId epoch, Hash hash) {
        long oldest = first(epoch);
        Optional<Promise> making = Optional.ofNullable(epochs.get(epoch)).flatMap(shelves -> shelves.making(hash));
        if (making.isPresent()) {
            oldest = making.get().first;
        }
        Optional<Shelf> shelf = shelf(epoch, hash);
        if (shelf.isPresent()) {
            oldest = Math.min(oldest, shelf.get().items.next().orElse(oldest));
            oldest = Math.min(
                    oldest,
                    shelf.get().busy.isEmpty() ? oldest : shelf.get().busy.first());
        }
        return oldest;
    }

    /** Items of a program that wait to be used, those that are being made included. */
    synchronized int rows(EpochId epoch, Hash hash) {
        int making = Optional.ofNullable(epochs.get(epoch))
                .flatMap(shelves -> shelves.making(hash))
                .map(promise -> promise.count)
                .orElse(0);
        return making + shelf(epoch, hash).map(Shelf::waiting).orElse(0);
    }

    /** Items of any program that there is room for. */
    synchronized int space() {
        return Math.max(0, mostRows - rows());
    }

    // ---- dropping

    /** Drops what is older than a number, also what is being made. */
    synchronized void dropBefore(EpochId epoch, Hash hash, long number) {
        Optional.ofNullable(epochs.get(epoch))
                .flatMap(shelves -> shelves.making(hash))
                .filter(promise -> promise.first + promise.count <= number)
                .ifPresent(promise -> promise.wanted = false);
        shelf(epoch, hash).ifPresent(shelf -> {
            shelf.items.dropBefore(number);
            tidy(epoch, hash);
        });
    }

    /** Drops all items of a program, also what is being made. */
    synchronized void drop(Hash hash) {
        List.copyOf(epochs.keySet()).forEach(epoch -> dropBefore(epoch, hash, Long.MAX_VALUE));
    }

    /** Takes a shelf away on which nothing is left. */
    private void tidy(EpochId epoch, Hash hash) {
        Map<Hash, Shelf> programs = epochs.get(epoch).programs;
        Shelf shelf = programs.get(hash);
        if (shelf.rows() == 0) {
            programs.remove(hash);
            close(shelf);
        }
    }

    /** Drops all that an epoch had. */
    synchronized void end(EpochId epoch) {
        Shelves shelves = epochs.remove(epoch);
        if (shelves != null) {
            close(shelves);
        }
    }

    private void close(Shelves shelves) {
        shelves.programs.values().forEach(this::close);
    }

    private void close(Shelf shelf) {
        shelf.items.close();
        StockShelf.Counts counts = shelf.items.counts();
        made += counts.made();
        taken += counts.taken();
        dropped += counts.dropped();
    }

    synchronized Counts counts() {
        long allMade = made;
        long allTaken = taken;
        long allDropped = dropped;
        int waiting = 0;
        for (Shelves shelves : epochs.values()) {
            for (Shelf shelf : shelves.programs.values()) {
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
