package org.tallystick.node.governance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Proposal;
import org.tallystick.node.session.Refusal;
import org.tallystick.node.session.Refused;
import org.tallystick.node.session.Sealed;
import org.tallystick.node.storage.Agreements;
import org.tallystick.node.transport.EpochId;
import org.tallystick.program.ModelFacts;
import org.tallystick.protocol.Profile;

/**
 * Everything a bank may try that no agreement allows, at each agency: refused with its reason, and nothing is taken.
 */
@ParameterizedClass
@ValueSource(ints = {0, 1, 2})
final class GateTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BANK = 3;

    @Parameter
    private int self;

    @TempDir
    private Path folder;

    private OneAgency agency;
    private Register register;
    private Stops stops;
    private Gate gate;
    private int numbers;

    @BeforeEach
    void begin() {
        agency = new OneAgency(folder, self);
        register = agency.register;
        stops = agency.stops;
        gate = agency.gate;
    }

    @AfterEach
    void end() {
        agency.close();
    }

    private String request() {
        return "%032x".formatted(++numbers);
    }

    private String consent(String subject) {
        return token(Samples.consent(subject, ConsentToken.newNonce(RANDOM)));
    }

    private static String token(Consent consent) {
        return ConsentToken.issue(Samples.ISSUER, List.of(consent)).getFirst();
    }

    private Proposal.Row row(String subject) {
        return new Proposal.Row(request(), subject, consent(subject));
    }

    private Sealed sealed(Optional<Proposal.Terms> terms, Hash program, Proposal.Work work) {
        Hash hash = Hash.over("session", new byte[] {(byte) ++numbers, (byte) (numbers >> 8)});
        Proposal proposal = new Proposal(
                "demo", EpochId.of(new byte[EpochId.BYTES]), hash, BANK, Profile.REP4, program, terms, work);
        return new Sealed(proposal, new byte[0], new byte[0], new byte[0], hash);
    }

    private Sealed score(Hash agreement, Proposal.Row... rows) {
        return score(agreement, 100, Samples.PROGRAM, Samples.MODEL, Samples.PURPOSE, rows);
    }

    private Sealed score(Hash agreement, long price, Hash program, Hash model, String purpose, Proposal.Row... rows) {
        return sealed(
                Optional.of(new Proposal.Terms(agreement, price)),
                program,
                new Proposal.Score(model, purpose, List.of(rows)));
    }

    private void accepted(Sealed sealed) {
        assertEquals(Optional.empty(), gate.refuses(sealed, 3));
        gate.authorised(sealed.hash());
        gate.ended(sealed.hash());
    }

    private void refused(Refusal.Reason reason, Sealed sealed) {
        assertEquals(Optional.of(Refusal.of(reason)), gate.refuses(sealed, 3));
        assertEquals(List.of(), gate.running());
    }

    private void refused(Refusal.Reason reason, List<Integer> rows, Sealed sealed) {
        assertEquals(Optional.of(new Refusal(reason, rows)), gate.refuses(sealed, 3));
    }

    @Test
    void whatIsAgreedIsAnsweredAndNothingElse() {
        Hash agreement = agency.inForce(Samples.agreement());
        Hash other = Hash.over("sample", new byte[] {9});
        refused(Refusal.Reason.AGREEMENT_MISSING, score(other, row("a")));
        refused(
                Refusal.Reason.AGREEMENT_MISSING,
                sealed(
                        Optional.empty(),
                        Samples.PROGRAM,
                        new Proposal.Score(Samples.MODEL, Samples.PURPOSE, List.of(row("a")))));
        refused(Refusal.Reason.AGREEMENT_USE, score(agreement, 100, other, Samples.MODEL, Samples.PURPOSE, row("a")));
        refused(Refusal.Reason.AGREEMENT_USE, score(agreement, 100, Samples.PROGRAM, other, Samples.PURPOSE, row("a")));
        refused(Refusal.Reason.PURPOSE, score(agreement, 100, Samples.PROGRAM, Samples.MODEL, "marketing", row("a")));
        refused(Refusal.Reason.PRICE, score(agreement, 99, Samples.PROGRAM, Samples.MODEL, Samples.PURPOSE, row("a")));
        refused(
                Refusal.Reason.PRICE,
                score(agreement, 100, Samples.PROGRAM, Samples.MODEL, "relief of hardship", row("a")));
        assertEquals(
                Optional.of(Refusal.of(Refusal.Reason.AGREEMENT_USE)), gate.refuses(score(agreement, row("a")), 4));
        // A training under an agreement about scores.
        refused(
                Refusal.Reason.AGREEMENT_USE,
                sealed(
                        Optional.of(new Proposal.Terms(agreement, 100)),
                        Samples.PROGRAM,
                        new Proposal.Evaluate(new byte[0], List.of("a"), request())));
        assertEquals(0, gate.budget("a").taken());
        accepted(score(agreement, row("a")));
        assertEquals(3, gate.budget("a").taken());
    }

    @Test
    void anAgreementIsInForceFromItsActivationToItsEndAndNoLonger() {
        byte[] document = AgreementFormat.encode(Samples.agreement());
        Hash hash = AgreementFormat.hash(document);
        refused(Refusal.Reason.AGREEMENT_MISSING, score(hash, row("a")));
        register.propose(document, "officer");
        refused(Refusal.Reason.AGREEMENT_MISSING, score(hash, row("a")));
        assertThrows(Register.Rejected.class, () -> register.change(hash, State.Change.SIGN, "officer"));
        register.change(hash, State.Change.SIGN, "approver");
        refused(Refusal.Reason.AGREEMENT_MISSING, score(hash, row("a")));
        assertThrows(Register.Rejected.class, () -> register.change(hash, State.Change.ACTIVATE, "approver"));
        for (int party : agency.others()) {
            Agreements.Signature stranger = new Agreements.Signature(
                    party,
                    "ed25519",
                    agency.keys.of(party).publicKey(),
                    agency.keys.of(self).sign(SignatureSuite.Purpose.AGREEMENT, hash.bytes()),
                    agency.clock.instant());
            assertEquals(false, register.signed(hash, stranger));
            register.signed(hash, agency.keys.signature(party, hash, agency.clock.instant()));
        }
        assertThrows(Register.Rejected.class, () -> register.change(hash, State.Change.ACTIVATE, "officer"));
        register.change(hash, State.Change.ACTIVATE, "approver");
        accepted(score(hash, row("a")));
        register.change(hash, State.Change.SUSPEND, "approver");
        refused(Refusal.Reason.AGREEMENT_SUSPENDED, score(hash, row("b")));
        register.change(hash, State.Change.RESUME, "approver");
        accepted(score(hash, row("b")));
        agency.clock.at(Samples.agreement().validUntil());
        refused(Refusal.Reason.AGREEMENT_EXPIRED, score(hash, row("c")));
        agency.clock.at(Samples.agreement().validFrom().minusSeconds(1));
        refused(Refusal.Reason.AGREEMENT_EXPIRED, score(hash, row("c")));
        agency.clock.at(Samples.NOW);
        register.change(hash, State.Change.REVOKE, "approver");
        refused(Refusal.Reason.AGREEMENT_REVOKED, score(hash, row("c")));
        assertThrows(Register.Rejected.class, () -> register.change(hash, State.Change.ACTIVATE, "approver"));
        assertEquals(
                List.of(
                        "agreement proposed officer",
                        "agreement signed approver",
                        "agreement signed by party " + agency.others().get(0) + " ",
                        "agreement signed by party " + agency.others().get(1) + " ",
                        "agreement signed by party " + agency.others().get(2) + " ",
                        "agreement activated approver",
                        "agreement suspended approver",
                        "agreement resumed approver",
                        "agreement revoked approver"),
                agency.recorded);
    }

    @Test
    void aStopHoldsAtOnceAndUntilItIsLifted() {
        Hash agreement = agency.inForce(Samples.agreement());
        record Stopped(Stops.Kind kind, String name) {}
        for (Stopped each : List.of(
                new Stopped(Stops.Kind.BANK, Samples.BANK),
                new Stopped(Stops.Kind.MODEL, Samples.MODEL.hex()),
                new Stopped(Stops.Kind.COLUMN, "revenue"))) {
            stops.stop(each.kind(), each.name(), "officer", () -> {});
            refused(Refusal.Reason.STOPPED, score(agreement, row("a")));
            assertTrue(stops.lift(each.kind(), each.name(), () -> {}));
        }
        stops.stop(Stops.Kind.COLUMN, "another", "officer", () -> {});
        stops.stop(Stops.Kind.BANK, "another", "officer", () -> {});
        accepted(score(agreement, row("a")));
    }

    /** Somebody stops what another lets go on at this moment: it is stopped when both are done. */
    @Test
    void whatIsStoppedWhileItIsLiftedStaysStopped() throws InterruptedException {
        Hash agreement = agency.inForce(Samples.agreement());
        stops.stop(Stops.Kind.BANK, Samples.BANK, "officer", () -> {});
        Thread other = new Thread(() -> stops.stop(Stops.Kind.BANK, Samples.BANK, "another", () -> {}));
        assertTrue(stops.lift(Stops.Kind.BANK, Samples.BANK, () -> {
            other.start();
            while (other.getState() != Thread.State.BLOCKED && other.getState() != Thread.State.TERMINATED) {
                Thread.onSpinWait();
            }
        }));
        other.join();
        assertEquals(1, stops.all().size());
        refused(Refusal.Reason.STOPPED, score(agreement, row("a")));
    }

    @Test
    void consentsThatDoNotCountAreRefusedRowByRow() {
        Hash agreement = agency.inForce(Samples.agreement());
        Consent right = Samples.consent("b", ConsentToken.newNonce(RANDOM));
        Proposal.Row bare = new Proposal.Row(request(), "b");
        refused(Refusal.Reason.CONSENT_MISSING, List.of(1), score(agreement, row("a"), bare, row("c")));
        SignatureSuite.Key stranger = SignatureSuite.ED25519.generate();
        String forged = ConsentToken.issue(stranger, List.of(right)).getFirst();
        refused(Refusal.Reason.CONSENT_INVALID, List.of(0), score(agreement, new Proposal.Row(request(), "b", forged)));
        String cut = consent("b").substring(0, 60);
        refused(Refusal.Reason.CONSENT_INVALID, List.of(0), score(agreement, new Proposal.Row(request(), "b", cut)));
        for (Consent other : List.of(
                Samples.consent("another", right.nonce()),
                new Consent(
                        "b", "Second Bank", Samples.PURPOSE, Samples.PROGRAM, false, right.nonce(), right.expires()),
                new Consent("b", Samples.BANK, "marketing", Samples.PROGRAM, false, right.nonce(), right.expires()),
                new Consent(
                        "b", Samples.BANK, Samples.PURPOSE, Samples.MODEL, false, right.nonce(), right.expires()))) {
            refused(
                    Refusal.Reason.CONSENT_OTHER,
                    List.of(0),
                    score(agreement, new Proposal.Row(request(), "b", token(other))));
        }
        Consent late = new Consent(
                "b", Samples.BANK, Samples.PURPOSE, Samples.PROGRAM, false, right.nonce(), agency.clock.instant());
        refused(
                Refusal.Reason.CONSENT_EXPIRED,
                List.of(0),
                score(agreement, new Proposal.Row(request(), "b", token(late))));
        agency.withdrawn.add(Consents.name(Samples.ISSUER.publicKey(), right.nonce()));
        refused(
                Refusal.Reason.CONSENT_REVOKED,
                List.of(0),
                score(agreement, new Proposal.Row(request(), "b", token(right))));
        assertEquals(0, gate.budget("a").taken());
        assertEquals(0, gate.budget("b").taken());
    }

    @Test
    void aConsentServesOneRequest() {
        Hash agreement =
                agency.inForce(Samples.agreement(Samples.ISSUER, new Agreement.Limits(60, 90, 1000, 100, 2, 24)));
        String consent = consent("a");
        Proposal.Row first = new Proposal.Row(request(), "a", consent);
        Sealed broken = score(agreement, first);
        assertEquals(Optional.empty(), gate.refuses(broken, 3));
        // While it is under way it serves nobody else; when nothing came of it, it may serve again.
        Proposal.Row second = new Proposal.Row(request(), "a", consent);
        refused(Refusal.Reason.UNDER_WAY, List.of(0), score(agreement, second));
        refused(Refusal.Reason.UNDER_WAY, List.of(0), score(agreement, row("a")));
        gate.ended(broken.hash());
        accepted(score(agreement, first));
        refused(Refusal.Reason.CONSENT_SPENT, List.of(0), score(agreement, second));
        accepted(score(agreement, first));
        assertEquals(6, gate.budget("a").taken());
        // Once more, for a bank that lost the answer, and then no more.
        refused(Refusal.Reason.CONSENT_SPENT, List.of(0), score(agreement, first));
        Proposal.Row twice = new Proposal.Row(request(), "b", consent("b"));
        Proposal.Row again = new Proposal.Row(request(), "b", twice.consent());
        refused(Refusal.Reason.CONSENT_SPENT, List.of(1), score(agreement, twice, again));
        Consent standing = new Consent(
                "c",
                Samples.BANK,
                Samples.PURPOSE,
                Samples.PROGRAM,
                true,
                ConsentToken.newNonce(RANDOM),
                agency.clock.instant().plus(Duration.ofDays(365)));
        accepted(score(agreement, new Proposal.Row(request(), "c", token(standing))));
        agency.clock.at(agency.clock.instant().plus(Duration.ofDays(1)));
        // It counts again, but the model has answered.
        refused(
                Refusal.Reason.ANSWERED,
                List.of(0),
                score(agreement, new Proposal.Row(request(), "c", token(standing))));
    }

    @Test
    void budgetsOfSubjectsAndUsesOfADayEnd() {
        Hash agreement = agency.inForce(Samples.agreement(Samples.ISSUER, new Agreement.Limits(7, 90, 5, 100, 2, 24)));
        Proposal.Row again = row("a");
        accepted(score(agreement, again));
        accepted(score(agreement, again));
        refused(Refusal.Reason.BUDGET, List.of(0), score(agreement, row("a")));
        accepted(score(agreement, row("b"), row("c"), row("d")));
        refused(Refusal.Reason.USES, score(agreement, row("e")));
        agency.clock.at(agency.clock.instant().plus(Duration.ofDays(1)));
        Proposal.Row tomorrow = new Proposal.Row(
                request(),
                "e",
                token(new Consent(
                        "e",
                        Samples.BANK,
                        Samples.PURPOSE,
                        Samples.PROGRAM,
                        false,
                        ConsentToken.newNonce(RANDOM),
                        agency.clock.instant().plusSeconds(9))));
        accepted(score(agreement, tomorrow));
    }

    @Test
    void theBankProposesUnderTheAgreementThatCoversItOrNotAtAll() {
        Proposal.Work work = new Proposal.Score(Samples.MODEL, Samples.PURPOSE, List.of(row("a")));
        assertThrows(Refused.class, () -> gate.terms(Samples.PROGRAM, work));
        Hash agreement = agency.inForce(Samples.agreement());
        assertEquals(Optional.of(new Proposal.Terms(agreement, 100)), gate.terms(Samples.PROGRAM, work));
        Proposal.Work free = new Proposal.Score(Samples.MODEL, "relief of hardship", List.of(row("a")));
        assertEquals(Optional.of(new Proposal.Terms(agreement, 0)), gate.terms(Samples.PROGRAM, free));
        Proposal.Work other = new Proposal.Score(Samples.MODEL, "marketing", List.of(row("a")));
        assertThrows(Refused.class, () -> gate.terms(Samples.PROGRAM, other));
        assertEquals(
                Optional.empty(), gate.terms(Samples.PROGRAM, new Proposal.Activate(new byte[0], ModelFacts.NONE)));
    }

    @Test
    void aNodeThatStartsAgainKnowsWhatStood() {
        Hash agreement = agency.inForce(Samples.agreement());
        stops.stop(Stops.Kind.MODEL, Samples.MODEL.hex(), "officer", () -> {});
        Agreements storage = agency.reopened();
        Register again = agency.register(storage);
        assertEquals(State.ACTIVE, again.find(agreement).orElseThrow().state());
        assertEquals(4, again.find(agreement).orElseThrow().signed().size());
        assertTrue(
                new Stops(storage, program -> Set.of(), agency.clock).isStopped(Stops.Kind.MODEL, Samples.MODEL.hex()));
    }
}
