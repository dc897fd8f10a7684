package org.tallystick.node.governance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Proposal;
import org.tallystick.node.session.Refusal;

/** Which requests a consent that serves one may serve, whatever else is under way. */
final class ConsentsTest {
    private static final String ASKED = "model purpose";
    private static final Optional<Refusal> NOBODY = Optional.empty();
    private static final Optional<Refusal> FIRST = Optional.of(new Refusal(Refusal.Reason.CONSENT_SPENT, List.of(0)));
    private static final Optional<Refusal> WAITS = Optional.of(new Refusal(Refusal.Reason.UNDER_WAY, List.of(0)));

    private final Consents consents = new Consents(name -> false);
    private final String nonce = ConsentToken.newNonce(new SecureRandom());
    private final String token = token(Samples.ISSUER);
    private int sessions;

    private String token(SignatureSuite.Key issuer) {
        return ConsentToken.issue(issuer, List.of(Samples.consent("a", nonce))).getFirst();
    }

    private Hash session() {
        return Hash.over("session", new byte[] {(byte) ++sessions});
    }

    private List<Consents.Shown> row(int request) {
        return Consents.Shown.of(List.of(new Proposal.Row("%032x".formatted(request), "a", token)));
    }

    private Hash begun(int request) {
        Hash session = session();
        assertEquals(NOBODY, consents.spend(session, ASKED, row(request)));
        return session;
    }

    private void served(Hash session) {
        assertTrue(consents.authorise(session));
        consents.ended(session);
    }

    @Test
    void aRunThatEndsDoesNotFreeTheConsentOfAnother() {
        Hash first = begun(1);
        Hash second = begun(1);
        consents.ended(first);
        assertEquals(WAITS, consents.spend(session(), ASKED, row(2)));
        served(second);
        assertEquals(FIRST, consents.spend(session(), ASKED, row(2)));
    }

    @Test
    void aRequestOfZerosIsOneAsWell() {
        served(begun(0));
        assertEquals(FIRST, consents.spend(session(), ASKED, row(2)));
    }

    @Test
    void underTheSameIdAnotherModelIsAnotherRequest() {
        served(begun(1));
        assertEquals(FIRST, consents.spend(session(), "another purpose", row(1)));
    }

    @Test
    void itServesARequestAndItsRepeat() {
        Hash third = begun(1);
        served(begun(1));
        served(begun(1));
        assertEquals(FIRST, consents.spend(session(), ASKED, row(1)));
        assertFalse(consents.authorise(third));
    }

    @Test
    void whatLeftNothingHasNotServed() {
        for (int time = 0; time < 4; time++) {
            Hash session = begun(1);
            assertTrue(consents.authorise(session));
            consents.voided(session);
            consents.ended(session);
        }
        served(begun(2));
    }

    @Test
    void anotherIssuersNonceIsAnotherConsent() {
        served(begun(1));
        List<Consents.Shown> other = Consents.Shown.of(
                List.of(new Proposal.Row("%032x".formatted(2), "a", token(SignatureSuite.ED25519.generate()))));
        assertEquals(NOBODY, consents.spend(session(), ASKED, other));
    }

    @Test
    void whatTheReceiptsSayWasServedCountsHoweverOften() {
        for (int time = 0; time < 3; time++) {
            Hash session = session();
            consents.recall(session, ASKED, row(1));
            consents.authorised(session);
            consents.ended(session);
        }
        assertEquals(FIRST, consents.spend(session(), ASKED, row(1)));
    }
}
