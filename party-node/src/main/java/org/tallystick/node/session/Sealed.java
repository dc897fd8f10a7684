package org.tallystick.node.session;

import com.google.protobuf.ByteString;
import java.security.SecureRandom;
import org.tallystick.node.certs.Signing;
import org.tallystick.node.transport.Epoch;
import org.tallystick.node.wire.SignedProposal;
import org.tallystick.protocol.Profile;

/** A proposal with its exact bytes, signed, and their hash, which names its run and keys every mask of it. */
record Sealed(Proposal proposal, byte[] message, Hash hash) {
    /** Makes a proposal of this party's own. */
    static Sealed of(Identity identity, SecureRandom random, Epoch epoch, Hash program, Proposal.Work work) {
        byte[] nonce = new byte[Hash.BYTES];
        random.nextBytes(nonce);
        Proposal proposal = new Proposal(
                identity.group(), epoch.id(), Hash.of(nonce), identity.self(), Profile.REP4, program, work);
        byte[] bytes = ProposalFormat.encode(proposal);
        Hash hash = hashOf(bytes);
        byte[] signature = identity.key().sign(Signing.Domain.PROPOSAL, hash.bytes());
        byte[] message = SignedProposal.newBuilder()
                .setProposal(ByteString.copyFrom(bytes))
                .setSignature(ByteString.copyFrom(signature))
                .build()
                .toByteArray();
        return new Sealed(proposal, message, hash);
    }

    /** Another party's, as decided on: its message is not sent on. */
    static Sealed received(Proposal proposal, Hash hash) {
        return new Sealed(proposal, new byte[0], hash);
    }

    static Hash hashOf(byte[] proposal) {
        return Hash.over("tallystick/proposal/1", proposal);
    }
}
