package org.tallystick.node.bank;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.models.Learning;
import org.tallystick.models.StoredColumns;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.config.Role;
import org.tallystick.node.rest.Problem;
import org.tallystick.node.rest.ServiceFailure;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.PlanOffer;
import org.tallystick.node.session.Sessions;
import org.tallystick.node.storage.TrainingRecords;
import org.tallystick.node.storage.TrainingRecords.Status;
import org.tallystick.training.TrainingPlan;

/**
 * The trainings of a bank's node: one at a time, in the background. Each is on the disk from its beginning, so one that
 * an interruption finds under way goes on afterwards, and what it brought stays there.
 */
final class Trainings {
    private static final Logger LOG = LoggerFactory.getLogger(Trainings.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Ended trainings that nodes are told of; what is older, they drop by its age. */
    private static final int TOLD = 64;

    private final Sessions sessions;
    private final ModelRegistry models;
    private final TrainingRecords table;
    private final Offers offers;
    private final StoredTables tables;
    private final AtomicBoolean busy = new AtomicBoolean();
    private final Map<String, TrainingTask> underWay = new ConcurrentHashMap<>();

    Trainings(Sessions sessions, ModelRegistry models, TrainingRecords table, Offers offers, StoredTables tables) {
        this.sessions = sessions;
        this.models = models;
        this.table = table;
        this.offers = offers;
        this.tables = tables;
    }

    /** The tables of shares to learn from. */
    @FunctionalInterface
    interface StoredTables {
        /** @throws ServiceFailure if there is no such table, or not all of it */
        StoredColumns columns(String id);
    }

    /** What was asked for. */
    record Request(String name, TrainingPlan plan, List<String> learning, List<String> testing) {}

    /**
     * Starts a training, unless its request id was there before.
     *
     * @throws ServiceFailure if the request is not sound, its id is another's, or another training is under way
     */
    String start(JsonNode json) {
        Request request = request(json);
        byte[] text = bytes(json);
        byte[] digest = Hash.over("tallystick/training-request/1", text).bytes();
        String id = sessions.newRequest();
        String requestId = json.has("requestId") ? json.get("requestId").asText() : id;
        Optional<TrainingRecords.Training> known = table.findRequest(requestId);
        if (known.isPresent()) {
            if (!MessageDigest.isEqual(known.get().digest(), digest)) {
                throw new ServiceFailure(Problem.conflict(requestId));
            }
            return known.get().id();
        }
        if (!busy.compareAndSet(false, true)) {
            throw new ServiceFailure(
                    Problem.of(Problem.Code.BUSY, "another training is under way", "wait for its end and ask again"));
        }
        try {
            byte[] plan = Sessions.hashOf(request.plan()).bytes();
            if (!table.add(id, requestId, digest, request.name(), plan, text)) {
                throw new ServiceFailure(Problem.conflict(requestId));
            }
        } catch (RuntimeException e) {
            busy.set(false);
            throw e;
        }
        begin(id, request, Optional.empty());
        return id;
    }

    private void begin(String id, Request request, Optional<Hash> origin) {
        TrainingTask task = new TrainingTask(id, request, new TrainingTask.Parts(sessions, models, table, offers));
        underWay.put(id, task);
        Thread.ofVirtual().name("training").start(() -> {
            try {
                task.run(origin);
            } catch (NodeFailure e) {
                LOG.error("training {} rests until this node starts again: {}", id, e.getMessage());
            } finally {
                busy.set(false);
                underWay.remove(id);
            }
        });
    }

    /** Goes on with the training that the end of the process interrupted. */
    void resume() {
        for (TrainingRecords.Training each : table.unfinished()) {
            Optional<Request> request = requestOf(each);
            if (request.isPresent() && busy.compareAndSet(false, true)) {
                begin(each.id(), request.get(), each.origin().map(Hash::of));
            }
        }
    }

    /** Empty, and the training failed, when its table has gone meanwhile. */
    private Optional<Request> requestOf(TrainingRecords.Training training) {
        try {
            return Optional.of(request(parsed(training.request().orElseThrow())));
        } catch (ServiceFailure e) {
            ObjectNode state = TrainingTask.failed(TrainingTask.nothingYet(), e.problem());
            table.end(training.id(), Status.FAILED, bytes(state));
            return Optional.empty();
        }
    }

    /** Tells all nodes which trainings are over, of which they may have kept checkpoints while they were away. */
    void connected() {
        sessions.trainingsOver(table.over(TOLD).stream().map(Hash::of).toList());
    }

    /** Ends what is under way with this process; it goes on in the next. */
    void close() {
        underWay.values().forEach(TrainingTask::rest);
    }

    /**
     * Shows the agencies what would be learnt, whatever subjects the request names or leaves out.
     *
     * @throws ServiceFailure if the request is not sound, or not all agencies have the plan now
     */
    ObjectNode offer(JsonNode request) {
        return offers.offer(new PlanOffer.OfTraining(plan(request)));
    }

    private TrainingPlan plan(JsonNode request) {
        try {
            Optional<StoredColumns> stored =
                    Optional.ofNullable(request.get("table")).map(id -> tables.columns(id.asText()));
            return Learning.requested(request, Role.ids(), Role.BANK.id(), stored);
        } catch (IllegalArgumentException e) {
            throw new ServiceFailure(
                    Problem.of(Problem.Code.INVALID_REQUEST, e.getMessage(), "correct the training and ask again"));
        }
    }

    private Request request(JsonNode request) {
        TrainingPlan plan = plan(request);
        List<String> learning = subjects(request.path("learning"));
        List<String> testing = subjects(request.path("testing"));
        Set<String> all = new HashSet<>(learning);
        all.addAll(testing);
        if (learning.isEmpty() || all.size() < learning.size() + testing.size()) {
            throw new ServiceFailure(Problem.of(
                    Problem.Code.INVALID_REQUEST,
                    "no subject to learn from, or one that is there twice",
                    "name each subject once, to learn from or to judge by"));
        }
        return new Request(request.get("name").asText(), plan, learning, testing);
    }

    static List<String> subjects(JsonNode nodes) {
        List<String> subjects = new ArrayList<>();
        nodes.forEach(node -> subjects.add(node.asText()));
        return subjects;
    }

    /** Where a training stands, as JSON. */
    Optional<ObjectNode> find(String id) {
        return table.find(id).map(this::json);
    }

    List<ObjectNode> latest(int limit) {
        return table.latest(limit).stream()
                .map(this::json)
                .map(each -> each.without("result").<ObjectNode>deepCopy())
                .toList();
    }

    /** Stops a training for good, if it is under way. */
    Optional<ObjectNode> stop(String id) {
        TrainingTask task = underWay.get(id);
        if (task != null) {
            task.stop();
        }
        return find(id);
    }

    private ObjectNode json(TrainingRecords.Training training) {
        // Until its task is gone an end may not be durable yet.
        Optional<TrainingTask> task = Optional.ofNullable(underWay.get(training.id()));
        Status status = task.isPresent() ? Status.RUNNING : training.status();
        ObjectNode state = task.map(TrainingTask::state)
                .or(() -> training.state().map(text -> (ObjectNode) parsed(text)))
                .orElseGet(TrainingTask::nothingYet);
        ObjectNode json = JSON.createObjectNode()
                .put("id", training.id())
                .put("requestId", training.requestId())
                .put("name", training.name())
                .put("plan", Hash.of(training.plan()).hex())
                .put("status", status.name().toLowerCase(Locale.ROOT))
                .put("proposals", training.proposals())
                .put("createdAt", training.createdAt().toString())
                .put("changedAt", training.changedAt().toString());
        return json.setAll(state);
    }

    static byte[] bytes(JsonNode json) {
        try {
            return JSON.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree that cannot be written", e);
        }
    }

    static JsonNode parsed(byte[] text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new IllegalStateException("a record holds what it was not given", e);
        }
    }
}
