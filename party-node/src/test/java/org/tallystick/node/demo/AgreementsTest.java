package org.tallystick.node.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
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
import org.tallystick.node.governance.Consent;
import org.tallystick.node.governance.ConsentToken;
import org.tallystick.node.governance.SignatureSuite;

/** Four processes under an agreement: what is agreed is answered, all else is refused with its reason. */
@Tag("slow")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AgreementsTest {
    private static final String PURPOSE = LiveGroup.PURPOSE;

    @TempDir
    private static Path temporary;

    private static DemoData data;
    private static LiveGroup group;
    private static Governed people;
    private static JsonNode model;
    private static int requests;

    @BeforeAll
    static void start() {
        data = DemoData.synthetic(20);
        group = LiveGroup.make(temporary.resolve("group"), Approval.ALL, "", true)
                .load(SyntheticBusinesses.COLUMNS, data.businesses());
        group.start();
        model = group.bank().post("/v1/models", "application/json", data.model());
        people = new Governed(group::client, PURPOSE);
    }

    @AfterAll
    static void stop() {
        group.close();
    }

    private static String subject(int business) {
        return data.businesses().get(business).id();
    }

    private static RestClient.Reply ask(int business, String purpose, String consent) {
        ObjectNode request = LiveGroup.JSON
                .createObjectNode()
                .put("model", model.get("name").asText())
                .put("purpose", purpose)
                .put("subject", subject(business))
                .put("requestId", "request-" + ++requests);
        if (!consent.isEmpty()) {
            request.put("consent", consent);
        }
        return group.bank().tryPost("/v1/scores", "application/json", request.toString());
    }

    private static String consented(int business) {
        return people.issued(people.consent(subject(business)));
    }

    private static void refused(String reason, RestClient.Reply reply) {
        assertEquals(409, reply.status(), () -> reply.body().toString());
        assertEquals(
                reason.toLowerCase(Locale.ROOT),
                reply.body().at("/details/reason").asText(),
                () -> reply.body().toString());
    }

    private static void answered(int business) {
        RestClient.Reply reply = ask(business, PURPOSE, consented(business));
        List<Business> one = List.of(data.businesses().get(business));
        assertEquals(200, reply.status(), () -> reply.body().toString());
        assertTrue(
                DemoResult.agrees(LiveGroup.oracle(data.model(), one).getFirst(), reply.body()),
                () -> reply.body().toString());
    }

    private static int told(Role agency, int business) {
        return people.officer(agency)
                .post("/v1/budgets", LiveGroup.JSON.createObjectNode().put("subject", subject(business)))
                .get("bitsTold")
                .asInt();
    }

    @Test
    @Order(1)
    void withoutAnAgreementNothingIsAnswered() {
        refused("AGREEMENT_MISSING", ask(0, PURPOSE, ""));
    }

    @Test
    @Order(2)
    void whatFourPartiesHaveSignedIsAnswered() {
        people.agree(model, 12);
        answered(0);
        JsonNode agreement = people.officer(Role.TAX).get("/v1/agreements/" + people.agreement());
        assertEquals("active", agreement.get("state").asText());
        int bits = agreement.at("/document/uses/0/bits").asInt();
        for (Role agency : List.of(Role.TAX, Role.UTILITY, Role.SOCIAL_SECURITY)) {
            assertEquals(bits, told(agency, 0));
        }
        // Whoever proposes cannot approve, and no role does both.
        RestClient.Reply reply = people.officer(Role.TAX)
                .tryPost("/v1/agreements/" + people.agreement() + "/suspend", "application/json", "");
        assertEquals(200, reply.status());
        RestClient.Reply resumed = people.officer(Role.TAX)
                .tryPost("/v1/agreements/" + people.agreement() + "/resume", "application/json", "");
        assertEquals(403, resumed.status());
        refused("AGREEMENT_SUSPENDED", ask(1, PURPOSE, consented(1)));
        people.approver(Role.TAX).post("/v1/agreements/" + people.agreement() + "/resume", "application/json", "");
        answered(1);
    }

    @Test
    @Order(3)
    void everythingElseIsRefusedWithItsReason() {
        refused("CONSENT_MISSING", ask(2, PURPOSE, ""));
        refused("CONSENT_OTHER", ask(2, PURPOSE, consented(3)));
        Consent consent = people.consent(subject(2));
        String forged = ConsentToken.issue(SignatureSuite.SM2.generate(), List.of(consent))
                .getFirst();
        refused("CONSENT_INVALID", ask(2, PURPOSE, forged));
        Consent late = new Consent(
                consent.subject(),
                consent.bank(),
                consent.purpose(),
                consent.program(),
                false,
                consent.nonce(),
                Instant.now().minusSeconds(1));
        refused("CONSENT_EXPIRED", ask(2, PURPOSE, people.issued(late)));
        refused("AGREEMENT_MISSING", ask(2, "marketing", consented(2)));
        JsonNode noted = people.officer(Role.UTILITY)
                .post(
                        "/v1/consents/withdraw",
                        LiveGroup.JSON.createObjectNode().put("withdrawal", people.withdrawn(consent)));
        assertTrue(noted.get("noted").asBoolean());
        refused("CONSENT_REVOKED", ask(2, PURPOSE, people.issued(consent)));
        assertEquals(0, told(Role.TAX, 2));
        ObjectNode stop =
                LiveGroup.JSON.createObjectNode().put("kind", "column").put("name", column());
        people.officer(Role.TAX).post("/v1/stops", stop);
        refused("STOPPED", ask(2, PURPOSE, consented(2)));
        people.approver(Role.TAX).post("/v1/stops/lift", stop);
        answered(2);
        refused("ANSWERED", ask(2, PURPOSE, consented(2)));
    }

    private static String column() {
        return people.officer(Role.TAX)
                .get("/v1/agreements/" + people.agreement())
                .at("/document/columns")
                .valueStream()
                .filter(each -> each.get("owner").asText().equals("tax"))
                .findFirst()
                .orElseThrow()
                .get("name")
                .asText();
    }

    @Test
    @Order(4)
    void aNodeThatWasKilledKnowsWhatItHasTold() {
        String consent = consented(4);
        RestClient.Reply first = ask(4, PURPOSE, consent);
        assertEquals(200, first.status(), () -> first.body().toString());
        int told = told(Role.TAX, 4);
        assertTrue(told > 0);
        group.kill(Role.TAX);
        group.restart(Role.TAX);
        group.awaitReady();
        assertEquals(told, told(Role.TAX, 4));
        refused("CONSENT_SPENT", ask(4, PURPOSE, consent));
        refused("ANSWERED", ask(4, PURPOSE, consented(4)));
        answered(5);
    }

    @Test
    @Order(5)
    void whatIsRevokedIsOver() {
        people.approver(Role.SOCIAL_SECURITY)
                .post("/v1/agreements/" + people.agreement() + "/revoke", "application/json", "");
        refused("AGREEMENT_REVOKED", ask(6, PURPOSE, consented(6)));
    }
}
