package org.tallystick.node.bank;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.models.EvaluatedModel;
import org.tallystick.models.Model;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.rest.Problem;
import org.tallystick.node.rest.ServiceFailure;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.PlanOffer;
import org.tallystick.node.session.Sessions;
import org.tallystick.node.storage.TrainingRecords;
import org.tallystick.node.storage.TrainingRecords.Status;
import org.tallystick.training.EvaluationPlan;

/**
 * The evaluations of a bank's node: one at a time, in the background. Each is on the disk from its beginning, so one
 * that an interruption finds under way is made again afterwards, and what it brought stays there.
 */
final class Evaluations {
    private static final Logger LOG = LoggerFactory.getLogger(Evaluations.class);

    private final EvaluationTask.Parts parts;
    private final AtomicBoolean busy = new AtomicBoolean();
    private final Map<String, EvaluationTask> underWay = new ConcurrentHashMap<>();

    Evaluations(EvaluationTask.Parts parts) {
        this.parts = parts;
    }

    /** What was asked for. */
    record Request(String name, EvaluatedModel model, EvaluationPlan plan, List<String> subjects) {}

    /**
     * Starts an evaluation, unless its request id was there before.
     *
     * @throws ServiceFailure if the request is not sound, its id is another's, or another evaluation is under way
     */
    String start(JsonNode json) {
        Request request = request(json);
        byte[] text = Trainings.bytes(json);
        byte[] digest = Hash.over("tallystick/evaluation-request/1", text).bytes();
        String id = parts.sessions().newRequest();
        String requestId = json.has("requestId") ? json.get("requestId").asText() : id;
        Optional<TrainingRecords.Training> known = parts.table().findRequest(requestId);
        if (known.isPresent()) {
            if (!MessageDigest.isEqual(known.get().digest(), digest)) {
                throw new ServiceFailure(Problem.conflict(requestId));
            }
            return known.get().id();
        }
        if (!busy.compareAndSet(false, true)) {
            throw new ServiceFailure(
                    Problem.of(Problem.Code.BUSY, "another evaluation is under way", "wait for its end and ask again"));
        }
        try {
            byte[] plan = Sessions.hashOf(request.plan()).bytes();
            if (!parts.table().add(id, requestId, digest, request.name(), plan, text)) {
                throw new ServiceFailure(Problem.conflict(requestId));
            }
        } catch (RuntimeException e) {
            busy.set(false);
            throw e;
        }
        begin(id, request);
        return id;
    }

    private void begin(String id, Request request) {
        EvaluationTask task = new EvaluationTask(id, request, parts);
        underWay.put(id, task);
        Thread.ofVirtual().name("evaluation").start(() -> {
            try {
                task.run();
            } catch (NodeFailure e) {
                LOG.error("evaluation {} rests until this node starts again: {}", id, e.getMessage());
            } finally {
                busy.set(false);
                underWay.remove(id);
            }
        });
    }

    /** Makes the evaluation again that the end of the process interrupted. */
    void resume() {
        for (TrainingRecords.Training each : parts.table().unfinished()) {
            if (busy.compareAndSet(false, true)) {
                begin(each.id(), request(Trainings.parsed(each.request().orElseThrow())));
            }
        }
    }

    /** Ends what is under way with this process; it is made again in the next. */
    void close() {
        underWay.values().forEach(EvaluationTask::rest);
    }

    /**
     * Shows the agencies what would be judged, whatever subjects the request names or leaves out.
     *
     * @throws ServiceFailure if the request is not sound, or not all agencies have the plan now
     */
    ObjectNode offer(JsonNode json) {
        return parts.offers().offer(new PlanOffer.OfEvaluation(judged(json).plan()));
    }

    private record Judged(EvaluatedModel model, EvaluationPlan plan) {}

    private static Judged judged(JsonNode json) {
        OptionalDouble threshold =
                json.has("threshold") ? OptionalDouble.of(json.get("threshold").asDouble()) : OptionalDouble.empty();
        try {
            EvaluatedModel model =
                    EvaluatedModel.of(Model.parse(json.get("model").toString()), threshold);
            JsonNode label = json.get("label");
            return new Judged(
                    model,
                    model.plan(label.get("column").asText(), label.get("bad").asText()));
        } catch (IllegalArgumentException e) {
            throw new ServiceFailure(Problem.modelRejected(e.getMessage()), e);
        }
    }

    private static Request request(JsonNode json) {
        List<String> subjects = Trainings.subjects(json.path("subjects"));
        if (new HashSet<>(subjects).size() < subjects.size()) {
            throw new ServiceFailure(
                    Problem.of(Problem.Code.INVALID_REQUEST, "a subject is there twice", "name each once"));
        }
        Judged judged = judged(json);
        if (!judged.plan().takes(subjects.size())) {
            throw new ServiceFailure(Problem.of(
                    Problem.Code.TOO_LARGE,
                    subjects.size() + " subjects with the model's columns are too many numbers, or there are none",
                    "at most 131072 subjects and 8388608 numbers are taken; judge by fewer"));
        }
        return new Request(judged.model().compiled().model().name(), judged.model(), judged.plan(), subjects);
    }

    /** Where an evaluation stands, as JSON. */
    Optional<ObjectNode> find(String id) {
        return parts.table().find(id).map(each -> {
            // Until its task is gone an end may not be durable yet.
            Optional<EvaluationTask> task = Optional.ofNullable(underWay.get(id));
            Status status = task.isPresent() ? Status.RUNNING : each.status();
            ObjectNode state = task.map(EvaluationTask::state)
                    .or(() -> each.state().map(text -> (ObjectNode) Trainings.parsed(text)))
                    .orElseGet(EvaluationTask::nothingYet);
            return state.put("id", id)
                    .put("requestId", each.requestId())
                    .put("name", each.name())
                    .put("plan", Hash.of(each.plan()).hex())
                    .put("status", status.name().toLowerCase(Locale.ROOT))
                    .put("createdAt", each.createdAt().toString())
                    .put("changedAt", each.changedAt().toString());
        });
    }
}
