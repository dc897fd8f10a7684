package org.tallystick.node.governance;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the peers that are connected all that they may have missed, each as fast as it takes it: one that is slow is
 * waited for alone, one that is gone is left out, for it is told anew when it is back. One thread at a time tells; for
 * whom it is asked meanwhile it begins anew, with the message at which that peer was: so that a slow one is told all in
 * the end, however often it begins. A peer that takes nothing keeps nobody waiting. However often it is asked for, what
 * there is to tell is read for one that stays connected no more often than it takes a message; for one that was gone it
 * is read anew each time it is back, whether it takes anything or not.
 */
final class Retelling {
    private static final Logger LOG = LoggerFactory.getLogger(Retelling.class);
    private static final Duration PAUSE = Duration.ofMillis(100);

    /** After which it is tried again when it failed. */
    private static final Duration LONG_PAUSE = Duration.ofSeconds(1);

    private final Governor.Network network;
    private final Supplier<List<byte[]>> news;

    /** Who is to be told all anew; guarded by this. */
    private final Set<Integer> asked = new HashSet<>();
    /** Whether a thread is about it; guarded by this. */
    private boolean telling;

    // ---- of the one thread that tells

    private final Set<Integer> due = new HashSet<>();
    private final Map<Integer, Left> left = new TreeMap<>();
    /** Those that did not take what they were told last. */
    private final Set<Integer> stuck = new HashSet<>();
    /** The message that each peer is told next. */
    private final Map<Integer, Integer> places = new HashMap<>();

    /** What a peer is told: so many more of the messages, which begin again after the last. */
    private record Left(List<byte[]> messages, int more) {}

    /** @param news all messages as of now */
    Retelling(Governor.Network network, Supplier<List<byte[]>> news) {
        this.network = network;
        this.news = news;
    }

    /** Tells the connected peers one message; whoever does not take it now is told all that there is, soon. */
    void tell(byte[] message) {
        Set<Integer> lacking = new TreeSet<>();
        for (int peer : network.connected()) {
            if (!network.tell(peer, message)) {
                lacking.add(peer);
            }
        }
        if (!lacking.isEmpty()) {
            Thread.ofVirtual().name("retelling").start(() -> tell(lacking));
        }
    }

    /**
     * Tells all that are connected; blocks until they have all or are gone, however often that fails; returns at once
     * when another thread is about it.
     */
    void tell() {
        tell(network.connected());
    }

    private void tell(Collection<Integer> peers) {
        if (!begins(peers)) {
            return;
        }
        boolean failing = false;
        do {
            failing = !isTold(failing);
        } while (failing || !isOver());
    }

    private synchronized boolean begins(Collection<Integer> peers) {
        asked.addAll(peers);
        boolean first = !telling;
        telling = true;
        return first;
    }

    private synchronized boolean isOver() {
        telling = !asked.isEmpty();
        return !telling;
    }

    private synchronized void takeAsked() {
        due.addAll(asked);
        asked.clear();
    }

    /** False after a pause when it failed: nobody else begins it while this thread is about it. */
    private boolean isTold(boolean again) {
        try {
            tellOn();
            return true;
        } catch (RuntimeException | Error e) {
            if (!again) {
                LOG.error("the other nodes are not told of agreements and consents yet; trying on", e);
            }
            LockSupport.parkNanos(LONG_PAUSE.toNanos());
            return false;
        }
    }

    private void tellOn() {
        while (true) {
            beginAnew();
            left.keySet().retainAll(network.connected());
            if (left.isEmpty()) {
                return;
            }
            boolean taken = false;
            for (int peer : List.copyOf(left.keySet())) {
                taken |= takes(peer);
            }
            if (!taken) {
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    /**
     * For those it is due for, who stay so when it fails; and while they are stuck: once they take what they are
     * offered, they are told all that there is by then.
     */
    private void beginAnew() {
        takeAsked();
        due.retainAll(network.connected());
        List<Integer> ready = due.stream()
                .filter(peer -> !left.containsKey(peer) || !stuck.contains(peer))
                .toList();
        if (ready.isEmpty()) {
            return;
        }
        List<byte[]> messages = news.get();
        if (!messages.isEmpty()) {
            ready.forEach(peer -> left.put(peer, new Left(messages, messages.size())));
        }
        ready.forEach(due::remove);
    }

    private boolean takes(int peer) {
        Left now = left.get(peer);
        // There may be fewer messages than there were.
        int place = places.getOrDefault(peer, 0) % now.messages().size();
        if (!network.tell(peer, now.messages().get(place))) {
            stuck.add(peer);
            return false;
        }
        stuck.remove(peer);
        places.put(peer, place + 1);
        if (now.more() == 1) {
            left.remove(peer);
        } else {
            left.put(peer, new Left(now.messages(), now.more() - 1));
        }
        return true;
    }
}
