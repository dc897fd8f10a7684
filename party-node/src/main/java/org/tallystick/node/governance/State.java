package org.tallystick.node.governance;

import java.util.Locale;

/** Where an agreement stands at one node. */
public enum State {
    /** Another node has sent it; nobody here has taken it up. */
    OFFERED,
    /** Someone here proposes it; someone else has to approve. */
    PROPOSED,
    /** Approved and signed here; in force once all have signed and it is activated. */
    SIGNED,
    /** In force while it is valid. */
    ACTIVE,
    /** Not in force until it is resumed. */
    SUSPENDED,
    /** Over for good: refused before it was signed, taken back, or followed by a later revision. */
    REVOKED;

    /** What may be done to an agreement here. */
    public enum Change {
        PROPOSE(State.PROPOSED, "proposed"),
        SIGN(State.SIGNED, "signed"),
        ACTIVATE(State.ACTIVE, "activated"),
        SUSPEND(State.SUSPENDED, "suspended"),
        RESUME(State.ACTIVE, "resumed"),
        REVOKE(State.REVOKED, "revoked");

        private final State to;
        private final String past;

        Change(State to, String past) {
            this.to = to;
            this.past = past;
        }

        /** The word for it once it is done, as receipts have it. */
        String past() {
            return past;
        }

        public State to() {
            return to;
        }

        /** @throws Register.Rejected when it is not possible as the agreement stands */
        void requireFrom(State state) {
            if (!isFrom(state)) {
                throw new Register.Rejected(
                        "the agreement is " + state.name().toLowerCase(Locale.ROOT) + " here",
                        "nothing can be done, or something else first");
            }
        }

        public boolean isFrom(State state) {
            return switch (this) {
                case PROPOSE -> state == OFFERED;
                case SIGN -> state == State.PROPOSED;
                case ACTIVATE -> state == State.SIGNED;
                case SUSPEND -> state == State.ACTIVE;
                case RESUME -> state == State.SUSPENDED;
                case REVOKE -> state != State.REVOKED;
            };
        }
    }
}
