package org.tallystick.net;

/**
 * One party's connections to all the others, as a protocol run sees them: party {@code self} of {@code parties}, with
 * an ordered, reliable {@link Channel} to each peer. A mesh belongs to one run; its decorators count, record, delay or
 * corrupt what passes.
 */
public interface Mesh {
    int self();

    int parties();

    /** The channel to {@code peer}; {@code peer} must differ from {@link #self()}. */
    Channel to(int peer);
}
