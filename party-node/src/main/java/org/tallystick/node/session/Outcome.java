package org.tallystick.node.session;

import java.util.OptionalInt;

/**
 * How a session ended at a node.
 *
 * @param by the party that refused; {@link #NOBODY} for the other kinds
 * @param reason of a refusal or an early end, by its name in the interface; else empty
 */
public record Outcome(Kind kind, int by, String reason) {
    /** In place of a party. */
    public static final int NOBODY = -1;

    /** In what way. */
    public enum Kind {
        /** This node's part of the answers has left, or some of it; at the bank, the answers are there. */
        RELEASED,
        /** It was authorised, and nothing of the answers has left this node, nor will: voids the charge. */
        NOTHING_LEFT,
        /** A node refused it. */
        REFUSED,
        /** It broke off before it was authorised here. */
        ABORTED,
        /** It ended well and has no answers: something was stored or made. */
        DONE
    }

    public static Outcome released() {
        return new Outcome(Kind.RELEASED, NOBODY, "");
    }

    /** Something has left, and then it ended early. */
    static Outcome brokenOff(String reason) {
        return new Outcome(Kind.RELEASED, NOBODY, reason);
    }

    public static Outcome nothingLeft() {
        return new Outcome(Kind.NOTHING_LEFT, NOBODY, "");
    }

    public static Outcome refused(int party, Refusal.Reason reason) {
        return new Outcome(Kind.REFUSED, party, reason.name());
    }

    /** @param reason one word of an interface, never a message */
    public static Outcome aborted(String reason) {
        return new Outcome(Kind.ABORTED, NOBODY, reason);
    }

    public static Outcome done() {
        return new Outcome(Kind.DONE, NOBODY, "");
    }

    public OptionalInt party() {
        return by == NOBODY ? OptionalInt.empty() : OptionalInt.of(by);
    }
}
