package org.tallystick.node.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What callers get wrong or try on, each with its answer; nothing of it reaches the node. */
final class BadRequestsTest {
    private static final String SCORE = "{\"model\": \"sme\", \"purpose\": \"loan\", \"subject\": \"S1\"}";
    private static final String CLASHING_LENGTHS = """
        POST /v1/scores HTTP/1.1\r
        Host: localhost\r
        Transfer-Encoding: chunked\r
        Content-Length: 3\r
        \r
        abc\
        """;
    private static LiveServer live;

    @BeforeAll
    static void start() {
        live = new LiveServer();
    }

    @AfterAll
    static void stop() {
        assertEquals(List.of(), live.node.bank.asked, "a bad request reached the node");
        live.close();
    }

    static Stream<String> guarded() {
        return RestServer.routes(
                        live.settings,
                        live.node,
                        live.access,
                        live.metrics,
                        new java.util.concurrent.atomic.AtomicBoolean())
                .stream()
                .filter(route -> !(route.callers() instanceof Callers.Everyone))
                .map(route -> route.method() + " " + route.path().replaceAll("\\{[a-z]+}", "x"));
    }

    @ParameterizedTest
    @MethodSource("guarded")
    void noTokenNoAnswer(String route) {
        String[] parts = route.split(" ");
        for (String header : List.of("", "Bearer wrong", "Basic " + LiveServer.TOKEN, LiveServer.TOKEN, "Bearer ")) {
            HttpRequest.Builder request = live.open(parts[1])
                    .header("Content-Type", "application/json")
                    .method(parts[0], HttpRequest.BodyPublishers.ofString(parts[0].equals("GET") ? "" : SCORE));
            HttpResponse<String> response =
                    live.send(header.isEmpty() ? request : request.header("Authorization", header));

            assertEquals(401, response.statusCode(), header);
            assertEquals(
                    "Bearer", response.headers().firstValue("WWW-Authenticate").orElse(""));
            assertProblem("unauthorized", response);
        }
    }

    static Stream<Arguments> badScores() {
        return Stream.of(
                Arguments.of("", "empty"),
                Arguments.of("{", "line 1"),
                Arguments.of("[]", "/"),
                Arguments.of("null", "/"),
                Arguments.of(SCORE + " x", "not JSON"),
                Arguments.of("{\"model\": \"a\", \"model\": \"b\"}", "field twice"),
                Arguments.of(SCORE.replace("}", ", \"extra\": 1}"), "extra"),
                Arguments.of(SCORE.replace("\"S1\"", "7"), "/subject"),
                Arguments.of(SCORE.replace("\"S1\"", "null"), "/subject"),
                Arguments.of(SCORE.replace("\"S1\"", "\"\""), "/subject"),
                Arguments.of(SCORE.replace("\"S1\"", "\"" + "x".repeat(65) + "\""), "/subject"),
                Arguments.of(SCORE.replace("S1", "S\\u0000"), "/subject"),
                Arguments.of(SCORE.replace("\"sme\"", "[\"sme\"]"), "/model"),
                Arguments.of(SCORE.replace("}", ", \"requestId\": \"a b\"}"), "/requestId"),
                Arguments.of(SCORE.replace("}", ", \"force\": \"both\"}"), "/force"),
                Arguments.of("{\"purpose\": \"loan\", \"subject\": \"S1\"}", "model"),
                Arguments.of("{\"model\": \"sme\", \"purpose\": \"loan\", \"rows\": []}", "/rows"),
                Arguments.of("{\"model\": \"sme\", \"purpose\": \"loan\", \"rows\": [{}]}", "/rows/0"),
                Arguments.of(
                        "{\"model\": \"sme\", \"purpose\": \"loan\", \"rows\": [{\"subject\": \"S1\", \"z\": 1}]}",
                        "z"),
                Arguments.of(
                        "{\"model\": \"sme\", \"purpose\": \"loan\", \"rows\": [{\"subject\": \"S1\", \"requestId\":"
                                + " \"a\"}, {\"subject\": \"S2\", \"requestId\": \"a\"}]}",
                        "twice"),
                Arguments.of(
                        "{\"model\": \"sme\", \"purpose\": \"loan\", \"rows\": ["
                                + "{\"subject\": \"S1\"},".repeat(1000) + "{\"subject\": \"S1\"}]}",
                        "/rows"),
                Arguments.of("[".repeat(500) + "]".repeat(500), "not JSON"));
    }

