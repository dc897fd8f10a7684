package org.tallystick.node.bank;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.tallystick.models.CreditCode;
import org.tallystick.node.config.NodeConfig;
import org.tallystick.node.rest.NodeService.How;
import org.tallystick.node.rest.NodeService.Outcome;
import org.tallystick.node.rest.NodeService.ScoreRequest;
import org.tallystick.node.rest.NodeService.ScoreResult;
import org.tallystick.node.rest.Problem;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Proposal;
import org.tallystick.node.session.Sessions;
import org.tallystick.node.storage.Requests;

/**
 * Scores as callers ask for them, one or several at a time. A request id is run once: retries get the stored answer.
 * Single requests of many callers that ask the same model for the same purpose run together ({@link Batcher}).
 */
final class Scores {
    private static final int REQUEST_BYTES = 16;
    private static final int MOST_BATCHERS = 1000;

    /** For so long a request waits for the end of another about the same subject. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** When it looks again first. Each look may be a proposal that all nodes put on record: pauses become longer. */
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);

    /** Of the rows of a proposal: what nodes take as one message is 4 MiB. */
    private static final int PROPOSAL_BYTES = 3 << 20;

    /** A row at most, its consent apart. */
    private static final int ROW_BYTES = 240;

    private final NodeConfig config;
    private final Sessions sessions;
    private final ModelRegistry models;
    private final Repeats repeats;
    private final Requests requests;
    private final Outcomes outcomes;
    private final Map<BatchKey, Batcher<Asked, Outcome>> batchers = new ConcurrentHashMap<>();

    private record BatchKey(ActiveModel model, String purpose, Optional<How> force) {}

    /** A request that was begun, by its caller's id, and as the other nodes see it. */
    private record Asked(String id, Proposal.Row row) {}

    Scores(
            NodeConfig config,
            Sessions sessions,
            ModelRegistry models,
            Repeats repeats,
            Requests requests,
            Outcomes outcomes) {
        this.config = config;
        this.sessions = sessions;
        this.models = models;
        this.repeats = repeats;
        this.requests = requests;
        this.outcomes = outcomes;
    }

    /** One result a request, in order. */
    List<ScoreResult> score(List<ScoreRequest> asked) {
        Map<BatchKey, Map<Integer, Asked>> groups = new LinkedHashMap<>();
        ScoreResult[] results = new ScoreResult[asked.size()];
        List<String> begun = new ArrayList<>();
        try {
            for (int k = 0; k < asked.size(); k++) {
                begin(k, asked.get(k), groups, results, begun);
            }
            groups.forEach((key, members) -> {
                List<Outcome> found = run(key, List.copyOf(members.values()));
                int k = 0;
                for (var member : members.entrySet()) {
                    results[member.getKey()] = new ScoreResult(
                            member.getValue().id(), member.getValue().row().subject(), found.get(k++));
                }
            });
        } catch (RuntimeException e) {
            giveBack(begun, e);
            throw e;
        }
        return List.of(results);
    }

    /** What was begun and has not come to an end may be asked for again. */
    private void giveBack(List<String> begun, RuntimeException reason) {
        try {
            requests.end(Map.of(), begun);
        } catch (RuntimeException e) {
            reason.addSuppressed(e);
        }
    }

    private void begin(
            int position,
            ScoreRequest request,
            Map<BatchKey, Map<Integer, Asked>> groups,
            ScoreResult[] results,
            List<String> begun) {
        String id = request.requestId().orElseGet(sessions::newRequest);
        Optional<ActiveModel> model = models.find(request.model());
        Optional<Outcome> early = invalid(request.subject())
                .or(() -> model.isPresent() ? Optional.empty() : Optional.of(Problem.unknownModel(request.model())))
                .map(Outcome.Failed::new);
        if (early.isEmpty()) {
            early = recorded(id, request);
        }
        if (early.isPresent()) {
            results[position] = new ScoreResult(id, request.subject(), early.get());
            return;
        }
        begun.add(id);
        BatchKey batch = new BatchKey(model.orElseThrow(), request.purpose(), request.force());
        Proposal.Row row = new Proposal.Row(
                wireRequest(id), request.subject(), request.consent().orElse(""));
        groups.computeIfAbsent(batch, key -> new LinkedHashMap<>()).put(position, new Asked(id, row));
    }

    /** A subject that cannot be one. */
    Optional<Problem> invalid(String subject) {
        return config.data().idKind() == NodeConfig.IdKind.CREDIT_CODE
                ? CreditCode.problem(subject).map(Problem::invalidSubject)
                : Optional.empty();
    }

    /** Records that a request was begun; the outcome of one that is not to be run. */
    private Optional<Outcome> recorded(String id, ScoreRequest request) {
        String asked = Repeats.named(request.model(), request.purpose());
        Requests.Begun state = request.requestId().isPresent()
                ? requests.begin(id, request.subject(), asked)
                : requests.beginNew(id, request.subject(), asked);
        return switch (state) {
            case Requests.Begun.Run run -> Optional.empty();
            case Requests.Begun.Running running -> Optional.of(new Outcome.Failed(Problem.busy()));
            case Requests.Begun.Answered answered -> Optional.of(Answers.outcome(answered.answer()));
            case Requests.Begun.Conflict conflict -> Optional.of(new Outcome.Failed(Problem.conflict(id)));
        };
    }

    /** One outcome each, in order. What waits for the end of another request about its subject is asked again. */
    private List<Outcome> run(BatchKey key, List<Asked> members) {
        List<Outcome> found = new ArrayList<>(ask(key, members));
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Backoff backoff = new Backoff(FIRST_PAUSE, PATIENCE);
        List<Integer> waiting = underWay(found);
        while (!waiting.isEmpty() && System.nanoTime() - deadline < 0) {
            backoff.pause();
            List<Outcome> again = ask(key, waiting.stream().map(members::get).toList());
            for (int k = 0; k < again.size(); k++) {
                found.set(waiting.get(k), again.get(k));
            }
            waiting = underWay(found);
        }
        if (!waiting.isEmpty()) {
            requests.end(
                    Map.of(), waiting.stream().map(k -> members.get(k).id()).toList());
        }
        return found;
    }

    private static List<Integer> underWay(List<Outcome> found) {
        return IntStream.range(0, found.size())
                .filter(k -> Outcomes.isUnderWay(found.get(k)))
                .boxed()
                .toList();
    }

    private List<Outcome> ask(BatchKey key, List<Asked> members) {
        return members.size() == 1 ? List.of(batcher(key).submit(members.getFirst())) : inParts(key, members);
    }

    private List<Outcome> inParts(BatchKey key, List<Asked> members) {
        int consent = members.stream()
                .mapToInt(member -> member.row().consent().length())
                .max()
                .orElse(0);
        int most = Math.min(config.batching().maxRows(), mostRows(consent));
        List<Outcome> found = new ArrayList<>();
        for (int from = 0; from < members.size(); from += most) {
            found.addAll(execute(key, members.subList(from, Math.min(members.size(), from + most))));
        }
        return found;
    }

    /** How many rows with consents of at most this length one proposal can have; as many as any without consents. */
    static int mostRows(int consent) {
        return consent == 0 ? Integer.MAX_VALUE : PROPOSAL_BYTES / (ROW_BYTES + consent);
    }

    private Batcher<Asked, Outcome> batcher(BatchKey key) {
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
                        batch -> inParts(made, batch)));
    }

    /**
     * Answers a batch, from the record what was answered before, and records what came of it: the records of all its
     * rows are one write. What is under way elsewhere stays begun.
     */
    private List<Outcome> execute(BatchKey key, List<Asked> batch) {
        List<Proposal.Row> rows = batch.stream().map(Asked::row).toList();
        return repeats.answer(
                key.model(), key.purpose(), rows, open -> computed(key, open), results -> record(batch, results));
    }

    private List<Outcome> record(List<Asked> batch, List<Repeats.Result> results) {
        List<Outcome> found = new ArrayList<>();
        Map<String, Requests.Given> answered = new HashMap<>();
        List<String> failed = new ArrayList<>();
        for (int row = 0; row < batch.size(); row++) {
            Repeats.Result result = results.get(row);
            found.add(result.outcome());
            if (result.outcome() instanceof Outcome.Answered) {
                answered.put(batch.get(row).id(), new Requests.Given(Answers.text(result.outcome()), result.kept()));
            } else if (!Outcomes.isUnderWay(result.outcome())) {
                failed.add(batch.get(row).id());
            }
        }
        requests.end(answered, failed);
        return found;
    }

    private List<Repeats.Result> computed(BatchKey key, List<Proposal.Row> rows) {
        try {
            return repeats.compute(key.model(), key.purpose(), rows, key.force());
        } catch (RuntimeException e) {
            Problem problem = outcomes.problem(e).orElseThrow(() -> e);
            return Collections.nCopies(rows.size(), new Repeats.Result(new Outcome.Failed(problem), Optional.empty()));
        }
    }

    /** The id under which the other nodes know a request, whatever its caller calls it: 16 bytes in hexadecimal. */
    static String wireRequest(String id) {
        byte[] hash = Hash.over("tallystick/request/1", id.getBytes(StandardCharsets.UTF_8))
                .bytes();
        return HexFormat.of().formatHex(Arrays.copyOf(hash, REQUEST_BYTES));
    }
}
