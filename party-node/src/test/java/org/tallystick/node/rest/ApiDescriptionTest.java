package org.tallystick.node.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.node.access.Access;
import org.tallystick.node.access.AccessRole;
import org.tallystick.node.access.Names;
import org.tallystick.node.access.TestAccess;
import org.tallystick.node.access.TestClock;
import org.tallystick.node.metrics.Metrics;
import org.tallystick.node.storage.AccessRecords;
import org.tallystick.node.storage.StateDatabase;

/** The description and the code say the same. */
final class ApiDescriptionTest {
    @TempDir
    private Path folder;

    private final ApiDescription api = ApiDescription.load();

    @Test
    void theDescriptionHasExactlyTheRoutesWithTheirCallersAndBodies() {
        Map<String, String> described = new TreeMap<>();
        api.tree()
                .get("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(operation -> described.put(
                                operation.getKey() + " " + path.getKey(),
                                callers(operation.getValue()) + " "
                                        + (operation.getValue().has("requestBody") ? "body" : "no body"))));
        Map<String, String> served = new TreeMap<>();
        RestSettings settings = new RestSettings(
                "localhost",
                0,
                new io.vertx.core.net.PemKeyCertOptions(),
                new byte[32],
                LiveServer.LIMITS,
                LiveServer.RATES,
                LiveServer.DEADLINES);
        try (Metrics metrics = new Metrics("bank");
                StateDatabase state = StateDatabase.open(folder);
                Access access = TestAccess.open(new AccessRecords(state), new byte[32], new TestClock())) {
            for (Route route : RestServer.routes(settings, new FakeNode(), access, metrics, new AtomicBoolean())) {
                served.put(
                        route.method().name().toLowerCase(java.util.Locale.ROOT) + " " + route.path(),
                        callers(route) + " " + (route.body() == Route.BodyKind.NONE ? "no body" : "body"));
            }
        }

        assertEquals(described, served);
    }

    private static String callers(JsonNode operation) {
        if (isOpen(operation)) {
            return "everyone";
        }
        return new TreeSet<>(operation
                        .path("x-roles")
                        .valueStream()
                        .map(JsonNode::textValue)
                        .toList())
                .toString();
    }

    private static String callers(Route route) {
        return switch (route.callers()) {
            case Callers.Everyone everyone -> "everyone";
            case Callers.Known known -> "[]";
            case Callers.Having having -> {
                assertFalse(having.roles().isEmpty(), () -> "nobody may call " + route.path());
                yield new TreeSet<>(having.roles().stream().map(AccessRole::id).toList()).toString();
            }
        };
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
        assertEquals("^" + Names.NAME + "$", schemas.at("/UserName/pattern").textValue());
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
