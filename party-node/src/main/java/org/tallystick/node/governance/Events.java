package org.tallystick.node.governance;

import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.tallystick.node.audit.Receipt;
import org.tallystick.node.session.Hash;

/**
 * What this node's receipts say of agreements, stops, approvals of programs and consents that were withdrawn: where
 * each stands by its newest event. What they say of anything else is left alone. Not for several threads at a time.
 */
public final class Events {
    /** A program's approval was taken back. */
    static final String UNAPPROVED = "program withdrawn";

    private static final String HASH = "[0-9a-f]{64}";
    private static final String WITHDRAWN = "consent withdrawn: ";

    private final Map<Hash, State> agreements = new HashMap<>();
    private final Map<Hash, Boolean> programs = new LinkedHashMap<>();
    private final Map<Stop, Boolean> stops = new LinkedHashMap<>();
    private final Map<String, Withdrawal> withdrawals = new LinkedHashMap<>();

    /** A bank, model or column. */
    record Stop(Stops.Kind kind, String name) {}

    /** The receipt's kind for a change. */
    public static String kind(String what) {
        return what.split(":", 2)[0].replace(' ', '.');
    }

    /** The receipt's content: the agreement, zeros where it is about none; who made the change; the change. */
    public static ByteString content(String what, Hash agreement, String by) {
        return ByteString.copyFromUtf8(agreement.hex() + "\n" + by.replace('\n', ' ') + "\n" + what);
    }

    static String stopped(Stops.Kind kind, String name) {
        return kind.id() + " stopped: " + name;
    }

    static String lifted(Stops.Kind kind, String name) {
        return kind.id() + " let go on: " + name;
    }

    static String withdrawn(Withdrawal withdrawal) {
        return WITHDRAWN + withdrawal.text();
    }

    /** Reads the next event of the log. */
    void add(Receipt.Event event) {
        String[] lines = event.content().toStringUtf8().split("\n", 3);
        program(lines[0], event.kind());
        if (lines.length == 3 && kind(lines[2]).equals(event.kind())) {
            agreement(lines[0], event.kind());
            for (Stops.Kind kind : Stops.Kind.values()) {
                stop(kind, lines[2]);
            }
            if (lines[2].startsWith(WITHDRAWN)) {
                // What was written before the issuer's word was part of it says too little, and stands in the database.
                Withdrawal.parse(lines[2].substring(WITHDRAWN.length()))
                        .ifPresent(withdrawal -> withdrawals.put(withdrawal.name(), withdrawal));
            }
        }
    }

    private void agreement(String hash, String kind) {
        Optional<State> state = switch (kind) {
            case "agreement.proposed" -> Optional.of(State.PROPOSED);
            case "agreement.signed" -> Optional.of(State.SIGNED);
            case "agreement.activated", "agreement.resumed" -> Optional.of(State.ACTIVE);
            case "agreement.suspended" -> Optional.of(State.SUSPENDED);
            case "agreement.revoked" -> Optional.of(State.REVOKED);
            default -> Optional.empty();
        };
        if (state.isPresent() && hash.matches(HASH)) {
            agreements.put(Hash.parse(hash), state.get());
        }
    }

    private void program(String hash, String kind) {
        boolean approved = kind.equals("program.approved");
        if ((approved || kind.equals(kind(UNAPPROVED))) && hash.matches(HASH)) {
            programs.put(Hash.parse(hash), approved);
        }
    }

    private void stop(Stops.Kind kind, String what) {
        if (what.startsWith(stopped(kind, ""))) {
            stops.put(new Stop(kind, what.substring(stopped(kind, "").length())), true);
        } else if (what.startsWith(lifted(kind, ""))) {
            stops.put(new Stop(kind, what.substring(lifted(kind, "").length())), false);
        }
    }

    /** Where an agreement stands by its newest event; empty when there is none. */
    Optional<State> state(Hash agreement) {
        return Optional.ofNullable(agreements.get(agreement));
    }

    /** What was stopped and whether it still is, in the order of the first events. */
    Map<Stop, Boolean> stops() {
        return stops;
    }

    /** The programs that were approved, and whether they still are. */
    Map<Hash, Boolean> programs() {
        return programs;
    }

    /** The withdrawn consents by {@link Withdrawal#name}. */
    Map<String, Withdrawal> withdrawals() {
        return withdrawals;
    }
}
