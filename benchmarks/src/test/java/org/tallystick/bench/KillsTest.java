package org.tallystick.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A few sessions under random kills, of every node: {@code tally bench kills} is the same at length. */
@Tag("slow")
final class KillsTest {
    private static final int SCALE = Integer.getInteger("tally.test.scale", 1);

    @Test
    void whateverIsKilledEveryAnswerHasItsReceiptsAndIsChargedOnce() throws Exception {
        KillsBenchmark benchmark = new KillsBenchmark(20 * SCALE, 4 * SCALE, 7, 4, .2);
        List<String> progress = new ArrayList<>();

        Result result = benchmark.run(progress::add).getFirst();

        assertEquals(List.of(), benchmark.violations(), () -> result + "\n" + progress);
        assertTrue(benchmark.held(List.of(result)));
        Map<?, ?> kills = (Map<?, ?>) result.more().get("kills");
        assertTrue(kills.values().stream().allMatch(count -> (Integer) count > 0), result::toString);
    }
}