    @ParameterizedTest
    @MethodSource("badScores")
    void aBadBodyIsRefusedWithItsPlace(String body, String named) {
        HttpResponse<String> response = live.post("/v1/scores", body);

        assertEquals(400, response.statusCode(), response.body());
        JsonNode problem = assertProblem("invalid_request", response);
        assertTrue(problem.get("detail").textValue().contains(named), response.body());
    }

    static Stream<Arguments> badJobs() {
        String start = "{\"model\": \"sme\", \"purpose\": \"loan\", \"subjects\": ";
        return Stream.of(
                Arguments.of("application/json", "", "/", 400),
                Arguments.of("application/json", "[]", "/", 400),
                Arguments.of("application/json", "{\"subjects\": [\"S1\"]}", "model", 400),
                Arguments.of("application/json", start + "[]}", "no subjects", 400),
                Arguments.of("application/json", start + "\"S1\"}", "/subjects", 400),
                Arguments.of("application/json", start + "[\"S1\", 2]}", "/subjects/1", 400),
                Arguments.of("application/json", start + "[\"S1\", \"\"]}", "/subjects/1", 400),
                Arguments.of("application/json", start + "[\"S1\"], \"chunk\": 1}", "chunk", 400),
                Arguments.of("application/json", start + "[\"S1\"], \"subjects\": [\"S2\"]}", "twice", 400),
                Arguments.of("application/json", start + "[\"S1\"]} {}", "after", 400),
                Arguments.of("application/json", start + "[\"S1\"", "not JSON", 400),
                Arguments.of(
                        "application/json", start + "[" + "\"1\",".repeat(50_000) + "\"2\"]}", "at most 50000", 413),
                Arguments.of("text/csv", "", "no column", 400),
                Arguments.of("text/csv", "id\nS1\n", "no column", 400),
                Arguments.of("text/csv", "subject\n", "no subjects", 400),
                Arguments.of("text/csv", "a,subject\n1,S1\n2\n", "row 3", 400),
                Arguments.of("text/csv", "subject\n\"S1\n", "not CSV", 400),
                Arguments.of("text/csv", "subject\n" + "x".repeat(65) + "\n", "row 2", 400),
                Arguments.of("text/csv", "subject\n" + "1\n".repeat(50_001), "at most 50000", 413),
                Arguments.of("text/xml", "<a/>", "declared", 415));
    }

    @ParameterizedTest
    @MethodSource("badJobs")
    void aBadJobIsRefused(String mediaType, String body, String named, int status) {
        String query = mediaType.equals("text/csv") ? "?model=sme&purpose=loan" : "";
        HttpResponse<String> response = live.send(live.to("/v1/jobs" + query)
                .header("Content-Type", mediaType)
                .POST(HttpRequest.BodyPublishers.ofString(body)));

        assertEquals(status, response.statusCode(), response.body());
        JsonNode problem = LiveServer.json(response);
        assertTrue(problem.get("detail").textValue().contains(named), response.body());
        assertEquals(0, live.node.bank.jobs.size());
    }

