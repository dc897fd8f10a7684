package org.tallystick.node.session;

import com.google.protobuf.ByteString;
import java.security.SecureRandom;
import java.util.Optional;
import org.tallystick.node.certs.Signing;
import org.tallystick.node.transport.Epoch;
import org.tallystick.node.wire.SignedProposal;
import org.tallystick.protocol.Profile;

/**
 * A proposal with the exact bytes of its public part, signed, and their hash, which names its run and keys every mask
 * of it.
 *
 * @param header the public part, to the letter
 * @param rows whom it is about; empty when there are no rows
 * @param signature the bank's, over the hash
 */
public record Sealed(Proposal proposal, byte[] header, byte[] rows, byte[] signature, Hash hash) {
    /** Makes a proposal of this party's own. */
    static Sealed of(
            Identity identity,
            SecureRandom random,
            Epoch epoch,
            Hash program,
            Optional<Proposal.Terms> terms,
            Proposal.Work work) {
        byte[] nonce = new byte[Hash.BYTES];
        random.nextBytes(nonce);
        byte[] salt = new byte[ProposalFormat.SALT_BYTES];
        random.nextBytes(salt);
        return of(
                identity.key(),
                new Proposal(
                        identity.group(),
                        epoch.id(),
                        Hash.of(nonce),
                        identity.self(),
                        Profile.REP4,
                        program,
                        terms,
                        work),
                salt);
    }

    static Sealed of(Signing key, Proposal proposal, byte[] salt) {
        ProposalFormat.Encoded encoded = ProposalFormat.encode(proposal, salt);
        Hash hash = hashOf(encoded.header());
        return new Sealed(
                proposal, encoded.header(), encoded.rows(), key.sign(Signing.Domain.PROPOSAL, hash.bytes()), hash);
    }

    /**
     * Another party's.
     *
     * @throws ProposalFormat.BadMessage when it is not well formed
     */
    static Sealed received(SignedProposal signed) throws ProposalFormat.BadMessage {
        byte[] header = signed.getProposal().toByteArray();
        byte[] rows = signed.getRows().toByteArray();
        Proposal proposal = ProposalFormat.decode(header, rows);
        // Whoever accepted it would have on record an agreement that it never looked at.
        ProposalFormat.require(proposal.terms().isEmpty() || proposal.work().isGoverned(), "terms of what needs none");
        return new Sealed(proposal, header, rows, signed.getSignature().toByteArray(), hashOf(header));
    }

    /**
     * A proposal as a receipt keeps it.
     *
     * @param rows as its attachment; empty when there are none
     * @throws IllegalArgumentException when it is none
     */
    public static Proposal recorded(byte[] header, byte[] rows) {
        try {
            return ProposalFormat.decode(header, rows);
        } catch (ProposalFormat.BadMessage e) {
            throw new IllegalArgumentException("a receipt holds a proposal that is none: " + e.getMessage(), e);
        }
    }

    /** As it travels. */
    byte[] message() {
        return SignedProposal.newBuilder()
                .setProposal(ByteString.copyFrom(header))
                .setSignature(ByteString.copyFrom(signature))
                .setRows(ByteString.copyFrom(rows))
                .build()
                .toByteArray();
    }

    static Hash hashOf(byte[] header) {
        return Hash.over("tallystick/proposal/2", header);
    }

    @Override
    public String toString() {
        return "Sealed[" + hash + "]";
    }
}
