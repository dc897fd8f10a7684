package org.tallystick.node.governance;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.tallystick.node.session.Hash;
import org.tallystick.node.storage.Agreements;

/**
 * At a node's start: the database beside the receipts. A kill between the two leaves one of them behind, a restored or
 * edited database says what was never decided; of what differs the stricter holds, and is in both from then on.
 */
public final class Reconciliation {
    private static final Hash NONE = Hash.of(new byte[Hash.BYTES]);
    private static final String BY = "the node, at its start";

    private final Events events;
    private final Register.Journal journal;
    private final List<String> warnings = new ArrayList<>();

    private Reconciliation(Events events, Register.Journal journal) {
        this.events = events;
        this.journal = journal;
    }

    /**
     * Brings both in line.
     *
     * @param withdrawn the names of withdrawn consents, which grows
     * @param isApproved whether a program is approved by the database
     * @return what differed, for the node's operator
     */
    public static List<String> of(
            Events events,
            Register register,
            Stops stops,
            Agreements storage,
            Set<String> withdrawn,
            Predicate<Hash> isApproved,
            Register.Journal journal) {
        Reconciliation reconciliation = new Reconciliation(events, journal);
        register.all().forEach(entry -> reconciliation.agreement(register, entry));
        // Those changed last first: of two of one revision the one activated last holds.
        register.all().forEach(entry -> reconciliation.revisions(register, entry));
        reconciliation.stops(stops);
        reconciliation.withdrawals(storage, withdrawn);
        reconciliation.programs(isApproved);
        return List.copyOf(reconciliation.warnings);
    }

    private void agreement(Register register, Register.Entry entry) {
        State logged = events.state(entry.hash()).orElse(State.OFFERED);
        State holds = stricter(entry.state(), logged);
        if (holds != entry.state()) {
            register.hold(entry.hash(), holds, BY);
            warnings.add("agreement " + entry.hash() + " is " + entry.state() + " by the database and " + logged
                    + " by the receipts: it is " + holds + " until an approver changes that");
        }
        boolean tells = logged == State.ACTIVE && holds != State.ACTIVE
                || holds == State.REVOKED && logged != State.REVOKED && entry.state() == State.REVOKED;
        if (tells) {
            String what = holds == State.REVOKED ? "agreement revoked" : "agreement suspended";
            journal.changed(what, entry.hash(), BY).await();
        }
    }

    private void revisions(Register register, Register.Entry entry) {
        for (Register.Entry over : register.endBefore(entry.hash(), BY)) {
            warnings.add("agreement " + over.hash() + " is over since " + entry.hash()
                    + " is in force; that is on record now");
        }
    }

    /**
     * What both allow; an agreement is in force only when both say so. One that was in force by the receipts, in a
     * database from before that, is suspended: it has ended the revisions before it all the same.
     */
    private static State stricter(State stored, State logged) {
        if (stored == State.REVOKED || logged == State.REVOKED) {
            return State.REVOKED;
        }
        if (stored == State.ACTIVE && logged != State.ACTIVE) {
            return logged == State.SUSPENDED ? State.SUSPENDED : State.SIGNED;
        }
        if (stored == State.SIGNED && (logged == State.ACTIVE || logged == State.SUSPENDED)) {
            return State.SUSPENDED;
        }
        return stored;
    }

    private void stops(Stops stops) {
        events.stops().forEach((stop, isStopped) -> {
            if (isStopped && !stops.isStopped(stop.kind(), stop.name())) {
                stops.stop(stop.kind(), stop.name(), BY, () -> {});
                warnings.add("the database has lost that " + stop.kind().id() + " " + stop.name()
                        + " is stopped; it stays stopped until it is lifted again");
            }
        });
        for (Agreements.Stop stored : stops.all()) {
            Stops.Kind.of(stored.kind())
                    .filter(kind -> !events.stops().getOrDefault(new Events.Stop(kind, stored.name()), false))
                    .ifPresent(kind -> journal.changed(Events.stopped(kind, stored.name()), NONE, BY)
                            .await());
        }
    }

    /** Only what the database says is in force; who reads the log alone is to know it too. */
    private void programs(Predicate<Hash> isApproved) {
        events.programs().forEach((program, approved) -> {
            if (approved && !isApproved.test(program)) {
                journal.changed(Events.UNAPPROVED, program, BY).await();
            }
        });
    }

    private void withdrawals(Agreements storage, Set<String> withdrawn) {
        int lost = 0;
        for (Map.Entry<String, Withdrawal> each : events.withdrawals().entrySet()) {
            if (withdrawn.add(each.getKey())) {
                storage.withdrawConsent(each.getValue().stored(), Instant.EPOCH);
                lost++;
            }
        }
        if (lost > 0) {
            warnings.add("the database has lost " + lost + " withdrawals of consents; they are there again");
        }
        for (Agreements.Withdrawn stored : storage.withdrawnConsents()) {
            Withdrawal.parse(stored.statement())
                    .filter(known -> !events.withdrawals().containsKey(known.name()))
                    .ifPresent(known -> journal.changed(Events.withdrawn(known), NONE, ""));
        }
    }
}
