package org.tallystick.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TrainingEndsTest {
    private static final Hash ORIGIN = Hash.over("test", new byte[] {1});

    private final MemoryTrainings trainings = new MemoryTrainings(() -> {});
    private final TrainingEnds ends = new TrainingEnds(trainings);

    @Test
    void aRunThatIsUnderWayDropsItsCheckpointsItself() {
        ends.began(ORIGIN);
        ends.over(ORIGIN);
        trainings.put(ORIGIN, "step-000001", out -> out.writeInt(1));
        assertEquals(List.of("step-000001"), trainings.names(ORIGIN));
        ends.ended(ORIGIN);
        assertEquals(Map.of(), trainings.contents);
    }

    @Test
    void aRunThatEndsKeepsWhatMayGoOn() {
        ends.began(ORIGIN);
        trainings.put(ORIGIN, "step-000001", out -> out.writeInt(1));
        ends.over(Hash.over("test", new byte[] {2}));
        ends.ended(ORIGIN);
        assertEquals(List.of("step-000001"), trainings.names(ORIGIN));
        ends.over(ORIGIN);
        assertEquals(Map.of(), trainings.contents);
    }

    @Test
    void onlyWhatAMessageMayHoldIsRead() throws Exception {
        List<Hash> most = Collections.nCopies(TrainingEnds.MOST, ORIGIN);
        assertEquals(most, TrainingEnds.parsed(TrainingEnds.message(most)));
        List<Hash> more = Collections.nCopies(TrainingEnds.MOST + 1, ORIGIN);
        assertThrows(ProposalFormat.BadMessage.class, () -> TrainingEnds.parsed(TrainingEnds.message(more)));
    }
}
