package org.tallystick.node.governance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.node.audit.Merkle;
import org.tallystick.node.audit.Proposals;
import org.tallystick.node.audit.Receipt;
import org.tallystick.node.certs.Signing;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Outcome;
import org.tallystick.node.session.Proposal;
import org.tallystick.node.session.Receipts;
import org.tallystick.node.session.Refusal;
import org.tallystick.node.session.Refusal.Reason;
import org.tallystick.node.session.Sealed;
import org.tallystick.node.storage.ReceiptLog;
import org.tallystick.node.storage.StorageKey;
import org.tallystick.node.transport.EpochId;
import org.tallystick.node.wire.ProposalRows;
import org.tallystick.node.wire.ProposedRow;
import org.tallystick.protocol.Profile;

/**
 * An agency's node is killed at each step of a session and starts again from its log: budgets, consents and answers
 * given are what the log says, no more and no less.
 */
final class KilledGateTest {
    private static final int BITS = 3;
    private static final long PRICE = 100;
    private static final String SUBJECT = "91350100M000100Y43";
    private static final String ANOTHER = "ffffffffffffffffffffffffffffffff";
    private static final String REQUEST = "0123456789abcdef0123456789abcdef";

    @TempDir
    private Path folder;

    private OneAgency agency;
    private ReceiptLog log;
    private Hash agreement;
    private String consent;
    private byte sessions;

    @BeforeEach
    void begin() {
        agency = new OneAgency(folder.resolve("state"), 1);
        log = ReceiptLog.open(folder.resolve("log"), StorageKey.openOrCreate(folder.resolve("key")));
        agreement = agency.inForce(Samples.agreement());
        consent = consent();
    }

    @AfterEach
    void end() {
        log.close();
        agency.close();
    }

    private static String consent() {
        Consent consent = Samples.consent(SUBJECT, ConsentToken.newNonce(new SecureRandom()));
        return ConsentToken.issue(Samples.ISSUER, List.of(consent)).getFirst();
    }

    // ---- a session on record

    private Hash accepted() {
        byte[] rows = ProposalRows.newBuilder()
                .setSalt(ByteString.copyFrom(new byte[Hash.BYTES]))
                .addRows(ProposedRow.newBuilder()
                        .setRequest(ByteString.copyFrom(HexFormat.of().parseHex(REQUEST)))
                        .setSubject(SUBJECT)
                        .setConsent(consent))
                .build()
                .toByteArray();
        byte[] header = org.tallystick.node.wire.Proposal.newBuilder()
                .setVersion(2)
                .setGroup("demo")
                .setEpoch(bytes(Hash.over("epoch")))
                .setNonce(bytes(Hash.over("nonce", new byte[] {++sessions})))
                .setProposer(3)
                .setProfile("rep4")
                .setKind(org.tallystick.node.wire.Proposal.Kind.SCORE)
                .setProgram(bytes(Samples.PROGRAM))
                .setModel(bytes(Samples.MODEL))
                .setPurpose(Samples.PURPOSE)
                .setAgreement(bytes(agreement))
                .setPrice(PRICE)
                .setRowCount(1)
                .setRowsRoot(ByteString.copyFrom(root()))
                .build()
                .toByteArray();
        ByteString signature = ByteString.copyFrom(new byte[Signing.SIGNATURE_BYTES]);
        log.begin(
                        new Receipt.Accepted(
                                agency.clock.millis(), ByteString.copyFrom(header), signature, BITS, PRICE),
                        Optional.of(rows))
                .await();
        return Proposals.session(header);
    }

    private static ByteString bytes(Hash hash) {
        return ByteString.copyFrom(hash.bytes());
    }

