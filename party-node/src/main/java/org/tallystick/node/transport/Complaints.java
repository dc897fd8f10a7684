package org.tallystick.node.transport;

import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;

/** Warnings that a peer can provoke: the same one at most once in ten seconds, so that nobody fills the log. */
public final class Complaints {
    private static final long PERIOD = 10_000_000_000L;
    private static final int REMEMBERED = 256;

    private final Logger log;
    private final Map<String, Long> last = new LinkedHashMap<>();

    public Complaints(Logger log) {
        this.log = log;
    }

    /** @param about what is complained of; the same complaint about the same is held back */
    public synchronized void warn(String about, String text) {
        long now = System.nanoTime();
        Long before = last.get(about);
        if (before != null && now - before < PERIOD) {
            log.debug("{}: {}", about, text);
            return;
        }
        last.remove(about);
        last.put(about, now);
        if (last.size() > REMEMBERED) {
            last.remove(last.keySet().iterator().next());
        }
        log.warn("{}: {}", about, text);
    }
}
