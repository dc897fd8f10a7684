package org.tallystick.node.governance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Refusal;
import org.tallystick.node.session.Sealed;
import org.tallystick.node.storage.Agreements;
import org.tallystick.node.storage.StorageFailure;

/** A database that says other than the receipts, after a kill or by somebody's hand: the stricter holds. */
final class ReconciliationTest {
    private static final String BY = "approver";

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

    private State state(TestGate.Restarted node, Hash hash) {
        return node.register().find(hash).orElseThrow().state();
    }

    private void edited(State from, State to) {
        agency.edited(agency.agreement(), from, to, Samples.NOW);
    }

    private Agreements.Stored stored(String state) {
        Agreement first = Samples.agreement();
        byte[] document = AgreementFormat.encode(
                Samples.agreement(Samples.OTHER, 1, Optional.empty(), first.title(), first.validFrom()));
        return new Agreements.Stored(
                AgreementFormat.hash(document).bytes(), document, state, 0, Optional.of("officer"), BY, Samples.NOW);
    }

    @Test
    void afterAnOrderlyEndNothingDiffers() {
        agency.register().change(agency.agreement(), State.Change.SUSPEND, BY);
        agency.register().change(agency.agreement(), State.Change.RESUME, BY);
        agency.governor().stop(Stops.Kind.COLUMN, "revenue", BY);
        agency.governor().stop(Stops.Kind.BANK, "another", BY);
        agency.governor().lift(Stops.Kind.BANK, "another", BY);
        assertTrue(agency.governor()
                .withdraw(Withdrawal.issue(Samples.ISSUER, ConsentToken.newNonce(new SecureRandom()))));
        TestGate.Restarted node = agency.restarted();
        assertEquals(List.of(), node.warnings());
        assertEquals(State.ACTIVE, state(node, agency.agreement()));
        assertEquals(1, node.withdrawn().size());
        assertTrue(node.stops().isStopped(Stops.Kind.COLUMN, "revenue"));
        assertFalse(node.stops().isStopped(Stops.Kind.BANK, "another"));
    }

    @Test
    void whatWasRevokedOrSuspendedIsNotInForceByTheDatabaseAlone() {
        agency.register().change(agency.agreement(), State.Change.SUSPEND, BY);
        edited(State.SUSPENDED, State.ACTIVE);
        TestGate.Restarted suspended = agency.restarted();
        assertEquals(State.SUSPENDED, state(suspended, agency.agreement()));
        assertEquals(1, suspended.warnings().size());
        suspended.register().change(agency.agreement(), State.Change.REVOKE, BY);
        edited(State.REVOKED, State.ACTIVE);
        assertEquals(State.REVOKED, state(agency.restarted(), agency.agreement()));
        assertEquals(List.of(), agency.restarted().warnings());
    }

    /** By the receipts it has ended the revisions before it, and has to count as activated here too. */
    @Test
    void whatADatabaseOfBeforeItsActivationHasIsSuspended() {
        edited(State.ACTIVE, State.SIGNED);
        TestGate.Restarted node = agency.restarted();
        assertEquals(State.SUSPENDED, state(node, agency.agreement()));
        assertEquals(1, node.warnings().size());
        assertEquals(List.of(agency.agreement().hex()), agency.recordedOf("agreement.suspended"));
        assertEquals(List.of(), agency.restarted().warnings());
        node.register().change(agency.agreement(), State.Change.RESUME, BY);
        assertEquals(State.ACTIVE, state(agency.restarted(), agency.agreement()));
    }

    /**
     * Two texts of one revision, and a kill before the end of the first was on record: the one activated last holds.
     */
    @Test
    void whatIsSetRightAtAStartIsNoNewerByThat() {
        Agreement first = Samples.agreement();
        Hash other = agency.signed(
                Samples.agreement(first.id(), 1, Optional.empty(), first.title() + ", corrected", first.validFrom()));
        agency.activatedBeforeAKill(other, Samples.NOW.plusSeconds(1));
        edited(State.ACTIVE, State.SIGNED);
        agency.at(Samples.NOW.plusSeconds(60));
        TestGate.Restarted node = agency.restarted();
        assertEquals(State.REVOKED, state(node, agency.agreement()));
        assertEquals(State.ACTIVE, state(node, other));
    }

