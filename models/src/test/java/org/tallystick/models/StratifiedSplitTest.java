package org.tallystick.models;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import org.junit.jupiter.api.Test;

class StratifiedSplitTest {
    private static final boolean[] BAD = new boolean[17];

    static {
        for (int k : new int[] {1, 4, 6, 10, 13}) {
            BAD[k] = true;
        }
    }

    /** As the statistics package drew them with the same seeds. */
    @Test
    void theSameSeedDrawsTheSameRows() {
        assertEquals(Set.of(4, 5, 6, 7, 9, 11), StratifiedSplit.draw(BAD, .3, 42));
        assertEquals(Set.of(1, 5, 6, 7, 9, 14), StratifiedSplit.draw(BAD, .3, 7));
    }

    @Test
    void goodAndBadAreDrawnInProportion() {
        Set<Integer> drawn = StratifiedSplit.draw(BAD, .4, 1);
        assertEquals(7, drawn.size());
        assertEquals(2, drawn.stream().filter(row -> BAD[row]).count());
    }
}
