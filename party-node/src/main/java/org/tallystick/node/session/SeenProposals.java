package org.tallystick.node.session;

import java.util.HashSet;
import java.util.Set;
import org.tallystick.node.transport.EpochId;

/**
 * The proposals seen in the current connection epoch. One that was seen never runs again: its masks would be the same.
 * An epoch's seeds die with it, so its proposals are forgotten then.
 */
final class SeenProposals {
    /** At 100 proposals a second, half a day; a full set refuses, and a new epoch empties it. */
    private static final int MOST = 1 << 22;

    private final Set<Hash> seen = new HashSet<>();
    private EpochId epoch;

    /** Whether this is the first time, in an epoch that is the current one. */
    synchronized boolean first(EpochId current, Hash proposal) {
        if (!current.equals(epoch)) {
            seen.clear();
            epoch = current;
        }
        return seen.size() < MOST && seen.add(proposal);
    }
}
