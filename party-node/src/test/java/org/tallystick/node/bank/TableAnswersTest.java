package org.tallystick.node.bank;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.node.rest.NodeService.Outcome;
import org.tallystick.node.rest.ScoreAnswer;
import org.tallystick.node.session.Governance;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Proposal;
import org.tallystick.node.session.Refusal;
import org.tallystick.node.session.Sealed;
import org.tallystick.node.storage.JobRows;
import org.tallystick.node.storage.Jobs;
import org.tallystick.node.storage.StateDatabase;

final class TableAnswersTest {
    private static final String PURPOSE = "loans";
    private static final Governance.Keeping KEEPING = new Governance.Keeping(90, 365);

    @TempDir
    private Path folder;

    /** Asked about consents while a segment is looked through, before the next one is read. */
    private record Asked(BooleanSupplier withdrawn) implements Governance {
        @Override
        public boolean isWithdrawn(String consent) {
            return withdrawn.getAsBoolean();
        }

        @Override
        public Optional<Proposal.Terms> terms(Hash program, Proposal.Work work) {
            return Optional.empty();
        }

        @Override
        public Optional<Refusal> refuses(Sealed sealed, int bits) {
            return Optional.empty();
        }

        @Override
        public Optional<Refusal> refusesStill(Hash proposal) {
            return Optional.empty();
        }

        @Override
        public void ended(Hash proposal) {}

        @Override
        public void heard(int peer, byte[] message) {}
    }

    private static void scored(Jobs jobs, String subject, Instant keepUntil) {
        String table = "t-" + subject;
        Jobs.Asked kept = new Jobs.Asked("m", PURPOSE, Optional.of(keepUntil));
        jobs.create(
                "stores-" + subject,
                new Jobs.Work.StoreTable(table, "t", LocalDate.EPOCH),
                new Jobs.Asked("m", PURPOSE, Optional.empty()),
                JobRows.of(List.of(subject)),
                10);
        jobs.create("scores-" + subject, new Jobs.Work.ScoreTable(table, "digest"), kept, List.of(1));
        Outcome answered = new Outcome.Answered(new ScoreAnswer.Points(7), "session");
        byte[] results = TableResults.encode(List.of(subject), List.of(Answers.text(answered)));
        jobs.finishChunk("scores-" + subject, 0, 1, 0, results);
        jobs.finish("scores-" + subject, Jobs.Status.DONE, Optional.empty());
    }

    @Test
    void whatIsForgottenWhileSomebodyLooksIsNotFoundAndNoFailure() {
        Instant now = Instant.now();
        try (StateDatabase database = StateDatabase.open(folder)) {
            Jobs jobs = new Jobs(database);
            scored(jobs, "a", now.minusSeconds(1));
            scored(jobs, "b", now.plus(1, ChronoUnit.DAYS));
            TableAnswers answers = new TableAnswers(jobs, new Asked(() -> {
                jobs.drop(now);
                return false;
            }));
            assertEquals(
                    Set.of("b"),
                    answers.find("digest", PURPOSE, KEEPING, Set.of("a", "b"), now)
                            .keySet());
            Jobs.Work.ScoreTable work = new Jobs.Work.ScoreTable("t-a", "digest");
            assertEquals(Optional.empty(), answers.segment(work, 0, PURPOSE, KEEPING, now));
        }
    }
}
