package org.tallystick.node.governance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.tallystick.node.session.Hash;

final class DailyUsesTest {
    private static final LocalDate DAY = LocalDate.of(2026, 11, 22);

    private final DailyUses uses = new DailyUses();
    private int sessions;

    private Hash session() {
        return Hash.over("session", new byte[] {(byte) ++sessions});
    }

    private boolean taken(long rows, LocalDate day) {
        return uses.take(session(), Samples.MODEL, rows, 10, day);
    }

    @Test
    void whoeverComesLateOverMidnightBringsNoNewDay() {
        assertTrue(taken(10, DAY));
        assertTrue(taken(8, DAY.plusDays(1)));
        assertTrue(taken(2, DAY));
        assertEquals(10, uses.taken(Samples.MODEL, DAY.plusDays(1)));
        assertFalse(taken(1, DAY));
        assertFalse(taken(1, DAY.plusDays(1)));
    }

    @Test
    void whatIsNeverLetGoReturnsButNotForEver() {
        int begun = 0;
        Hash session = session();
        while (begun < 1000 && uses.take(session, Samples.MODEL, 10, 10, DAY)) {
            uses.ended(session);
            session = session();
            begun++;
        }
        assertEquals(32, begun);
        assertTrue(taken(10, DAY.plusDays(1)));
    }
}
