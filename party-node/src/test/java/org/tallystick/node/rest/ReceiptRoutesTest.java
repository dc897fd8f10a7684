package org.tallystick.node.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The operations about receipts and statements, over HTTPS. */
final class ReceiptRoutesTest {
    private static LiveServer server;

    @BeforeAll
    static void start() {
        server = new LiveServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static JsonNode ok(HttpResponse<String> response) {
        assertEquals(200, response.statusCode(), response::body);
        return LiveServer.json(response);
    }

    @Test
    void pagesBeginWhereTheyAreToldTo() {
        assertEquals(3, ok(server.get("/v1/receipts")).get("receipts").size());
        JsonNode page = ok(server.get("/v1/receipts?from=1&limit=1"));
        assertEquals(1, page.get("receipts").size());
        assertEquals(1, page.at("/receipts/0/index").asInt());
        assertEquals(
                2,
                ok(server.get("/v1/receipts?limit=1")).at("/receipts/0/index").asInt());
    }

    @Test
    void oneReceiptIsFoundByItsNumber() {
        assertEquals(2, ok(server.get("/v1/receipts/2")).get("index").asInt());
        assertEquals(404, server.get("/v1/receipts/3").statusCode());
        assertEquals(404, server.get("/v1/receipts/999999999999999999").statusCode());
    }

    @Test
    void theReceiptsOfASessionAreFoundByItsId() {
        JsonNode found = ok(server.get("/v1/receipts?session=" + FakeNode.SESSION));
        assertEquals(1, found.get("receipts").size());
        assertEquals(FakeNode.SESSION, found.at("/receipts/0/session").asText());
        JsonNode none = ok(server.get("/v1/receipts?session=" + "0".repeat(64)));
        assertEquals(0, none.get("receipts").size());
    }

    @Test
    void theHeadTheExportAndStatementsAreServed() {
        assertEquals(3, ok(server.get("/v1/receipts/head")).get("size").asInt());
        HttpResponse<String> export = server.get("/v1/receipts/export");
        assertEquals("an export", export.body());
        assertEquals(
                "2026-10", ok(server.get("/v1/statements/2026-10")).get("month").asText());
        HttpResponse<String> csv =
                server.send(server.to("/v1/statements/2026-10").header("Accept", "text/csv"));
        assertEquals("month\r\n2026-10\r\n", csv.body());
        assertTrue(csv.headers().firstValue("content-type").orElse("").startsWith("text/csv"));
        HttpRequest.Builder image = server.to("/v1/statements/2026-10").header("Accept", "image/png");
        assertEquals(406, server.send(image).statusCode());
        assertEquals(
                0,
                ok(server.post("/v1/statements/subject", "{\"subject\": \"S1\"}"))
                        .get("uses")
                        .size());
    }

    @Test
    void goingOnIsForLostLogsAlone() {
        assertEquals(409, goOn());
        server.node.receipts.lost = true;
        assertEquals(200, goOn());
        assertEquals(409, goOn());
    }

    private static int goOn() {
        return server.send(server.to("/v1/receipts/go-on").POST(HttpRequest.BodyPublishers.noBody()))
                .statusCode();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/receipts?limit=0x1",
                "/v1/receipts?limit=1001",
                "/v1/receipts?from=-1",
                "/v1/receipts?from=9999999999999999999",
                "/v1/receipts?from=1&from=2",
                "/v1/receipts?color=red",
                "/v1/receipts?session=",
                "/v1/receipts?session=ABCDEF",
                "/v1/receipts?limit=1&session=0000000000000000000000000000000000000000000000000000000000000000",
                "/v1/receipts/01",
                "/v1/receipts/first",
                "/v1/statements/2026-13",
                "/v1/statements/26-01",
                "/v1/statements/0001-01",
                "/v1/statements/now"
            })
    void whatIsNotValidIsSaid(String path) {
        HttpResponse<String> response = server.get(path);

        assertEquals(400, response.statusCode(), response::body);
        assertEquals("invalid_request", LiveServer.json(response).get("code").asText());
    }
}
