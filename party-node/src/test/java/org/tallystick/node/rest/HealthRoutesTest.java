package org.tallystick.node.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node that does not work, over HTTPS. */
final class HealthRoutesTest {
    private final LiveServer live = new LiveServer();

    @AfterEach
    void close() {
        live.close();
    }

    @Test
    void aNodeThatCannotWriteIsNotHealthy() {
        live.node.health = new NodeService.Health(false, true, List.of());

        HttpResponse<String> health = live.send(live.open("/health"));

        assertEquals(503, health.statusCode());
        assertEquals("{\"status\":\"failing\"}", health.body());
        for (int k = 0; k < 20; k++) {
            live.send(live.open("/health"));
        }
        assertTrue(live.node.healthAsked.get() < 20, "callers make the node write at will");
    }

    @Test
    void aNodeWhoseReceiptsAreNotWrittenIsNotHealthyAndSaysWhy() {
        live.node.health = new NodeService.Health(true, false, List.of("receipts are not written: start it again"));

        assertEquals("{\"status\":\"failing\"}", live.send(live.open("/health")).body());
        HttpResponse<String> health = live.get("/health");

        JsonNode json = LiveServer.json(health);
        assertEquals(503, health.statusCode());
        assertEquals("failing", json.get("status").textValue());
        assertTrue(json.get("storageWritable").booleanValue());
        assertFalse(json.get("receiptsWritable").booleanValue());
        assertEquals(
                "receipts are not written: start it again",
                json.at("/warnings/0").textValue());
    }
}
