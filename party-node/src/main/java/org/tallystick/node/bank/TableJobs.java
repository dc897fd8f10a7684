package org.tallystick.node.bank;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.tallystick.models.StoredColumns;
import org.tallystick.node.config.Role;
import org.tallystick.node.rest.Checks;
import org.tallystick.node.rest.NodeService.Outcome;
import org.tallystick.node.rest.NodeService.ScoreResult;
import org.tallystick.node.rest.Problem;
import org.tallystick.node.rest.ServiceFailure;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Programs;
import org.tallystick.node.session.Proposal;
import org.tallystick.node.session.Refusal;
import org.tallystick.node.session.Refused;
import org.tallystick.node.session.Sessions;
import org.tallystick.node.session.Tables;
import org.tallystick.node.storage.JobRows;
import org.tallystick.node.storage.Jobs;
import org.tallystick.node.storage.ShareStore;
import org.tallystick.node.storage.ShareTable;
import org.tallystick.node.storage.StorageFailure;
import org.tallystick.program.ColumnRule;
import org.tallystick.program.Encoder;
import org.tallystick.program.Program;
import org.tallystick.ring.BitMatrix;

/**
 * The chunks of jobs over tables: each stores a segment, or scores one. What a scored segment answers is kept as the
 * bits that were revealed, under the run's hash: millions of rows are a few megabytes.
 */
final class TableJobs {
    /** Rows that the problem of a job names. */
    private static final int MOST_NAMED = 20;

    private final Sessions sessions;
    private final Jobs jobs;
    private final ShareStore store;
    private final Repeats repeats;
    private final Function<List<String>, List<Optional<Map<String, String>>>> ownRows;

    TableJobs(
            Sessions sessions,
            Jobs jobs,
            ShareStore store,
            Repeats repeats,
            Function<List<String>, List<Optional<Map<String, String>>>> ownRows) {
        this.sessions = sessions;
        this.jobs = jobs;
        this.store = store;
        this.repeats = repeats;
        this.ownRows = ownRows;
    }

    /** Stores a segment, and notes that it is there. Blocks. */
    void store(Jobs.Job job, Jobs.Work.StoreTable work, ActiveModel model, int position) {
        JobRows rows = jobs.rows(job.id(), position);
        List<Map<String, String>> own = ownRows(model, rows.subjects(), position);
        int segmentRows = jobs.rows(job.id(), 0).size();
        Tables.Table table =
                new Tables.Table(work.table(), work.name(), work.asOf(), model.program(), job.rows(), segmentRows);
        Program program = model.scoring().program();
        Hash filled = stored(program, new Proposal.Store(table, position, rows.subjects(), rows.consents()));
        store.putOwn(new ShareTable.Id(work.table()), position, own);
        jobs.finishChunk(job.id(), position, rows.size(), 0, filled.bytes());
    }

    /** A refusal of some rows ends the job, so that it says which: numbers from 1, as they were sent. */
    private Hash stored(Program program, Proposal.Store segment) {
        try {
            return sessions.store(program, segment);
        } catch (Refused e) {
            List<Integer> refused = e.refusal().rows();
            if (refused.isEmpty()) {
                throw e;
            }
            int first = segment.position() * segment.table().segmentRows() + 1;
            List<Integer> named =
                    refused.stream().limit(MOST_NAMED).map(row -> first + row).toList();
            String more = refused.size() > named.size() ? " and " + (refused.size() - named.size()) + " more" : "";
            throw new ServiceFailure(
                    Problem.of(
                            Problem.Code.REFUSED,
                            "the " + Role.values()[e.party()].id() + " node refuses: "
                                    + e.refusal().reason().meaning() + " (rows " + named + more + ")",
                            "leave these rows out, or send what they lack"),
                    e);
        }
    }

    /** A table has all its rows or none: what a job that failed has stored of one goes. */
    void failed(Jobs.Job job) {
        if (job.work() instanceof Jobs.Work.StoreTable work) {
            sessions.deleteTable(work.table());
        }
    }