    private byte[] root() {
        byte[] subject = SUBJECT.getBytes(StandardCharsets.UTF_8);
        byte[] token = consent.getBytes(StandardCharsets.UTF_8);
        ByteBuffer leaf = ByteBuffer.allocate(Hash.BYTES + 1 + 3 * Integer.BYTES + 16 + subject.length + token.length);
        leaf.put(sha256(new byte[Hash.BYTES + Integer.BYTES])).put((byte) 's');
        for (byte[] text : List.of(HexFormat.of().parseHex(REQUEST), subject, token)) {
            leaf.putInt(text.length).put(text);
        }
        return Merkle.leafHash(leaf.array());
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void authorised(Hash session) {
        log.append(new Receipt.Authorised(agency.clock.millis(), session, List.of(0, 1, 2, 3)));
    }

    private void ended(Hash session, Outcome outcome) {
        log.append(new Receipt.Ended(agency.clock.millis(), session, outcome));
    }

    // ---- the node that starts again

    /** What the node says to a request, after a start from what is on record now. */
    private Optional<Reason> says(String request, String token) {
        Gate gate = started();
        Hash session = Hash.over("session", request.getBytes(StandardCharsets.US_ASCII));
        Proposal proposal = new Proposal(
                "demo",
                EpochId.of(new byte[EpochId.BYTES]),
                session,
                3,
                Profile.REP4,
                Samples.PROGRAM,
                Optional.of(new Proposal.Terms(agreement, PRICE)),
                new Proposal.Score(Samples.MODEL, Samples.PURPOSE, List.of(new Proposal.Row(request, SUBJECT, token))));
        Sealed sealed = new Sealed(proposal, new byte[0], new byte[0], new byte[0], session);
        return gate.refuses(sealed, BITS).map(Refusal::reason);
    }

    private Gate started() {
        Gate gate = agency.freshGate();
        new Recall(new Unwritten(), log).govern(gate);
        return gate;
    }

    /** Nothing is written here but by the test. */
    private static final class Unwritten implements Receipts {
        @Override
        public Written accepted(Sealed proposal, int bits, long price) {
            return () -> {};
        }

        @Override
        public void refused(Sealed proposal, Refusal refusal) {}

        @Override
        public Written authorised(Hash session, List<Integer> accepted, boolean leaves) {
            return () -> {};
        }

        @Override
        public void ended(Hash session, Outcome outcome) {}
    }

    private void assertNothingIsTaken() {
        assertEquals(0, started().budget(SUBJECT).taken());
        assertEquals(Optional.empty(), says(REQUEST, consent));
        assertEquals(Optional.empty(), says(ANOTHER, consent));
    }

    private void assertItHasBeenTold() {
        assertEquals(BITS, started().budget(SUBJECT).taken());
        // The same request may be run again: nobody knows whether its answer arrived.
        assertEquals(Optional.empty(), says(REQUEST, consent));
        assertEquals(Optional.of(Reason.CONSENT_SPENT), says(ANOTHER, consent));
        assertEquals(Optional.of(Reason.ANSWERED), says(ANOTHER, consent()));
    }

    @Test
    void killedBeforeItsAcceptanceWasOnRecord() {
        assertNothingIsTaken();
    }

    @Test
    void killedAfterItsAcceptance() {
        accepted();
        assertNothingIsTaken();
    }

    @Test
    void killedAfterTheSessionWasBrokenOffOrRefused() {
        ended(accepted(), Outcome.aborted("PEER_LOST"));
        ended(accepted(), Outcome.refused(2, Reason.BUSY));
        assertNothingIsTaken();
    }

    @Test
    void killedAfterItsAuthorisation() {
        authorised(accepted());
        assertItHasBeenTold();
    }

    @Test
    void killedAfterTheEnd() {
        Hash session = accepted();
        authorised(session);
        ended(session, Outcome.released());
        assertItHasBeenTold();
    }

    @Test
    void killedAfterItHadSaidThatNothingLeft() {
        Hash session = accepted();
        authorised(session);
        ended(session, Outcome.nothingLeft());
        assertEquals(0, started().budget(SUBJECT).taken());
        assertEquals(Optional.empty(), says(REQUEST, consent));
        assertEquals(Optional.empty(), says(ANOTHER, consent()));
    }

    @Test
    void killedAgainInTheRepeatItTakesTheBitsOfBothTimes() {
        authorised(accepted());
        assertEquals(BITS, started().budget(SUBJECT).taken());
        assertEquals(Optional.empty(), says(REQUEST, consent));
        authorised(accepted());
        assertEquals(2 * BITS, started().budget(SUBJECT).taken());
        assertEquals(Optional.of(Reason.CONSENT_SPENT), says(ANOTHER, consent));
    }
}
