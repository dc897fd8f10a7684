package org.tallystick.node.bank;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.models.CreditCode;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.config.NodeConfig;
import org.tallystick.node.config.Role;
import org.tallystick.node.rest.NodeService;
import org.tallystick.node.rest.NodeService.Job;
import org.tallystick.node.rest.NodeService.JobStatus;
import org.tallystick.node.rest.NodeService.Model;
import org.tallystick.node.rest.NodeService.Outcome;
import org.tallystick.node.rest.NodeService.ScoreRequest;
import org.tallystick.node.rest.NodeService.ScoreResult;
import org.tallystick.node.rest.Problem;
import org.tallystick.node.rest.ServiceFailure;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Programs;
import org.tallystick.node.session.Proposal;
import org.tallystick.node.session.Refusal;
import org.tallystick.node.session.Refused;
import org.tallystick.node.session.Sessions;
import org.tallystick.node.storage.Activations;
import org.tallystick.node.storage.Jobs;
import org.tallystick.node.storage.Requests;

/** What a bank's node does for its REST callers. A request id is run once: retries get the stored answer. */
public final class BankService implements NodeService.Bank {
    private static final Logger LOG = LoggerFactory.getLogger(BankService.class);
    private static final int REQUEST_BYTES = 16;
    private static final int MOST_BATCHERS = 1000;

    private final NodeConfig config;
    private final Sessions sessions;
    private final Programs programs;
    private final ModelRegistry models;
    private final Scorer scorer;
    private final Records records;
    private final JobRunner runner;
    private final Map<BatchKey, Batcher<Proposal.Row, Scorer.Outcome>> batchers = new ConcurrentHashMap<>();

    /** The tables a bank keeps. */
    public record Records(Requests requests, Jobs jobs, Activations activations) {}

    private record BatchKey(ActiveModel model, String purpose) {}

    public BankService(
            NodeConfig config,
            Sessions sessions,
            Programs programs,
            ModelRegistry models,
            Records records,
            Function<List<String>, List<Optional<Map<String, String>>>> ownRows) {
        this.config = config;
        this.sessions = sessions;
        this.programs = programs;
        this.models = models;
        this.records = records;
        this.scorer = new Scorer(sessions, ownRows);
        this.runner = new JobRunner(records.jobs(), models, scorer, this::problem);
    }

    /** Takes up what was under way when the process ended. */
    public void resume() {
        models.load();
        records.requests().failInterrupted();
        records.jobs().unfinished().forEach(job -> runner.start(job.id()));
    }

    /** Ends job runs at their next chunk; they go on when the node starts again. */
    public void stop() {
        runner.stop();
    }

    // ---- scores

    @Override
    public List<ScoreResult> score(List<ScoreRequest> requests) {
        Map<BatchKey, List<Integer>> groups = new LinkedHashMap<>();
        ScoreResult[] results = new ScoreResult[requests.size()];
        List<String> ids = new ArrayList<>();
        try {
            begin(requests, ids, groups, results);
            for (var each = groups.entrySet().iterator(); each.hasNext(); each.remove()) {
                var group = each.next();
                scoreGroup(group.getKey(), group.getValue(), ids, requests, results);
            }
        } catch (RuntimeException e) {
            giveBack(
                    groups.values().stream().flatMap(List::stream).map(ids::get).toList(), e);
            throw e;
        }
        if (requests.size() == 1 && results[0].outcome() instanceof Outcome.Failed(Problem problem)) {
            throw new ServiceFailure(problem);
        }
        return List.of(results);
    }

    /** What was begun and has not come to an end may be asked for again. */
    private void giveBack(List<String> begun, RuntimeException reason) {
        try {
            records.requests().fail(begun);
        } catch (RuntimeException e) {
            reason.addSuppressed(e);
        }
    }

