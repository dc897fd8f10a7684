package org.tallystick.node.governance;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Tells the peers that are connected all that they may have missed, each as fast as it takes it: one that is slow is
 * waited for alone, one that is gone is left out, for it is told anew when it is back. There is one telling at a time;
 * what is asked for meanwhile begins it anew.
 */
final class Retelling {
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Governor.Network network;
    private final Supplier<List<byte[]>> news;
    private final AtomicInteger asked = new AtomicInteger();

    /** @param news all messages as of now */
    Retelling(Governor.Network network, Supplier<List<byte[]>> news) {
        this.network = network;
        this.news = news;
    }

    /** Blocks until all peers have all or are gone; returns at once when another thread is about it. */
    void tell() {
        if (asked.getAndIncrement() > 0) {
            return;
        }
        try {
            int turn;
            do {
                turn = asked.get();
                tell(turn);
            } while (!asked.compareAndSet(turn, 0));
        } catch (RuntimeException e) {
            asked.set(0);
            throw e;
        }
    }

    private void tell(int turn) {
        List<byte[]> messages = news.get();
        Map<Integer, Integer> next = new TreeMap<>();
        network.connected().forEach(peer -> next.put(peer, 0));
        while (asked.get() == turn) {
            next.keySet().retainAll(network.connected());
            next.values().removeIf(at -> at == messages.size());
            if (next.isEmpty()) {
                return;
            }
            boolean taken = false;
            for (Map.Entry<Integer, Integer> each : next.entrySet()) {
                if (network.tell(each.getKey(), messages.get(each.getValue()))) {
                    each.setValue(each.getValue() + 1);
                    taken = true;
                }
            }
            if (!taken) {
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }
}
