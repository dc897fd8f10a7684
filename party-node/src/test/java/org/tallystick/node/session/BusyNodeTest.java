package org.tallystick.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.tallystick.node.certs.Signing;
import org.tallystick.node.wire.ControlKind;
import org.tallystick.node.wire.RefusedProposal;
import org.tallystick.program.Operation.Column;
import org.tallystick.program.Operation.Constant;
import org.tallystick.program.Operation.Dot;
import org.tallystick.program.Operation.FloorBits;
import org.tallystick.program.Operation.Input;
import org.tallystick.program.Operation.Interval;
import org.tallystick.program.Operation.Reveal;
import org.tallystick.program.Program;
import org.tallystick.program.ProgramHash;
import org.tallystick.protocol.Profile;

/** What an agency says and puts on record when all its places are taken. */
final class BusyNodeTest {
    private static final int BANK = TestNodes.BANK;

    private final Program program = new Program(
            "test",
            Profile.REP4,
            List.of("tax", "utility", "social-security", "bank"),
            20,
            List.of(
                    new Input(
                            0,
                            List.of(new Column(
                                    "a",
                                    "number(column=a,unit=one,log=false,mean=0,scale=1,min=0,max=255,outside=reject,"
                                            + "missing=0)",
                                    0,
                                    new Interval(0, 255)))),
                    new Constant(List.of(3L)),
                    new Dot(0, 1),
                    new FloorBits(2, 0),
                    new Reveal(3, BANK)));
    private final Hash programHash = Hash.of(ProgramHash.of(program).bytes());

    private static Policy onePlace() {
        Policy open = TestNodes.openPolicy();
        return new Policy(open.floor(), open.maxRows(), open.tableRows(), Set.of(), BANK, 1, open.stock());
    }

    private Sealed proposal(TestNodes group, int number, Signing key) {
        Proposal proposal = new Proposal(
                "test",
                group.transports.get(BANK).epoch().orElseThrow().id(),
                Hash.over("nonce", new byte[] {(byte) number}),
                BANK,
                Profile.REP4,
                programHash,
                Optional.empty(),
                new Proposal.Score(
                        programHash,
                        "credit",
                        List.of(new Proposal.Row(group.bank().sessions.newRequest(), "subject"))));
        return Sealed.of(key, proposal, new byte[ProposalFormat.SALT_BYTES]);
    }

    private static void propose(TestNodes group, Sealed sealed) {
        assertTrue(group.transports.get(BANK).control(0, ControlKind.PROPOSAL, sealed.message()));
    }

    @Test
    void onlyWhatTheBankHasSignedIsRefusedInItsNameAndThatForGood() throws Exception {
        try (TestNodes group = TestNodes.start(onePlace())) {
            TestNodes.Node tax = group.nodes.getFirst();
            tax.offered(programHash, program);
            CountDownLatch reads = new CountDownLatch(1);
            CountDownLatch mayRead = new CountDownLatch(1);
            tax.reading = () -> {
                reads.countDown();
                awaited(mayRead);
            };
            Signing bank = group.keys.get(BANK);
            Sealed first = proposal(group, 1, bank);
            propose(group, first);
            awaited(reads);
            Sealed unsigned = proposal(group, 2, group.keys.get(1));
            propose(group, unsigned);
            assertEquals(Refusal.Reason.SIGNATURE, tax.ownRefusals.poll(3, TimeUnit.MINUTES));
            TestNodes.await(() -> tax.refused.get(unsigned.hash()) == Refusal.Reason.SIGNATURE);
            Sealed signed = proposal(group, 3, bank);
            propose(group, signed);
            assertEquals(Refusal.Reason.BUSY, tax.ownRefusals.poll(3, TimeUnit.MINUTES));
            TestNodes.await(() -> tax.refused.get(signed.hash()) == Refusal.Reason.BUSY);
            byte[] back = RefusedProposal.newBuilder()
                    .setProposalHash(ByteString.copyFrom(first.hash().bytes()))
                    .setReason(RefusedProposal.Reason.BUSY)
                    .build()
                    .toByteArray();
            assertTrue(group.transports.get(BANK).control(0, ControlKind.REFUSE, back));
            assertEquals(Refusal.Reason.BUSY, tax.heardRefusals.poll(3, TimeUnit.MINUTES));
            mayRead.countDown();
            TestNodes.await(() -> tax.sessions.running() == 0);
            propose(group, signed);
            assertEquals(Refusal.Reason.REPEATED, tax.ownRefusals.poll(3, TimeUnit.MINUTES));
        }
    }

    private static void awaited(CountDownLatch latch) {
        try {
            assertTrue(latch.await(3, TimeUnit.MINUTES), "it did not come");
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }
}