    private void begin(
            List<ScoreRequest> requests, List<String> ids, Map<BatchKey, List<Integer>> groups, ScoreResult[] results) {
        for (int k = 0; k < requests.size(); k++) {
            ScoreRequest request = requests.get(k);
            ids.add(request.requestId().orElseGet(sessions::newRequest));
            Optional<Outcome> early = early(ids.get(k), request);
            if (early.isPresent()) {
                results[k] = new ScoreResult(ids.get(k), request.subject(), early.get());
            } else {
                ActiveModel model = models.find(request.model()).orElseThrow();
                groups.computeIfAbsent(new BatchKey(model, request.purpose()), key -> new ArrayList<>())
                        .add(k);
            }
        }
    }

    /** What can be said without a run: a bad request, or the stored answer of a retry. */
    private Optional<Outcome> early(String id, ScoreRequest request) {
        Optional<Problem> invalid = invalid(request.subject());
        if (invalid.isPresent()) {
            return invalid.map(Outcome.Failed::new);
        }
        if (models.find(request.model()).isEmpty()) {
            return Optional.of(new Outcome.Failed(Problem.unknownModel(request.model())));
        }
        String asked = request.model() + " for " + request.purpose();
        return switch (records.requests().begin(id, request.subject(), asked)) {
            case Requests.Begun.Run run -> Optional.empty();
            case Requests.Begun.Running running -> Optional.of(new Outcome.Failed(Problem.busy()));
            case Requests.Begun.Answered answered -> Optional.of(Answers.outcome(answered.answer()));
            case Requests.Begun.Conflict conflict -> Optional.of(new Outcome.Failed(Problem.conflict(id)));
        };
    }

    private Optional<Problem> invalid(String subject) {
        return config.data().idKind() == NodeConfig.IdKind.CREDIT_CODE
                ? CreditCode.problem(subject).map(Problem::invalidSubject)
                : Optional.empty();
    }

    private void scoreGroup(
            BatchKey key, List<Integer> members, List<String> ids, List<ScoreRequest> requests, ScoreResult[] results) {
        List<Proposal.Row> rows = new ArrayList<>();
        for (int member : members) {
            rows.add(new Proposal.Row(
                    wireRequest(ids.get(member)), requests.get(member).subject()));
        }
        List<Outcome> outcomes = new ArrayList<>();
        try {
            if (rows.size() == 1) {
                outcomes.add(outcome(batcher(key).submit(rows.getFirst())));
            } else {
                for (int from = 0; from < rows.size(); from += config.batching().maxRows()) {
                    int to = Math.min(rows.size(), from + config.batching().maxRows());
                    scorer.score(key.model(), key.purpose(), rows.subList(from, to))
                            .outcomes()
                            .forEach(outcome -> outcomes.add(outcome(outcome)));
                }
            }
        } catch (RuntimeException e) {
            Problem problem = problem(e).orElseThrow(() -> e);
            while (outcomes.size() < rows.size()) {
                outcomes.add(new Outcome.Failed(problem));
            }
        }
        Map<String, String> answered = new HashMap<>();
        List<String> failed = new ArrayList<>();
        for (int k = 0; k < members.size(); k++) {
            String id = ids.get(members.get(k));
            results[members.get(k)] =
                    new ScoreResult(id, requests.get(members.get(k)).subject(), outcomes.get(k));
            if (outcomes.get(k) instanceof Outcome.Answered) {
                answered.put(id, Answers.text(outcomes.get(k)));
            } else {
                failed.add(id);
            }
        }
        if (!answered.isEmpty()) {
            records.requests().finish(answered);
        }
        if (!failed.isEmpty()) {
            records.requests().fail(failed);
        }
    }

    private Batcher<Proposal.Row, Scorer.Outcome> batcher(BatchKey key) {
        if (batchers.size() >= MOST_BATCHERS) {
            // Purposes are free text. Those in use end well without the map: their callers hold them.
            batchers.clear();
        }
        return batchers.computeIfAbsent(
                key,
                made -> new Batcher<>(
                        config.batching().maxRows(),
                        config.batching().maxRuns(),
                        config.batching().window(),
                        rows -> scorer.score(made.model(), made.purpose(), rows).outcomes()));
    }

