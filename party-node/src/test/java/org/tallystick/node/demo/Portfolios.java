package org.tallystick.node.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tallystick.models.Answer;
import org.tallystick.models.Business;
import org.tallystick.node.cli.RestClient;
import org.tallystick.node.config.Role;
import org.tallystick.node.governance.Consent;
import org.tallystick.node.governance.ConsentToken;
import org.tallystick.node.governance.SignatureSuite;

/** Portfolios under an agreement that asks each business: jobs and tables with their consents, and what they repeat. */
final class Portfolios {
    private final LiveGroup group;
    private final Governed people;
    private final JsonNode model;
    private final List<Business> businesses;
    private final List<Answer> oracle;

    /** @param businesses that were not asked about; 64 of them */
    Portfolios(LiveGroup group, Governed people, JsonNode model, List<Business> businesses, List<Answer> oracle) {
        this.group = group;
        this.people = people;
        this.model = model;
        this.businesses = businesses;
        this.oracle = oracle;
    }

    private String subject(int business) {
        return businesses.get(business).id();
    }

    private List<String> subjects(int from, int to) {
        return businesses.subList(from, to).stream().map(Business::id).toList();
    }

    private ObjectNode rows(ObjectNode request, int from, List<String> consents) {
        ArrayNode rows = request.putArray("rows");
        for (int k = 0; k < consents.size(); k++) {
            ObjectNode row = rows.addObject().put("subject", subject(from + k));
            if (!consents.get(k).isEmpty()) {
                row.put("consent", consents.get(k));
            }
        }
        return request;
    }

    private ObjectNode request() {
        return LiveGroup.request(model.get("name").asText());
    }

    private String started(String path, ObjectNode request) {
        return group.bank().post(path, request).get("id").asText();
    }

    private void assertRight(int business, JsonNode row) {
        assertEquals(subject(business), row.get("subject").asText());
        assertTrue(DemoResult.agrees(oracle.get(business), row), row::toString);
    }

    List<JsonNode> aJobWithAConsentOfEachRow() {
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
        return results;
    }

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

    private ObjectNode table(int from, List<String> consents) {
        ObjectNode request = LiveGroup.JSON
                .createObjectNode()
                .put("model", model.get("name").asText())
                .put("name", "portfolio")
                .put("asOf", "2026-10-31");
        return rows(request, from, consents);
    }

    void aTableWithoutAConsentSaysOfWhom() {
        List<String> consents = new ArrayList<>(people.consents(subjects(40, 60)));
        consents.set(17, "");

        String job = started("/v1/tables", table(40, consents));

        LiveGroup.await(() -> !group.job(job).get("status").asText().equals("running"), () -> "not stored");
        JsonNode ended = group.job(job);
        assertEquals("failed", ended.get("status").asText());
        assertTrue(ended.at("/problem/detail").asText().contains("(rows [18])"), ended::toString);
    }

    private String stored(int from, int to) {
        List<String> consents = subjects(from, to).stream()
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
        String job = started("/v1/tables", table(from, consents));
        LiveGroup.await(() -> !group.job(job).get("status").asText().equals("running"), () -> "not stored");
        JsonNode ended = group.job(job);
        assertEquals("done", ended.get("status").asText(), ended::toString);
        return ended.get("table").asText();
    }

    private List<JsonNode> scored(String table) {
        String job = started("/v1/jobs", request().put("table", table));
        List<JsonNode> results = group.finished(job);
        assertEquals(
                "done",
                group.job(job).get("status").asText(),
                () -> group.job(job).toString());
        return results;
    }

    void aTableOfThoseWhoHaveConsentedIsScoredOnceAndAnsweredAgain() {
        String table = stored(40, 60);

        List<JsonNode> first = scored(table);

        assertEquals(20, first.size());
        for (int row = 0; row < first.size(); row++) {
            assertRight(40 + row, first.get(row));
            assertFalse(first.get(row).has("stored"), first.get(row)::toString);
        }
        List<Integer> receipts = receipts();
        assertGivenAgain(first, scored(table));
        assertEquals(receipts, receipts(), "somebody was asked again");
        // What only a table has answered is found when agencies refuse to answer it again.
        JsonNode one = score(45, Governed.RELIEF, "").body();
        assertEquals("consent_missing", one.at("/details/reason").asText(), one::toString);
        JsonNode again = score(45, LiveGroup.PURPOSE, people.issued(people.consent(subject(45))))
                .body();
        assertGivenAgain(List.of(first.get(5)), List.of(again));
    }