    /** The bank's own rows as they are on the table's day; what a score will make of them is its model's business. */
    private List<Map<String, String>> ownRows(ActiveModel model, List<String> subjects, int position) {
        Encoder encoder = encoder(model);
        if (encoder.columns().isEmpty()) {
            return List.of();
        }
        List<Optional<Map<String, String>>> rows = ownRows.apply(subjects);
        long unknown = rows.stream().filter(Optional::isEmpty).count();
        if (unknown > 0) {
            throw Checks.invalid(
                    "of " + unknown + " subjects of segment " + position + " the bank itself has no record",
                    "leave them out, or import their rows");
        }
        encoder.problems(rows).values().stream().findFirst().ifPresent(problem -> {
            throw new ServiceFailure(Problem.unusableRow(problem));
        });
        return rows.stream().map(Optional::get).toList();
    }

    private static Encoder encoder(ActiveModel model) {
        return model.scoring().encoder();
    }

    /**
     * Scores a segment, and keeps its answers. Blocks. A segment is scored whole or not at all: where agencies refuse
     * it because some of its rows were answered, those have their earlier answers, and the others a problem.
     */
    void score(Jobs.Job job, Jobs.Work.ScoreTable work, ActiveModel model, int position) {
        if (!model.digest().hex().equals(work.model())) {
            throw new ServiceFailure(Problem.of(
                    Problem.Code.CONFLICT,
                    "the model " + model.name() + " was activated anew since this job began",
                    "start a new job"));
        }
        Hash filled = Hash.of(store.segment(new ShareTable.Id(work.table()), position)
                .orElseThrow(() -> gone(work.table()))
                .filled());
        Proposal.ScoreTable score = new Proposal.ScoreTable(
                model.digest(),
                job.purpose(),
                work.table(),
                position,
                filled,
                Scores.wireRequest(job.id() + "-" + position));
        List<String> subjects =
                store.subjects(new ShareTable.Id(work.table()), position).orElseThrow(() -> gone(work.table()));
        Optional<Repeats.Asked> asked = repeats.asked(model, job.purpose());
        Optional<List<Outcome>> before = asked.flatMap(known -> repeats.segment(known, work, position));
        if (before.isPresent()) {
            finish(job, position, subjects, asked.get(), before.get());
            return;
        }
        try {
            run(job, model, position, score, ownColumns(work, model, position), subjects);
        } catch (Refused e) {
            if (asked.isEmpty() || e.refusal().reason() != Refusal.Reason.ANSWERED) {
                throw e;
            }
            finish(job, position, subjects, asked.get(), earlier(asked.get(), subjects, e));
        }
    }

    private void run(
            Jobs.Job job,
            ActiveModel model,
            int position,
            Proposal.ScoreTable score,
            List<long[]> own,
            List<String> subjects) {
        Sessions.Scored scored = sessions.scoreTable(model.scoring().program(), model.program(), score, own);
        BitMatrix bits = BitMatrix.ofWires(scored.answers());
        byte[] results = TableResults.encode(
                scored.proposal(),
                subjects,
                bits,
                number -> Answers.text(new Outcome.Answered(
                        Answers.of(model.scoring().decode(number)),
                        scored.proposal().hex())));
        jobs.finishChunk(job.id(), position, bits.rows(), 0, results);
    }

    /** What a segment that was refused has of earlier answers. */
    private List<Outcome> earlier(Repeats.Asked asked, List<String> subjects, Refused refused) {
        Map<String, Outcome.Answered> found = repeats.search(asked, Set.copyOf(subjects));
        String agency = Role.values()[refused.party()].id();
        String reason = Refusal.Reason.ANSWERED.name();
        Outcome answered =
                new Outcome.Failed(Problem.refused(agency, reason, Refusal.Reason.ANSWERED.meaning(), List.of()));
        Outcome beside = new Outcome.Failed(Problem.of(
                        Problem.Code.REFUSED,
                        "the model has answered about other rows of the segment, and a segment is scored whole",
                        "ask about this business in a job over subjects")
                .with("role", agency)
                .with("reason", reason.toLowerCase(Locale.ROOT)));
        Set<Integer> named = Set.copyOf(refused.refusal().rows());
        List<Outcome> outcomes = new ArrayList<>();
        for (int row = 0; row < subjects.size(); row++) {
            Outcome otherwise = named.contains(row) ? answered : beside;
            outcomes.add(
                    Optional.<Outcome>ofNullable(found.get(subjects.get(row))).orElse(otherwise));
        }
        return outcomes;
    }

