package org.tallystick.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.node.certs.Signing;
import org.tallystick.node.transport.EpochId;
import org.tallystick.node.wire.Acceptance;
import org.tallystick.node.wire.ControlKind;
import org.tallystick.node.wire.RefusedProposal;
import org.tallystick.node.wire.SignedProposal;
import org.tallystick.program.Encoding;
import org.tallystick.program.ModelFacts;
import org.tallystick.program.Operation.Column;
import org.tallystick.program.Operation.Constant;
import org.tallystick.program.Operation.Dot;
import org.tallystick.program.Operation.FloorBits;
import org.tallystick.program.Operation.Input;
import org.tallystick.program.Operation.Interval;
import org.tallystick.program.Operation.Reveal;
import org.tallystick.program.Operation.Stored;
import org.tallystick.program.Program;
import org.tallystick.program.ProgramHash;
import org.tallystick.protocol.Profile;

/** One node that does not keep to the rules of sessions, against three that do. */
final class HostileNodesTest {
    private static final int BANK = TestNodes.BANK;
    private static final byte[] SALT = new byte[ProposalFormat.SALT_BYTES];
    private static final List<String> ROLES = List.of("tax", "utility", "social-security", "bank");

    private final Program open = program(ROLES, false);
    private final Hash openHash = hash(open);
    private final Program secret = program(ROLES, true);
    private final Hash secretHash = hash(secret);
    private TestNodes group;

    /** The tax bureau's column times a weight, public or stored, to the bank. */
    private static Program program(List<String> parties, boolean stored) {
        var column = new Column(
                "a",
                "number(column=a,unit=one,log=false,mean=0,scale=1,min=0,max=255,outside=reject,missing=0)",
                0,
                new Interval(0, 255));
        return new Program(
                "test",
                Profile.REP4,
                parties,
                20,
                List.of(
                        new Input(0, List.of(column)),
                        stored ? new Stored("weight", List.of(new Interval(-100, 100))) : new Constant(List.of(3L)),
                        new Dot(0, 1),
                        new FloorBits(2, 0),
                        new Reveal(3, BANK)));
    }

    private static Hash hash(Program program) {
        return Hash.of(ProgramHash.of(program).bytes());
    }

    @BeforeEach
    void start() throws Exception {
        group = TestNodes.start(TestNodes.openPolicy());
        group.nodes.forEach(node -> node.offered(openHash, open));
    }

    @AfterEach
    void stop() {
        group.close();
    }

    private EpochId epoch() {
        return group.transports.get(BANK).epoch().orElseThrow().id();
    }

    private Proposal.Score score() {
        return new Proposal.Score(
                openHash,
                "credit",
                List.of(new Proposal.Row(group.bank().sessions.newRequest(), "subject")));
    }

    private Proposal proposal(String name, EpochId epoch, int proposer, Proposal.Work work) {
        return proposal(name, epoch, proposer, openHash, work);
    }

    private Proposal proposal(String name, EpochId epoch, int proposer, Hash program, Proposal.Work work) {
        byte[] nonce = Hash.over("test", group.bank().sessions.newRequest().getBytes(StandardCharsets.US_ASCII))
                .bytes();
        return new Proposal(name, epoch, Hash.of(nonce), proposer, Profile.REP4, program, Optional.empty(), work);
    }

    private static Hash hash(Proposal proposal) {
        return Sealed.hashOf(ProposalFormat.encode(proposal, SALT).header());
    }

    private byte[] signed(Proposal proposal, int signer) {
        return SignedProposal.newBuilder()
                .setProposal(ByteString.copyFrom(
                        ProposalFormat.encode(proposal, SALT).header()))
                .setRows(ByteString.copyFrom(
                        ProposalFormat.encode(proposal, SALT).rows()))
                .setSignature(ByteString.copyFrom(group.keys
                        .get(signer)
                        .sign(Signing.Domain.PROPOSAL, hash(proposal).bytes())))
                .build()
                .toByteArray();
    }

    private void tell(int from, int to, ControlKind kind, byte[] message) {
        assertTrue(group.transports.get(from).control(to, kind, message));
    }

    private void accept(int to, Hash hash) {
        tell(
                BANK,
                to,
                ControlKind.ACCEPT,
                Acceptance.newBuilder()
                        .setProposalHash(ByteString.copyFrom(hash.bytes()))
                        .build()
                        .toByteArray());
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(3, TimeUnit.MINUTES);
        assertNotEquals(null, next, "nothing came");
        return next;
    }

    private Refusal.Reason answer(byte[] proposal) throws InterruptedException {
        tell(BANK, 0, ControlKind.PROPOSAL, proposal);
        return next(group.nodes.get(0).ownRefusals);
    }

