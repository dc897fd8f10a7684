package org.tallystick.node.governance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Refusal;

final class SubjectBudgetsTest {
    private static final int WINDOW = 30;
    private static final LocalDate DAY = LocalDate.of(2026, 11, 22);
    private static final Hash MODEL = Samples.MODEL;

    private final SubjectBudgets budgets = new SubjectBudgets(WINDOW);
    private int sessions;
    private int requests;

    private Hash session() {
        return Hash.over("session", new byte[] {(byte) (sessions >> 8), (byte) sessions++});
    }

    private SubjectBudgets.Asked asked(String subject) {
        return new SubjectBudgets.Asked("%032x".formatted((long) ++requests << 40), subject);
    }

    private static Hash model(int number) {
        return Hash.over("model", new byte[] {(byte) number});
    }

    private boolean told(Hash model, int bits, int limit, String subject, LocalDate day) {
        Hash session = session();
        boolean taken = budgets.reserve(session, model, bits, limit, List.of(asked(subject)), day)
                .isEmpty();
        if (taken) {
            budgets.authorised(session);
            budgets.ended(session);
        }
        return taken;
    }

    @Test
    void noWindowTellsMoreThanTheLimitHoweverItIsAsked() {
        Random random = new Random(5);
        int limit = 12;
        Map<String, List<Integer>> days = new HashMap<>();
        for (int step = 0; step < 20_000; step++) {
            LocalDate day = DAY.plusDays(step / 50);
            String subject = "subject " + random.nextInt(5);
            if (told(model(random.nextInt(100)), 1 + random.nextInt(4), limit, subject, day)) {
                days.computeIfAbsent(subject, any -> new ArrayList<>()).add(step / 50);
            }
            assertTrue(budgets.taken(subject, day) <= limit);
        }
        assertTrue(days.values().stream().allMatch(told -> told.size() >= 12), days::toString);
        // At least one bit each: no more answers than bits in any window.
        days.forEach((subject, told) -> told.forEach(from -> assertTrue(
                told.stream().filter(day -> day >= from && day < from + WINDOW).count() <= limit)));
    }

    @Test
    void aModelAnswersOnceWithinAWindow() {
        assertTrue(told(MODEL, 3, 100, "a", DAY));
        Optional<Refusal> again =
                budgets.reserve(session(), MODEL, 3, 100, List.of(asked("a")), DAY.plusDays(WINDOW - 1));
        assertEquals(new Refusal(Refusal.Reason.ANSWERED, List.of(0)), again.orElseThrow());
        assertTrue(told(model(1), 3, 100, "a", DAY));
        assertTrue(told(MODEL, 3, 100, "a", DAY.plusDays(WINDOW)));
    }

    private Hash reserved(SubjectBudgets.Asked asked, LocalDate day) {
        Hash session = session();
        assertEquals(Optional.empty(), budgets.reserve(session, MODEL, 3, 100, List.of(asked), day));
        return session;
    }

    private void refused(Refusal.Reason reason, SubjectBudgets.Asked asked, LocalDate day) {
        assertEquals(
                Optional.of(new Refusal(reason, List.of(0))),
                budgets.reserve(session(), MODEL, 3, 100, List.of(asked), day));
    }

    @Test
    void aRequestMayAskOnceMoreAndPaysAgain() {
        SubjectBudgets.Asked retried = asked("b");
        for (int time = 1; time <= 2; time++) {
            Hash session = reserved(retried, DAY);
            assertTrue(budgets.authorise(session));
            budgets.ended(session);
            assertEquals(3 * time, budgets.taken("b", DAY));
        }
        refused(Refusal.Reason.ANSWERED, retried, DAY.plusDays(WINDOW - 1));
        refused(Refusal.Reason.ANSWERED, asked("b"), DAY.plusDays(WINDOW - 1));
        reserved(retried, DAY.plusDays(WINDOW));
    }

    @Test
    void whatNobodyLetGoMayBeAskedAsOftenAsItHasTo() {
        SubjectBudgets.Asked retried = asked("b");
        for (int time = 0; time < 5; time++) {
            Hash session = reserved(retried, DAY);
            if (time % 2 == 0) {
                assertTrue(budgets.authorise(session));
                budgets.voided(session);
            }
            budgets.ended(session);
        }
        assertEquals(0, budgets.taken("b", DAY));
        reserved(asked("b"), DAY);
    }

    @Test
    void ofRunsSideBySideNoMoreAreLetGoThanOfRunsOneAfterAnother() {
        SubjectBudgets.Asked asked = asked("a");
        Hash first = reserved(asked, DAY);
        Hash second = reserved(asked, DAY);
        Hash third = reserved(asked, DAY);
        assertTrue(budgets.authorise(first));
        assertTrue(budgets.authorise(second));
        assertFalse(budgets.authorise(third));
        budgets.ended(third);
        assertEquals(6, budgets.taken("a", DAY));
    }

