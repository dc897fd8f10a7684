package org.tallystick.training;

/** A party described its columns other than the plan has them; it names the party, and no value. */
public final class WrongDescription extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int party;

    WrongDescription(int party, String problem) {
        super(problem);
        this.party = party;
    }

    public int party() {
        return party;
    }
}
