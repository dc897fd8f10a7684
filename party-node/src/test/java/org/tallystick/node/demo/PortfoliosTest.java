package org.tallystick.node.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.models.Answer;
import org.tallystick.models.Business;
import org.tallystick.models.SyntheticBusinesses;
import org.tallystick.node.config.NodeConfig.Approval;
import org.tallystick.node.config.NodeConfigFile;
import org.tallystick.node.config.Role;
import org.tallystick.node.governance.Consent;
import org.tallystick.node.governance.ConsentToken;
import org.tallystick.node.governance.SignatureSuite;

/** Portfolios under an agreement that asks each business: jobs and tables with their consents. */
@Tag("slow")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class PortfoliosTest {
    private static final int ROWS = 64;

    @TempDir
    private static Path temporary;

    private static DemoData data;
    private static LiveGroup group;
    private static Governed people;
    private static JsonNode model;
    private static List<Answer> oracle;

    @BeforeAll
    static void start() throws IOException {
        data = DemoData.synthetic(ROWS);
        group = LiveGroup.make(temporary.resolve("group"), Approval.ALL, "batching:\n  jobChunk: 16\n", true)
                .load(SyntheticBusinesses.COLUMNS, data.businesses());
        for (Role role : Role.values()) {
            Path settings = group.node(role).resolve(NodeConfigFile.NAME);
            Files.writeString(settings, LiveGroup.text(settings).replace("tableRows: 0", "tableRows: 500"));
        }
        group.start();
        model = group.bank().post("/v1/models", "application/json", data.model());
        people = new Governed(group::client, LiveGroup.PURPOSE);
        people.agree(model, 12);
        people.agreeOnTables(model);
        oracle = LiveGroup.oracle(data.model(), data.businesses());
    }

    @AfterAll
    static void stop() {
        group.close();
    }

    private static String subject(int business) {
        return data.businesses().get(business).id();
    }

    private static List<String> subjects(int from, int to) {
        return data.businesses().subList(from, to).stream().map(Business::id).toList();
    }

    private static ObjectNode rows(ObjectNode request, int from, List<String> consents) {
        ArrayNode rows = request.putArray("rows");
        for (int k = 0; k < consents.size(); k++) {
            ObjectNode row = rows.addObject().put("subject", subject(from + k));
            if (!consents.get(k).isEmpty()) {
                row.put("consent", consents.get(k));
            }
        }
        return request;
    }

    private static ObjectNode request() {
        return LiveGroup.request(model.get("name").asText());
    }

    private static String started(String path, ObjectNode request) {
        return group.bank().post(path, request).get("id").asText();
    }

    private static void assertRight(int business, JsonNode row) {
        assertEquals(subject(business), row.get("subject").asText());
        assertTrue(DemoResult.agrees(oracle.get(business), row), row::toString);
    }

    @Test
    @Order(1)
    void aJobWithAConsentOfEachRow() {
        Map<Integer, String> wrong = new TreeMap<>();
        List<String> consents = new ArrayList<>(people.consents(subjects(0, 20)));
        Consent other = people.consent(subject(30));
        consents.set(1, "");
        wrong.put(1, "consent_missing");
        consents.set(2, people.issued(other));
        wrong.put(2, "consent_other");
        consents.set(
                3,
                ConsentToken.issue(SignatureSuite.SM2.generate(), List.of(people.consent(subject(3))))
                        .getFirst());
        wrong.put(3, "consent_invalid");
        Consent late = people.consent(subject(4));
        consents.set(
                4,
                people.issued(new Consent(
                        late.subject(),
                        late.bank(),
                        late.purpose(),
                        late.program(),
                        false,
                        late.nonce(),
                        Instant.now().minusSeconds(1))));
        wrong.put(4, "consent_expired");
        Consent withdrawn = people.consent(subject(17));
        consents.set(17, people.issued(withdrawn));
        people.officer(Role.TAX)
                .post(
                        "/v1/consents/withdraw",
                        LiveGroup.JSON.createObjectNode().put("withdrawal", people.withdrawn(withdrawn)));
        wrong.put(17, "consent_revoked");

        String job = started("/v1/jobs", rows(request(), 0, consents));

        List<JsonNode> results = group.finished(job);
        assertEquals("done", group.job(job).get("status").asText());
        assertEquals(wrong.size(), group.job(job).get("failed").asInt());
        for (int row = 0; row < results.size(); row++) {
            JsonNode result = results.get(row);
            if (wrong.containsKey(row)) {
                assertEquals(
                        wrong.get(row), result.at("/problem/details/reason").asText(), result::toString);
            } else {
                assertRight(row, result);
            }
        }
    }

    @Test
    @Order(2)
    void aJobThatIsCutOffGoesOnWithItsConsents() {
        List<String> consents = people.consents(subjects(20, 40));
        StringBuilder csv = new StringBuilder("subject,consent\n");
        for (int k = 0; k < consents.size(); k++) {
            csv.append(subject(20 + k)).append(',').append(consents.get(k)).append('\n');
        }
        String query = "?model=" + model.get("name").asText() + "&purpose=" + LiveGroup.PURPOSE.replace(" ", "%20");
        String job = group.bank()
                .post("/v1/jobs" + query, "text/csv", csv.toString())
                .get("id")
                .asText();
        group.kill(Role.BANK);
        group.restart(Role.BANK);
        group.awaitReady();

        List<JsonNode> results = group.finished(job);

        assertEquals(0, group.job(job).get("failed").asInt(), () -> results.toString());
        for (int row = 0; row < results.size(); row++) {
            assertRight(20 + row, results.get(row));
        }
    }

    private static ObjectNode table(List<String> consents) {
        ObjectNode request = LiveGroup.JSON
                .createObjectNode()
                .put("model", model.get("name").asText())
                .put("name", "portfolio")
                .put("asOf", "2026-10-31");
        return rows(request, 40, consents);
    }

    @Test
    @Order(3)
    void aTableWithoutAConsentSaysOfWhom() {
        List<String> consents = new ArrayList<>(people.consents(subjects(40, 60)));
        consents.set(17, "");

        String job = started("/v1/tables", table(consents));

        LiveGroup.await(() -> !group.job(job).get("status").asText().equals("running"), () -> "not stored");
        JsonNode ended = group.job(job);
        assertEquals("failed", ended.get("status").asText());
        assertTrue(ended.at("/problem/detail").asText().contains("(rows [18])"), ended::toString);
    }

    @Test
    @Order(4)
    void aTableOfThoseWhoHaveConsentedIsScored() {
        List<String> consents = subjects(40, 60).stream()
                .map(people::consent)
                .map(consent -> people.issued(new Consent(
                        consent.subject(),
                        consent.bank(),
                        consent.purpose(),
                        consent.program(),
                        true,
                        consent.nonce(),
                        consent.expires())))
                .toList();
        String stored = started("/v1/tables", table(consents));
        LiveGroup.await(() -> !group.job(stored).get("status").asText().equals("running"), () -> "not stored");
        JsonNode ended = group.job(stored);
        assertEquals("done", ended.get("status").asText(), ended::toString);

        String job =
                started("/v1/jobs", request().put("table", ended.get("table").asText()));

        List<JsonNode> results = group.finished(job);
        assertEquals(20, results.size(), () -> group.job(job).toString());
        for (int row = 0; row < results.size(); row++) {
            assertRight(40 + row, results.get(row));
        }
    }
}
