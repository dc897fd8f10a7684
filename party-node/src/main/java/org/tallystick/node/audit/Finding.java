package org.tallystick.node.audit;

import java.util.List;
import java.util.Optional;
import org.tallystick.node.session.Hash;

/**
 * Something that an audit found wrong.
 *
 * @param parties the node that it is about; several when one of them is wrong and the logs cannot tell which
 * @param session the session that it is about, when it is about one
 * @param text what is wrong, in a sentence
 */
public record Finding(Kind kind, List<Integer> parties, Optional<Hash> session, String text) {
    public Finding {
        parties = List.copyOf(parties);
    }

    /** What kinds of things can be wrong. The names are those of the JSON output. */
    public enum Kind {
        /** No export of this node was given. */
        NO_LOG,
        /** The export is of another group, of nobody, or under another key than the group knows. */
        WRONG_KEY,
        /** The log has no head signed by its node. */
        UNSIGNED,
        /** The node's head is older than the other exports: nothing can be missed in its log since. */
        STALE,
        /** The node's own head is not that of the receipts in the export. */
        ALTERED,
        /** The log is shorter than its node has signed before. */
        TRUNCATED,
        /** The node has signed, to somebody, another log than this one. */
        FORKED,
        /** The node's log itself says that an earlier one was lost. */
        LOST,
        /** A leaf is no receipt. */
        MALFORMED,
        /** A head that a node says it has seen was not signed by whom it names. */
        FALSE_WITNESS,
        /** A receipt is about a proposal that the bank has not signed. */
        FORGED_PROPOSAL,
        /** The bank has signed two proposals where it may sign one. */
        TWO_PROPOSALS,
        /** A receipt that must be there is not. */
        MISSING,
        /** The receipts of a session at one node do not go together. */
        OUT_OF_ORDER,
        /**
         * An agency has accepted what its agreement does not have, or under one that its log does not have in force.
         */
        NO_AGREEMENT,
        /** No export has the text of an agreement that this node accepts under. */
        NO_TEXT,
        /** A node's price is not that of the signed proposal, or the bank's not that of the agreement. */
        PRICE,
        /** Nodes reckon with different numbers of bits. */
        BITS,
        /** Nodes differ on who accepted. */
        DECISIONS,
        /** Nodes differ on how a session ended. */
        OUTCOME
    }

    static Finding of(Kind kind, int party, String text) {
        return new Finding(kind, List.of(party), Optional.empty(), text);
    }

    static Finding of(Kind kind, int party, Hash session, String text) {
        return new Finding(kind, List.of(party), Optional.of(session), text);
    }

    /** Whether it is about this node for sure. */
    boolean names(int party) {
        return parties.equals(List.of(party));
    }
}
