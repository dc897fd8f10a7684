package org.tallystick.node.transport;

/** Why a peer or one of its frames was turned away: one counter each, and the words of the log line. */
public enum Rejection {
    UNKNOWN_AUTHORITY("its certificate was not issued by this group's authority"),
    EXPIRED("its certificate has expired"),
    NOT_YET_VALID("its certificate is not valid yet"),
    NO_NAME("its certificate carries no name of the form <role>.<group>.tallystick"),
    WRONG_GROUP("it belongs to another group"),
    WRONG_ROLE("its certificate names a role that is not expected here"),
    REVOKED("its certificate is refused at this node"),
    WRONG_FINGERPRINT("its certificate is not the one pinned for its role"),
    HANDSHAKE("the TLS 1.3 handshake failed"),
    VERSION("it speaks another version of the protocol"),
    WRONG_PARTY("the party it claims to be is not the role its certificate names"),
    WRONG_PARTIES("it counts another number of parties"),
    WRONG_DIRECTION("of two parties the one with the higher index connects to the other"),
    HELLO_LATE("it did not introduce itself in time"),
    OVERSIZE("a frame was larger than the limit"),
    MALFORMED("a frame was malformed or out of place"),
    FLOOD("it sent more than may wait here unread"),
    IDLE("nothing was heard from it for too long"),
    STALLED("it took nothing of what was sent to it for too long");

    private final String words;

    Rejection(String words) {
        this.words = words;
    }

    /** The reason as the end of a sentence about the peer. */
    public String words() {
        return words;
    }
}
