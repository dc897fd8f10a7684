package org.tallystick.node.transport;

import org.tallystick.node.wire.ControlKind;

/**
 * Told what happens, on virtual threads that may block: state changes one after the other on one thread, control
 * messages in order on one thread a peer.
 */
public interface TransportListener {
    /** A control message, complete and within its size limit; its contents are as hostile as the peer. */
    void control(int peer, ControlKind kind, byte[] message);

    /**
     * Asked first on the event loop, of a message that nothing of the same peer waits before: takes what has only to be
     * noted, so that it costs no change of thread. It must not wait for anything, least of all for a lock: the loop
     * carries runs, and whoever has the lock may wait for one of them.
     *
     * @return false to have it handed to {@link #control}
     */
    default boolean note(int peer, ControlKind kind, byte[] message) {
        return false;
    }

    /** All four nodes are connected and their seeds agree: runs may start. */
    default void ready(Epoch epoch) {}

    /** That epoch is over and its runs have ended. */
    default void ended(EpochId epoch, String reason) {}

    default void connected(int peer) {}

    default void disconnected(int peer, String reason) {}
}