    @Test
    void nothingIsInForceBeforeItIsOnRecord() {
        Hash agreement = agency.agreement();
        agency.register().change(agreement, State.Change.SUSPEND, BY);
        agency.logFails(true);
        assertThrows(StorageFailure.class, () -> agency.register().change(agreement, State.Change.RESUME, BY));
        assertEquals(
                Optional.of(Refusal.of(Refusal.Reason.AGREEMENT_SUSPENDED)),
                agency.gate().refuses(agency.score(agency.row("a")), 3));
        agency.logFails(false);
        TestGate.Restarted node = agency.restarted();
        assertEquals(State.SUSPENDED, state(node, agreement));
        node.register().change(agreement, State.Change.RESUME, BY);
        assertEquals(State.ACTIVE, state(agency.restarted(), agreement));
        assertEquals(List.of(), agency.restarted().warnings());
    }

    @Test
    void whatIsTakenBackHoldsAlsoWhenTheNodeDiesBeforeItIsOnRecord() {
        agency.logFails(true);
        assertThrows(StorageFailure.class, () -> agency.register().change(agency.agreement(), State.Change.REVOKE, BY));
        assertEquals(
                Optional.of(Refusal.of(Refusal.Reason.AGREEMENT_REVOKED)),
                agency.gate().refuses(agency.score(agency.row("a")), 3));
        agency.logFails(false);
        assertEquals(State.REVOKED, state(agency.restarted(), agency.agreement()));
        // By then the receipts say so too, whatever becomes of the database.
        edited(State.REVOKED, State.ACTIVE);
        assertEquals(State.REVOKED, state(agency.restarted(), agency.agreement()));
    }

    @Test
    void whatIsTakenBackEndsRunsAlsoWhenTheDiskIsFull() {
        Sealed score = agency.score(agency.row("a"));
        assertEquals(Optional.empty(), agency.gate().refuses(score, 3));
        agency.logFails(true);
        assertThrows(
                StorageFailure.class, () -> agency.governor().change(agency.agreement(), State.Change.SUSPEND, BY));
        assertEquals(List.of(score.hash()), agency.ended());
    }

    @Test
    void stopsAndWithdrawalsThatTheDatabaseLostAreThereAgain() {
        agency.governor().stop(Stops.Kind.BANK, Samples.BANK, BY);
        assertTrue(agency.storage().lift("bank", Samples.BANK));
        String text = Withdrawal.issue(Samples.ISSUER, ConsentToken.newNonce(new SecureRandom()));
        agency.recorded(Events.withdrawn(Withdrawal.parse(text).orElseThrow()));
        TestGate.Restarted node = agency.restarted();
        assertEquals(2, node.warnings().size());
        assertEquals(
                Optional.of(Refusal.of(Refusal.Reason.STOPPED)), node.gate().refuses(agency.score(agency.row("a")), 3));
        assertEquals(1, node.withdrawn().size());
        assertEquals(1, agency.storage().withdrawnConsents().size());
        assertEquals(List.of(), agency.restarted().warnings());
    }

    /** Taken back in the database, and the node died before it was on record. */
    @Test
    void aProgramThatIsNotApprovedIsNotOnRecordAsApproved() {
        Hash other = Hash.over("program", new byte[] {2});
        agency.approved().add(other);
        agency.recorded("program approved", Samples.PROGRAM);
        agency.recorded("program approved", other);
        agency.restarted();
        agency.restarted();
        assertEquals(List.of(Samples.PROGRAM.hex()), agency.recordedOf("program.withdrawn"));
    }

    @Test
    void aRowThatSaysActiveIsNoAgreement() {
        Agreements.Stored row = stored("ACTIVE");
        Hash hash = Hash.of(row.hash());
        assertTrue(agency.storage().add(row));
        agency.recorded("agreement activated", hash);
        TestGate.Restarted node = agency.restarted();
        assertEquals(
                Optional.of(Refusal.of(Refusal.Reason.AGREEMENT_MISSING)),
                node.gate().refuses(agency.score(hash, agency.row("a")), 3));
    }

    @Test
    void whatLacksThisNodesSignatureCanBeSignedAgain() {
        Agreements.Stored row = stored("SIGNED");
        assertTrue(agency.storage().add(row));
        TestGate.Restarted node = agency.restarted();
        Register.Entry signed = node.register().change(Hash.of(row.hash()), State.Change.SIGN, BY);
        assertEquals(
                List.of(0), signed.signed().stream().map(Register.Signed::party).toList());
    }
}
