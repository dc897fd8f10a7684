package org.tallystick.node.bank;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.config.Role;
import org.tallystick.node.rest.Problem;
import org.tallystick.node.session.PlanOffer;
import org.tallystick.node.session.Proposal;
import org.tallystick.node.session.Refusal;
import org.tallystick.node.session.Refused;
import org.tallystick.node.session.RunReport;
import org.tallystick.node.session.Sessions;
import org.tallystick.node.storage.TrainingRecords;
import org.tallystick.node.storage.TrainingRecords.Status;
import org.tallystick.program.ColumnRule;
import org.tallystick.program.ModelRejected;
import org.tallystick.training.ModelEvaluation;
import org.tallystick.training.TooFewOfAKind;

/**
 * One evaluation from its first proposal to its end. When nodes go away it waits for them and proposes anew; nothing of
 * the result leaves before all is computed, so what breaks off has told nobody anything.
 */
final class EvaluationTask {
    private static final Logger LOG = LoggerFactory.getLogger(EvaluationTask.class);

    /** Proposals of one evaluation that broke off. */
    private static final int MOST_BREAKS = 12;

    private static final Set<Refusal.Reason> PASSING =
            Set.of(Refusal.Reason.BUSY, Refusal.Reason.EPOCH, Refusal.Reason.STORAGE);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);

    /** While nodes are away: looking for them is free. */
    private static final Duration AWAY_PAUSE = Duration.ofMillis(500);

    private final String id;
    private final Evaluations.Request request;
    private final Parts parts;

    // Guarded by this.
    private int step;
    private int steps;
    private boolean resting;

    /** What an evaluation needs of the bank. */
    record Parts(
            Sessions sessions,
            TrainingRecords table,
            Offers offers,
            Function<List<String>, List<Optional<Map<String, String>>>> ownRows) {}

    EvaluationTask(String id, Evaluations.Request request, Parts parts) {
        this.id = id;
        this.request = request;
        this.parts = parts;
    }

    /** Runs to its end, or until it rests. */
    void run() {
        Duration pause = FIRST_PAUSE;
        int breaks = 0;
        while (!isResting()) {
            if (!parts.sessions().missing().isEmpty()) {
                // It may take as long as it takes.
                pause(AWAY_PAUSE);
                continue;
            }
            try {
                attempt();
                return;
            } catch (ProtocolAbort | Refused e) {
                if (++breaks >= MOST_BREAKS || !mayBeAgain(e)) {
                    fail(parts.offers().problem(e, new PlanOffer.OfEvaluation(request.plan())));
                    return;
                }
                LOG.info("evaluation {} is proposed again: {}", id, e.getMessage());
                pause = pause(pause);
            } catch (NodeFailure e) {
                throw e;
            } catch (RuntimeException | OutOfMemoryError e) {
                fail(problem(e));
                return;
            }
        }
    }

    private void attempt() {
        ModelEvaluation.Own own = own();
        Proposal.Evaluate evaluate = new Proposal.Evaluate(request.plan().encoding(), request.subjects(), id);
        Sessions.Evaluated evaluated = parts.sessions().evaluate(request.plan(), evaluate, own, this::done);
        ObjectNode state = state();
        state.set("result", json(evaluated));
        parts.table().end(id, Status.DONE, Trainings.bytes(state));
    }

    private ModelEvaluation.Own own() {
        List<Optional<Map<String, String>>> rows = parts.ownRows().apply(request.subjects());
        long[] labels = ModelEvaluation.labels(request.plan(), rows);
        long[] columns = request.model().compiled().encoder(Role.BANK.id()).encode(rows);
        Map<String, long[]> numbers = request.model().compiled().storedValues();
        return new ModelEvaluation.Own(List.of(columns), Optional.of(new ModelEvaluation.Secrets(labels, numbers)));
    }

    private static ObjectNode json(Sessions.Evaluated evaluated) {
        ObjectNode json = TrainingResult.metrics(evaluated.result());
        var deciles = json.putArray("deciles");
        for (long[] decile : evaluated.result().worst()) {
            deciles.addObject().put("rows", decile[0]).put("bad", decile[1]);
        }
        RunReport report = evaluated.report();
        return json.put("session", evaluated.proposal().hex())
                .put("rounds", report.rounds())
                .put("milliseconds", report.nanos() / 1e6)
                .put("bytesSent", Arrays.stream(report.sent()).sum());
    }

    private static boolean mayBeAgain(RuntimeException e) {
        return e instanceof Refused refused
                ? PASSING.contains(refused.refusal().reason())
                : ((ProtocolAbort) e).reason() != ProtocolAbort.Reason.MALFORMED;
    }

    /** Waits, and returns how long to wait the next time. */
    private synchronized Duration pause(Duration length) {
        try {
            long end = System.nanoTime() + length.toNanos();
            for (long left = length.toMillis(); left > 0 && !resting; ) {
                wait(left);
                left = (end - System.nanoTime()) / 1_000_000;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            resting = true;
        }
        Duration next = length.multipliedBy(2);
        return next.compareTo(LONGEST_PAUSE) < 0 ? next : LONGEST_PAUSE;
    }

    private Problem problem(Throwable e) {
        return switch (e) {
            case ColumnRule.BadValue bad -> Problem.unusableRow(bad.getMessage());
            case ModelRejected rejected -> Problem.modelRejected(rejected.getMessage());
            case TooFewOfAKind few ->
                Problem.of(Problem.Code.INVALID_REQUEST, few.getMessage(), "judge by more rows of both kinds");
            case OutOfMemoryError _ ->
                Problem.of(
                        Problem.Code.TOO_LARGE,
                        "the evaluation does not fit this node's memory",
                        "judge by fewer rows, or give the nodes more memory");
            default -> {
                LOG.error("evaluation {} failed", id, e);
                yield Problem.of(Problem.Code.INTERNAL, "the evaluation failed at the bank's node", "look at its log");
            }
        };
    }

    private void fail(Problem problem) {
        LOG.warn("evaluation {} failed: {}", id, problem.detail());
        ObjectNode state = state();
        state.putObject("problem")
                .put("code", problem.code().id())
                .put("detail", problem.detail())
                .put("remedy", problem.remedy());
        parts.table().end(id, Status.FAILED, Trainings.bytes(state));
    }

    private synchronized void done(int done, int all) {
        step = done;
        steps = all;
    }

    private synchronized boolean isResting() {
        return resting;
    }

    /** Ends it, at its next proposal, until the node starts again. */
    synchronized void rest() {
        resting = true;
        notifyAll();
    }

    /** How far it has come. */
    synchronized ObjectNode state() {
        return JsonNodeFactory.instance.objectNode().put("step", step).put("steps", steps);
    }

    static ObjectNode nothingYet() {
        return JsonNodeFactory.instance.objectNode().put("step", 0).put("steps", 0);
    }
}
