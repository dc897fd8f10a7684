package org.tallystick.node.audit;

import com.google.protobuf.ByteString;
import java.util.List;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Outcome;

/**
 * What a node puts on record about sessions and about its agreements: one leaf of its log. Nothing in it says anything
 * about a subject. Times are milliseconds since 1970, UTC, by the node's own clock; parties are numbered as in the
 * group. {@link ReceiptFormat} gives the bytes.
 */
public sealed interface Receipt {
    long at();

    /** The bytes of the leaf. */
    default byte[] encode() {
        return ReceiptFormat.encode(this);
    }

    /** @throws MalformedReceipt when no receipt has these bytes */
    static Receipt decode(byte[] leaf) throws MalformedReceipt {
        return ReceiptFormat.decode(leaf);
    }

    /** About one session, named by the hash of its header. */
    sealed interface OfSession extends Receipt {
        Hash session();
    }

    /** Carries the bank's own words. */
    sealed interface Proposed extends OfSession {
        /** The exact public bytes of the proposal. */
        ByteString header();

        /** The proposer's signature of the session's name. */
        ByteString signature();

        @Override
        default Hash session() {
            return Proposals.session(header().toByteArray());
        }
    }

    /**
     * This node accepts: on disk before its acceptance leaves, which reserves the budget.
     *
     * @param bits that answers tell about a row, by this node's reckoning
     * @param price of a row, in the currency's smallest unit
     */
    record Accepted(long at, ByteString header, ByteString signature, int bits, long price) implements Proposed {}

    /**
     * This node takes no part.
     *
     * @param reason its name in the interface
     * @param rows how many rows it is about; 0 when it is about none in particular
     */
    record Refused(long at, ByteString header, ByteString signature, String reason, int rows) implements Proposed {}

    /**
     * This node lets its part of the answers go: on disk before it does.
     *
     * @param accepted the parties whose acceptance it has seen, ascending
     */
    record Authorised(long at, Hash session, List<Integer> accepted) implements OfSession {
        public Authorised {
            accepted = List.copyOf(accepted);
        }
    }

    /** How it ended here. */
    record Ended(long at, Hash session, Outcome outcome) implements OfSession {}

    /**
     * Anything else that must be on record: what became of an agreement, a consent or a program, or what a peer was
     * seen to sign.
     *
     * @param kind such as {@code agreement.activated}
     * @param content as the kind says; never anything about a subject
     */
    record Event(long at, String kind, ByteString content) implements Receipt {}
}
