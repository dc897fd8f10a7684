package org.tallystick.node.bank;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.models.Learning;
import org.tallystick.node.config.Role;
import org.tallystick.node.rest.Problem;
import org.tallystick.node.rest.ServiceFailure;
import org.tallystick.node.session.Sessions;
import org.tallystick.program.ColumnRule;
import org.tallystick.training.TrainingPlan;

/**
 * The trainings of a bank's node: one at a time, in the background. They live in memory: one that the node's end
 * interrupts is asked for again, and results are fetched before it.
 */
final class Trainings {
    private static final Logger LOG = LoggerFactory.getLogger(Trainings.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Finished ones that are kept for their callers. */
    private static final int KEPT = 16;

    private final Sessions sessions;
    private final Outcomes outcomes;
    private final AtomicBoolean busy = new AtomicBoolean();
    private final Map<String, State> states = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, State> eldest) {
            return size() > KEPT;
        }
    };

    Trainings(Sessions sessions, Outcomes outcomes) {
        this.sessions = sessions;
        this.outcomes = outcomes;
    }

    /** One training as it advances; guarded by itself. */
    private static final class State {
        private final SortedMap<Integer, Double> losses = new TreeMap<>();
        private String status = "running";
        private int step;
        private int steps;
        private Optional<Problem> problem = Optional.empty();
        private Optional<ObjectNode> result = Optional.empty();

        synchronized void advance(int done, int all, OptionalDouble loss) {
            step = done;
            steps = all;
            loss.ifPresent(value -> losses.put(done, value));
        }

        synchronized void end(Optional<Problem> failure, Optional<ObjectNode> outcome) {
            status = failure.isPresent() ? "failed" : "done";
            problem = failure;
            result = outcome;
        }

        synchronized ObjectNode json(String id) {
            ObjectNode json = JSON.createObjectNode().put("id", id).put("status", status);
            json.put("step", step).put("steps", steps);
            var array = json.putArray("losses");
            losses.forEach((at, loss) -> array.addObject().put("step", at).put("loss", loss));
            problem.ifPresent(what ->
                    json.putObject("problem").put("detail", what.detail()).put("remedy", what.remedy()));
            result.ifPresent(outcome -> json.set("result", outcome));
            return json;
        }
    }

    /**
     * Starts a training.
     *
     * @throws ServiceFailure if the request is not sound, or another training is under way
     */
    String start(JsonNode request) {
        TrainingPlan plan;
        try {
            plan = Learning.requested(request, Role.ids(), Role.BANK.id());
        } catch (IllegalArgumentException e) {
            throw new ServiceFailure(
                    Problem.of(Problem.Code.INVALID_REQUEST, e.getMessage(), "correct the training and ask again"));
        }
        List<String> learning = subjects(request.get("learning"));
        List<String> testing = subjects(request.path("testing"));
        Set<String> all = new HashSet<>(learning);
        all.addAll(testing);
        if (learning.isEmpty() || all.size() < learning.size() + testing.size()) {
            throw new ServiceFailure(Problem.of(
                    Problem.Code.INVALID_REQUEST,
                    "no subject to learn from, or one that is there twice",
                    "name each subject once, to learn from or to judge by"));
        }
        if (!busy.compareAndSet(false, true)) {
            throw new ServiceFailure(
                    Problem.of(Problem.Code.BUSY, "another training is under way", "wait for its end and ask again"));
        }
        String id = sessions.newRequest();
        State state = new State();
        synchronized (states) {
            states.put(id, state);
        }
        String name = request.get("name").asText();
        Thread.ofVirtual().name("training").start(() -> {
            try {
                run(state, name, plan, learning, testing);
            } finally {
                busy.set(false);
            }
        });
        return id;
    }

    private static List<String> subjects(JsonNode nodes) {
        List<String> subjects = new ArrayList<>();
        nodes.forEach(node -> subjects.add(node.asText()));
        return subjects;
    }

    private void run(State state, String name, TrainingPlan plan, List<String> learning, List<String> testing) {
        try {
            Sessions.Trained trained = sessions.train(plan, learning, testing, state::advance);
            state.end(Optional.empty(), Optional.of(TrainingResult.json(name, trained)));
        } catch (ColumnRule.BadValue e) {
            state.end(Optional.of(Problem.unusableRow(e.getMessage())), Optional.empty());
        } catch (OutOfMemoryError e) {
            state.end(
                    Optional.of(Problem.of(
                            Problem.Code.TOO_LARGE,
                            "the training does not fit this node's memory",
                            "learn from fewer rows or columns, or give the nodes more memory")),
                    Optional.empty());
        } catch (RuntimeException e) {
            Optional<Problem> known = outcomes.problem(e);
            if (known.isEmpty()) {
                LOG.error("a training failed", e);
            }
            Problem problem = known.orElseGet(() ->
                    Problem.of(Problem.Code.INTERNAL, "the training failed at the bank's node", "look at its log"));
            state.end(Optional.of(problem), Optional.empty());
        }
    }

    /** Where a training stands, as JSON. */
    Optional<ObjectNode> find(String id) {
        synchronized (states) {
            return Optional.ofNullable(states.get(id)).map(state -> state.json(id));
        }
    }
}