    @Test
    void csvMustBeUtf8() {
        HttpResponse<String> response = live.send(live.to("/v1/jobs?model=sme&purpose=loan")
                .header("Content-Type", "text/csv")
                .POST(HttpRequest.BodyPublishers.ofByteArray(
                        "subject\nM\u00fcller\n".getBytes(StandardCharsets.ISO_8859_1))));

        assertEquals(400, response.statusCode());
        assertTrue(response.body().contains("UTF-8"), response.body());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/jobs",
                "/v1/jobs?model=sme",
                "/v1/jobs?model=sme&purpose=loan&purpose=x",
                "/v1/jobs?model=sme&purpose=loan&x=1",
                "/v1/jobs?model=%00&purpose=loan"
            })
    void badParametersOfAJob(String path) {
        HttpResponse<String> response = live.send(live.to(path)
                .header("Content-Type", "text/csv")
                .POST(HttpRequest.BodyPublishers.ofString("subject\nS1\n")));

        assertEquals(400, response.statusCode(), response.body());
        assertProblem("invalid_request", response);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/sessions?limit=0",
                "/v1/sessions?limit=1001",
                "/v1/sessions?limit=ten",
                "/v1/sessions?limit=1&limit=2",
                "/v1/sessions?limits=1",
                "/v1/plan",
                "/v1/plan?model=sme&rows=0",
                "/v1/plan?model=sme&rows=1001",
                "/v1/plan?model=sme&row=1",
                "/v1/sessions/a%20b",
                "/v1/jobs/%00",
                "/v1/jobs/" + "x/results",
            })
    void badParameters(String path) {
        HttpResponse<String> response = live.get(path);

        assertTrue(List.of(400, 404).contains(response.statusCode()), response.body());
        assertEquals(
                "application/problem+json",
                response.headers().firstValue("Content-Type").orElse(""));
    }

    @Test
    void aBodyOfAnotherType() {
        HttpResponse<String> response = live.send(live.to("/v1/scores")
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString(SCORE)));

        assertEquals(415, response.statusCode());
        assertProblem("unsupported_media_type", response);
        assertEquals(
                415,
                live.send(live.to("/v1/scores").POST(HttpRequest.BodyPublishers.ofString(SCORE)))
                        .statusCode());
    }

    @Test
    void resultsInAFormThatThereIsNot() {
        live.node.bank.jobs.put("job-9", List.of("S1"));

        HttpResponse<String> response =
                live.send(live.to("/v1/jobs/job-9/results").header("Accept", "image/png"));

        live.node.bank.jobs.clear();
        assertEquals(406, response.statusCode());
        assertProblem("not_acceptable", response);
    }

    @Test
    void aPathThatThereIsNot() {
        assertProblem("not_found", live.get("/v1/secrets"));
        assertProblem("not_found", live.get("/secrets"));
        assertEquals(401, live.send(live.open("/v1/secrets")).statusCode());
    }

    @Test
    void aMethodThatThereIsNot() {
        HttpResponse<String> response = live.send(live.to("/v1/scores").DELETE());

        assertEquals(405, response.statusCode());
        assertProblem("method_not_allowed", response);
        assertEquals(405, live.get("/v1/scores").statusCode());
        assertEquals(405, live.post("/v1/sessions", SCORE).statusCode());
    }

    @Test
    void aBodyThatIsTooLarge() {
        String padded = SCORE + " ".repeat(LiveServer.LIMITS.jsonBytes());
        HttpResponse<String> declared = live.post("/v1/scores", padded);
        HttpResponse<String> chunked = live.send(live.to("/v1/scores")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.fromPublisher(HttpRequest.BodyPublishers.ofString(padded))));
        HttpResponse<String> job = live.send(live.to("/v1/jobs?model=a&purpose=b")
                .header("Content-Type", "text/csv")
                .POST(HttpRequest.BodyPublishers.fromPublisher(HttpRequest.BodyPublishers.ofString(
                        "subject,x\n" + ("S1," + "y".repeat(1000) + "\n").repeat(3000)))));

        for (HttpResponse<String> response : List.of(declared, chunked, job)) {
            assertEquals(413, response.statusCode(), response.body());
            assertProblem("too_large", response);
        }
        assertEquals(200, live.get("/v1/models").statusCode());
    }

    @Test
    void headsThatAreNotHttp() throws IOException {
        for (String head : List.of(
                "GET /v1/models HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(20_000) + "\r\n\r\n",
                "GET /" + "x".repeat(8000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "\u0000\u0001\u0002\r\n\r\n",
                "GET /v1/models HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n",
                CLASHING_LENGTHS)) {
            try (SSLSocket socket = live.socket()) {
                socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
                String answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1);
                assertFalse(answer.startsWith("HTTP/1.1 2"), answer);
            }
        }
        assertEquals(200, live.get("/v1/models").statusCode());
    }

    @Test
    void anOlderTlsIsRefused() throws IOException {
        try (SSLSocket socket =
                (SSLSocket) live.trust.getSocketFactory().createSocket("127.0.0.1", live.server.port())) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});

            org.junit.jupiter.api.Assertions.assertThrows(IOException.class, socket::startHandshake);
        }
    }

    private static JsonNode assertProblem(String code, HttpResponse<String> response) {
        assertEquals(
                "application/problem+json",
                response.headers().firstValue("Content-Type").orElse(""));
        JsonNode problem = LiveServer.json(response);
        assertEquals(List.of(), live.api.schema("/components/schemas/Problem").validate(problem), response.body());
        assertEquals(code, problem.get("code").textValue(), response.body());
        assertEquals(response.statusCode(), problem.get("status").intValue());
        return problem;
    }
}
