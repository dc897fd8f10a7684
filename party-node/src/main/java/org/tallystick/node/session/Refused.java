package org.tallystick.node.session;

/** A proposal that a node has refused: it was not run, and nothing of it is charged. */
public final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int party;
    private final transient Refusal refusal;

    public Refused(int party, Refusal refusal) {
        super("party " + party + " refuses: " + refusal.reason().meaning());
        this.party = party;
        this.refusal = refusal;
    }

    /** The party that refuses. */
    public int party() {
        return party;
    }

    public Refusal refusal() {
        return refusal;
    }
}
