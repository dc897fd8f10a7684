package org.tallystick.node.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.models.Business;
import org.tallystick.models.SyntheticBusinesses;
import org.tallystick.node.cli.RestClient;
import org.tallystick.node.config.NodeConfig.Approval;
import org.tallystick.node.config.NodeConfigFile;
import org.tallystick.node.config.Role;

/** Tables of shares with real nodes: stored, scored while nodes die, destroyed for good. */
@Tag("slow")
final class TablesTest {
    private static final String MODEL = DemoData.synthetic(1).model();

    @TempDir
    private static Path temporary;

    private static LiveGroup group;
    private static List<Business> businesses;
    private static String model;

    @BeforeAll
    static void start() throws IOException {
        businesses = SyntheticBusinesses.generate(450, 5).stream()
                .filter(business -> business.rows().containsKey(Role.BANK.id()))
                .map(TablesTest::labelled)
                .toList();
        Map<String, List<String>> columns = new HashMap<>(SyntheticBusinesses.COLUMNS);
        List<String> ofBank = new ArrayList<>(columns.get("bank"));
        ofBank.add("bad");
        columns.put("bank", ofBank);
        group = LiveGroup.make(temporary.resolve("group"), Approval.ALL, "batching:\n  jobChunk: 64\n")
                .load(columns, businesses);
        for (Role role : Role.values()) {
            Path settings = group.node(role).resolve(NodeConfigFile.NAME);
            Files.writeString(settings, LiveGroup.text(settings).replace("tableRows: 0", "tableRows: 1000"));
        }
        group.start();
        model = group.activate(MODEL);
    }

    /** With a label in the bank's row. */
    private static Business labelled(Business business) {
        Map<String, Map<String, String>> rows = new HashMap<>(business.rows());
        Map<String, String> bank = new HashMap<>(rows.get("bank"));
        bank.put("bad", business.bad().orElseThrow() ? "1" : "0");
        rows.put("bank", bank);
        return new Business(business.id(), rows, business.bad());
    }

    @AfterAll
    static void stop() {
        group.close();
    }

    private static ObjectNode newTable(String asOf) {
        ObjectNode request = LiveGroup.JSON.createObjectNode().put("model", model);
        request.put("name", "portfolio").put("asOf", asOf);
        businesses.forEach(business -> request.withArray("subjects").add(business.id()));
        return request;
    }

    private static ObjectNode training(String table) {
        ObjectNode request = LiveGroup.JSON
                .createObjectNode()
                .put("name", "learnt-from-table")
                .put("table", table);
        request.putObject("training")
                .put("method", "newton")
                .put("penalty", 1)
                .put("iterations", 4)
                .put("lossEvery", 0);
        request.putObject("label").put("column", "bad").put("bad", "1");
        ObjectNode columns = request.putObject("columns");
        columns.putArray("bank").addObject().put("name", "balance");
        columns.putArray("utility").addObject().put("name", "kwh_volatility");
        for (int row = 0; row < businesses.size(); row++) {
            request.withArray(row % 3 == 0 ? "testing" : "learning")
                    .add(businesses.get(row).id());
        }
        return request;
    }

    /** What a table teaches is a model that scores the table; no agency has read its data for it. */
    private static void assertTeaches(String table) {
        String id =
                group.bank().post("/v1/trainings", training(table)).get("id").asText();
        LiveGroup.await(
                () -> !group.bank()
                        .get("/v1/trainings/" + id)
                        .get("status")
                        .asText()
                        .equals("running"),
                () -> "still trained");
        JsonNode state = group.bank().get("/v1/trainings/" + id);
        assertEquals("done", state.get("status").asText(), state::toString);
        JsonNode result = state.get("result");
        assertTrue(result.get("testing").get("auc").asDouble() > .6, result::toString);
        String file = result.get("model").toString();
        String learnt = group.activate(file);
        String job = group.bank()
                .post("/v1/jobs", LiveGroup.request(learnt).put("table", table))
                .get("id")
                .asText();
        assertRight(file, group.finished(job));
        ObjectNode unknown = training(table);
        unknown.withArray("learning").add("91350100M000100Y43");
        String failed = group.bank().post("/v1/trainings", unknown).get("id").asText();
        LiveGroup.await(
                () -> group.bank()
                        .get("/v1/trainings/" + failed)
                        .get("status")
                        .asText()
                        .equals("failed"),
                () -> "not failed");
    }

    /** The table's id, once it is stored. */
    private static String stored(JsonNode job) {
        String id = job.get("id").asText();
        LiveGroup.await(
                () -> !group.job(id).get("status").asText().equals("running"), () -> "still stored: " + group.job(id));
        assertEquals(
                "done",
                group.job(id).get("status").asText(),
                () -> group.job(id).toString());
        return job.get("table").asText();
    }

    private static String scoring(String table) {
        return group.bank()
                .post("/v1/jobs", LiveGroup.request(model).put("table", table))
                .get("id")
                .asText();
    }

    private static void assertRight(List<JsonNode> rows) {
        assertRight(MODEL, rows);
    }