    @Test
    void whatIsNotTheBanksWordForThisGroupAndEpochIsRefused() throws Exception {
        Proposal good = proposal("test", epoch(), BANK, score());
        assertEquals(Refusal.Reason.SIGNATURE, answer(signed(good, 1)));
        assertEquals(Refusal.Reason.GROUP, answer(signed(proposal("other", epoch(), BANK, score()), BANK)));
        EpochId other = EpochId.of(new byte[EpochId.BYTES]);
        assertEquals(Refusal.Reason.EPOCH, answer(signed(proposal("test", other, BANK, score()), BANK)));
        assertEquals(Refusal.Reason.MALFORMED, answer(signed(proposal("test", epoch(), 1, score()), BANK)));
        assertEquals(Refusal.Reason.MALFORMED, answer(new byte[0]));
        Proposal.Row row = score().rows().getFirst();
        var twice = new Proposal.Score(openHash, "credit", List.of(row, new Proposal.Row(row.request(), "another")));
        assertEquals(Refusal.Reason.MALFORMED, answer(signed(proposal("test", epoch(), BANK, twice), BANK)));
        var unknown = new Proposal.Score(secretHash, "credit", score().rows());
        Proposal spent = proposal("test", epoch(), BANK, unknown);
        assertEquals(Refusal.Reason.MODEL_UNKNOWN, answer(signed(spent, BANK)));
        assertEquals(Refusal.Reason.REPEATED, answer(signed(spent, BANK)));
    }

    @Test
    void aProgramIsNoOtherThanItsHashAndAModelNoOtherThanItsDigest() throws Exception {
        var ofSecret = new Proposal.Score(openHash, "credit", score().rows());
        assertEquals(
                Refusal.Reason.PROGRAM_NOT_APPROVED,
                answer(signed(proposal("test", epoch(), BANK, secretHash, ofSecret), BANK)));
        var swapped = new Proposal.Activate(Encoding.encode(open), ModelFacts.NONE);
        assertEquals(
                Refusal.Reason.MALFORMED, answer(signed(proposal("test", epoch(), BANK, secretHash, swapped), BANK)));
        group.bank().offered(secretHash, secret);
        Hash digest = group.bank()
                .sessions
                .activate(secret, Encoding.encode(secret), secretHash, Map.of("weight", new long[] {7}));
        // A model of one program in a run of the other, and one that is nearly right.
        assertEquals(
                Refusal.Reason.MODEL_UNKNOWN,
                answer(signed(
                        proposal("test", epoch(), BANK, new Proposal.Score(digest, "credit", score().rows())), BANK)));
        byte[] near = digest.bytes();
        near[31] ^= 1;
        var wrong = new Proposal.Score(Hash.of(near), "credit", score().rows());
        assertEquals(
                Refusal.Reason.MODEL_UNKNOWN, answer(signed(proposal("test", epoch(), BANK, secretHash, wrong), BANK)));
    }

    @Test
    void anAgencyCannotProposeNorSpendTheBanksProposal() throws Exception {
        Proposal unknown = proposal("test", epoch(), BANK, new Proposal.Score(secretHash, "credit", score().rows()));
        tell(1, 0, ControlKind.PROPOSAL, signed(unknown, BANK));
        tell(1, 0, ControlKind.PROPOSAL, signed(proposal("test", epoch(), 1, score()), 1));
        tell(
                1,
                0,
                ControlKind.REFUSE,
                RefusedProposal.newBuilder()
                        .setProposalHash(ByteString.copyFrom(openHash.bytes()))
                        .setReason(RefusedProposal.Reason.BUSY)
                        .build()
                        .toByteArray());
        assertEquals(Refusal.Reason.BUSY, next(group.nodes.get(0).heardRefusals));
        assertNull(group.nodes.get(0).ownRefusals.poll(), "an agency's proposal was looked at");
        assertEquals(Refusal.Reason.MODEL_UNKNOWN, answer(signed(unknown, BANK)));
    }

    @Test
    void aProposalToldDifferentlyOpensNothing() throws Exception {
        Proposal one = proposal("test", epoch(), BANK, score());
        Proposal two = proposal("test", epoch(), BANK, score());
        for (int party = 0; party < BANK; party++) {
            Proposal told = party == 0 ? one : two;
            tell(BANK, party, ControlKind.PROPOSAL, signed(told, BANK));
            accept(party, hash(told));
            accept(party, hash(party == 0 ? two : one));
        }
        for (int party = 0; party < BANK; party++) {
            next(group.nodes.get(party).aborted);
            assertEquals(List.of(), group.nodes.get(party).authorised, "released by party " + party);
        }
    }

    @Test
    void aNodeWithoutItsOwnRecordLetsNothingOutAndAllEnd() throws Exception {
        group.nodes.get(1).diskIsFull = true;
        List<long[]> nothing = List.of();
        var end = assertThrows(
                RuntimeException.class, () -> group.bank().sessions.score(open, openHash, score(), nothing));
        // A refusal, or a stop when that is quicker: no deadline has to pass.
        if (end instanceof ProtocolAbort abort) {
            assertEquals(ProtocolAbort.Reason.PEER_STOPPED, abort.reason());
        } else {
            assertEquals(1, assertInstanceOf(Refused.class, end).party());
        }
        assertEquals(Refusal.Reason.STORAGE, next(group.nodes.get(1).ownRefusals));
        assertEquals(List.of(), group.nodes.get(1).authorised);
        assertEquals(1, group.nodes.get(1).voided.size());
        group.nodes.get(1).diskIsFull = false;
        group.bank().sessions.score(open, openHash, score(), nothing);
        assertEquals(1, group.nodes.get(1).authorised.size());
    }

