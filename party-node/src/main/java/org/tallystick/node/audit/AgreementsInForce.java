package org.tallystick.node.audit;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.tallystick.node.session.Hash;

/**
 * Which agreements are in force at a node and what is stopped there, as the events of its own log tell:
 * {@code agreement.activated} and so on, each with the agreement's hash in its first line and what happened in its
 * third.
 */
final class AgreementsInForce {
    /** What was decided before an agreement was suspended may get its receipt a moment after. */
    static final long ON_ITS_WAY_MILLIS = 5_000;

    private final Map<String, Long> until = new HashMap<>();
    private final Map<String, Long> activated = new HashMap<>();
    private final Map<String, Long> revoked = new HashMap<>();
    /** Since when, by what is stopped. */
    private final Map<Stop, Long> stopped = new HashMap<>();
    /** What was stopped when the node accepted a session, of those where anything was. */
    private final Map<Hash, Set<Stop>> stoppedThen = new HashMap<>();

    /** @param kind {@code bank}, {@code model} or {@code column} */
    record Stop(String kind, String name) {}

    void event(Receipt.Event event) {
        String content = event.content().toStringUtf8();
        String agreement = content.lines().findFirst().orElse("");
        switch (event.kind()) {
            case "agreement.activated", "agreement.resumed" -> {
                until.put(agreement, Long.MAX_VALUE);
                activated.putIfAbsent(agreement, event.at());
            }
            case "agreement.suspended" -> end(agreement, event.at());
            case "agreement.revoked" -> {
                end(agreement, event.at());
                revoked.put(agreement, event.at());
            }
            default -> stop(event.kind(), content, event.at());
        }
    }

    private void end(String agreement, long at) {
        until.computeIfPresent(agreement, (hash, end) -> Math.min(end, at + ON_ITS_WAY_MILLIS));
    }

    private void stop(String kind, String content, long at) {
        String[] lines = content.split("\n", 3);
        if (lines.length < 3 || !lines[2].contains(": ")) {
            return;
        }
        Stop stop = new Stop(kind.split("\\.", 2)[0], lines[2].split(": ", 2)[1]);
        if (kind.endsWith(".stopped")) {
            stopped.putIfAbsent(stop, at);
        } else if (kind.endsWith(".let.go.on")) {
            stopped.remove(stop);
        }
    }

    /** The node accepts a session: the events before this are in. */
    void accepts(Hash session, long at) {
        Set<Stop> now = stopped.entrySet().stream()
                .filter(each -> each.getValue() + ON_ITS_WAY_MILLIS < at)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        if (!now.isEmpty()) {
            stoppedThen.put(session, now);
        }
    }

    /** Whether a node that went by its own log could accept under this agreement then; one without has no price. */
    boolean cover(String agreement, long at) {
        return agreement.isEmpty() || at <= until.getOrDefault(agreement, Long.MIN_VALUE);
    }

    /** Whether something was stopped here when the node accepted a session. */
    boolean isStopped(Hash session, String kind, String name) {
        return stoppedThen.getOrDefault(session, Set.of()).contains(new Stop(kind, name));
    }

    /** When an agreement began here, which ended the revisions before it for good; empty when it never did. */
    OptionalLong began(String agreement, long validFrom) {
        if (!activated.containsKey(agreement)) {
            return OptionalLong.empty();
        }
        long begun = Math.max(activated.get(agreement), validFrom);
        return revoked.getOrDefault(agreement, Long.MAX_VALUE) <= begun ? OptionalLong.empty() : OptionalLong.of(begun);
    }
}
