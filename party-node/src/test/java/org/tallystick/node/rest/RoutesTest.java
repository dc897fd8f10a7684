package org.tallystick.node.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tallystick.node.rest.NodeService.How;
import org.tallystick.node.rest.NodeService.ScoreRequest;
import org.tallystick.node.rest.NodeService.ScoreResult;

/** Every route over HTTPS, with responses that follow the description. */
final class RoutesTest {
    private static final String ONE = """
        {"model": "sme", "purpose": "loan", "subject": "S2", "requestId": "r-1"}\
        """;

    private final LiveServer live = new LiveServer();

    @AfterEach
    void close() {
        live.close();
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void oneScore(HttpClient.Version version) {
        try (HttpClient client = live.client(version)) {
            HttpResponse<String> response = LiveServer.send(
                    client,
                    live.to("/v1/scores")
                            .header("Content-Type", "application/json; charset=utf-8")
                            .POST(HttpRequest.BodyPublishers.ofString(ONE)));

            assertEquals(200, response.statusCode(), response.body());
            assertEquals(version, response.version());
            assertEquals(
                    "no-store", response.headers().firstValue("Cache-Control").orElse(""));
            JsonNode json = follows("/v1/scores", "post", response);
            assertEquals("r-1", json.get("requestId").textValue());
            assertEquals(1, json.at("/answer/band/rank").intValue());
            assertEquals("band 1", json.at("/answer/band/name").textValue());
            assertEquals(FakeNode.SESSION, json.get("session").textValue());
            assertEquals(Optional.of("r-1"), live.node.bank.asked.getFirst().requestId());
        }
    }

    @Test
    void aWayThatIsForcedAndThePlan() {
        assertEquals(200, live.post("/v1/scores", ONE).statusCode());
        String garbled = ONE.replace("}", ", \"force\": \"garbled\"}");
        assertEquals(200, live.post("/v1/scores", garbled).statusCode());
        assertEquals(200, live.post("/v1/scores", """
            {"model": "sme", "purpose": "loan", "rows": [{"subject": "S1"}], "force": "bit_sliced"}\
            """).statusCode());
        assertEquals(
                List.of(Optional.empty(), Optional.of(How.GARBLED), Optional.of(How.BIT_SLICED)),
                live.node.bank.asked.stream().map(ScoreRequest::force).toList());
        JsonNode plan = follows("/v1/plan", "get", live.get("/v1/plan?model=sme&rows=7"));
        assertEquals(7, plan.get("rows").intValue());
        assertEquals("bit_sliced", plan.get("how").textValue());
        assertEquals("it is nearer", plan.get("reasons").textValue());
        assertEquals(
                1,
                follows("/v1/plan", "get", live.get("/v1/plan?model=sme"))
                        .get("rows")
                        .intValue());
    }

    @Test
    void severalScoresWithTheirOwnProblems() {
        HttpResponse<String> response = live.post("/v1/scores", """
            {"model": "sme", "purpose": "loan",
             "rows": [{"subject": "S1"}, {"subject": "P", "requestId": "a"}, {"subject": "D"}, {"subject": "nobody"},
                      {"subject": "E"}]}\
            """);

        assertEquals(200, response.statusCode(), response.body());
        JsonNode json = follows("/v1/scores", "post", response);
        assertEquals(4, json.get("answered").intValue());
        assertEquals(0, json.at("/results/0/answer/band/rank").intValue());
        assertEquals(612, json.at("/results/1/answer/points").intValue());
        assertEquals(0.011, json.at("/results/2/answer/pd/below").doubleValue());
        assertEquals("unknown_subject", json.at("/results/3/problem/code").textValue());
        assertEquals("low", json.at("/results/4/answer/band/name").textValue());
        assertEquals(2, json.at("/results/4/answer/reasons/1/rank").intValue());
        assertEquals("kwh", json.at("/results/4/answer/reasons/1/feature").textValue());
    }

    @Test
    void oneSubjectThatCannotBeScoredIsAProblemOfTheResponse() {
        HttpResponse<String> response = live.post("/v1/scores", """
            {"model": "sme", "purpose": "loan", "subject": "nobody"}\
            """);

        assertEquals(404, response.statusCode());
        JsonNode problem = follows("/v1/scores", "post", response);
        assertEquals("unknown_subject", problem.get("code").textValue());
        assertEquals(
                "urn:tallystick:problem:unknown_subject", problem.get("type").textValue());
        assertFalse(response.body().contains("nobody"));
    }

    @Test
    void aJobFromJsonAndItsResults() {
        HttpResponse<String> created = live.post("/v1/jobs", """
            {"subjects": ["S1", "S2", "nobody"], "purpose": "loan", "model": "sme"}\
            """);

        assertEquals(202, created.statusCode(), created.body());
        assertEquals(3, follows("/v1/jobs", "post", created).get("rows").intValue());
        String location = created.headers().firstValue("Location").orElseThrow();
        HttpResponse<String> job = live.get(location);
        assertEquals("done", follows("/v1/jobs/{id}", "get", job).get("status").textValue());
        HttpResponse<String> results = live.get(location + "/results");
        assertEquals("application/x-ndjson", mediaType(results));
        List<JsonNode> rows = results.body().lines().map(LiveServer::json).toList();
        rows.forEach(row -> valid("/components/schemas/Result", row));
        assertEquals(
                List.of("S1", "S2", "nobody"),
                rows.stream().map(row -> row.get("subject").textValue()).toList());
    }

    @Test
    void jobsAndTablesBringConsents() {
        String consent = JobUploadTest.consent();
        HttpResponse<String> job = live.post(
                "/v1/jobs",
                "{\"model\": \"sme\", \"purpose\": \"loan\", \"rows\": [{\"subject\": \"S1\"},"
                        + " {\"subject\": \"S2\", \"consent\": \"" + consent + "\"}]}");
        HttpResponse<String> table = live.send(live.to("/v1/tables?model=sme&name=all&asOf=2026-10-31")
                .header("Content-Type", "text/csv")
                .POST(HttpRequest.BodyPublishers.ofString("subject,consent\nS1," + consent + "\nS2,\n")));

        assertEquals(202, job.statusCode(), job.body());
        assertEquals(202, table.statusCode(), table.body());
        assertEquals(List.of("", consent, consent, ""), live.node.bank.consents);
    }

    @Test
    void aJobFromCsvAndItsResultsAsCsv() {
        HttpResponse<String> created = live.send(live.to("/v1/jobs?model=sme&purpose=loan")
                .header("Content-Type", "text/csv")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "\uFEFFname,subject\r\n\"Wang, Li\",S1\r\nb,P\r\nc,D\r\nd,\"no,body\"\r\ne,E\r\n")));

