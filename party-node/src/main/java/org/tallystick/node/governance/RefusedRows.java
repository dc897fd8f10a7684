package org.tallystick.node.governance;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.tallystick.node.session.Refusal;
import org.tallystick.node.session.Refusal.Reason;

/** Rows of a proposal by what stands against them. A refusal names one reason: the first, with all of its rows. */
final class RefusedRows {
    private final Map<Reason, SortedSet<Integer>> rows = new EnumMap<>(Reason.class);

    void add(Reason reason, int row) {
        rows.computeIfAbsent(reason, any -> new TreeSet<>()).add(row);
    }

    /** @param answered the reason when another request was answered */
    void add(Answers.Standing standing, Reason answered, int row) {
        switch (standing) {
            case FREE -> {}
            case UNDER_WAY -> add(Reason.UNDER_WAY, row);
            case ANSWERED -> add(answered, row);
        }
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** In the order in which {@link Reason} has them: what passes by itself comes last. */
    Optional<Refusal> first() {
        return rows.entrySet().stream()
                .findFirst()
                .map(first -> new Refusal(first.getKey(), List.copyOf(first.getValue())));
    }
}
