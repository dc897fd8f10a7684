package org.tallystick.net;

import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Lamport clocks beside the messages of an in-process mesh: a message is one deeper than the deepest one its sender had
 * received. The greatest depth is the number of rounds, exactly, whatever the timing.
 */
final class RoundClock {
    private final ConcurrentLinkedQueue<Integer>[][] depths;
    private final int[] clock;

    @SuppressWarnings({"unchecked", "rawtypes"})
    RoundClock(int parties) {
        depths = new ConcurrentLinkedQueue[parties][parties];
        for (int i = 0; i < parties; i++) {
            for (int j = 0; j < parties; j++) {
                depths[i][j] = new ConcurrentLinkedQueue<>();
            }
        }
        clock = new int[parties];
    }

    /** Called by the sender's own thread before the message is handed over. */
    void sent(int from, int to) {
        depths[from][to].add(clock[from] + 1);
    }

    /** Called by the receiver's own thread after the message has arrived. */
    void received(int from, int to) {
        clock[to] = Math.max(clock[to], depths[from][to].remove());
    }

    /** The rounds of the run so far; call when all parties have finished. */
    int rounds() {
        int most = 0;
        for (int depth : clock) {
            most = Math.max(most, depth);
        }
        return most;
    }
}
