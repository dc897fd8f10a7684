package org.tallystick.node.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.List;
import org.tallystick.models.Business;
import org.tallystick.node.config.Role;
import org.tallystick.node.governance.Consent;
import org.tallystick.node.governance.ConsentToken;
import org.tallystick.node.governance.SignatureSuite;
import org.tallystick.node.session.Hash;
import org.tallystick.node.wire.Proposal;

/**
 * What the bank asks one agency, and nobody else, about businesses under an agreement.
 *
 * @param model that the agreement is about, as the bank's node lists it
 */
record AskedAlone(BankInDisguise bank, Role agency, Governed people, JsonNode model, List<Business> businesses) {
    private static final long PRICE = 100;

    private String consented(int business) {
        return people.issued(people.consent(businesses.get(business).id()));
    }

    Proposal.Builder proposal(int business, String consent) {
        Hash program = Hash.parse(model.get("program").asText());
        Hash digest = Hash.parse(model.get("digest").asText());
        return bank.proposal("demo", program, digest, businesses.get(business).id(), consent)
                .setAgreement(bytes(people.agreement()))
                .setPrice(PRICE);
    }

    String answer(int business, String consent) {
        return bank.answerOf(agency, proposal(business, consent));
    }

    private static ByteString bytes(String hash) {
        return ByteString.copyFrom(Hash.parse(hash).bytes());
    }

    private void refused(String reason, Proposal.Builder proposal) {
        assertEquals(reason, bank.answerOf(agency, proposal), agency::id);
    }

    void otherTerms(JsonNode other) {
        String consent = consented(8);
        refused("AGREEMENT_MISSING", proposal(8, consent).clearAgreement().clearPrice());
        refused(
                "AGREEMENT_MISSING",
                proposal(8, consent).setAgreement(bytes(model.get("digest").asText())));
        refused(
                "AGREEMENT_USE",
                proposal(8, consent)
                        .setProgram(bytes(other.get("program").asText()))
                        .setModel(bytes(other.get("digest").asText())));
        refused("PURPOSE", proposal(8, consent).setPurpose("marketing"));
        refused("PRICE", proposal(8, consent).setPrice(PRICE - 1));
        // Free is what serves relief, and this does not.
        refused("PRICE", proposal(8, consent).clearPrice());
    }

    void otherConsents(Consent withdrawn) {
        Consent right = people.consent(businesses.get(8).id());
        SignatureSuite.Key stranger = SignatureSuite.SM2.generate();
        assertEquals("CONSENT_MISSING", answer(8, ""));
        assertEquals(
                "CONSENT_INVALID",
                answer(8, ConsentToken.issue(stranger, List.of(right)).getFirst()));
        assertEquals("CONSENT_OTHER", answer(8, consented(9)));
        Instant past = Instant.now().minusSeconds(1);
        assertEquals("CONSENT_OTHER", answer(8, people.issued(with(right, "Second Bank", right.expires()))));
        assertEquals("CONSENT_EXPIRED", answer(8, people.issued(with(right, right.bank(), past))));
        assertEquals("CONSENT_REVOKED", answer(8, people.issued(withdrawn)));
    }

    private static Consent with(Consent right, String bank, Instant expires) {
        return new Consent(right.subject(), bank, right.purpose(), right.program(), false, right.nonce(), expires);
    }

    void whileItIsSuspendedOrStopped() {
        String path = "/v1/agreements/" + people.agreement();
        people.officer(agency).post(path + "/suspend", "application/json", "");
        assertEquals("AGREEMENT_SUSPENDED", answer(8, consented(8)));
        people.approver(agency).post(path + "/resume", "application/json", "");
        ObjectNode stop = LiveGroup.JSON.createObjectNode().put("kind", "bank").put("name", Governed.BANK);
        people.officer(agency).post("/v1/stops", stop);
        assertEquals("STOPPED", answer(8, consented(8)));
        people.approver(agency).post("/v1/stops/lift", stop);
    }
}
