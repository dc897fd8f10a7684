package org.tallystick.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class FloorTest {
    @Test
    void theFasterOfTwoStandsBesideAScore() {
        Floor slow = new Floor(Spread.of(.001), Spread.of(.004), Spread.of(.0005));
        Floor fast = new Floor(Spread.of(.001), Spread.of(.002), Spread.of(.0005));
        assertSame(fast, slow.least(fast));
        assertSame(fast, fast.least(slow));
        assertEquals(
                Map.of("floor_ms", 2.0, "above_floor_ms", 3.5, "above_sum_ms", 3.5), fast.beside(Spread.of(.0055)));
    }
}
