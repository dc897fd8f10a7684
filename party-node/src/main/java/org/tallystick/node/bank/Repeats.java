package org.tallystick.node.bank;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.tallystick.node.config.Role;
import org.tallystick.node.governance.ConsentToken;
import org.tallystick.node.rest.NodeService.How;
import org.tallystick.node.rest.NodeService.Outcome;
import org.tallystick.node.rest.Problem;
import org.tallystick.node.session.Governance;
import org.tallystick.node.session.Proposal;
import org.tallystick.node.session.Refusal;
import org.tallystick.node.storage.Jobs;
import org.tallystick.node.storage.Requests;

/**
 * Gives answers again from the bank's own record: a model answers once about a subject within its window, and agencies
 * refuse what was answered. An earlier answer of the same model, for the same purpose, costs no session, no bits and no
 * money. Where no agreement governs, every question is asked anew.
 */
final class Repeats {
    private final Scorer scorer;
    private final Requests requests;
    private final Governance governance;
    private final InstantSource clock;
    private final TableAnswers tables;
    /** What is being asked and recorded now. */
    private final Set<Question> underWay = ConcurrentHashMap.newKeySet();

    /** About whom a model answers once. */
    private record Question(String model, String subject) {}

    Repeats(Scorer scorer, Requests requests, Jobs jobs, Governance governance, InstantSource clock) {
        this.scorer = scorer;
        this.requests = requests;
        this.governance = governance;
        this.clock = clock;
        this.tables = new TableAnswers(jobs, governance);
    }

    /** What came of a row, and what goes with its answer where it is kept for a time. */
    record Result(Outcome outcome, Optional<Requests.Kept> kept) {}

    /** What is asked, under an agreement that says how long answers are kept. */
    record Asked(ActiveModel model, String purpose, Governance.Keeping keeping) {
        String digest() {
            return model.digest().hex();
        }
    }

    /** Present when an agreement governs what is asked. */
    Optional<Asked> asked(ActiveModel model, String purpose) {
        return governance
                .keeping(model.program(), model.digest(), purpose)
                .map(keeping -> new Asked(model, purpose, keeping));
    }

    /** A model and a purpose as requests name them; with its length, since a model's name may have "for" in it. */
    static String named(String model, String purpose) {
        return model.length() + " " + model + " for " + purpose;
    }

    /** An answer as it is given again, with the time when it was given first. */
    static Outcome.Answered earlier(Outcome.Answered answered, Instant at) {
        return new Outcome.Answered(
                answered.answer(),
                answered.session(),
                Optional.of(answered.stored().orElse(at)));
    }

    /** By what a consent's withdrawal finds it; empty for none. */
    static String nameOf(String consent) {
        try {
            return consent.isEmpty() ? "" : ConsentToken.parse(consent).name();
        } catch (ConsentToken.BadToken e) {
            // No agency has answered on the strength of it.
            return "";
        }
    }

    // ---- earlier answers

    /**
     * One result a row, in order: from the record what the model was asked before, and what {@code compute} finds of
     * the others, which may be none. A row that another call asks the model about is not asked again, since agencies
     * would refuse it: its outcome is {@link Problem#underWay}, until that call has recorded what it found.
     */
    <T> T answer(
            ActiveModel model,
            String purpose,
            List<Proposal.Row> rows,
            Function<List<Proposal.Row>, List<Result>> compute,
            Function<List<Result>, T> record) {
        Optional<Asked> asked = asked(model, purpose);
        Set<Question> mine = new HashSet<>();
        try {
            Map<Integer, Result> known = asked.isEmpty() ? Map.of() : elsewhere(asked.get(), rows, mine);
            return record.apply(answer(asked, rows, known, compute));
        } finally {
            underWay.removeAll(mine);
        }
    }

    /** Takes all questions that nobody has; the results of the other rows. */
    private Map<Integer, Result> elsewhere(Asked asked, List<Proposal.Row> rows, Set<Question> mine) {
        Map<Integer, Result> elsewhere = new HashMap<>();
        for (int row = 0; row < rows.size(); row++) {
            Question question = new Question(asked.digest(), rows.get(row).subject());
            if (underWay.add(question)) {
                mine.add(question);
            } else if (!mine.contains(question)) {
                Outcome waits = new Outcome.Failed(Problem.underWay(Role.BANK.id()));
                elsewhere.put(row, new Result(waits, Optional.empty()));
            }
        }
        return elsewhere;
    }

