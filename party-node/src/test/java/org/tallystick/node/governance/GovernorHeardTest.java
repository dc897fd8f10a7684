package org.tallystick.node.governance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.node.session.Proposal;
import org.tallystick.node.session.Refusal;
import org.tallystick.node.storage.Agreements;
import org.tallystick.node.storage.StorageFailure;
import org.tallystick.node.wire.SharedAgreement;

/** What other nodes say of agreements and consents, and what an agency makes of it. */
final class GovernorHeardTest {
    private static final int PEER = 3;

    @TempDir
    private Path folder;

    private final String nonce = ConsentToken.newNonce(new SecureRandom());
    private TestGate agency;

    @BeforeEach
    void open() {
        agency = new TestGate(folder);
    }

    @AfterEach
    void close() {
        agency.close();
    }

    private void hear(SharedAgreement.Builder message) {
        agency.governor().heard(PEER, message.build().toByteArray());
    }

    private Optional<Refusal> asked() {
        String consent = ConsentToken.issue(Samples.ISSUER, List.of(Samples.consent("a", nonce)))
                .getFirst();
        return agency.gate().refuses(agency.score(new Proposal.Row(agency.request(), "a", consent)), 3);
    }

    @Test
    void anIssuersWordIsNoted() {
        hear(SharedAgreement.newBuilder().addWithdrawals(Withdrawal.issue(Samples.ISSUER, nonce)));
        assertEquals(Optional.of(new Refusal(Refusal.Reason.CONSENT_REVOKED, List.of(0))), asked());
        assertEquals(1, agency.storage().withdrawnConsents().size());
        // Again, and with a signature that nobody looks at any more.
        hear(SharedAgreement.newBuilder().addWithdrawals(Withdrawal.issue(Samples.ISSUER, nonce)));
        assertEquals(1, agency.storage().withdrawnConsents().size());
    }

    @Test
    void whoeverOffersAnAgreementIsNoIssuerByThat() {
        SignatureSuite.Key stranger = SignatureSuite.ED25519.generate();
        byte[] document = AgreementFormat.encode(
                Samples.agreement(stranger, Samples.agreement().limits()));
        hear(SharedAgreement.newBuilder()
                .setDocument(ByteString.copyFrom(document))
                .addWithdrawals(Withdrawal.issue(stranger, nonce)));
        assertEquals(
                State.OFFERED,
                agency.register()
                        .find(AgreementFormat.hash(document))
                        .orElseThrow()
                        .state());
        assertEquals(List.of(), agency.storage().withdrawnConsents());
        assertEquals(Optional.empty(), asked());
    }

    @Test
    void aDocumentThatShowsOtherThanItSaysIsNotKept() {
        for (String hidden : List.of("\u202e", "\u200b", "\ud83d\ude00\udb40\udc41", "\ud834\udd73", "\ud804\udcbd")) {
            byte[] document = AgreementFormat.encode(titled("Loans " + hidden));
            hear(SharedAgreement.newBuilder().setDocument(ByteString.copyFrom(document)));
            assertEquals(Optional.empty(), agency.register().find(AgreementFormat.hash(document)));
            assertThrows(Register.Rejected.class, () -> agency.governor().propose(document, "officer"));
        }
        byte[] plain = AgreementFormat.encode(titled("小微企业贷款 \ud842\udfb7"));
        assertEquals(State.PROPOSED, agency.governor().propose(plain, "officer").state());
    }

    private static Agreement titled(String title) {
        Agreement first = Samples.agreement();
        return Samples.agreement(first.id(), 1, Optional.empty(), title, first.validFrom());
    }

    @Test
    void anIssuerWithdrawsItsOwnConsentsAlone() {
        SignatureSuite.Key other = SignatureSuite.ED25519.generate();
        agency.signed(Samples.anotherOf(other));
        hear(SharedAgreement.newBuilder().addWithdrawals(Withdrawal.issue(other, nonce)));
        assertEquals(1, agency.storage().withdrawnConsents().size());
        assertEquals(Optional.empty(), asked());
        hear(SharedAgreement.newBuilder().addWithdrawals(Withdrawal.issue(Samples.ISSUER, nonce)));
        assertEquals(2, agency.storage().withdrawnConsents().size());
        assertEquals(2, Governor.withdrawn(agency.storage()).size());
    }

    @Test
    void oneThatCannotBePutOnRecordCostsTheOthersNothing() {
        String another = ConsentToken.newNonce(new SecureRandom());
        agency.logFails(true);
        hear(SharedAgreement.newBuilder()
                .addWithdrawals(Withdrawal.issue(Samples.ISSUER, another))
                .addWithdrawals(Withdrawal.issue(Samples.ISSUER, nonce)));
        assertEquals(2, agency.storage().withdrawnConsents().size());
        assertEquals(Optional.of(new Refusal(Refusal.Reason.CONSENT_REVOKED, List.of(0))), asked());
    }

