package org.tallystick.node.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.tallystick.node.metrics.Metrics;

/** The description and the code say the same. */
final class ApiDescriptionTest {
    private final ApiDescription api = ApiDescription.load();

    @Test
    void theDescriptionHasExactlyTheRoutesWithTheirTokensAndBodies() {
        Map<String, String> described = new TreeMap<>();
        api.tree()
                .get("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(operation -> described.put(
                                operation.getKey() + " " + path.getKey(),
                                (isOpen(operation.getValue()) ? "open" : "token") + " "
                                        + (operation.getValue().has("requestBody") ? "body" : "no body"))));
        Map<String, String> served = new TreeMap<>();
        RestSettings settings = new RestSettings(
                "localhost",
                0,
                new io.vertx.core.net.PemKeyCertOptions(),
                new byte[32],
                LiveServer.LIMITS,
                LiveServer.DEADLINES);
        try (Metrics metrics = new Metrics("bank")) {
            for (Route route : RestServer.routes(settings, new FakeNode(), metrics, new AtomicBoolean())) {
                served.put(
                        route.method().name().toLowerCase(java.util.Locale.ROOT) + " " + route.path(),
                        (route.open() ? "open" : "token") + " "
                                + (route.body() == Route.BodyKind.NONE ? "no body" : "body"));
            }
        }

        assertEquals(described, served);
    }

    private static boolean isOpen(JsonNode operation) {
        return operation.has("security")
                && operation.get("security").valueStream().anyMatch(JsonNode::isEmpty);
    }

    @Test
    void theDescriptionHasExactlyTheCodesOfProblems() {
        TreeSet<String> described = new TreeSet<>();
        api.tree()
                .at("/components/schemas/Problem/properties/code/enum")
                .forEach(code -> described.add(code.textValue()));
        TreeSet<String> known = new TreeSet<>();
        Arrays.stream(Problem.Code.values()).forEach(code -> known.add(code.id()));

        assertEquals(known, described);
    }

    @Test
    void whatIsCheckedOutsideTheSchemasHasTheirPatterns() {
        JsonNode schemas = api.tree().at("/components/schemas");

        assertEquals("^" + Checks.NAME + "$", schemas.at("/Name/pattern").textValue());
        assertEquals("^" + Checks.SUBJECT + "$", schemas.at("/Subject/pattern").textValue());
        assertEquals("^" + Checks.HASH + "$", schemas.at("/Hash/pattern").textValue());
        assertEquals("^" + Checks.ID + "$", schemas.at("/RequestId/pattern").textValue());
        assertEquals(
                "^" + Checks.ID + "$",
                api.tree().at("/components/parameters/Id/schema/pattern").textValue());
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        api.tree().findValues("$ref").forEach(reference -> {
            assertTrue(reference.textValue().startsWith("#/"), reference::textValue);
            assertFalse(api.tree().at(reference.textValue().substring(1)).isMissingNode(), reference::textValue);
        });
    }

    @Test
    void findingsNameThePlaceAndAreBounded() {
        JsonNode body = LiveServer.json("{\"" + "x".repeat(5000) + "\": 1}");

        ServiceFailure failure = org.junit.jupiter.api.Assertions.assertThrows(
                ServiceFailure.class, () -> api.checked("ScoreOne", body));

        assertEquals(Problem.Code.INVALID_REQUEST, failure.problem().code());
        assertTrue(failure.problem().detail().length() < 1500, failure.problem().detail());
    }
}
