package org.tallystick.protocol;

/** A named security profile; every session runs under one, and a node refuses a session below its own floor. */
public enum Profile {
    CLEAR("clear", "none: values are in plaintext (the oracle in tests, never in a node)"),
    REP4("rep4", "one of four nodes corrupt, malicious, security with selective abort; two colluding nodes break it");

    private final String id;
    private final String adversary;

    Profile(String id, String adversary) {
        this.id = id;
        this.adversary = adversary;
    }

    /** The name used on the wire, in configuration and in documents. */
    public String id() {
        return id;
    }

    /** The adversary the profile withstands, in words fit for a console. */
    public String adversary() {
        return adversary;
    }
}
