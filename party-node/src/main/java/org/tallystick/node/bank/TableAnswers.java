package org.tallystick.node.bank;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tallystick.node.rest.NodeService.Outcome;
import org.tallystick.node.session.Governance;
import org.tallystick.node.storage.JobRows;
import org.tallystick.node.storage.Jobs;

/**
 * What tables have answered when they were scored. The jobs' results alone have it, and no index: whoever looks for a
 * subject reads segment after segment, the newest first, about a millisecond each.
 */
record TableAnswers(Jobs jobs, Governance governance) {
    /** @param answered what may be given again, with the time when it was given first */
    private record Row(String subject, Optional<Outcome.Answered> answered) {}

    /** Answers about these subjects that are kept, as far as there are any. */
    Map<String, Outcome.Answered> find(
            String digest, String purpose, Governance.Keeping keeping, Set<String> subjects, Instant now) {
        Map<String, Outcome.Answered> found = new HashMap<>();
        Set<String> wanted = new HashSet<>(subjects);
        for (Jobs.Scored segment : jobs.scored(digest, purpose, keeping.earliest(now))) {
            if (wanted.isEmpty()) {
                break;
            }
            for (Row row : rows(segment).orElse(List.of())) {
                row.answered()
                        .filter(answered -> keeping.isKept(answered.stored().orElseThrow(), now))
                        .filter(answered -> wanted.remove(row.subject()))
                        .ifPresent(answered -> found.put(row.subject(), answered));
            }
        }
        return found;
    }

    /** What a segment answered when the model last scored it; empty when the model has to be asked about some row. */
    Optional<List<Outcome>> segment(
            Jobs.Work.ScoreTable work, int position, String purpose, Governance.Keeping keeping, Instant now) {
        return jobs.scored(work.model(), purpose, keeping.earliest(now), work.table(), position).stream()
                .findFirst()
                .flatMap(this::rows)
                .filter(rows -> rows.stream()
                        .allMatch(row -> row.answered()
                                .filter(answered ->
                                        keeping.isRepeated(answered.stored().orElseThrow(), now))
                                .isPresent()))
                .map(rows -> rows.stream()
                        .map(row -> (Outcome) row.answered().orElseThrow())
                        .toList());
    }

    /** Empty when the job was forgotten meanwhile: what is kept no longer is deleted whoever looks. */
    private Optional<List<Row>> rows(Jobs.Scored segment) {
        Optional<JobRows> asked = jobs.stored(segment.table(), segment.position());
        return jobs.packedResults(segment.job(), segment.position()).map(packed -> {
            List<Row> rows = new ArrayList<>();
            TableResults.decode(
                    packed,
                    Answers::outcome,
                    (subject, outcome) -> rows.add(new Row(
                            subject,
                            outcome instanceof Outcome.Answered answered && stands(asked, rows.size())
                                    ? Optional.of(Repeats.earlier(answered, segment.finishedAt()))
                                    : Optional.empty())));
            return rows;
        });
    }

    /** Whether the consent that a row was stored with, where it was with one, is not withdrawn. */
    private boolean stands(Optional<JobRows> asked, int row) {
        return asked.filter(rows -> governance.isWithdrawn(Repeats.nameOf(rows.consent(row))))
                .isEmpty();
    }
}
