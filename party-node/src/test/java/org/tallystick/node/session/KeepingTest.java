package org.tallystick.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** For how long answers are given again, by the days of windows and the hours of retention. */
final class KeepingTest {
    private static final Instant ANSWERED = Instant.parse("2026-11-22T23:30:00Z");

    @ParameterizedTest
    @CsvSource({
        "2026-11-22T23:30:00Z, true, true",
        "2026-11-23T00:00:00Z, true, true",
        "2026-11-23T23:59:59Z, true, true",
        // The window of two days of UTC is over, and the answer is kept for three.
        "2026-11-24T00:00:00Z, false, true",
        "2026-11-25T23:29:59Z, false, true",
        "2026-11-25T23:30:00Z, false, false",
    })
    void anAnswerIsRepeatedWithinTheWindowAndKeptForItsTime(Instant now, boolean repeated, boolean kept) {
        Governance.Keeping keeping = new Governance.Keeping(2, 3);

        assertEquals(repeated, keeping.isRepeated(ANSWERED, now));
        assertEquals(kept, keeping.isKept(ANSWERED, now));
        assertEquals(kept, keeping.earliest(now).isBefore(ANSWERED));
    }

    @ParameterizedTest
    @CsvSource({"2026-11-23T23:29:59Z, true", "2026-11-23T23:30:00Z, false"})
    void whatIsNotKeptIsNotRepeated(Instant now, boolean repeated) {
        assertEquals(repeated, new Governance.Keeping(90, 1).isRepeated(ANSWERED, now));
    }
}