    private List<Result> answer(
            Optional<Asked> asked,
            List<Proposal.Row> rows,
            Map<Integer, Result> known,
            Function<List<Proposal.Row>, List<Result>> compute) {
        Map<Integer, Result> before = new HashMap<>(known);
        asked.ifPresent(each -> before.putAll(before(each, rows)));
        List<Proposal.Row> open = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++) {
            if (!before.containsKey(row)) {
                open.add(rows.get(row));
            }
        }
        Iterator<Result> computed = open.isEmpty()
                ? Collections.emptyIterator()
                : compute.apply(open).iterator();
        List<Result> results = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++) {
            results.add(before.containsKey(row) ? before.get(row) : computed.next());
        }
        return results;
    }

    /** Earlier answers about rows for which the model need not be asked, by their place. */
    private Map<Integer, Result> before(Asked asked, List<Proposal.Row> rows) {
        Instant now = clock.instant();
        Governance.Keeping keeping = asked.keeping();
        Map<String, Outcome.Answered> found = recorded(asked, subjects(rows), keeping::isRepeated, now);
        Map<Integer, Result> results = new HashMap<>();
        for (int row = 0; row < rows.size(); row++) {
            Outcome.Answered answered = found.get(rows.get(row).subject());
            if (answered != null) {
                results.put(row, again(asked, answered));
            }
        }
        return results;
    }

    private static Set<String> subjects(List<Proposal.Row> rows) {
        Set<String> subjects = new HashSet<>();
        rows.forEach(row -> subjects.add(row.subject()));
        return subjects;
    }

    private Map<String, Outcome.Answered> recorded(
            Asked asked, Collection<String> subjects, BiPredicate<Instant, Instant> holds, Instant now) {
        Map<String, Outcome.Answered> found = new HashMap<>();
        requests.repeats(asked.digest(), named(asked.model().name(), asked.purpose()), subjects)
                .forEach((subject, repeat) -> {
                    if (holds.test(repeat.answeredAt(), now) && !governance.isWithdrawn(repeat.consent())) {
                        Outcome.Answered answered = (Outcome.Answered) Answers.outcome(repeat.answer());
                        found.put(subject, earlier(answered, repeat.answeredAt()));
                    }
                });
        return found;
    }

    /** All that is on record about these subjects and still kept, tables included: for what agencies have refused. */
    Map<String, Outcome.Answered> search(Asked asked, Set<String> subjects) {
        Instant now = clock.instant();
        Map<String, Outcome.Answered> found = recorded(asked, subjects, asked.keeping()::isKept, now);
        Set<String> rest = new HashSet<>(subjects);
        rest.removeAll(found.keySet());
        if (!rest.isEmpty()) {
            found.putAll(tables.find(asked.digest(), asked.purpose(), asked.keeping(), rest, now));
        }
        return found;
    }

    /** As {@link TableAnswers#segment}, where an agreement governs what is asked. */
    Optional<List<Outcome>> segment(Asked asked, Jobs.Work.ScoreTable work, int position) {
        return tables.segment(work, position, asked.purpose(), asked.keeping(), clock.instant());
    }

    private static Result again(Asked asked, Outcome.Answered earlier) {
        Instant until = asked.keeping().until(earlier.stored().orElseThrow());
        return new Result(earlier, Optional.of(new Requests.Kept("", "", until)));
    }

    // ---- new answers

    /**
     * Asks about rows. What agencies refuse as answered, because the bank's calendar is another, a table was scored, or
     * a subject is here twice, is looked for in all of the record.
     *
     * @throws org.tallystick.node.session.Refused as {@link Scorer#score}
     */
    List<Result> compute(ActiveModel model, String purpose, List<Proposal.Row> rows, Optional<How> forced) {
        List<Scorer.Outcome> outcomes =
                scorer.score(model, purpose, rows, forced).outcomes();
        Optional<Asked> asked = asked(model, purpose);
        Instant now = clock.instant();
        List<Result> results = new ArrayList<>();
        Map<String, Outcome.Answered> fresh = new HashMap<>();
        for (int row = 0; row < rows.size(); row++) {
            Outcome outcome = Outcomes.of(outcomes.get(row));
            Proposal.Row at = rows.get(row);
            if (outcome instanceof Outcome.Answered answered) {
                fresh.put(at.subject(), earlier(answered, now));
                results.add(new Result(outcome, asked.map(known -> kept(known, at, now))));
            } else {
                results.add(new Result(outcome, Optional.empty()));
            }
        }
        asked.ifPresent(known -> giveAgain(known, rows, outcomes, fresh, results));
        return results;
    }

    private static Requests.Kept kept(Asked asked, Proposal.Row row, Instant now) {
        return new Requests.Kept(
                asked.digest(), nameOf(row.consent()), asked.keeping().until(now));
    }

    private void giveAgain(
            Asked asked,
            List<Proposal.Row> rows,
            List<Scorer.Outcome> outcomes,
            Map<String, Outcome.Answered> fresh,
            List<Result> results) {
        Set<String> wanted = new HashSet<>();
        for (int row = 0; row < rows.size(); row++) {
            if (isRepeated(outcomes.get(row))
                    && !fresh.containsKey(rows.get(row).subject())) {
                wanted.add(rows.get(row).subject());
            }
        }
        Map<String, Outcome.Answered> found = new HashMap<>(fresh);
        if (!wanted.isEmpty()) {
            found.putAll(search(asked, wanted));
        }
        for (int row = 0; row < rows.size(); row++) {
            // Whatever the reason: a subject's one consent may have served the row before it.
            boolean refused = outcomes.get(row) instanceof Scorer.Outcome.RowRefused;
            Outcome.Answered answered = found.get(rows.get(row).subject());
            if (refused && answered != null) {
                results.set(row, again(asked, answered));
            }
        }
    }

    /** Budgets are looked at first: of a subject that is there twice the second may be beyond its budget. */
    private static boolean isRepeated(Scorer.Outcome outcome) {
        return outcome instanceof Scorer.Outcome.RowRefused(int party, Refusal.Reason reason)
                && (reason == Refusal.Reason.ANSWERED || reason == Refusal.Reason.BUDGET);
    }
}
