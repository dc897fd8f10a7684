package org.tallystick.node.bank;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.node.config.NodeConfig;
import org.tallystick.node.rest.Checks;
import org.tallystick.node.rest.NodeService;
import org.tallystick.node.rest.NodeService.Job;
import org.tallystick.node.rest.NodeService.JobStatus;
import org.tallystick.node.rest.NodeService.Model;
import org.tallystick.node.rest.NodeService.Outcome;
import org.tallystick.node.rest.NodeService.Plan;
import org.tallystick.node.rest.NodeService.ScoreRequest;
import org.tallystick.node.rest.NodeService.ScoreResult;
import org.tallystick.node.rest.Problem;
import org.tallystick.node.rest.ServiceFailure;
import org.tallystick.node.session.Governance;
import org.tallystick.node.session.Programs;
import org.tallystick.node.session.Refusal;
import org.tallystick.node.session.Refused;
import org.tallystick.node.session.Sessions;
import org.tallystick.node.storage.Activations;
import org.tallystick.node.storage.JobRows;
import org.tallystick.node.storage.Jobs;
import org.tallystick.node.storage.Requests;
import org.tallystick.node.storage.ShareStore;
import org.tallystick.node.storage.TrainingRecords;
import org.tallystick.program.Operation;

/** What a bank's node does for its REST callers. A request id is run once: retries get the stored answer. */
public final class BankService implements NodeService.Bank {
    private final NodeConfig config;
    private final Sessions sessions;
    private final Programs programs;
    private final ModelRegistry models;
    private final Outcomes outcomes;
    private final Scores scores;
    private final Records records;
    private final Repeats repeats;
    private final TableJobs tables;
    private final JobRunner runner;
    private final Trainings trainings;
    private final Evaluations evaluations;
    private final StockKeeper stock;

    /** The tables a bank keeps. */
    public record Records(
            Requests requests,
            Jobs jobs,
            Activations activations,
            TrainingRecords trainings,
            TrainingRecords evaluations) {}

    public BankService(
            NodeConfig config,
            Sessions sessions,
            Programs programs,
            ModelRegistry models,
            Records records,
            ShareStore shares,
            Governance governance,
            Function<List<String>, List<Optional<Map<String, String>>>> ownRows) {
        this.config = config;
        this.sessions = sessions;
        this.programs = programs;
        this.models = models;
        this.records = records;
        this.outcomes = new Outcomes(sessions);
        this.stock = new StockKeeper(
                config.garbled(),
                config.deadlines().receive(),
                StockSource.of(sessions.stocks()),
                models::all,
                Planning.ofThisMachine(),
                System::nanoTime);
        Scorer scorer = new Scorer(sessions, ownRows, stock);
        this.repeats = new Repeats(scorer, records.requests(), records.jobs(), governance, InstantSource.system());
        this.scores = new Scores(config, sessions, models, repeats, records.requests(), outcomes);
        Offers offers = new Offers(sessions, outcomes);
        this.evaluations = new Evaluations(new EvaluationTask.Parts(sessions, records.evaluations(), offers, ownRows));
        this.tables = new TableJobs(sessions, records.jobs(), shares, repeats, ownRows);
        this.trainings =
                new Trainings(sessions, models, records.trainings(), offers, id -> tables.columns(id, programs));
        this.runner = new JobRunner(records.jobs(), models, repeats, records.requests(), tables, outcomes::problem);
    }

    /** Takes up what was under way when the process ended. */
    public void resume() {
        models.load();
        records.jobs().unfinished().forEach(job -> runner.start(job.id()));
        trainings.resume();
        evaluations.resume();
        trainings.connected();
        if (config.policy().stock() > 0) {
            stock.start();
        }
    }

    /** Forgets the answers that an agreement lets nobody keep any longer. */
    public void dropOld() {
        Instant now = Instant.now();
        records.requests().drop(now);
        records.jobs().drop(now);
    }