    private static void assertRight(String file, List<JsonNode> rows) {
        var oracle = LiveGroup.oracle(file, businesses);
        assertEquals(businesses.size(), rows.size());
        for (int k = 0; k < rows.size(); k++) {
            assertEquals(businesses.get(k).id(), rows.get(k).get("subject").asText());
            JsonNode row = rows.get(k);
            assertTrue(DemoResult.agrees(oracle.get(k), row), row::toString);
        }
    }

    @Test
    void tablesOutliveTheirNodesUntilOneDestroysThem() throws Exception {
        String october = stored(group.bank().post("/v1/tables", newTable("2026-10-31")));
        JsonNode begun = group.bank().post("/v1/tables", newTable("2026-11-30"));
        // An agency dies while the second table is stored; the job waits for it.
        group.kill(Role.UTILITY);
        group.restart(Role.UTILITY);
        String november = stored(begun);
        for (Role role : Role.values()) {
            for (String table : List.of(october, november)) {
                JsonNode known = group.client(role).get("/v1/tables/" + table);
                assertTrue(known.get("whole").asBoolean(), known::toString);
                assertEquals(businesses.size(), known.get("rows").asInt());
            }
            assertEquals(2, group.client(role).get("/v1/tables").get("tables").size());
        }
        String job = scoring(october);
        group.kill(Role.BANK);
        group.restart(Role.BANK);
        group.awaitReady();
        assertRight(group.finished(job));
        assertRight(group.finished(scoring(november)));
        assertTeaches(november);
        // Two tables are all that these agencies keep; of the third nothing is left.
        JsonNode third = group.bank().post("/v1/tables", newTable("2026-12-31"));
        String tooMany = third.get("id").asText();
        LiveGroup.await(
                () -> group.job(tooMany).get("status").asText().equals("failed"), () -> "kept: " + group.job(tooMany));
        assertTrue(
                group.job(tooMany).toString().contains("policy.tableRows"),
                () -> group.job(tooMany).toString());
        assertEquals(
                404,
                group.bank().tryGet("/v1/tables/" + third.get("table").asText()).status());

        JsonNode deleted = group.client(Role.TAX).post("/v1/tables/" + october + "/delete", LiveGroup.JSON.nullNode());
        assertEquals(october, deleted.get("id").asText());
        for (Role role : Role.values()) {
            LiveGroup.await(
                    () -> group.client(role).tryGet("/v1/tables/" + october).status() == 404
                            && Files.notExists(
                                    group.node(role).resolve("state/tables").resolve(october)),
                    () -> role.id() + " still has the table");
        }
        RestClient.Reply gone = group.bank()
                .tryPost(
                        "/v1/jobs",
                        "application/json",
                        LiveGroup.request(model).put("table", october).toString());
        assertEquals(404, gone.status());
        assertEquals(
                404,
                group.bank()
                        .tryPost(
                                "/v1/trainings",
                                "application/json",
                                training(october).toString())
                        .status());
        // What it answered is the bank's, also without the table.
        assertRight(group.finished(job));
        assertRight(group.finished(scoring(november)));
    }

    @Test
    void whatIsNoTableIsRefused() {
        for (Map.Entry<String, Integer> each : Map.of(
                        newTable("2026-13-31").toString(),
                        400,
                        newTable("2026-10-31").put("table", "00").toString(),
                        400,
                        newTable("2026-10-31").put("model", "none").toString(),
                        404,
                        "{\"model\":\"m\"}",
                        400)
                .entrySet()) {
            RestClient.Reply reply = group.bank().tryPost("/v1/tables", "application/json", each.getKey());
            assertEquals(each.getValue(), reply.status(), () -> reply.body().toString());
        }
        assertEquals(400, group.bank().tryGet("/v1/tables/nonsense").status());
        assertEquals(
                404,
                group.client(Role.TAX).tryGet("/v1/tables/" + "0".repeat(32)).status());
        assertEquals(
                404,
                group.client(Role.TAX)
                        .tryPost(
                                "/v1/tables",
                                "application/json",
                                newTable("2026-10-31").toString())
                        .status());
        ObjectNode both = LiveGroup.request(model).put("table", "0".repeat(32));
        both.putArray("subjects").add(businesses.getFirst().id());
        assertEquals(
                400,
                group.bank()
                        .tryPost("/v1/jobs", "application/json", both.toString())
                        .status());
        ObjectNode twice = newTable("2026-10-31");
        twice.withArray("subjects").add(businesses.getFirst().id());
        assertEquals(
                400,
                group.bank()
                        .tryPost("/v1/tables", "application/json", twice.toString())
                        .status());
        StringBuilder csv = new StringBuilder("subject\n");
        businesses.stream()
                .limit(3)
                .forEach(business -> csv.append(business.id()).append('\n'));
        JsonNode small = group.bank()
                .post("/v1/tables?model=" + model + "&name=three&asOf=2026-01-01", "text/csv", csv.toString());
        String table = stored(small);
        assertEquals(
                3, group.client(Role.TAX).get("/v1/tables/" + table).get("rows").asInt());
        assertEquals(3, group.finished(scoring(table)).size());
        group.client(Role.BANK).post("/v1/tables/" + table + "/delete", LiveGroup.JSON.nullNode());
    }
}
