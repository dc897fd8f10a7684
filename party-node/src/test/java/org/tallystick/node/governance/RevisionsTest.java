package org.tallystick.node.governance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Refusal;

/** Of one agreement one revision is in force, in whatever order they come. */
final class RevisionsTest {
    @TempDir
    private Path folder;

    private TestGate agency;

    @BeforeEach
    void open() {
        agency = new TestGate(folder);
    }

    @AfterEach
    void close() {
        agency.close();
    }

    private static Agreement revision(int number, Hash previous) {
        Agreement first = Samples.agreement();
        return revision(first.id(), number, previous, first.validFrom());
    }

    private static Agreement revision(String id, int number, Hash previous, Instant from) {
        return Samples.agreement(
                id, number, Optional.of(previous), Samples.agreement().title(), from);
    }

    private State state(Hash hash) {
        return agency.register().find(hash).orElseThrow().state();
    }

    @Test
    void aRevisionEndsAllBeforeItAlsoThoseThatItDoesNotName() {
        Hash first = agency.agreement();
        Hash second = agency.signed(revision(2, first));
        Hash third = agency.inForce(revision(3, second));
        assertEquals(State.REVOKED, state(first));
        assertEquals(State.REVOKED, state(second));
        assertEquals(
                List.of(third),
                agency.register().inForce().stream().map(Register.Entry::hash).toList());
    }

    @Test
    void ofTwoSecondRevisionsOneIsInForce() {
        Hash first = agency.agreement();
        Hash one = agency.inForce(revision(2, first));
        Instant earlier = Samples.agreement().validFrom().minusSeconds(5);
        Hash other = agency.inForce(revision(Samples.agreement().id(), 2, first, earlier));
        assertEquals(State.REVOKED, state(one));
        assertEquals(State.ACTIVE, state(other));
    }

    @Test
    void oneThatBeginsLaterLeavesTheEarlierUntilThen() {
        Hash first = agency.agreement();
        Instant from = Samples.NOW.plus(Duration.ofDays(3));
        Hash second = agency.inForce(revision(Samples.agreement().id(), 2, first, from));
        assertEquals(State.ACTIVE, state(first));
        assertEquals(Optional.empty(), agency.gate().refuses(agency.score(agency.row("a")), 3));
        agency.at(from);
        assertEquals(
                Optional.of(Refusal.of(Refusal.Reason.AGREEMENT_REVOKED)),
                agency.gate().refuses(agency.score(agency.row("b")), 3));
        agency.register().change(second, State.Change.SUSPEND, "approver");
        assertEquals(
                Optional.of(Refusal.of(Refusal.Reason.AGREEMENT_REVOKED)),
                agency.gate().refuses(agency.score(agency.row("b")), 3));
    }

    /** The earlier one may be cheaper and let more be told: what has ended it once has ended it for good. */
    @Test
    void anEarlierRevisionStaysOverWhenTheLaterIsRevoked() {
        Hash first = agency.agreement();
        Instant from = Samples.NOW.plus(Duration.ofDays(3));
        Hash second = agency.inForce(revision(Samples.agreement().id(), 2, first, from));
        agency.at(from);
        agency.governor().change(second, State.Change.REVOKE, "approver");
        assertEquals(
                Optional.of(Refusal.of(Refusal.Reason.AGREEMENT_REVOKED)),
                agency.gate().refuses(agency.score(agency.row("a")), 3));
        assertEquals(State.REVOKED, state(first));
        assertEquals(List.of(), agency.register().inForce());
        assertEquals(
                State.REVOKED,
                agency.restarted().register().find(first).orElseThrow().state());
    }

    @Test
    void oneThatIsRevokedBeforeItBeginsLeavesTheEarlierInForce() {
        Hash first = agency.agreement();
        Instant from = Samples.NOW.plus(Duration.ofDays(3));
        Hash second = agency.inForce(revision(Samples.agreement().id(), 2, first, from));
        agency.register().change(second, State.Change.REVOKE, "approver");
        agency.at(from);
        assertEquals(
                List.of(first),
                agency.register().inForce().stream().map(Register.Entry::hash).toList());
        assertEquals(
                State.ACTIVE,
                agency.restarted().register().find(first).orElseThrow().state());
    }

