package org.tallystick.node.governance;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Of one agreement one revision is in force: the latest that has been activated and has begun. One that begins later
 * leaves those before it in force until then.
 */
final class Revisions {
    private Revisions() {}

    private static boolean isSame(Register.Entry one, Register.Entry other) {
        return one.agreement().id().equals(other.agreement().id());
    }

    private static boolean isActivated(Register.Entry entry) {
        return entry.state() == State.ACTIVE || entry.state() == State.SUSPENDED;
    }

    private static boolean isLater(Register.Entry other, Register.Entry entry) {
        return isSame(other, entry)
                && other.agreement().revision() > entry.agreement().revision();
    }

    private static boolean hasBegun(Register.Entry entry, Instant now) {
        return !now.isBefore(entry.agreement().validFrom());
    }

    /** Whether a later revision has come into force, even if that is suspended or has run out by now. */
    static boolean isFollowed(Collection<Register.Entry> entries, Register.Entry entry, Instant now) {
        return entries.stream().anyMatch(other -> isLater(other, entry) && isActivated(other) && hasBegun(other, now));
    }

    /** What is over once an entry is activated: of the same revision at once, of earlier ones when it has begun. */
    static List<Register.Entry> endedBy(Collection<Register.Entry> entries, Register.Entry entry, Instant now) {
        boolean begun = hasBegun(entry, now);
        return entries.stream()
                .filter(each -> isSame(each, entry)
                        && !each.hash().equals(entry.hash())
                        && each.state() != State.OFFERED
                        && each.state() != State.REVOKED)
                .filter(each ->
                        each.agreement().revision() == entry.agreement().revision() || begun && isLater(entry, each))
                .toList();
    }

    /** Earlier ones that an activated entry has ended by beginning, and whose records do not say so yet. */
    static List<Register.Entry> followedBy(Collection<Register.Entry> entries, Register.Entry entry, Instant now) {
        boolean follows = isActivated(entry) && hasBegun(entry, now);
        return entries.stream()
                .filter(each -> follows && isLater(entry, each) && isActivated(each))
                .toList();
    }

    /** The same, and others of the entry's own revision that are activated beside it: a kill came before their end. */
    static List<Register.Entry> leftBy(Collection<Register.Entry> entries, Register.Entry entry, Instant now) {
        Stream<Register.Entry> besides = endedBy(entries, entry, now).stream()
                .filter(each -> isActivated(entry)
                        && isActivated(each)
                        && each.agreement().revision() == entry.agreement().revision());
        return Stream.concat(besides, followedBy(entries, entry, now).stream()).toList();
    }

    /**
     * Requires that an entry follows the revision that it names, and that none after it is activated.
     *
     * @throws Register.Rejected otherwise
     */
    static void requireNext(Collection<Register.Entry> entries, Register.Entry entry) {
        entry.agreement().previous().ifPresent(previous -> {
            Optional<Register.Entry> before = entries.stream()
                    .filter(each -> each.hash().equals(previous))
                    .findFirst();
            if (before.isEmpty()) {
                throw new Register.Rejected(
                        "the revision before is not known here", "have it sent, or begin a new agreement");
            }
            boolean next = isSame(before.get(), entry)
                    && before.get().agreement().revision() + 1
                            == entry.agreement().revision();
            if (!next) {
                throw new Register.Rejected(
                        "what it names as the revision before is another agreement or another revision",
                        "have the document corrected and proposed anew");
            }
        });
        if (entries.stream().anyMatch(other -> isLater(other, entry) && isActivated(other))) {
            throw new Register.Rejected("a later revision has been activated here", "agree on a new revision");
        }
    }
}
