package org.tallystick.node.audit;

import com.google.protobuf.InvalidProtocolBufferException;
import org.tallystick.node.session.Hash;
import org.tallystick.node.wire.Proposal;

/** What an auditor reads of a proposal: its public header, as the bank has signed it. */
public final class Proposals {
    private Proposals() {}

    /** The name of the session that a header proposes. */
    public static Hash session(byte[] header) {
        return Hash.over("tallystick/proposal/2", header);
    }

    /** @throws MalformedReceipt when it is none */
    static Proposal read(byte[] header) throws MalformedReceipt {
        try {
            return Proposal.parseFrom(header);
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedReceipt("its header is not a proposal's");
        }
    }
}