    @Test
    void aProposalThatComesTwiceDoesNotEndWhatTheFirstHasTaken() throws Exception {
        TestNodes.Node tax = group.nodes.get(0);
        CountDownLatch reads = new CountDownLatch(1);
        CountDownLatch mayRead = new CountDownLatch(1);
        PassingGovernance passing = new PassingGovernance(Optional.empty());
        tax.governance = passing;
        tax.reading = () -> {
            reads.countDown();
            awaited(mayRead);
        };
        Proposal proposal = proposal("test", epoch(), BANK, score());
        tell(BANK, 0, ControlKind.PROPOSAL, signed(proposal, BANK));
        awaited(reads);
        assertEquals(Refusal.Reason.REPEATED, answer(signed(proposal, BANK)));
        TestNodes.await(() -> tax.sessions.running() == 1);
        assertEquals(List.of(), passing.over());
        // The bank takes its word back, and drowns it in words about nothing while the agency still reads.
        refuse(0, hash(proposal));
        for (int k = 0; k < 5000; k++) {
            accept(0, Hash.over("flood", new byte[] {(byte) k, (byte) (k >> 8)}));
        }
        refuse(0, openHash);
        next(tax.heardRefusals);
        next(tax.heardRefusals);
        mayRead.countDown();
        TestNodes.await(() -> tax.sessions.running() == 0);
        assertEquals(List.of(hash(proposal)), passing.over());
        assertFalse(tax.accepted.containsKey(hash(proposal)), "accepted what the bank took back");
    }

    @Test
    void whatIsStoppedWhileTheNodeReadsIsNotAccepted() throws Exception {
        TestNodes.Node tax = group.nodes.get(0);
        CountDownLatch reads = new CountDownLatch(1);
        CountDownLatch mayRead = new CountDownLatch(1);
        tax.reading = () -> {
            reads.countDown();
            awaited(mayRead);
        };
        Proposal proposal = proposal("test", epoch(), BANK, score());
        tell(BANK, 0, ControlKind.PROPOSAL, signed(proposal, BANK));
        awaited(reads);
        tax.sessions.stop(hash(proposal), Refusal.Reason.STOPPED);
        assertEquals(Refusal.Reason.STOPPED, next(tax.ownRefusals));
        mayRead.countDown();
        TestNodes.await(() -> tax.sessions.running() == 0);
        assertFalse(tax.accepted.containsKey(hash(proposal)), "accepted what was stopped");
        assertEquals(Refusal.Reason.STOPPED, tax.refused.get(hash(proposal)));
    }

    @Test
    void whatGovernanceRefusesByTheTimeTheRowsAreReadIsNotAccepted() throws Exception {
        TestNodes.Node tax = group.nodes.get(0);
        Refusal expired = Refusal.of(Refusal.Reason.AGREEMENT_EXPIRED);
        tax.reading = () -> tax.governance = new PassingGovernance(Optional.of(expired));
        Proposal proposal = proposal("test", epoch(), BANK, score());
        assertEquals(expired.reason(), answer(signed(proposal, BANK)));
        TestNodes.await(() -> tax.sessions.running() == 0);
        assertFalse(tax.accepted.containsKey(hash(proposal)), "accepted what has expired");
    }

    private static void awaited(CountDownLatch latch) {
        try {
            assertTrue(latch.await(3, TimeUnit.MINUTES), "it did not come");
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    private void refuse(int to, Hash hash) {
        tell(
                BANK,
                to,
                ControlKind.REFUSE,
                RefusedProposal.newBuilder()
                        .setProposalHash(ByteString.copyFrom(hash.bytes()))
                        .setReason(RefusedProposal.Reason.BUSY)
                        .build()
                        .toByteArray());
    }

    @Test
    void aModelThatOneNodeHasNotStoredIsNotTheBanks() {
        group.nodes.get(2).diskIsFull = true;
        group.bank().offered(secretHash, secret);
        Refused refused = assertThrows(
                Refused.class,
                () -> group.bank()
                        .sessions
                        .activate(secret, Encoding.encode(secret), secretHash, Map.of("weight", new long[] {7})));
        assertEquals(2, refused.party());
        assertEquals(Refusal.Reason.STORAGE, refused.refusal().reason());
        assertTrue(group.bank().models.isEmpty());
    }

    @Test
    void aProgramThatNamesThePartiesInAnotherOrderIsRefused() {
        List<String> swapped = new ArrayList<>(ROLES);
        swapped.set(0, "bank");
        swapped.set(BANK, "tax");
        Program lying = program(swapped, true);
        Refused refused = assertThrows(
                Refused.class,
                () -> group.bank()
                        .sessions
                        .activate(lying, Encoding.encode(lying), hash(lying), Map.of("weight", new long[] {7})));
        assertEquals(Refusal.Reason.MALFORMED, refused.refusal().reason());
        assertFalse(group.nodes.get(0).offered.containsKey(hash(lying)), "offered for approval");
    }
}