    @Test
    void anEarlierRevisionStaysOverWhenTheLaterHasRunOut() {
        Hash first = agency.agreement();
        Instant from = Samples.NOW.plus(Duration.ofDays(3));
        Instant until = Samples.NOW.plus(Duration.ofDays(5));
        agency.inForce(until(revision(Samples.agreement().id(), 2, first, from), until));
        agency.at(until);
        assertEquals(
                Optional.of(Refusal.of(Refusal.Reason.AGREEMENT_REVOKED)),
                agency.gate().refuses(agency.score(agency.row("a")), 3));
        // From the node's next start its end is on record too, for those who read the log.
        TestGate.Restarted node = agency.restarted();
        assertEquals(State.REVOKED, node.register().find(first).orElseThrow().state());
        assertEquals(1, node.warnings().size());
        assertEquals(List.of(), agency.restarted().warnings());
    }

    private static Agreement until(Agreement agreement, Instant until) {
        return new Agreement(
                agreement.id(),
                agreement.revision(),
                agreement.previous(),
                agreement.group(),
                agreement.title(),
                agreement.requester(),
                agreement.purposes(),
                agreement.uses(),
                agreement.columns(),
                agreement.currency(),
                agreement.floor(),
                agreement.limits(),
                agreement.issuers(),
                agreement.validFrom(),
                until,
                agreement.retentionDays());
    }

    /** Killed after the second of one revision was activated, and before the first was over. */
    @Test
    void ofTwoOfOneRevisionTheLastIsInForceAfterAKill() {
        Hash first = agency.agreement();
        Hash one = agency.inForce(revision(2, first));
        Instant earlier = Samples.agreement().validFrom().minusSeconds(5);
        agency.at(Samples.NOW.plusSeconds(1));
        Hash other = agency.signed(revision(Samples.agreement().id(), 2, first, earlier));
        agency.activatedBeforeAKill(other, Samples.NOW.plusSeconds(2));
        TestGate.Restarted node = agency.restarted();
        assertEquals(
                List.of(other),
                node.register().inForce().stream().map(Register.Entry::hash).toList());
        assertEquals(State.REVOKED, node.register().find(one).orElseThrow().state());
        assertEquals(List.of(), agency.restarted().warnings());
    }

    @Test
    void anotherAgreementsRevisionEndsNothing() {
        Hash first = agency.agreement();
        Hash stranger = agency.signed(
                revision(Samples.OTHER, 2, first, Samples.agreement().validFrom()));
        assertThrows(
                Register.Rejected.class, () -> agency.register().change(stranger, State.Change.ACTIVATE, "approver"));
        Hash leap = agency.signed(revision(3, first));
        assertThrows(Register.Rejected.class, () -> agency.register().change(leap, State.Change.ACTIVATE, "approver"));
        assertEquals(State.ACTIVE, state(first));
    }

    @Test
    void anEarlierRevisionIsNotActivatedAfterALaterOne() {
        Hash first = agency.agreement();
        Instant from = Samples.NOW.plus(Duration.ofDays(3));
        Hash second = agency.signed(revision(2, first));
        agency.inForce(revision(Samples.agreement().id(), 3, second, from));
        assertThrows(
                Register.Rejected.class, () -> agency.register().change(second, State.Change.ACTIVATE, "approver"));
        assertTrue(agency.register().find(first).isPresent());
    }

    @Test
    void whatIsUnderWayIsRefusedOnceItsAgreementIsOver() {
        var score = agency.score(agency.row("a"));
        assertEquals(Optional.empty(), agency.gate().refuses(score, 3));
        assertEquals(Optional.empty(), agency.gate().refusesStill(score.hash()));
        agency.at(Samples.agreement().validUntil());
        assertEquals(
                Optional.of(Refusal.of(Refusal.Reason.AGREEMENT_EXPIRED)),
                agency.gate().refusesStill(score.hash()));
    }
}
