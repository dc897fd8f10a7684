package org.tallystick.net;

/**
 * The one way a protocol run ends early. The reason says what happened as far as this party may say it: a failed check
 * never names the check, the value or the peer (whoever learns which check failed learns about secrets).
 */
public final class ProtocolAbort extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why a run ended. */
    public enum Reason {
        /** A value and its digest, or two tags, differed. */
        CHECK_FAILED,
        /** A message had the wrong length or an encoding outside its set. */
        MALFORMED,
        /** A wait ran past its deadline. */
        DEADLINE,
        /** The connection to a peer was lost, or the connection epoch ended. */
        PEER_LOST,
        /** Another party stopped the run. */
        PEER_STOPPED,
        /** This party stopped the run on its own account: shutdown, or its operator's decision. */
        STOPPED,
    }

    private final Reason reason;

    public ProtocolAbort(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
