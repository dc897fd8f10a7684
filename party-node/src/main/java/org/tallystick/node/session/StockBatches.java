package org.tallystick.node.session;

import java.util.ArrayList;
import java.util.List;
import org.tallystick.program.GarbledProgram;

/**
 * How the making of stock is cut into batches, the same at all nodes: by the turn of the garblers' roles, and no more
 * items at a time than fit a bounded memory beside the stock itself.
 */
final class StockBatches {
    static final int TURNS = 3;

    /** Memory that making one batch may take at a node; a single item that takes more is a batch of its own. */
    static final long WORKING = 16 << 20;

    private StockBatches() {}

    /** Items that are made in one go, by their positions in the proposal. */
    record Batch(int turn, List<Integer> positions) {
        Batch {
            positions = List.copyOf(positions);
        }
    }

    /** The most items of a batch. */
    static int most(GarbledProgram program) {
        return (int) Math.max(1, WORKING / program.bytesOfMaking());
    }

    /** Memory that a node takes while it makes so many items, beside what is left of it: an estimate from above. */
    static long working(GarbledProgram program, int count) {
        return Math.min(most(program), (count + TURNS - 1) / TURNS) * program.bytesOfMaking();
    }

    /** The batches in order, of items from a number on. */
    static List<Batch> of(long first, int count, int most) {
        List<List<Integer>> turns = new ArrayList<>();
        for (int turn = 0; turn < TURNS; turn++) {
            turns.add(new ArrayList<>());
        }
        for (int k = 0; k < count; k++) {
            turns.get((int) ((first + k) % TURNS)).add(k);
        }
        List<Batch> batches = new ArrayList<>();
        for (int from = 0; from < turns.stream().mapToInt(List::size).max().orElse(0); from += most) {
            for (int turn = 0; turn < TURNS; turn++) {
                List<Integer> all = turns.get(turn);
                if (from < all.size()) {
                    batches.add(new Batch(turn, all.subList(from, Math.min(all.size(), from + most))));
                }
            }
        }
        return batches;
    }
}
