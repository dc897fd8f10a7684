package org.tallystick.node.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tallystick.node.session.Outcome;
import org.tallystick.node.wire.Proposal;

/**
 * Holds what logs say of a session against each other when some of them let something of it go. What one log says alone
 * proves nothing of another. A node is named when two others say otherwise, or one does and the node's log is not what
 * it has signed; where it is one's word against another's, both are told, as something that cannot be decided.
 */
final class LetGoChecks {
    private final AuditKeys keys;
    private final Settled settled;
    private final List<Finding> findings;
    /** Logs that are not what their nodes have signed; all logs are looked at before all sessions. */
    private Optional<Set<Integer>> broken = Optional.empty();

    /** Whether a party's log is old enough to tell of what happened then. */
    interface Settled {
        boolean at(int party, long at);
    }

    LetGoChecks(AuditKeys keys, Settled settled, List<Finding> findings) {
        this.keys = keys;
        this.settled = settled;
        this.findings = findings;
    }

    /**
     * Who authorises has seen four acceptances, each of which was on disk before it left.
     *
     * @return whether something may only be too young
     */
    boolean acceptancesAreMissing(SessionView view) {
        boolean young = false;
        Set<Integer> alone = new TreeSet<>();
        for (int party = 0; party < view.parties(); party++) {
            int lacking = party;
            List<Integer> seen = parties(
                    view, other -> other != lacking && view.by(other).authorised.isPresent());
            if (view.by(party).accepted.isPresent() || isBankOfStock(party, view) || seen.isEmpty()) {
                continue;
            }
            if (!settled.at(party, view.at())) {
                young = true;
                continue;
            }
            List<Integer> denying =
                    parties(view, other -> other != lacking && !seen.contains(other) && denies(view, other, lacking));
            if (seen.size() == 1 && !denying.isEmpty()) {
                alone.addAll(seen);
            } else if (denying.isEmpty() && seen.size() > 1) {
                find(kind(view, party), List.of(party), view, lacks(view, party) + ", which others have seen");
            } else {
                List<Integer> between = new ArrayList<>(seen);
                between.add(party);
                between.addAll(denying);
                String text = "the log of " + name(party) + " lacks its acceptance or proposal, which the log of "
                        + names(seen) + " has seen";
                undecided(kind(view, party), between, view, text);
            }
        }
        alone.forEach(party -> find(
                Finding.Kind.DECISIONS,
                List.of(party),
                view,
                "its log authorises what others have not accepted, by their logs and those of the rest"));
        return young;
    }

    /** Stock that is only dropped is proposed and answered by nobody. */
    private boolean isBankOfStock(int party, SessionView view) {
        return party == keys.bank()
                && view.facts()
                        .filter(facts -> facts.kind() == Proposal.Kind.STOCK)
                        .isPresent();
    }

    /** Whether a log cannot be right if one that has seen this party's acceptance is. */
    private boolean denies(SessionView view, int other, int party) {
        SessionView.Told log = view.by(other);
        return log.accepted.isEmpty() && settled.at(other, view.at())
                || log.ended
                        .filter(end -> end.kind() == Outcome.Kind.REFUSED && end.by() == party)
                        .isPresent();
    }

    private static Finding.Kind kind(SessionView view, int party) {
        return view.by(party).refused.isPresent() ? Finding.Kind.DECISIONS : Finding.Kind.MISSING;
    }

    private String lacks(SessionView view, int party) {
        return view.by(party)
                .refused
                .map(reason -> "its log refuses (" + reason + "), and does not have its acceptance")
                .orElse(
                        party == keys.bank()
                                ? "its log does not have its signed proposal"
                                : "its log does not have its acceptance");
    }

    /**
     * When the bank has the answers, every agency has let its part go.
     *
     * @return whether something may only be too young
     */
    boolean answersAreMissing(SessionView view) {
        int bank = keys.bank();
        if (!view.by(bank).ended.equals(Optional.of(Outcome.released()))) {
            return false;
        }
        List<Integer> without = parties(
                view,
                party -> party != bank
                        && view.by(party).accepted.isPresent()
                        && !view.by(party).counts());
        List<Integer> denying = without.stream()
                .filter(party -> view.by(party).authorised.isPresent() || settled.at(party, view.at()))
                .toList();
        String text = "nothing left " + names(denying) + " by its own log, and the log of " + name(bank)
                + " says that the answers are there";
        if (denying.size() > 1) {
            find(
                    Finding.Kind.OUTCOME,
                    List.of(bank),
                    view,
                    "its log says that the answers are there, and nothing left " + names(denying) + " by their logs");
        } else if (denying.size() == 1) {
            boolean says = view.by(denying.getFirst()).authorised.isPresent();
            undecided(
                    says ? Finding.Kind.OUTCOME : Finding.Kind.MISSING, List.of(denying.getFirst(), bank), view, text);
        }
        return denying.size() < without.size();
    }

    private interface Which {
        boolean is(int party);
    }

    private static List<Integer> parties(SessionView view, Which which) {
        return IntStream.range(0, view.parties()).filter(which::is).boxed().toList();
    }

    /** Names the one of them whose log is not what it has signed, if there is one. */
    private void undecided(Finding.Kind kind, List<Integer> between, SessionView view, String text) {
        List<Integer> sorted = between.stream().sorted().toList();
        List<Integer> broken = sorted.stream().filter(this::isBroken).toList();
        if (broken.size() == 1) {
            find(kind, broken, view, text + "; its log is not what it has signed");
        } else {
            find(kind, sorted, view, text + ": it cannot be decided between " + names(sorted));
        }
    }

    private boolean isBroken(int party) {
        if (broken.isEmpty()) {
            broken = Optional.of(IntStream.range(0, keys.parties())
                    .filter(each -> findings.stream().anyMatch(finding -> finding.names(each) && isOfLog(finding)))
                    .boxed()
                    .collect(Collectors.toSet()));
        }
        return broken.get().contains(party);
    }

    private static boolean isOfLog(Finding finding) {
        return switch (finding.kind()) {
            case ALTERED, TRUNCATED, FORKED, LOST, UNSIGNED, WRONG_KEY -> true;
            default -> false;
        };
    }

    private void find(Finding.Kind kind, List<Integer> parties, SessionView view, String text) {
        findings.add(new Finding(kind, parties, Optional.of(view.session), text));
    }

    private String name(int party) {
        return keys.name(party);
    }

    private String names(List<Integer> parties) {
        return parties.stream().map(keys::name).collect(Collectors.joining(" and "));
    }
}
