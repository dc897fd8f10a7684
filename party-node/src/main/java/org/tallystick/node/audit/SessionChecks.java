package org.tallystick.node.audit;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What the receipts of one session must have in common. */
final class SessionChecks {
    private final AuditKeys keys;
    private final LetGoChecks letGo;
    private final List<Finding> findings;

    SessionChecks(AuditKeys keys, LetGoChecks letGo, List<Finding> findings) {
        this.keys = keys;
        this.letGo = letGo;
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
                if (view.by(party).verified) {
                    find(
                            Finding.Kind.FORGED_PROPOSAL,
                            party,
                            view,
                            "its log shows a proposal that the bank has not signed");
                }
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
            checkAuthorised(party, view);
        }
        checkBits(view);
        boolean young = authorised && letGo.acceptancesAreMissing(view);
        young |= accepted && letGo.answersAreMissing(view);
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

    private void checkAuthorised(int party, SessionView view) {
        Optional<List<Integer>> seen = view.by(party).authorised;
        if (seen.isPresent() && seen.get().size() != view.parties()) {
            find(
                    Finding.Kind.DECISIONS,
                    party,
                    view,
                    "its log authorises although only " + seen.get().size() + " nodes have accepted");
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
}
