package org.tallystick.node.session;

import java.util.List;

/**
 * The durable record of what this node decides and lets go. What has to be on disk before something leaves is begun
 * early and awaited late, so that records of many sessions share a write.
 */
public interface Receipts {
    /**
     * Begins to record that this node accepts; nothing says so to another node before {@link Written#await} has
     * returned.
     *
     * @param bits that the answers tell about each row
     * @param price of a row, by the proposal's agreement
     */
    Written accepted(Sealed proposal, int bits, long price);

    /**
     * Records that this node takes no part; never fails, and waits for nothing but the disk when much is on its way.
     */
    void refused(Sealed proposal, Refusal refusal);

    /**
     * Begins to record that this node lets its part of the answers go; nothing of them may leave before
     * {@link Written#await} has returned.
     *
     * @param accepted the parties whose acceptance it has seen
     * @param leaves whether anything of them leaves; where nothing does, nobody waits, and the record takes its time
     */
    Written authorised(Hash session, List<Integer> accepted, boolean leaves);

    /**
     * Records how a session ended here. {@link Outcome.Kind#NOTHING_LEFT}, which voids a charge, and
     * {@link Outcome.Kind#DONE}, which makes one of what was stored, are durable when it returns, or it throws; of the
     * others it waits for none.
     */
    void ended(Hash session, Outcome outcome);

    /** A record that is being written. */
    @FunctionalInterface
    interface Written {
        /** Returns when the record is on disk; throws a {@link org.tallystick.node.NodeFailure} when it cannot be. */
        void await();
    }
}
