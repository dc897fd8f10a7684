package org.tallystick.node.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.tallystick.node.audit.MadeLogs.BANK;

import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.node.certs.Signing;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Outcome;
import org.tallystick.node.session.Refusal;
import org.tallystick.node.wire.Proposal;

/** Whatever one node writes or sends, no other is named for it: at most it is said that it cannot be decided. */
final class OneLiarTest {
    private static final List<Integer> ALL = List.of(0, 1, 2, 3);

    @TempDir
    private Path folder;

    private final MadeLogs logs = new MadeLogs();
    private final byte[] header = MadeLogs.header(100, 50);
    private final Hash session = Proposals.session(header);

    private List<Finding> audit() {
        return LogAudit.of(logs.export(folder), logs.auditKeys(), Duration.ofSeconds(60), document -> Optional.empty())
                .findings();
    }

    private void assertOne(Finding.Kind kind, List<Integer> parties) {
        List<Finding> findings = audit();
        assertEquals(1, findings.size(), findings::toString);
        assertEquals(kind, findings.getFirst().kind(), findings::toString);
        assertEquals(parties, findings.getFirst().parties(), findings::toString);
        assertEquals(parties.size() > 1, findings.getFirst().text().contains("cannot be decided"), findings::toString);
    }

    private void accepted(int party) {
        logs.add(party, new Receipt.Accepted(logs.time, ByteString.copyFrom(header), logs.signature(header), 3, 50));
    }

    private void refused(int party, ByteString signature, String reason) {
        logs.add(party, new Receipt.Refused(logs.time, ByteString.copyFrom(header), signature, reason, 0));
    }

    private void authorised(int party) {
        logs.add(party, new Receipt.Authorised(logs.time, session, ALL));
    }

    private void ended(int party, Outcome outcome) {
        logs.add(party, new Receipt.Ended(logs.time, session, outcome));
    }

    /** A score that ended well, but that this party's log has none or another end of it. */
    private void scoredBut(int party) {
        for (int other : ALL) {
            accepted(other);
            if (other != party) {
                authorised(other);
                ended(other, Outcome.released());
            }
        }
    }

    @Test
    void aBankThatSendsAnOldProposalAgainMakesItNoYounger() {
        logs.scores(0, 3);
        logs.leaves.get(BANK).subList(3, 6).clear();
        byte[] old = MadeLogs.header(1, 50);
        logs.time += 120_000;
        for (int agency : List.of(0, 1)) {
            logs.add(agency, new Receipt.Refused(logs.time, ByteString.copyFrom(old), logs.signature(old), "EPOCH", 0));
        }
        logs.time -= 120_000;

        assertOne(Finding.Kind.MISSING, List.of(BANK));
    }

    @Test
    void whatABusyAgencyDidNotLookAtIsNoForgeryOfIts() {
        refused(0, ByteString.copyFrom(new byte[Signing.SIGNATURE_BYTES]), "BUSY");
        assertEquals(List.of(), audit());

        refused(0, ByteString.copyFrom(new byte[Signing.SIGNATURE_BYTES]), "PRICE");
        assertOne(Finding.Kind.FORGED_PROPOSAL, List.of(0));
    }

    @Test
    void anAgreementWhereNoneIsNeededIsNobodysConcern() {
        for (Proposal.Kind kind : List.of(Proposal.Kind.ACTIVATE, Proposal.Kind.STOCK)) {
            byte[] made = Proposal.newBuilder()
                    .setNonce(ByteString.copyFrom(new byte[] {(byte) kind.getNumber()}))
                    .setKind(kind)
                    .setAgreement(ByteString.copyFrom(new byte[Hash.BYTES]))
                    .setPrice(5)
                    .build()
                    .toByteArray();
            for (int party : ALL) {
                logs.add(party, new Receipt.Accepted(logs.time, ByteString.copyFrom(made), logs.signature(made), 0, 5));
                logs.add(party, new Receipt.Ended(logs.time, Proposals.session(made), Outcome.done()));
            }
        }

        assertEquals(List.of(), audit());
    }

    @Test
    void aSessionThatTheBankHasInventedIsTheBanks() {
        logs.scores(0, 2);
        accepted(BANK);
        authorised(BANK);
        ended(BANK, Outcome.released());

        assertOne(Finding.Kind.DECISIONS, List.of(BANK));
    }

    @Test
    void anAgencyThatAuthorisesWhatAnotherHasRefusedIsNamed() {
        for (int party : List.of(0, 2, BANK)) {
            accepted(party);
        }
        refused(1, logs.signature(header), "BUDGET");
        authorised(0);
        ended(2, Outcome.refused(1, Refusal.Reason.BUDGET));
        ended(BANK, Outcome.refused(1, Refusal.Reason.BUDGET));

        assertOne(Finding.Kind.DECISIONS, List.of(0));
    }

    @Test
    void anAgencyThatHasOneWitnessAgainstItIsNotNamedAlone() {
        for (int party : List.of(0, 2, BANK)) {
            accepted(party);
        }
        authorised(0);
        ended(2, Outcome.aborted("DEADLINE"));

        assertOne(Finding.Kind.MISSING, List.of(0, 1));
    }

    @Test
    void aBankWhoseProposalOneAgencyAloneHasSeenIsNotNamedAlone() {
        for (int party : List.of(0, 1, 2)) {
            accepted(party);
        }
        authorised(2);

        assertOne(Finding.Kind.MISSING, List.of(2, BANK));
    }

    @Test
    void whetherSomethingLeftIsTheAgencysWordAgainstTheBanks() {
        scoredBut(1);
        authorised(1);
        ended(1, Outcome.nothingLeft());

        assertOne(Finding.Kind.OUTCOME, List.of(1, BANK));
    }

    @Test
    void whetherAnAgencyAuthorisedAtAllIsTheAgencysWordAgainstTheBanks() {
        scoredBut(1);
        ended(1, Outcome.aborted("DEADLINE"));

        assertOne(Finding.Kind.MISSING, List.of(1, BANK));
    }

    @Test
    void aBankThatSaysItHasWhatTwoAgenciesDidNotLetGoIsNamed() {
        for (int party : ALL) {
            accepted(party);
            authorised(party);
            ended(party, party == 1 || party == 2 ? Outcome.nothingLeft() : Outcome.released());
        }

        assertOne(Finding.Kind.OUTCOME, List.of(BANK));
    }

    @Test
    void anAgencyWhoseLogIsNotItsOwnHeadsIsTheOneThatIsWrong() {
        scoredBut(1);
        authorised(1);
        ended(1, Outcome.nothingLeft());
        logs.exchange();
        logs.leaves.get(1).set(2, new Receipt.Ended(logs.time, session, Outcome.nothingLeft()).encode());

        List<Finding> findings = audit();

        assertTrue(findings.stream().allMatch(finding -> finding.names(1)), findings::toString);
        assertTrue(findings.stream().anyMatch(finding -> finding.kind() == Finding.Kind.OUTCOME), findings::toString);
    }
}