        assertEquals(202, created.statusCode(), created.body());
        assertEquals(List.of("S1", "P", "D", "no,body", "E"), live.node.bank.jobs.get("job-1"));
        HttpResponse<String> results =
                live.send(live.to("/v1/jobs/job-1/results").header("Accept", "text/csv"));
        assertEquals("text/csv", mediaType(results));
        List<String> lines = results.body().lines().toList();
        assertEquals(
                "subject,request_id,band,rank,points,pd_at_least,pd_below,session,problem,detail,reasons,answered_at",
                lines.get(0));
        assertEquals("S1,r,band 0,0,,,," + FakeNode.SESSION + ",,,,", lines.get(1));
        assertEquals("P,r,,,612,,," + FakeNode.SESSION + ",,,,", lines.get(2));
        assertEquals("D,r,,,,0.01,0.011," + FakeNode.SESSION + ",,,,", lines.get(3));
        assertTrue(lines.get(4).startsWith("\"no,body\",r,,,,,,,unknown_subject,"), lines.get(4));
        assertEquals("E,r,low,2,,,," + FakeNode.SESSION + ",,,sales kwh,", lines.get(5));
    }

    @Test
    void manyResultsComeInAStream() {
        List<String> subjects =
                IntStream.range(0, 50_000).mapToObj(k -> "S" + (1 + k % 3)).toList();
        live.node.bank.jobs.put("big", subjects);

        HttpResponse<String> results = live.get("/v1/jobs/big/results");

        assertEquals(50_000, results.body().lines().count());
        assertTrue(results.body().endsWith("}\n"));
    }

    @Test
    void aStreamThatFailsDoesNotLookComplete() {
        live.node.bank.results = job ->
                Optional.of(Stream.iterate(0, k -> k + 1).map(k -> {
                    if (k == 10_000) {
                        throw new IllegalStateException("the disk is gone");
                    }
                    return new ScoreResult("r", "S1", FakeNode.FakeBank.outcome("S1"));
                }));
        List<String> seen = new ArrayList<>();

        for (HttpClient.Version version : HttpClient.Version.values()) {
            try (HttpClient client = live.client(version)) {
                seen.add(LiveServer.send(client, live.to("/v1/jobs/j/results")).body());
            } catch (java.io.UncheckedIOException e) {
                seen.add("broken");
            }
        }
        assertEquals(
                List.of("broken", "broken"),
                seen.stream().map(body -> body.substring(0, 6)).toList());
    }

    @Test
    void models() {
        HttpResponse<String> models = live.get("/v1/models");
        HttpResponse<String> activated = live.post("/v1/models", "{\"name\": \"sme\"}");

        assertEquals(
                "sme", follows("/v1/models", "get", models).at("/models/0/name").textValue());
        assertEquals(201, activated.statusCode());
        assertEquals(
                FakeNode.HASH,
                follows("/v1/models", "post", activated).get("program").textValue());
    }

    @Test
    void activationThatAnAgencyRefusesNamesTheProgram() {
        live.node.bank.activate = document -> {
            throw new ServiceFailure(
                    Problem.refused("tax", "PROGRAM_NOT_APPROVED", "the program is not approved", List.of())
                            .with("program", FakeNode.HASH));
        };

        HttpResponse<String> response = live.post("/v1/models", "{}");

        assertEquals(409, response.statusCode());
        JsonNode problem = follows("/v1/models", "post", response);
        assertEquals(FakeNode.HASH, problem.at("/details/program").textValue());
        assertEquals("program_not_approved", problem.at("/details/reason").textValue());
    }

    @Test
    void programs() {
        live.node.isBank = false;

        HttpResponse<String> all = live.get("/v1/programs");
        HttpResponse<String> one = live.get("/v1/programs/" + FakeNode.HASH);
        HttpResponse<String> approved =
                live.post("/v1/programs/" + FakeNode.HASH + "/approve", "{\"by\": \"Li Na, data office\"}");

        assertEquals(
                FakeNode.HASH,
                follows("/v1/programs", "get", all).at("/programs/0/hash").textValue());
        assertEquals(
                "dot",
                follows("/v1/programs/{hash}", "get", one).at("/operations/0").textValue());
        assertEquals(
                "Li Na, data office",
                follows("/v1/programs/{hash}/approve", "post", approved)
                        .at("/approval/by")
                        .textValue());
        HttpResponse<String> withdrawn = live.post("/v1/programs/" + FakeNode.HASH + "/withdraw", "{\"by\": \"x\"}");
        assertTrue(follows("/v1/programs/{hash}/withdraw", "post", withdrawn)
                .path("approval")
                .isMissingNode());
        assertEquals(
                404,
                live.post("/v1/programs/" + "0".repeat(64) + "/withdraw", "{\"by\": \"x\"}")
                        .statusCode());
        assertEquals(404, live.get("/v1/programs/" + "0".repeat(64)).statusCode());
        assertEquals(
                404,
                live.post("/v1/programs/" + "0".repeat(64) + "/approve", "{\"by\": \"x\"}")
                        .statusCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/models", "/v1/jobs/job-1", "/v1/jobs/job-1/results"})
    void anAgencyHasNoScores(String path) {
        live.node.isBank = false;

        HttpResponse<String> response = live.get(path);

        assertEquals(404, response.statusCode());
        assertEquals("not_found", LiveServer.json(response).get("code").textValue());
        assertTrue(response.body().contains("tax agency's node"), response.body());
        assertEquals(404, live.post("/v1/scores", ONE).statusCode());
    }

    @Test
    void aBankHasNoPrograms() {
        assertEquals(404, live.get("/v1/programs").statusCode());
        assertEquals(404, live.get("/v1/programs/" + FakeNode.HASH).statusCode());
        assertEquals(
                404,
                live.post("/v1/programs/" + FakeNode.HASH + "/approve", "{\"by\":\"x\"}")
                        .statusCode());
    }

    @Test
    void sessions() {
        HttpResponse<String> all = live.get("/v1/sessions?limit=2");
        HttpResponse<String> one = live.get("/v1/sessions/" + FakeNode.SESSION);

        assertEquals(2, follows("/v1/sessions", "get", all).get("sessions").size());
        JsonNode json = follows("/v1/sessions/{id}", "get", one);
        assertEquals(-3, json.at("/trace/held/0/values/arrears").intValue());
        assertEquals("sent", json.at("/trace/messages/0/direction").textValue());
        assertEquals(1.5, json.at("/session/milliseconds").doubleValue());
        assertEquals(404, live.get("/v1/sessions/none").statusCode());
        live.node.trace = Optional.empty();
        assertFalse(follows("/v1/sessions/{id}", "get", live.get("/v1/sessions/" + FakeNode.SESSION))
                .has("trace"));
    }

    @Test
    void healthAndReadinessSayMoreToWhoHasTheToken() {
        live.node.readiness = new NodeService.Readiness(false, List.of("tax"));

        HttpResponse<String> health = live.send(live.open("/health"));
        HttpResponse<String> ready = live.send(live.open("/ready"));

        assertEquals("{\"status\":\"ok\"}", health.body());
        assertEquals(503, ready.statusCode());
        assertEquals("{\"status\":\"not_ready\"}", ready.body());
        assertEquals(
                "bank",
                follows("/health", "get", live.get("/health")).get("role").textValue());
        assertEquals(
                "tax",
                follows("/ready", "get", live.get("/ready")).at("/missing/0").textValue());
        live.node.readiness = new NodeService.Readiness(true, List.of());
        assertEquals(200, live.send(live.open("/ready")).statusCode());
    }

    @Test
    void certificates() {
        JsonNode json = follows("/v1/certificates", "get", live.get("/v1/certificates"));
        HttpResponse<String> unusable = live.post("/v1/certificates/reload", "");

        assertEquals(FakeNode.HASH, json.get("fingerprint").textValue());
        assertEquals(422, unusable.statusCode());
        assertEquals(
                "unusable_certificate",
                follows("/v1/certificates/reload", "post", unusable).get("code").textValue());
    }

    @Test
    void metricsAndDescription() {
        live.post("/v1/scores", ONE);
        live.get("/v1/jobs/none");
        live.get("/nowhere/S1");

        HttpResponse<String> metrics = live.get("/metrics");
        HttpResponse<String> description = live.send(live.open("/openapi.yaml"));

        assertEquals("text/plain", mediaType(metrics));
        assertTrue(metrics.body().contains("route=\"/v1/scores\",status=\"200\""), metrics.body());
        assertTrue(metrics.body().contains("route=\"/v1/jobs/{id}\",status=\"404\""), metrics.body());
        assertFalse(metrics.body().contains("S1"), "a figure names what was asked for");
        assertEquals(401, live.send(live.open("/metrics")).statusCode());
        assertEquals(live.api.text(), description.body());
    }

    private static String mediaType(HttpResponse<String> response) {
        return response.headers().firstValue("Content-Type").orElse("").split(";")[0];
    }

    /** The response's JSON, which follows the description of this operation. */
    private JsonNode follows(String path, String method, HttpResponse<String> response) {
        JsonNode responses = live.api.tree().at("/paths").get(path).get(method).get("responses");
        String status = responses.has("" + response.statusCode()) ? "" + response.statusCode() : "default";
        JsonNode json = LiveServer.json(response);
        String pointer = status.equals("default")
                ? "/components/responses/Problem/content/application~1problem+json/schema"
                : "/paths/" + path.replace("/", "~1") + "/" + method + "/responses/" + status
                        + "/content/application~1json/schema";
        String type = status.equals("default") ? "application/problem+json" : "application/json";
        assertEquals(type, mediaType(response));
        valid(pointer, json);
        return json;
    }

    private void valid(String pointer, JsonNode json) {
        assertFalse(live.api.tree().at(pointer).isMissingNode(), pointer);
        assertEquals(List.of(), live.api.schema(pointer).validate(json), json::toString);
    }
}
