package org.tallystick.node.audit;

import java.util.HashMap;
import java.util.Map;

/**
 * Which agreements are in force at a node, as the events of its own log tell: {@code agreement.activated} and so on,
 * each with the agreement's hash in its first line.
 */
final class AgreementsInForce {
    /** What was decided before an agreement was suspended may get its receipt a moment after. */
    private static final long ON_ITS_WAY_MILLIS = 5_000;

    private final Map<String, Long> until = new HashMap<>();

    void event(Receipt.Event event) {
        String agreement = event.content().toStringUtf8().lines().findFirst().orElse("");
        switch (event.kind()) {
            case "agreement.activated", "agreement.resumed" -> until.put(agreement, Long.MAX_VALUE);
            case "agreement.suspended", "agreement.revoked" ->
                until.computeIfPresent(agreement, (hash, end) -> Math.min(end, event.at() + ON_ITS_WAY_MILLIS));
            default -> {}
        }
    }

    /** Whether a node that went by its own log could accept under this agreement then; one without has no price. */
    boolean cover(String agreement, long at) {
        return agreement.isEmpty() || at <= until.getOrDefault(agreement, Long.MIN_VALUE);
    }
}