    /** All nodes are connected, perhaps again. */
    public void connected() {
        trainings.connected();
    }

    /** Ends job runs at their next chunk, trainings and evaluations; they go on when the node starts again. */
    public void stop() {
        stock.close();
        runner.stop();
        trainings.close();
        evaluations.close();
    }

    /** The garbled stock of the active models. */
    public StockKeeper stock() {
        return stock;
    }

    // ---- scores

    @Override
    public List<ScoreResult> score(List<ScoreRequest> requests) {
        List<ScoreResult> results = scores.score(requests);
        if (requests.size() == 1 && results.getFirst().outcome() instanceof Outcome.Failed(Problem problem)) {
            throw new ServiceFailure(problem);
        }
        return results;
    }

    @Override
    public Plan plan(String model, int rows) {
        ActiveModel active = models.find(model).orElseThrow(() -> new ServiceFailure(Problem.unknownModel(model)));
        Computing.Choice choice = stock.plan(active, rows);
        return new Plan(model, rows, choice.how(), choice.reasons());
    }

    // ---- jobs

    @Override
    public Job createJob(String model, String purpose, JobRows rows) {
        check(model, rows.subjects());
        String id = sessions.newRequest();
        Jobs.Asked asked = asked(models.find(model).orElseThrow(), purpose);
        Jobs.Job job = records.jobs().create(id, new Jobs.Work.Subjects(), asked, rows, chunkRows(rows));
        runner.start(id);
        return view(job);
    }

    @Override
    public Job scoreTable(String model, String purpose, String table) {
        ActiveModel active = models.find(model).orElseThrow(() -> new ServiceFailure(Problem.unknownModel(model)));
        List<Integer> segments = tables.segments(table, active);
        String id = sessions.newRequest();
        Jobs.Work.ScoreTable work =
                new Jobs.Work.ScoreTable(table, active.digest().hex());
        Jobs.Job job = records.jobs().create(id, work, asked(active, purpose), segments);
        runner.start(id);
        return view(job);
    }

    @Override
    public Job storeTable(String model, String name, LocalDate asOf, JobRows rows) {
        List<String> subjects = rows.subjects();
        check(model, subjects);
        if (!models.find(model).orElseThrow().scoring().program().operations().stream()
                .anyMatch(
                        operation -> operation instanceof Operation.Input input && input.owner() != sessions.self())) {
            throw Checks.invalid("no agency has a column of the model", "score it without a table");
        }
        if (new HashSet<>(subjects).size() < subjects.size()) {
            throw Checks.invalid("a subject is there twice", "name each once");
        }
        String id = sessions.newRequest();
        Jobs.Job job = records.jobs()
                .create(
                        id,
                        new Jobs.Work.StoreTable(sessions.newRequest(), name, asOf),
                        new Jobs.Asked(model, "", Optional.empty()),
                        rows,
                        chunkRows(rows));
        runner.start(id);
        return view(job);
    }

    /** Results are forgotten when the agreement says so. */
    private Jobs.Asked asked(ActiveModel model, String purpose) {
        return new Jobs.Asked(
                model.name(),
                purpose,
                repeats.asked(model, purpose).map(asked -> asked.keeping().until(Instant.now())));
    }

    /** How many rows run together: with consents no more than one proposal to the nodes can have. */
    private int chunkRows(JobRows rows) {
        return Math.min(config.batching().jobChunk(), Scores.mostRows(rows.longestConsent()));
    }

    private void check(String model, List<String> subjects) {
        if (models.find(model).isEmpty()) {
            throw new ServiceFailure(Problem.unknownModel(model));
        }
        if (subjects.size() > config.limits().jobRows()) {
            throw new ServiceFailure(Problem.of(
                    Problem.Code.TOO_LARGE,
                    "a job of " + subjects.size() + " subjects; at most "
                            + config.limits().jobRows() + " are taken",
                    "split the job"));
        }
        for (int row = 0; row < subjects.size(); row++) {
            Optional<Problem> invalid = scores.invalid(subjects.get(row));
            if (invalid.isPresent()) {
                throw new ServiceFailure(invalid.get().with("row", row + 1));
            }
        }
    }

