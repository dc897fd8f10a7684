package org.tallystick.node.session;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.tallystick.node.transport.EpochId;

/**
 * The proposals seen in a connection epoch. One that was seen never runs again: its masks would be the same. An epoch's
 * seeds die with it; its proposals are forgotten some epochs later, so that who is late with a decision about an old
 * epoch does not make this node forget those of the live one.
 */
final class SeenProposals {
    private static final int EPOCHS = 4;

    private final int most;
    private final Map<EpochId, Set<Hash>> seen = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<EpochId, Set<Hash>> eldest) {
            return size() > EPOCHS;
        }
    };

    /** @param most proposals of one epoch; then it is full, and a new epoch is due */
    SeenProposals(int most) {
        this.most = most;
    }

    /** Whether so many proposals of an epoch have been seen that no more can be told apart from repeated ones. */
    synchronized boolean isFull(EpochId epoch) {
        return seen.containsKey(epoch) && seen.get(epoch).size() >= most;
    }

    /** Whether this is the first time; never in an epoch that is full. */
    synchronized boolean first(EpochId epoch, Hash proposal) {
        return !isFull(epoch)
                && seen.computeIfAbsent(epoch, fresh -> new HashSet<>()).add(proposal);
    }
}