    /** The id under which the other nodes know a request, whatever its caller calls it: 16 bytes in hexadecimal. */
    static String wireRequest(String id) {
        byte[] hash = Hash.over("tallystick/request/1", id.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .bytes();
        return HexFormat.of().formatHex(Arrays.copyOf(hash, REQUEST_BYTES));
    }

    static Outcome outcome(Scorer.Outcome outcome) {
        return switch (outcome) {
            case Scorer.Outcome.Answered answered ->
                new Outcome.Answered(
                        Answers.of(answered.answer()), answered.proposal().hex());
            case Scorer.Outcome.Unknown unknown -> new Outcome.Failed(Problem.unknownSubject());
            case Scorer.Outcome.Unusable unusable -> new Outcome.Failed(Problem.unusableRow(unusable.problem()));
            case Scorer.Outcome.RowRefused refused ->
                new Outcome.Failed(
                        Problem.refused(role(refused.party()), "ROWS", "the row cannot be used there", List.of()));
        };
    }

    /** What a failed run means to a caller; empty for defects. */
    private Optional<Problem> problem(RuntimeException failure) {
        return switch (failure) {
            case Refused refused ->
                Optional.of(Problem.refused(
                        role(refused.party()),
                        refused.refusal().reason().name(),
                        refused.refusal().reason().meaning(),
                        refused.refusal().rows()));
            case ProtocolAbort abort
            when abort.reason() == ProtocolAbort.Reason.PEER_LOST ->
                Optional.of(Problem.notReady(
                        sessions.missing().stream().map(BankService::role).toList()));
            case ProtocolAbort abort -> Optional.of(Problem.runAborted(abort.getMessage()));
            case ServiceFailure service -> Optional.of(service.problem());
            case NodeFailure own -> {
                // The bank's own disk or database: its operator reads how to mend it, callers do not.
                LOG.error("{}", own.getMessage());
                yield Optional.of(Problem.storageUnavailable());
            }
            default -> Optional.empty();
        };
    }

    private static String role(int party) {
        return Role.values()[party].id();
    }

    // ---- jobs

    @Override
    public Job createJob(String model, String purpose, List<String> subjects) {
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
            Optional<Problem> invalid = invalid(subjects.get(row));
            if (invalid.isPresent()) {
                throw new ServiceFailure(invalid.get().with("row", row + 1));
            }
        }
        String id = sessions.newRequest();
        Jobs.Job job = records.jobs()
                .create(id, model, purpose, subjects, config.batching().jobChunk());
        runner.start(id);
        return view(job);
    }

    @Override
    public Optional<Job> job(String id) {
        return records.jobs().find(id).map(BankService::view);
    }

    @Override
    public Optional<Stream<ScoreResult>> results(String job) {
        if (records.jobs().find(job).isEmpty()) {
            return Optional.empty();
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
        return new Job(
                job.id(),
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
            Problem problem = problem(e).orElseThrow();
            boolean approval = e.refusal().reason() == Refusal.Reason.PROGRAM_NOT_APPROVED;
            throw new ServiceFailure(
                    approval ? problem.with("program", models.program(document).hex()) : problem);
        } catch (ProtocolAbort e) {
            throw new ServiceFailure(problem(e).orElseThrow(), e);
        }
    }

    private Model view(ActiveModel model) {
        String output = switch (model.compiled().model().output()) {
            case org.tallystick.models.Output.Band band -> "band";
            case org.tallystick.models.Output.Points points -> "points";
            case org.tallystick.models.Output.Pd pd -> "pd";
        };
        return new Model(model.name(), model.program().hex(), model.digest().hex(), output, model.activatedAt());
    }
}