    @Override
    public Optional<Job> job(String id) {
        return records.jobs().find(id).map(BankService::view);
    }

    @Override
    public Optional<Stream<ScoreResult>> results(String job) {
        Optional<Jobs.Job> known = records.jobs().find(job);
        if (known.isEmpty()) {
            return Optional.empty();
        }
        switch (known.get().work()) {
            case Jobs.Work.StoreTable _ -> {
                return Optional.of(Stream.empty());
            }
            case Jobs.Work.ScoreTable _ -> {
                return Optional.of(records.jobs().finishedChunks(job).stream()
                        .flatMap(position -> tables.results(job, position).stream()));
            }
            case Jobs.Work.Subjects _ -> {}
        }
        return Optional.of(records.jobs().finishedChunks(job).stream().flatMap(position -> {
            List<Jobs.RowResult> rows = records.jobs().results(job, position).orElseThrow();
            List<ScoreResult> results = new ArrayList<>();
            for (int row = 0; row < rows.size(); row++) {
                Jobs.RowResult each = rows.get(row);
                Outcome outcome =
                        Answers.outcome(each.answer().or(each::problem).orElseThrow());
                results.add(new ScoreResult(JobRunner.request(job, position, row), each.subject(), outcome));
            }
            return results.stream();
        }));
    }

    private static Job view(Jobs.Job job) {
        Optional<String> table = switch (job.work()) {
            case Jobs.Work.Subjects _ -> Optional.empty();
            case Jobs.Work.StoreTable work -> Optional.of(work.table());
            case Jobs.Work.ScoreTable work -> Optional.of(work.table());
        };
        return new Job(
                job.id(),
                table,
                job.model(),
                job.purpose(),
                JobStatus.valueOf(job.status().name()),
                job.rows(),
                job.done(),
                job.failed(),
                job.createdAt(),
                job.changedAt(),
                job.problem().map(text -> Problem.of(Problem.Code.RUN_ABORTED, text, "settle it and start a new job")));
    }

    // ---- models

    @Override
    public List<Model> models() {
        return models.all().stream().map(this::view).toList();
    }

    @Override
    public Model activate(byte[] document) {
        try {
            return view(models.activate(document, sessions, programs));
        } catch (Refused e) {
            Problem problem = outcomes.problem(e).orElseThrow();
            boolean approval = e.refusal().reason() == Refusal.Reason.PROGRAM_NOT_APPROVED;
            throw new ServiceFailure(
                    approval ? problem.with("program", models.program(document).hex()) : problem);
        } catch (ProtocolAbort e) {
            throw new ServiceFailure(outcomes.problem(e).orElseThrow(), e);
        }
    }

    // ---- trainings

    @Override
    public String train(JsonNode request) {
        return trainings.start(request);
    }

    @Override
    public ObjectNode offerTraining(JsonNode request) {
        return trainings.offer(request);
    }

    @Override
    public Optional<ObjectNode> training(String id) {
        return trainings.find(id);
    }

    @Override
    public List<ObjectNode> trainings(int limit) {
        return trainings.latest(limit);
    }

    @Override
    public Optional<ObjectNode> stopTraining(String id) {
        return trainings.stop(id);
    }

    @Override
    public String evaluate(JsonNode request) {
        return evaluations.start(request);
    }

    @Override
    public ObjectNode offerEvaluation(JsonNode request) {
        return evaluations.offer(request);
    }

    @Override
    public Optional<ObjectNode> evaluation(String id) {
        return evaluations.find(id);
    }

    private Model view(ActiveModel model) {
        return new Model(
                model.name(),
                model.program().hex(),
                model.digest().hex(),
                model.scoring().output(),
                model.activatedAt());
    }
}