    @Test
    void oneThatHoldsAndCannotBePutOnRecordIsToldToTheOthersAllTheSame() throws Exception {
        String text = Withdrawal.issue(Samples.ISSUER, nonce);
        agency.logFails(true);
        assertThrows(StorageFailure.class, () -> agency.governor().withdraw(text));
        assertEquals(Optional.of(new Refusal(Refusal.Reason.CONSENT_REVOKED, List.of(0))), asked());
        assertEquals(
                List.of(text),
                SharedAgreement.parseFrom(agency.told(1).getLast()).getWithdrawalsList());
        agency.logFails(false);
        assertEquals(List.of(), agency.recordedOf("consent.withdrawn"));
        agency.restarted();
        assertEquals(1, agency.recordedOf("consent.withdrawn").size());
    }

    @Test
    void oneThatIsWithdrawnAgainIsPutOnRecordAndToldToTheOthers() throws Exception {
        String text = Withdrawal.issue(Samples.ISSUER, nonce);
        agency.logFails(true);
        assertThrows(StorageFailure.class, () -> agency.governor().withdraw(text));
        assertThrows(StorageFailure.class, () -> agency.governor().withdraw(text));
        agency.logFails(false);
        int before = agency.told(1).size();
        assertTrue(agency.governor().withdraw(text));
        assertEquals(before + 1, agency.told(1).size());
        assertEquals(
                List.of(text),
                SharedAgreement.parseFrom(agency.told(1).getLast()).getWithdrawalsList());
        assertEquals(1, agency.recordedOf("consent.withdrawn").size());
        // By then there is nothing left to do.
        assertFalse(agency.governor().withdraw(text));
        assertEquals(before + 1, agency.told(1).size());
        agency.restarted();
        assertEquals(1, agency.recordedOf("consent.withdrawn").size());
    }

    /** As after a commit that the disk may not have had. */
    @Test
    void oneThatIsStoredAndDoesNotHoldYetIsToldToTheOthersWhenItIsWithdrawnAgain() throws Exception {
        String text = Withdrawal.issue(Samples.ISSUER, nonce);
        agency.storage().withdrawConsent(Withdrawal.parse(text).orElseThrow().stored(), Samples.NOW);
        assertTrue(agency.governor().withdraw(text));
        assertEquals(Optional.of(new Refusal(Refusal.Reason.CONSENT_REVOKED, List.of(0))), asked());
        assertEquals(
                List.of(text),
                SharedAgreement.parseFrom(agency.told(1).getLast()).getWithdrawalsList());
        assertEquals(1, agency.recordedOf("consent.withdrawn").size());
    }

    @Test
    void oneThatAPeerTellsAgainIsPutOnRecordThen() {
        String text = Withdrawal.issue(Samples.ISSUER, nonce);
        agency.logFails(true);
        hear(SharedAgreement.newBuilder().addWithdrawals(text));
        agency.logFails(false);
        hear(SharedAgreement.newBuilder().addWithdrawals(text));
        hear(SharedAgreement.newBuilder().addWithdrawals(text));
        assertEquals(1, agency.recordedOf("consent.withdrawn").size());
    }

    /** What waits at the other end is known there when it comes again. */
    @Test
    void fullPagesStayAsTheyAreWhenMoreIsWithdrawn() throws Exception {
        manyWithdrawn();
        agency.governor().connected();
        List<ByteString> before =
                agency.told(1).stream().map(ByteString::copyFrom).toList();
        agency.storage().withdrawConsent(new Agreements.Withdrawn("f".repeat(32), "the latest"), Samples.NOW);
        agency.governor().connected();
        List<byte[]> after =
                agency.told(1).subList(before.size(), agency.told(1).size());
        assertEquals(3, after.size(), "an agreement and two pages");
        assertEquals(before.getLast(), ByteString.copyFrom(after.getLast()));
        List<String> newest = SharedAgreement.parseFrom(after.get(1)).getWithdrawalsList();
        assertEquals("the latest", newest.getLast());
    }

    private Set<String> manyWithdrawn() {
        Set<String> all = new HashSet<>();
        for (int k = 0; k < 1030; k++) {
            String statement = "statement " + k;
            agency.storage().withdrawConsent(new Agreements.Withdrawn("%032x".formatted(k), statement), Instant.EPOCH);
            all.add(statement);
        }
        return all;
    }

    @Test
    void aNodeThatWasAwayHearsOfAllWithdrawals() throws Exception {
        Set<String> all = manyWithdrawn();
        agency.governor().connected();
        for (byte[] message : agency.told(PEER)) {
            all.removeAll(SharedAgreement.parseFrom(message).getWithdrawalsList());
        }
        assertEquals(Set.of(), all);
    }

    /** The bank takes two messages at a time, and an agency is gone in the midst of it. */
    @Test
    void whoeverIsSlowOrGoneCostsTheOthersNothing() {
        manyWithdrawn();
        agency.leavesAfter(2, agency.told(2).size() + 1);
        int before = agency.told(1).size();
        agency.governor().connected();
        List<byte[]> messages = agency.told(1).subList(before, agency.told(1).size());
        assertEquals(3, messages.size(), "an agreement and two pages");
        assertEquals(3, messages.stream().map(ByteString::copyFrom).distinct().count(), "one is told twice");
        assertEquals(
                messages,
                agency.told(PEER)
                        .subList(agency.told(PEER).size() - 3, agency.told(PEER).size()));
        assertEquals(messages.getFirst(), agency.told(2).getLast());
        // It is over, and begins anew the next time.
        agency.governor().connected();
        assertEquals(before + 6, agency.told(1).size());
    }
}
