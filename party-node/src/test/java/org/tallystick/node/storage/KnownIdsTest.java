package org.tallystick.node.storage;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class KnownIdsTest {
    private final NavigableSet<String> stored = new TreeSet<>();
    private final KnownIds known =
            new KnownIds(after -> stored.tailSet(after, false).stream().limit(2).toList());

    @Test
    void anyIdMayHaveBeenUsedUntilAllAreHere() {
        stored.addAll(List.of("a", "b", "c"));
        for (int time = 0; time < 3; time++) {
            assertFalse(known.isComplete());
            assertTrue(known.mayHave("new"));
            known.learn();
        }
        assertTrue(known.isComplete());
        assertTrue(stored.stream().allMatch(known::mayHave));
        assertFalse(known.mayHave("new"));
        known.add("new");
        assertTrue(known.mayHave("new"));
    }

    @Test
    void forgetsNoneAndTakesFewNewOnesForUsed() {
        int ids = 2_500_000;
        known.learn();
        IntStream.range(0, ids).forEach(id -> known.add("used-" + id));
        assertTrue(IntStream.range(0, ids).allMatch(id -> known.mayHave("used-" + id)));
        long taken = IntStream.range(0, 100_000)
                .filter(id -> known.mayHave("new-" + id))
                .count();
        // One in a hundred of each of the two full layers, fewer of the third.
        assertTrue(taken > 500 && taken < 4_000, taken + " of 100 000");
    }
}