    private void finish(
            Jobs.Job job, int position, List<String> subjects, Repeats.Asked asked, List<Outcome> outcomes) {
        outcomes.stream()
                .filter(Outcome.Answered.class::isInstance)
                .map(outcome -> ((Outcome.Answered) outcome).stored().orElseThrow())
                .min(Comparator.naturalOrder())
                .ifPresent(at -> jobs.keepAtMost(job.id(), asked.keeping().until(at)));
        List<String> texts = outcomes.stream().map(Answers::text).toList();
        int failed =
                (int) outcomes.stream().filter(Outcome.Failed.class::isInstance).count();
        jobs.finishChunk(job.id(), position, outcomes.size(), failed, TableResults.encode(subjects, texts));
    }

    private List<long[]> ownColumns(Jobs.Work.ScoreTable work, ActiveModel model, int position) {
        Encoder encoder = encoder(model);
        if (encoder.columns().isEmpty()) {
            return List.of();
        }
        List<Optional<Map<String, String>>> rows =
                store.own(new ShareTable.Id(work.table()), position).orElseThrow(() -> gone(work.table())).stream()
                        .map(Optional::of)
                        .toList();
        try {
            return List.of(encoder.encode(rows));
        } catch (ColumnRule.BadValue e) {
            throw new ServiceFailure(Problem.unusableRow(e.getMessage()), e);
        }
    }

    /** The answers of a segment, with the subjects they are about; the table and the model may be gone by now. */
    List<ScoreResult> results(String job, int position) {
        byte[] results = jobs.packedResults(job, position)
                .orElseThrow(() -> new StorageFailure(
                        "job " + job + " has no results of chunk " + position, "ask for those that it has"));
        List<ScoreResult> rows = new ArrayList<>();
        TableResults.decode(
                results,
                Answers::outcome,
                (subject, outcome) ->
                        rows.add(new ScoreResult(JobRunner.request(job, position, rows.size()), subject, outcome)));
        return rows;
    }

    /** The rows of each segment of a table that is whole. */
    List<Integer> segments(String id, ActiveModel model) {
        ShareTable.Id table = new ShareTable.Id(id);
        ShareTable known = whole(table);
        List<Integer> rows = new ArrayList<>();
        for (int position = 0; position < known.segments(); position++) {
            if (!encoder(model).columns().isEmpty() && !store.hasOwn(table, position)) {
                throw new ServiceFailure(Problem.of(
                        Problem.Code.CONFLICT,
                        "table " + id + " is without the bank's own rows, which this model takes",
                        "store a new one by this model"));
            }
            rows.add(known.rowsOf(position));
        }
        return rows;
    }

    private ShareTable whole(ShareTable.Id id) {
        ShareTable known = store.find(id).orElseThrow(() -> gone(id.hex()));
        if (!store.isWhole(id)) {
            throw new ServiceFailure(Problem.of(
                    Problem.Code.CONFLICT,
                    "table " + id + " is not stored as a whole yet",
                    "wait until the job that stores it is done"));
        }
        return known;
    }

    /** What a table that is whole has to learn from. */
    StoredColumns columns(String id, Programs programs) {
        ShareTable known = whole(new ShareTable.Id(id));
        Program program = programs.approved(Hash.of(known.program()))
                .orElseThrow(() -> new ServiceFailure(Problem.of(
                        Problem.Code.CONFLICT,
                        "the program that table " + id + " was stored by is not approved any more",
                        "store a new table")));
        return new StoredColumns(id, program);
    }

    static ServiceFailure gone(String table) {
        return new ServiceFailure(Problem.notFound("table", table));
    }
}
