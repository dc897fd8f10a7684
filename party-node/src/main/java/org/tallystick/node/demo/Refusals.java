package org.tallystick.node.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.cli.RestClient;
import org.tallystick.node.config.Role;
import org.tallystick.node.governance.Consent;
import org.tallystick.node.governance.ConsentToken;
import org.tallystick.node.governance.SignatureSuite;

/** Everything a bank may try that was not agreed on: each is refused, and the report says by whom and why. */
final class Refusals {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Asking asking;
    private final Governed people;
    private final String answered;
    private final String subject;
    private final DemoReport report;

    /**
     * @param answered a business that has been answered about
     * @param subject one that has not
     */
    Refusals(Asking asking, Governed people, String answered, String subject, DemoReport report) {
        this.asking = asking;
        this.people = people;
        this.answered = answered;
        this.subject = subject;
        this.report = report;
    }

    void show() {
        Consent consent = people.consent(subject);
        String agreement = "/v1/agreements/" + people.agreement();
        report.note("");
        report.note("what was not agreed on is refused:");
        tried("a purpose that is not in the agreement", "agreement_missing", "marketing", issued(consent));
        tried("no consent of the business", "consent_missing", Asking.PURPOSE, Optional.empty());
        String forged = ConsentToken.issue(SignatureSuite.SM2.generate(), List.of(consent))
                .getFirst();
        tried("a forged consent", "consent_invalid", Asking.PURPOSE, Optional.of(forged));
        Consent late = new Consent(
                subject,
                consent.bank(),
                consent.purpose(),
                consent.program(),
                false,
                consent.nonce(),
                Instant.now().minusSeconds(1));
        tried("a consent that has expired", "consent_expired", Asking.PURPOSE, issued(late));
        Consent other = new Consent(
                subject,
                "another bank",
                consent.purpose(),
                consent.program(),
                false,
                consent.nonce(),
                consent.expires());
        tried("a consent to another bank", "consent_other", Asking.PURPOSE, issued(other));
        people.officer(Role.UTILITY)
                .post("/v1/consents/withdraw", JSON.createObjectNode().put("withdrawal", people.withdrawn(consent)));
        tried("a consent that the business withdrew", "consent_revoked", Asking.PURPOSE, issued(consent));
        ObjectNode stop = JSON.createObjectNode().put("kind", "bank").put("name", Governed.BANK);
        people.officer(Role.SOCIAL_SECURITY).post("/v1/stops", stop);
        tried("a bank that one agency has stopped", "stopped", Asking.PURPOSE, issued(people.consent(subject)));
        people.approver(Role.SOCIAL_SECURITY).post("/v1/stops/lift", stop);
        people.approver(Role.TAX).post(agreement + "/suspend", "application/json", "");
        tried(
                "an agreement that one agency has suspended",
                "agreement_suspended",
                Asking.PURPOSE,
                issued(people.consent(subject)));
        people.approver(Role.TAX).post(agreement + "/resume", "application/json", "");
        again();
    }

    /** A model answers once: who asks again gets that answer, and nobody is asked for anything. */
    private void again() {
        RestClient.Reply reply = asking.reply(Asking.PURPOSE, answered, Optional.empty());
        if (!reply.body().path("stored").asBoolean()) {
            throw new NodeFailure("an answer was not given again: " + reply.body(), "this is a fault: report it");
        }
        report.note("  the same model about the same business again: its answer of "
                + reply.body().get("answeredAt").asText() + ", from the bank's own record");
    }

    private Optional<String> issued(Consent consent) {
        return Optional.of(people.issued(consent));
    }

    private void tried(String what, String reason, String purpose, Optional<String> consent) {
        RestClient.Reply reply = asking.reply(purpose, subject, consent);
        String found = reply.body().at("/details/reason").asText();
        if (!found.equals(reason)) {
            throw new NodeFailure(
                    "\"" + what + "\" was answered with " + reply.body(), "this is a fault of the program: report it");
        }
        report.note(
                "  " + what + ": refused by " + reply.body().at("/details/role").asText() + " (" + reason + ")");
    }
}