    void aSegmentOfWhichSomeWereAnsweredHasTheirAnswers() {
        String table = stored(58, 62);

        List<JsonNode> results = scored(table);

        for (int row = 0; row < 2; row++) {
            assertRight(58 + row, results.get(row));
            assertTrue(results.get(row).get("stored").asBoolean());
            JsonNode other = results.get(2 + row);
            assertEquals("answered", other.at("/problem/details/reason").asText(), other::toString);
        }
        List<JsonNode> rest =
                group.finished(started("/v1/jobs", rows(request(), 59, people.consents(subjects(59, 62)))));
        for (int row = 0; row < 3; row++) {
            assertRight(59 + row, rest.get(row));
            assertEquals(row == 0, rest.get(row).has("stored"));
        }
    }

    void whatWasAnsweredIsGivenAgain(List<JsonNode> first) {
        List<Integer> receipts = receipts();

        // Without consents: nobody else is asked. Of a subject that is there twice too.
        ObjectNode request = request();
        List.of(19, 20, 21, 19).forEach(k -> request.withArray("subjects").add(subject(k)));
        List<JsonNode> again = group.finished(started("/v1/jobs", request));

        assertEquals(receipts, receipts(), "somebody was asked again");
        for (int row = 0; row < again.size(); row++) {
            assertRight(List.of(19, 20, 21, 19).get(row), again.get(row));
        }
        assertGivenAgain(List.of(first.get(19)), List.of(again.getFirst()));
        ObjectNode rows = rows(request(), 61, people.consents(subjects(61, 63)));
        rows.withArray("rows").addObject().put("subject", subject(21));
        rows.withArray("rows").add(rows.at("/rows/1"));
        JsonNode mixed = group.bank().post("/v1/scores", rows).get("results");
        assertTrue(mixed.get(0).has("stored"), "answered by a job before");
        assertFalse(mixed.get(1).has("stored"), "asked now");
        assertTrue(mixed.get(2).has("stored"), "answered by a job before");
        assertEquals(mixed.get(1).get("session"), mixed.get(3).get("session"), "the subject is there twice");
        assertTrue(mixed.get(3).has("stored"));
        // Under another purpose it is another question, which the model has answered all the same.
        Consent relief = people.consent(subject(19));
        String consent = people.issued(new Consent(
                relief.subject(),
                relief.bank(),
                Governed.RELIEF,
                relief.program(),
                false,
                relief.nonce(),
                relief.expires()));
        assertEquals(
                "answered",
                score(19, Governed.RELIEF, consent).body().at("/details/reason").asText());
    }

    void whatWasAnsweredOnAWithdrawnConsentIsNotGivenAgain() {
        Consent consent = people.consent(subject(63));
        assertEquals(200, score(63, LiveGroup.PURPOSE, people.issued(consent)).status());
        assertTrue(score(63, LiveGroup.PURPOSE, "").body().has("stored"));
        group.bank()
                .post(
                        "/v1/consents/withdraw",
                        LiveGroup.JSON.createObjectNode().put("withdrawal", people.withdrawn(consent)));
        JsonNode after = score(63, LiveGroup.PURPOSE, people.issued(people.consent(subject(63))))
                .body();
        assertEquals("answered", after.at("/details/reason").asText(), after::toString);
    }

    private RestClient.Reply score(int business, String purpose, String consent) {
        ObjectNode request = request().put("purpose", purpose).put("subject", subject(business));
        if (!consent.isEmpty()) {
            request.put("consent", consent);
        }
        return group.score(request);
    }

    private static void assertGivenAgain(List<JsonNode> first, List<JsonNode> again) {
        assertEquals(first.size(), again.size());
        for (int row = 0; row < first.size(); row++) {
            JsonNode found = again.get(row);
            assertEquals(first.get(row).get("answer"), found.get("answer"), found::toString);
            assertEquals(first.get(row).get("session"), found.get("session"), found::toString);
            assertTrue(found.get("stored").asBoolean(), found::toString);
            assertTrue(Instant.parse(found.get("answeredAt").asText()).isBefore(Instant.now()));
        }
    }

    /** How many proposals each node has on record. */
    private List<Integer> receipts() {
        List<Integer> counts = new ArrayList<>();
        for (Role role : Role.values()) {
            int count = 0;
            for (JsonNode receipt :
                    group.client(role).get("/v1/receipts?limit=1000").get("receipts")) {
                // Ends are not waited for; every session begins with the bank's proposal. Stock is made at any time.
                boolean asks = receipt.has("proposal")
                        && !receipt.at("/proposal/kind").asText().equalsIgnoreCase("stock");
                count += asks ? 1 : 0;
            }
            counts.add(count);
        }
        return counts;
    }
}
