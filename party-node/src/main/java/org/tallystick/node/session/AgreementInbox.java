package org.tallystick.node.session;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What peers say of agreements and consents, one message of a peer at a time: looking at it costs signatures and disk
 * writes, which whoever sends much of it waits for alone. What waits already is not taken twice: nodes tell each other
 * everything anew when they connect. Of what waits beyond a bound the newest is dropped.
 */
final class AgreementInbox {
    private static final Logger LOG = LoggerFactory.getLogger(AgreementInbox.class);

    /** Of one peer; 100 000 withdrawals. */
    private static final int MOST_BYTES = 32 << 20;

    /** A message takes some memory however short it is. */
    private static final int OVERHEAD = 256;

    private final BiConsumer<Integer, byte[]> heard;
    private final List<Waiting> peers = new ArrayList<>();

    private static final class Waiting {
        private final SequencedMap<Hash, byte[]> messages = new LinkedHashMap<>();
        private long bytes;
        private boolean worked;
    }

    /** @param heard is told of each message by its peer; never of two of one peer at a time */
    AgreementInbox(int parties, BiConsumer<Integer, byte[]> heard) {
        this.heard = heard;
        for (int peer = 0; peer < parties; peer++) {
            peers.add(new Waiting());
        }
    }

    /** Takes a message; false when too much waits. */
    boolean offer(int peer, byte[] message) {
        Waiting waiting = peers.get(peer);
        Hash name = Hash.over("agreement message", message);
        synchronized (waiting) {
            if (waiting.messages.containsKey(name)) {
                return true;
            }
            if (waiting.bytes + message.length + OVERHEAD > MOST_BYTES) {
                return false;
            }
            waiting.messages.put(name, message);
            waiting.bytes += message.length + OVERHEAD;
            if (waiting.worked) {
                return true;
            }
            waiting.worked = true;
        }
        Thread.ofVirtual().name("agreements-" + peer).start(() -> work(peer, waiting));
        return true;
    }

    private void work(int peer, Waiting waiting) {
        while (true) {
            byte[] message;
            synchronized (waiting) {
                Map.Entry<Hash, byte[]> first = waiting.messages.pollFirstEntry();
                if (first == null) {
                    waiting.worked = false;
                    return;
                }
                message = first.getValue();
                waiting.bytes -= message.length + OVERHEAD;
            }
            try {
                heard.accept(peer, message);
            } catch (RuntimeException e) {
                LOG.error("what party {} says of agreements could not be kept", peer, e);
            }
        }
    }
}
