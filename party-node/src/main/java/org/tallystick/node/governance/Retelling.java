package org.tallystick.node.governance;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the peers that are connected all that they may have missed, each as fast as it takes it: one that is slow is
 * waited for alone, one that is gone is left out, for it is told anew when it is back. There is one telling at a time;
 * what is asked for meanwhile begins it anew, for each peer with the message at which it was: so that a slow one is
 * told all in the end, however often it begins.
 */
final class Retelling {
    private static final Logger LOG = LoggerFactory.getLogger(Retelling.class);
    private static final Duration PAUSE = Duration.ofMillis(100);

    /** After which it is tried again when it failed. */
    private static final Duration LONG_PAUSE = Duration.ofSeconds(1);

    private final Governor.Network network;
    private final Supplier<List<byte[]>> news;
    private final AtomicInteger asked = new AtomicInteger();
    /** The message that each peer is told next; of the one thread that tells. */
    private final Map<Integer, Integer> places = new HashMap<>();

    /** @param news all messages as of now */
    Retelling(Governor.Network network, Supplier<List<byte[]>> news) {
        this.network = network;
        this.news = news;
    }

    /** Tells the connected peers one message; whoever does not take it now is told all that there is, soon. */
    void tell(byte[] message) {
        boolean all = true;
        for (int peer : network.connected()) {
            all &= network.tell(peer, message);
        }
        if (!all) {
            Thread.ofVirtual().name("retelling").start(this::tell);
        }
    }

    /**
     * Blocks until all peers have all or are gone, however often that fails; returns at once when another thread is
     * about it.
     */
    void tell() {
        if (asked.getAndIncrement() > 0) {
            return;
        }
        boolean failing = false;
        int turn;
        do {
            turn = asked.get();
            failing = !isTold(turn, failing);
        } while (failing || !asked.compareAndSet(turn, 0));
    }

    /** False after a pause when it failed: nobody else begins it while this thread is about it. */
    private boolean isTold(int turn, boolean again) {
        try {
            tell(turn);
            return true;
        } catch (RuntimeException | Error e) {
            if (!again) {
                LOG.error("the other nodes are not told of agreements and consents yet; trying on", e);
            }
            LockSupport.parkNanos(LONG_PAUSE.toNanos());
            return false;
        }
    }

    private void tell(int turn) {
        if (network.connected().isEmpty()) {
            return;
        }
        List<byte[]> messages = news.get();
        Map<Integer, Integer> left = new TreeMap<>();
        network.connected().forEach(peer -> left.put(peer, messages.size()));
        while (asked.get() == turn) {
            left.keySet().retainAll(network.connected());
            left.values().removeIf(more -> more == 0);
            if (left.isEmpty()) {
                return;
            }
            boolean taken = false;
            for (Map.Entry<Integer, Integer> each : left.entrySet()) {
                // There may be fewer messages than there were.
                int place = places.getOrDefault(each.getKey(), 0) % messages.size();
                if (network.tell(each.getKey(), messages.get(place))) {
                    places.put(each.getKey(), place + 1);
                    each.setValue(each.getValue() - 1);
                    taken = true;
                }
            }
            if (!taken) {
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }
}
