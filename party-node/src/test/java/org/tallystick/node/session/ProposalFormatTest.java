package org.tallystick.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.tallystick.node.certs.Signing;
import org.tallystick.node.transport.EpochId;
import org.tallystick.node.wire.ProposalRows;
import org.tallystick.node.wire.SignedProposal;
import org.tallystick.program.ModelFacts;
import org.tallystick.protocol.Profile;

final class ProposalFormatTest {
    private static final String SUBJECT = "91350100M000100Y43";

    private final Signing key = Signing.generate();
    private final Hash program = Hash.over("test", new byte[] {1});

    private Proposal proposal(Proposal.Work work) {
        return new Proposal(
                "group",
                EpochId.of(new byte[EpochId.BYTES]),
                Hash.over("test", new byte[] {2}),
                3,
                Profile.REP4,
                program,
                Optional.of(new Proposal.Terms(Hash.over("test", new byte[] {3}), 120)),
                work);
    }

    private Proposal.Score score(int rows) {
        return new Proposal.Score(
                program,
                "credit",
                IntStream.range(0, rows)
                        .mapToObj(k -> new Proposal.Row("%032x".formatted(k), SUBJECT + k, "tc1.x"))
                        .toList());
    }

    private static byte[] salt(int fill) {
        byte[] salt = new byte[ProposalFormat.SALT_BYTES];
        Arrays.fill(salt, (byte) fill);
        return salt;
    }

    @Test
    void whatIsSignedNamesNoSubjectAndBindsAll() throws Exception {
        Sealed sealed = Sealed.of(key, proposal(score(3)), salt(7));
        String header = new String(sealed.header(), StandardCharsets.ISO_8859_1);
        assertFalse(header.contains(SUBJECT));
        assertFalse(header.contains("tc1."));
        SignedProposal message = SignedProposal.parseFrom(sealed.message());
        assertEquals(sealed.proposal(), Sealed.received(message).proposal());
        assertEquals(sealed.hash(), Sealed.received(message).hash());
        // The same rows under another salt have another root: nobody can try subjects against it.
        assertFalse(Sealed.of(key, proposal(score(3)), salt(8)).hash().equals(sealed.hash()));
    }

    @Test
    void rowsThatWereNotSignedAreNoProposal() throws InvalidProtocolBufferException {
        Sealed sealed = Sealed.of(key, proposal(score(5)), salt(7));
        ProposalRows rows = ProposalRows.parseFrom(sealed.rows());
        List<ProposalRows> others = List.of(
                rows.toBuilder().removeRows(4).build(),
                rows.toBuilder().addRows(rows.getRows(0)).build(),
                rows.toBuilder()
                        .setRows(2, rows.getRows(2).toBuilder().setSubject("another"))
                        .build(),
                rows.toBuilder()
                        .setRows(2, rows.getRows(2).toBuilder().setConsent(""))
                        .build(),
                rows.toBuilder()
                        .setRows(0, rows.getRows(1))
                        .setRows(1, rows.getRows(0))
                        .build(),
                rows.toBuilder().setSalt(ByteString.copyFrom(salt(9))).build(),
                rows.toBuilder().clearSalt().build(),
                rows.toBuilder().addTesting("another").build(),
                ProposalRows.getDefaultInstance());
        for (ProposalRows other : others) {
            SignedProposal message = SignedProposal.parseFrom(sealed.message()).toBuilder()
                    .setRows(other.toByteString())
                    .build();
            assertThrows(ProposalFormat.BadMessage.class, () -> Sealed.received(message));
        }
    }

    @Test
    void nothingElseTravelsInAHeaderOrItsRows() throws Exception {
        byte[] salt = salt(1);
        ProposalFormat.Encoded encoded = ProposalFormat.encode(proposal(score(1)), salt);
        byte[] more = Arrays.copyOf(encoded.header(), encoded.header().length + 4);
        // Field 200, a letter.
        System.arraycopy(new byte[] {(byte) 0xc2, 0x0c, 1, 'x'}, 0, more, encoded.header().length, 4);
        assertEquals(
                "x",
                org.tallystick.node.wire.Proposal.parseFrom(more)
                        .getUnknownFields()
                        .getField(200)
                        .getLengthDelimitedList()
                        .getFirst()
                        .toStringUtf8());
        assertThrows(ProposalFormat.BadMessage.class, () -> ProposalFormat.decode(more, encoded.rows()));
        byte[] moreRows = Arrays.copyOf(encoded.rows(), encoded.rows().length + 4);
        System.arraycopy(new byte[] {(byte) 0xc2, 0x0c, 1, 'x'}, 0, moreRows, encoded.rows().length, 4);
        assertEquals(1, ProposalRows.parseFrom(moreRows).getRowsCount());
        assertThrows(ProposalFormat.BadMessage.class, () -> ProposalFormat.decode(encoded.header(), moreRows));
    }

    @Test
    void rowsOfAnotherKindOfWorkAreNoProposal() {
        byte[] header = ProposalFormat.encode(
                        proposal(new Proposal.Activate(new byte[] {1}, new ModelFacts(2, 64))), salt(1))
                .header();
        byte[] rows = ProposalFormat.encode(proposal(score(1)), salt(1)).rows();
        assertThrows(ProposalFormat.BadMessage.class, () -> ProposalFormat.decode(header, rows));
    }

    @Test
    void whatNeedsNoAgreementNamesNone() throws Exception {
        for (Proposal.Work work : List.of(
                new Proposal.Activate(new byte[] {1}, new ModelFacts(2, 64)),
                new Proposal.Stock(0, 8, 0),
                new Proposal.Offer(new byte[] {1}))) {
            Sealed sealed = Sealed.of(key, proposal(work), salt(1));
            SignedProposal message = SignedProposal.parseFrom(sealed.message());
            assertThrows(ProposalFormat.BadMessage.class, () -> Sealed.received(message));
            // What an earlier version has put on record can still be read.
            assertEquals(
                    sealed.proposal().terms(),
                    Sealed.recorded(sealed.header(), sealed.rows()).terms());
        }
    }
}