    @Test
    void aRunThatEndsDoesNotTakeBackTheAnswerOfAnother() {
        SubjectBudgets.Asked asked = asked("a");
        Hash first = reserved(asked, DAY);
        Hash second = reserved(asked, DAY);
        budgets.ended(first);
        refused(Refusal.Reason.UNDER_WAY, asked("a"), DAY);
        assertTrue(budgets.authorise(second));
        // Whether its answer leaves is not known yet.
        refused(Refusal.Reason.UNDER_WAY, asked("a"), DAY);
        budgets.ended(second);
        refused(Refusal.Reason.ANSWERED, asked("a"), DAY);
    }

    @Test
    void whoeverIsAskedAboutForNothingLeavesNothingBehind() {
        assertEquals(0, budgets.taken("nobody", DAY));
        for (int session = 0; session < 20; session++) {
            List<SubjectBudgets.Asked> rows = new ArrayList<>();
            for (int k = 0; k < 1000; k++) {
                rows.add(asked("invented " + session + " " + k));
            }
            Hash aborted = session();
            assertTrue(budgets.reserve(aborted, MODEL, 3, 5, rows, DAY).isEmpty());
            assertEquals(1000, budgets.subjects());
            budgets.ended(aborted);
            assertTrue(budgets.reserve(session(), MODEL, 6, 5, rows, DAY).isPresent());
        }
        assertEquals(0, budgets.subjects());
    }

    @Test
    void whatIsVoidedReturnsToTheWindowThatItWasTakenFrom() {
        Hash early = reserved(asked("a"), DAY);
        assertTrue(budgets.authorise(early));
        assertTrue(told(model(1), 4, 100, "a", DAY.plusDays(WINDOW)));
        budgets.voided(early);
        assertEquals(4, budgets.taken("a", DAY.plusDays(WINDOW)));
        assertEquals(4, budgets.taken("a", DAY.plusDays(2 * WINDOW)));
    }

    @Test
    void whatCountsNoMoreIsForgotten() {
        assertTrue(told(MODEL, 3, 100, "a", DAY));
        assertTrue(told(MODEL, 3, 100, "b", DAY.plusDays(WINDOW)));
        assertEquals(2, budgets.subjects());
        assertTrue(told(MODEL, 3, 100, "c", DAY.plusDays(2 * WINDOW)));
        assertEquals(2, budgets.subjects());
        assertEquals(3, budgets.taken("b", DAY.plusDays(2 * WINDOW)));
    }

    @Test
    void whatIsNotAuthorisedReturnsAndWhatIsVoidedToo() {
        Hash first = session();
        assertTrue(budgets.reserve(first, MODEL, 3, 5, List.of(asked("a")), DAY).isEmpty());
        assertEquals(3, budgets.taken("a", DAY));
        // While it is under way nobody else gets it.
        assertEquals(
                Optional.of(new Refusal(Refusal.Reason.UNDER_WAY, List.of(0))),
                budgets.reserve(session(), model(1), 3, 5, List.of(asked("a")), DAY));
        budgets.ended(first);
        assertEquals(0, budgets.taken("a", DAY));
        Hash second = session();
        assertTrue(
                budgets.reserve(second, MODEL, 3, 5, List.of(asked("a")), DAY).isEmpty());
        budgets.authorised(second);
        budgets.voided(second);
        budgets.ended(second);
        assertEquals(0, budgets.taken("a", DAY));
        assertTrue(told(MODEL, 3, 5, "a", DAY));
        assertEquals(3, budgets.taken("a", DAY));
    }

    @Test
    void allRowsAreTakenOrNone() {
        assertTrue(told(model(1), 4, 5, "b", DAY));
        List<SubjectBudgets.Asked> rows = List.of(asked("a"), asked("b"), asked("c"), asked("a"));
        assertEquals(
                Optional.of(new Refusal(Refusal.Reason.BUDGET, List.of(1, 3))),
                budgets.reserve(session(), MODEL, 3, 5, rows, DAY));
        assertEquals(
                Optional.of(new Refusal(Refusal.Reason.ANSWERED, List.of(3))),
                budgets.reserve(session(), MODEL, 3, 100, rows, DAY));
        assertEquals(0, budgets.taken("a", DAY));
        assertEquals(4, budgets.taken("b", DAY));
    }

    @Test
    void manySubjectsAreKeptApart() {
        List<SubjectBudgets.Asked> rows = new ArrayList<>();
        for (int k = 0; k < 50_000; k++) {
            rows.add(asked("subject " + k));
        }
        Hash session = session();
        assertTrue(budgets.reserve(session, MODEL, 3, 5, rows, DAY).isEmpty());
        budgets.authorised(session);
        budgets.ended(session);
        assertEquals(50_000, budgets.subjects());
        for (int k = 0; k < 50_000; k += 997) {
            assertEquals(3, budgets.taken("subject " + k, DAY));
        }
        assertEquals(0, budgets.taken("nobody", DAY));
    }
}
