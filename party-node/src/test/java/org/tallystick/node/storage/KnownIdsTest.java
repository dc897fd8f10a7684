package org.tallystick.node.storage;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class KnownIdsTest {
    private static final int LAYER = 1_000;

    private final NavigableSet<String> stored = new TreeSet<>();
    private final KnownIds known = new KnownIds(
            true, LAYER, after -> stored.tailSet(after, false).stream().limit(2).toList());

    @Test
    void anyIdMayHaveBeenUsedUntilAllAreHere() {
        stored.addAll(List.of("a", "b", "c"));
        for (int time = 0; time < 3; time++) {
            assertTrue(known.isLearning());
            assertFalse(known.isComplete());
            assertTrue(known.mayHave("new"));
            known.learn();
        }
        assertFalse(known.isLearning());
        assertTrue(known.isComplete());
        assertTrue(stored.stream().allMatch(known::mayHave));
        assertFalse(known.mayHave("new"));
        known.add("new");
        assertTrue(known.mayHave("new"));
    }

    @Test
    void forgetsNoneAndTakesFewNewOnesForUsed() {
        known.learn();
        int ids = 5 * LAYER / 2;
        add(0, ids);
        assertTrue(IntStream.range(0, ids).allMatch(id -> known.mayHave("used-" + id)));
        long taken = IntStream.range(0, 100_000)
                .filter(id -> known.mayHave("new-" + id))
                .count();
        // One in a hundred of each of the two full layers, fewer of the third.
        assertTrue(taken > 500 && taken < 4_000, taken + " of 100 000");
    }

    @Test
    void whenItIsFullAnyIdMayHaveBeenUsed() {
        known.learn();
        add(0, KnownIds.MOST_LAYERS * LAYER);
        assertTrue(known.isComplete());
        add(KnownIds.MOST_LAYERS * LAYER, 2 * KnownIds.MOST_LAYERS * LAYER);
        assertAnyMayHaveBeenUsed(known);
    }

    @Test
    void idsThatAreAddedAgainTakeNoPlace() {
        known.learn();
        for (int time = 0; time < 2 * KnownIds.MOST_LAYERS; time++) {
            add(0, LAYER);
        }
        assertTrue(known.isComplete());
    }

    @Test
    void onceGivenUpAnyIdMayHaveBeenUsed() {
        known.giveUp();
        known.learn();
        assertAnyMayHaveBeenUsed(known);
        assertAnyMayHaveBeenUsed(new KnownIds(false, LAYER, after -> List.of()));
    }

    private void add(int from, int to) {
        IntStream.range(from, to).forEach(id -> known.add("used-" + id));
    }

    private static void assertAnyMayHaveBeenUsed(KnownIds ids) {
        assertFalse(ids.isLearning());
        assertFalse(ids.isComplete());
        assertTrue(IntStream.range(0, 1_000).allMatch(id -> ids.mayHave("new-" + id)));
    }
}
