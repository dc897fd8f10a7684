package org.tallystick.node.bank;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.models.InvalidModel;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.rest.Problem;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.PlanOffer;
import org.tallystick.node.session.Proposal;
import org.tallystick.node.session.Refusal;
import org.tallystick.node.session.Refused;
import org.tallystick.node.session.Sessions;
import org.tallystick.node.storage.TrainingRecords;
import org.tallystick.node.storage.TrainingRecords.Status;
import org.tallystick.program.ColumnRule;
import org.tallystick.program.ModelRejected;
import org.tallystick.program.Program;

/**
 * One training from its first proposal to its end. When nodes go away it waits for them and goes on from the last step
 * that all have; each interruption lets a dishonest node look again at one more opened loss, so there are only so many.
 */
final class TrainingTask implements Sessions.TrainingListener {
    private static final Logger LOG = LoggerFactory.getLogger(TrainingTask.class);

    /** Proposals of one training that were under way when they broke off. */
    private static final int MOST_BREAKS = 12;

    /** Of these, such as reveal counts again since nothing was kept of what came before. */
    private static final int MOST_BEGINNINGS = 3;

    private static final int FAILED_CHECKS = 2;

    private static final Set<Refusal.Reason> PASSING =
            Set.of(Refusal.Reason.BUSY, Refusal.Reason.EPOCH, Refusal.Reason.STORAGE);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);

    /** While nodes are away: looking for them is free. */
    private static final Duration AWAY_PAUSE = Duration.ofMillis(500);

    private final String id;
    private final Trainings.Request request;
    private final Parts parts;

    // Guarded by this.
    private final SortedMap<Integer, Double> losses = new TreeMap<>();
    private int step;
    private int steps;
    private boolean stopped;
    private boolean resting;

    // Of the worker alone.
    private Optional<Hash> origin = Optional.empty();
    private int beginnings;
    private int checks;
    private boolean proposed;
    private boolean ended;
    private Optional<Storing> storing = Optional.empty();

    private record Storing(Hash hash, Program program) {}

    /** What a training needs of the bank. */
    record Parts(Sessions sessions, ModelRegistry models, TrainingRecords table, Offers offers) {}

    TrainingTask(String id, Trainings.Request request, Parts parts) {
        this.id = id;
        this.request = request;
        this.parts = parts;
    }

    /** Runs to its end, or until it rests; {@code from} is the proposal that began it, if one did. */
    void run(Optional<Hash> from) {
        origin = from;
        Duration pause = FIRST_PAUSE;
        int breaks = 0;
        while (!ended && !isOver()) {
            proposed = false;
            int before = step();
            try {
                parts.sessions().train(request.plan(), proposal(), this);
            } catch (ProtocolAbort | Refused e) {
                // Waiting for nodes that are away costs nothing, so it may take as long as it takes.
                breaks += proposed ? 1 : 0;
                if (ended || isOver()) {
                    return;
                }
                if (breaks >= MOST_BREAKS || !mayGoOn(e)) {
                    fail(parts.offers().problem(e, new PlanOffer.OfTraining(request.plan())));
                    return;
                }
                LOG.info("training {} will go on: {}", id, e.getMessage());
                pause = step() > before ? FIRST_PAUSE : pause;
                pause = pause(proposed || pause.compareTo(AWAY_PAUSE) < 0 ? pause : AWAY_PAUSE);
            } catch (NodeFailure e) {
                throw e;
            } catch (RuntimeException | OutOfMemoryError e) {
                if (!ended) {
                    fail(problem(e));
                }
                return;
            } finally {
                storing.ifPresent(
                        each -> parts.models().stored(request.name(), each.hash(), each.program(), Optional.empty()));
                storing = Optional.empty();
            }
        }
    }

    private synchronized int step() {
        return step;
    }

    private Proposal.Train proposal() {
        return new Proposal.Train(request.plan().encoding(), request.learning(), request.testing(), id, origin);
    }

    private boolean mayGoOn(RuntimeException e) {
        if (e instanceof Refused refused) {
            if (refused.refusal().reason() == Refusal.Reason.CHECKPOINT && origin.isPresent()) {
                // Some nodes may have one still.
                parts.sessions().trainingsOver(origin.stream().toList());
                origin = Optional.empty();
                parts.table().restarted(id);
                return beginnings < MOST_BEGINNINGS;
            }
            return PASSING.contains(refused.refusal().reason());
        }
        return switch (((ProtocolAbort) e).reason()) {
            case MALFORMED -> false;
            case CHECK_FAILED -> ++checks < FAILED_CHECKS;
            default -> true;
        };
    }

    /** Whether it has been stopped, or rests until the node starts again. */
    private synchronized boolean isOver() {
        if (stopped) {
            end(Status.STOPPED, state());
        }
        return stopped || resting;
    }

    private synchronized Duration pause(Duration length) {
        try {
            long end = System.nanoTime() + length.toNanos();
            for (long left = length.toMillis(); left > 0 && !stopped && !resting; ) {
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
            case ModelRejected rejected ->
                Problem.modelRejected(
                        "a learnt weight is beyond its bound; use a penalty, or leave out columns that repeat each"
                                + " other");
            case InvalidModel invalid -> Problem.modelRejected(invalid.getMessage());
            case OutOfMemoryError _ ->
                Problem.of(
                        Problem.Code.TOO_LARGE,
                        "the training does not fit this node's memory",
                        "learn from fewer rows or columns, or give the nodes more memory");
            default -> {
                LOG.error("training {} failed", id, e);
                yield Problem.of(Problem.Code.INTERNAL, "the training failed at the bank's node", "look at its log");
            }
        };
    }

    private void fail(Problem problem) {
        LOG.warn("training {} failed: {}", id, problem.detail());
        end(Status.FAILED, failed(state(), problem));
    }

    static ObjectNode failed(ObjectNode state, Problem problem) {
        state.putObject("problem")
                .put("code", problem.code().id())
                .put("detail", problem.detail())
                .put("remedy", problem.remedy());
        return state;
    }

    /** For good; nodes that are away are told when they are back. */
    private void end(Status status, ObjectNode state) {
        parts.table().end(id, status, Trainings.bytes(state));
        parts.sessions().trainingsOver(origin.stream().toList());
    }

    // ---- from other threads

    /** Ends it for good. */
    void stop() {
        synchronized (this) {
            stopped = true;
            notifyAll();
        }
        parts.sessions().stopTraining(id);
    }

    /** Ends it until the node starts again. */
    void rest() {
        synchronized (this) {
            resting = true;
            notifyAll();
        }
        parts.sessions().stopTraining(id);
    }

    /** How far it has come. */
    synchronized ObjectNode state() {
        ObjectNode json =
                JsonNodeFactory.instance.objectNode().put("step", step).put("steps", steps);
        var array = json.putArray("losses");
        losses.forEach((at, loss) -> array.addObject().put("step", at).put("loss", loss));
        return json;
    }

    static ObjectNode nothingYet() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("step", 0).put("steps", 0);
        json.putArray("losses");
        return json;
    }

    // ---- as it goes

    @Override
    public void proposed(Hash began) {
        proposed = true;
        beginnings += origin.isPresent() ? 0 : 1;
        origin = Optional.of(began);
        parts.table().proposed(id, began.bytes());
    }

    @Override
    public synchronized void done(int done, int all, OptionalDouble loss) {
        step = done;
        steps = all;
        loss.ifPresent(value -> losses.put(done, value));
        if (stopped || resting) {
            throw new ProtocolAbort(ProtocolAbort.Reason.STOPPED, "the training was stopped");
        }
    }

    @Override
    public void storing(Hash programHash, Program program) {
        storing = Optional.of(new Storing(programHash, program));
        parts.models().storing(request.name(), programHash);
    }

    @Override
    public void ended(Sessions.Trained trained) {
        ObjectNode state = state();
        state.set("result", TrainingResult.json(request.name(), trained));
        parts.table().end(id, Status.DONE, Trainings.bytes(state));
        ended = true;
        storing.ifPresent(each -> parts.models()
                .stored(
                        request.name(),
                        each.hash(),
                        each.program(),
                        trained.model().map(model -> model.digest())));
        storing = Optional.empty();
    }
}
