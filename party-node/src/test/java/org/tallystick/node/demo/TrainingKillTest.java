package org.tallystick.node.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.models.Business;
import org.tallystick.models.SyntheticBusinesses;
import org.tallystick.node.cli.RestClient;
import org.tallystick.node.config.NodeConfig.Approval;
import org.tallystick.node.config.Role;

/** Trainings of four real processes: each is killed in the middle, and what is learnt is the same. */
@Tag("slow")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class TrainingKillTest {
    private static final int ROWS = 300;
    private static final int EPOCHS = 40;
    private static final int BATCH = 100;

    /**
     * Each batch rounds the weights once, by a unit of 2^-18 at most, and other masks round other ways; a step down a
     * convex loss brings two weights no farther apart. Twice that for what is rounded inside the sigmoid.
     */
    private static final double ROUNDING = 0x1p-17 * EPOCHS * (ROWS / BATCH);

    @TempDir
    private static Path temporary;

    private static LiveGroup group;
    private static List<String> subjects;

    @BeforeAll
    static void start() {
        Random random = new Random(5);
        List<Business> businesses = new ArrayList<>();
        for (Business each : SyntheticBusinesses.generate(ROWS, 5)) {
            double sales = random.nextGaussian();
            double flow = random.nextGaussian();
            boolean bad = sales + flow + random.nextGaussian() > 0;
            Map<String, Map<String, String>> rows = new HashMap<>();
            rows.put("tax", Map.of("sales", "" + sales));
            rows.put("utility", Map.of("zone", "" + random.nextInt(5)));
            rows.put("social-security", Map.of("staff", "" + random.nextInt(9)));
            rows.put("bank", Map.of("flow", "" + flow, "bad", bad ? "1" : "0"));
            businesses.add(new Business(each.id(), rows, each.bad()));
        }
        subjects = businesses.stream().map(Business::id).toList();
        Map<String, List<String>> columns = new LinkedHashMap<>();
        columns.put("tax", List.of("sales"));
        columns.put("utility", List.of("zone"));
        columns.put("social-security", List.of("staff"));
        columns.put("bank", List.of("flow", "bad"));
        group = LiveGroup.make(temporary.resolve("group"), Approval.ALL, "deadlines: {reconnect: 500ms}\n")
                .load(columns, businesses);
        group.start();
    }

    @AfterAll
    static void stop() {
        group.close();
    }

    private static ObjectNode request(String requestId, int epochs, String reveal) {
        ObjectNode request = LiveGroup.JSON
                .createObjectNode()
                .put("name", "learnt-" + reveal)
                .put("requestId", requestId);
        request.putObject("training")
                .put("method", "descent")
                .put("epochs", epochs)
                .put("batch", BATCH)
                .put("rate", .2)
                .put("penalty", .001)
                .put("lossEvery", 10)
                .put("reveal", reveal);
        request.putObject("label").put("column", "bad").put("bad", "1");
        ObjectNode columns = request.putObject("columns");
        columns.putArray("tax").addObject().put("name", "sales");
        columns.putArray("utility")
                .addObject()
                .put("name", "zone")
                .putObject("treat")
                .put("as", "evidence")
                .put("bins", 4);
        columns.putArray("social-security").addObject().put("name", "staff");
        columns.putArray("bank").addObject().put("name", "flow");
        subjects.forEach(request.putArray("learning")::add);
        return request;
    }

    private static String begin(ObjectNode request) {
        return group.bank().post("/v1/trainings", request).get("id").asText();
    }

    private static JsonNode state(String id) {
        return group.bank().get("/v1/trainings/" + id);
    }

    private static JsonNode ended(String id) {
        LiveGroup.await(() -> !state(id).get("status").asText().equals("running"), () -> "still: " + state(id));
        return state(id);
    }

    private static Map<String, Double> coefficients(JsonNode state) {
        Map<String, Double> coefficients = new TreeMap<>();
        assertEquals("done", state.get("status").asText(), () -> state + logs());
        state.get("result")
                .get("coefficients")
                .forEach(each -> coefficients.put(
                        each.get("name").asText(), each.get("value").asDouble()));
        return coefficients;
    }

    private static String logs() {
        StringBuilder logs = new StringBuilder();
        for (Role role : Role.values()) {
            logs.append('\n').append(role.id()).append('\n').append(group.log(role));
        }
        return logs.toString();
    }

    private static boolean hasCheckpoints(Role role) {
        try (Stream<Path> files = Files.list(group.node(role).resolve("state/trainings"))) {
            return files.findAny().isPresent();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    @Order(1)
    void aTrainingSurvivesTheEndOfEachNode() {
        Map<String, Double> whole = coefficients(ended(begin(request("whole", EPOCHS, "bank"))));
        String id = begin(request("broken", EPOCHS, "bank"));
        int step = 0;
        for (Role victim : Role.values()) {
            int before = step;
            LiveGroup.await(() -> state(id).get("step").asInt() > before + 2, () -> "stands still: " + state(id));
            step = state(id).get("step").asInt();
            assertEquals("running", state(id).get("status").asText(), "too quick to be caught");
            group.kill(victim);
            group.restart(victim);
            group.awaitReady();
        }
        JsonNode state = ended(id);
        Map<String, Double> broken = coefficients(state);
        assertEquals(whole.keySet(), broken.keySet());
        whole.forEach((name, weight) -> assertEquals(weight, broken.get(name), ROUNDING, name));
        assertTrue(state.get("proposals").asInt() > 4, state::toString);
        assertEquals(EPOCHS / 10, state.get("losses").size(), state::toString);
        for (Role role : Role.values()) {
            LiveGroup.await(() -> !hasCheckpoints(role), () -> role + " keeps checkpoints");
        }
    }

    @Test
    @Order(2)
    void whatEndedIsStillThereAndDoesNotRunTwice() {
        JsonNode all = group.bank().get("/v1/trainings").get("trainings");
        assertEquals("broken", all.get(0).get("requestId").asText());
        assertFalse(all.get(0).has("result"));
        String id = all.get(0).get("id").asText();
        assertEquals(id, begin(request("broken", EPOCHS, "bank")));
        assertEquals(2, group.bank().get("/v1/trainings").get("trainings").size());
        RestClient.Reply other = group.bank()
                .tryPost(
                        "/v1/trainings",
                        "application/json",
                        request("broken", EPOCHS - 1, "bank").toString());
        assertEquals(409, other.status(), other::toString);
        assertEquals("done", state(id).get("status").asText());
        JsonNode session = group.client(Role.BANK)
                .get("/v1/sessions?limit=1")
                .get("sessions")
                .get(0);
        assertEquals("train", session.get("kind").asText(), session::toString);
        assertEquals(all.get(0).get("plan"), session.get("program"));
    }

    @Test
    @Order(3)
    void aTrainingThatIsStoppedStaysStopped() {
        String id = begin(request("stopped", 2000, "bank"));
        LiveGroup.await(() -> state(id).get("step").asInt() > 1, () -> "stands still: " + state(id));
        // One node is away when the training ends, and hears of it when it is back.
        group.kill(Role.UTILITY);
        assertTrue(hasCheckpoints(Role.UTILITY));
        group.bank().post("/v1/trainings/" + id + "/stop", "application/json", "");
        assertEquals("stopped", ended(id).get("status").asText());
        group.kill(Role.BANK);
        group.restart(Role.BANK);
        group.restart(Role.UTILITY);
        group.awaitReady();
        assertEquals("stopped", state(id).get("status").asText());
        for (Role role : Role.values()) {
            LiveGroup.await(() -> !hasCheckpoints(role), () -> role + " keeps checkpoints of what was stopped");
        }
        String after = begin(request("after", 2, "bank"));
        assertEquals(
                "done", ended(after).get("status").asText(), () -> state(after).toString());
    }

    @Test
    @Order(4)
    void weightsThatNobodyLearnsAreScoredWith() {
        JsonNode state = ended(begin(request("blind", 10, "nobody")));
        assertEquals("done", state.get("status").asText(), () -> state + logs());
        JsonNode result = state.get("result");
        assertFalse(result.has("coefficients") || result.has("model"), result::toString);
        assertTrue(result.get("learning").get("auc").asDouble() > .7, result::toString);
        // Also when nodes have been started again: the bank has no weight to forget.
        for (Role role : List.of(Role.BANK, Role.UTILITY)) {
            group.process(role).destroy();
            LiveGroup.ended(group.process(role));
            group.restart(role);
        }
        group.awaitReady();
        String job = group.startJob("learnt-nobody", subjects);
        List<JsonNode> rows = group.finished(job);
        assertEquals("done", group.job(job).get("status").asText(), () -> group.job(job) + logs());
        long declined = rows.stream()
                .filter(row -> row.at("/answer/band/name").asText().equals("decline"))
                .count();
        JsonNode confusion = result.get("learning").get("confusion");
        long called = confusion.get("fp").asLong() + confusion.get("tp").asLong();
        assertTrue(Math.abs(called - declined) <= 1, rows::toString);
        assertEquals(200, group.score("learnt-nobody", subjects.getFirst()).status());
    }
}
