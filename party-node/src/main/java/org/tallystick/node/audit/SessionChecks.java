package org.tallystick.node.audit;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.tallystick.node.session.Outcome;
import org.tallystick.node.wire.Proposal;

/** What the receipts of one session must have in common. */
final class SessionChecks {
    private final AuditKeys keys;
    private final Settled settled;
    private final List<Finding> findings;

    /** Whether a party's log is old enough to tell of what happened then. */
    interface Settled {
        boolean at(int party, long at);
    }

    SessionChecks(AuditKeys keys, Settled settled, List<Finding> findings) {
        this.keys = keys;
        this.settled = settled;
        this.findings = findings;
    }

    private void find(Finding.Kind kind, int party, SessionView view, String text) {
        findings.add(Finding.of(kind, party, view.session, text));
    }

    /** Names the logs that show words of the bank that it has not signed; whether anybody shows ones that it has. */
    boolean signed(SessionView view, Optional<List<ByteString>> forged) {
        boolean signed = false;
        for (int party = 0; party < view.parties(); party++) {
            Optional<ByteString> signature = view.by(party).signature;
            if (signature.isEmpty()) {
                continue;
            }
            if (forged.isPresent() && forged.get().contains(signature.get())) {
                find(
                        Finding.Kind.FORGED_PROPOSAL,
                        party,
                        view,
                        "its log shows a proposal that the bank has not signed");
            } else {
                signed = true;
            }
        }
        return signed;
    }

    /** Two sessions that the bank has proposed under one nonce: it tells one node one thing and another another. */
    void twoProposals(SessionView one, SessionView other) {
        long first = one.facts().map(SessionView.Facts::price).orElse(0L);
        long second = other.facts().map(SessionView.Facts::price).orElse(0L);
        String prices = first == second ? "" : ", at a price of " + first + " and of " + second;
        find(
                Finding.Kind.TWO_PROPOSALS,
                keys.bank(),
                other,
                "it has signed two proposals for one session" + prices + ": the other is " + one.session.hex()
                        + "; told to " + tellers(one) + " and to " + tellers(other));
    }

    private String tellers(SessionView view) {
        List<String> names = new ArrayList<>();
        for (int party = 0; party < view.parties(); party++) {
            if (!view.by(party).isEmpty()) {
                names.add(keys.name(party));
            }
        }
        return String.join(", ", names);
    }

    /** Whether all that there is agrees and something is too young to be missed: the session is still open. */
    boolean agreed(SessionView view) {
        long before = findings.size();
        boolean accepted = false;
        boolean authorised = false;
        for (int party = 0; party < view.parties(); party++) {
            accepted |= view.by(party).accepted.isPresent();
            authorised |= view.by(party).authorised.isPresent();
            checkPrice(party, view);
        }
        checkBits(view);
        boolean young = false;
        if (authorised) {
            young = bankIsMissing(view);
            young |= agenciesAreMissing(view);
            checkDecisions(view);
        }
        young |= accepted && answersAreMissing(view);
        return young && findings.size() == before;
    }

    private void checkPrice(int party, SessionView view) {
        Optional<Receipt.Accepted> accepted = view.by(party).accepted;
        if (accepted.isPresent() && view.facts().isPresent()) {
            long price = view.facts().get().price();
            if (accepted.get().price() != price) {
                find(
                        Finding.Kind.PRICE,
                        party,
                        view,
                        "its log has a price of " + accepted.get().price() + " a row, the signed proposal says "
                                + price);
            }
        }
    }

    private void checkBits(SessionView view) {
        OptionalInt usual = view.usualBits(keys.bank());
        for (int party = 0; party < view.parties(); party++) {
            Optional<Receipt.Accepted> accepted = view.by(party).accepted;
            if (usual.isPresent() && accepted.isPresent() && accepted.get().bits() != usual.getAsInt()) {
                find(
                        Finding.Kind.BITS,
                        party,
                        view,
                        "its log reckons with " + accepted.get().bits() + " bits a row, others with "
                                + usual.getAsInt());
            }
        }
    }

    /**
     * A proposal of which something was let go must be among the bank's. Of others it may be missing: the bank's
     * records wait for nothing, so one whose process was killed a moment after it proposed has none, and no answer.
     */
    private boolean bankIsMissing(SessionView view) {
        int bank = keys.bank();
        boolean isStock = view.facts()
                .filter(facts -> facts.kind() == Proposal.Kind.STOCK)
                .isPresent();
        if (isStock || view.facts().isEmpty() || !view.by(bank).isEmpty()) {
            return false;
        }
        return missing(
                bank, view, "its log does not have a proposal that " + tellers(view) + " show with its signature");
    }

    /** Who authorised has seen four acceptances, each of which was on disk before it left. */
    private boolean agenciesAreMissing(SessionView view) {
        boolean young = false;
        for (int party = 0; party < view.parties(); party++) {
            SessionView.Told log = view.by(party);
            if (party != keys.bank() && log.accepted.isEmpty()) {
                young |= missing(party, view, "its log does not have its acceptance, which others have seen");
            }
        }
        return young;
    }

    /** When the bank has the answers, every agency has let its part go. */
    private boolean answersAreMissing(SessionView view) {
        boolean bankHasThem = view.by(keys.bank())
                .ended
                .filter(outcome -> outcome.equals(Outcome.released()))
                .isPresent();
        boolean young = false;
        for (int party = 0; bankHasThem && party < view.parties(); party++) {
            SessionView.Told log = view.by(party);
            if (party == keys.bank() || log.accepted.isEmpty()) {
                continue;
            }
            if (log.authorised.isEmpty()) {
                young |= missing(party, view, "its log does not authorise answers that the bank says it has");
            } else if (!log.counts()) {
                find(
                        Finding.Kind.OUTCOME,
                        party,
                        view,
                        "its log says that nothing left it, and the bank's that the answers are there");
            }
        }
        return young;
    }

    /** Whether it may only be too young. */
    private boolean missing(int party, SessionView view, String text) {
        if (settled.at(party, view.at())) {
            find(Finding.Kind.MISSING, party, view, text);
            return false;
        }
        return true;
    }

    private void checkDecisions(SessionView view) {
        for (int party = 0; party < view.parties(); party++) {
            Optional<List<Integer>> seen = view.by(party).authorised;
            if (seen.isPresent() && seen.get().size() != view.parties()) {
                find(
                        Finding.Kind.DECISIONS,
                        party,
                        view,
                        "its log authorises although only " + seen.get().size() + " nodes have accepted");
            }
            SessionView.Told log = view.by(party);
            if (log.refused.isPresent() && log.accepted.isEmpty()) {
                find(
                        Finding.Kind.DECISIONS,
                        party,
                        view,
                        "its log refuses what others have seen it accept (" + log.refused.get() + ")");
            }
        }
    }
}
