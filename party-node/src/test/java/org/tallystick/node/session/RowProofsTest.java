package org.tallystick.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.tallystick.node.audit.Merkle;
import org.tallystick.node.transport.EpochId;
import org.tallystick.node.wire.Proposal.Kind;
import org.tallystick.protocol.Profile;

/** One row of a proposal is shown without the others. */
final class RowProofsTest {
    private static ProposalFormat.Encoded encoded(Proposal.Work work) {
        Proposal proposal = new Proposal(
                "test",
                EpochId.of(new byte[EpochId.BYTES]),
                Hash.over("nonce"),
                3,
                Profile.REP4,
                Hash.over("program"),
                Optional.empty(),
                work);
        return ProposalFormat.encode(proposal, new byte[ProposalFormat.SALT_BYTES]);
    }

    @Test
    void everyRowOfASubjectIsProvenByTheSignedHeaderAlone() throws Exception {
        List<Proposal.Row> rows = IntStream.range(0, 11)
                .mapToObj(row ->
                        new Proposal.Row("%032x".formatted(row), row == 4 || row == 9 ? "the one" : "other " + row))
                .toList();
        ProposalFormat.Encoded encoded = encoded(new Proposal.Score(Hash.over("model"), "loan", rows));
        var header = org.tallystick.node.wire.Proposal.parseFrom(encoded.header());
        assertEquals(Kind.SCORE, header.getKind());

        List<RowProofs.RowProof> proofs = RowProofs.of(encoded.rows(), "the one");

        assertEquals(List.of(4, 9), proofs.stream().map(RowProofs.RowProof::row).toList());
        for (RowProofs.RowProof proof : proofs) {
            byte[] root = header.getRowsRoot().toByteArray();
            assertTrue(Merkle.provesInclusion(
                    Merkle.leafHash(proof.leaf()), proof.row(), header.getRowCount(), proof.path(), root));
            String shown = new String(proof.leaf(), StandardCharsets.ISO_8859_1);
            assertTrue(shown.contains("the one"));
            assertFalse(shown.contains("other"));
        }
        assertEquals(List.of(), RowProofs.of(encoded.rows(), "nobody"));
    }

    @Test
    void subjectsOfTrainingsAreFoundInTheirOrder() throws Exception {
        ProposalFormat.Encoded encoded = encoded(new Proposal.Train(
                new byte[] {1}, List.of("a", "b"), List.of("c", "d"), "0".repeat(32), Optional.empty()));
        byte[] root = org.tallystick.node.wire.Proposal.parseFrom(encoded.header())
                .getRowsRoot()
                .toByteArray();

        RowProofs.RowProof proof = RowProofs.of(encoded.rows(), "c").getFirst();

        assertEquals(2, proof.row());
        assertTrue(Merkle.provesInclusion(Merkle.leafHash(proof.leaf()), 2, 4, proof.path(), root));
    }

    @Test
    void bytesThatAreNoRowsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> RowProofs.of(new byte[] {(byte) 0xff, 1}, "x"));
    }
}
