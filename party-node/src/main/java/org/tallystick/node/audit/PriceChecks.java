package org.tallystick.node.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * Holds the price that the bank has signed for a session against the text of the agreement that it names. What every
 * agency refused is no use of anything: there the bank has been told.
 */
final class PriceChecks {
    private final AuditKeys keys;
    private final AgreedTexts texts;
    private final List<Finding> findings;
    private final Set<String> unknown = new TreeSet<>();

    PriceChecks(AuditKeys keys, AgreedTexts texts, List<Finding> findings) {
        this.keys = keys;
        this.texts = texts;
        this.findings = findings;
    }

    void check(SessionView view) {
        Optional<SessionView.Facts> known =
                view.facts().filter(facts -> !facts.agreement().isEmpty());
        List<Integer> accepting = accepting(view);
        if (known.isEmpty() || accepting.isEmpty()) {
            return;
        }
        SessionView.Facts facts = known.get();
        Optional<AgreedPrices.Text> text = texts.find(facts.agreement());
        if (text.isEmpty()) {
            unknown(facts.agreement(), accepting);
            return;
        }
        OptionalLong agreed = text.get().tariff().price(facts.use());
        if (agreed.isEmpty()) {
            accepting.forEach(party -> find(
                    Finding.Kind.NO_AGREEMENT,
                    party,
                    view,
                    "its log accepts a use, model or purpose that agreement " + facts.agreement() + " does not have"));
        } else if (agreed.getAsLong() != facts.price()) {
            find(
                    Finding.Kind.PRICE,
                    keys.bank(),
                    view,
                    "it has proposed at a price of " + facts.price() + " a row, agreement " + facts.agreement()
                            + " says " + agreed.getAsLong());
            accepting.forEach(party -> find(
                    Finding.Kind.PRICE,
                    party,
                    view,
                    "its log accepts at a price of "
                            + view.by(party).accepted.orElseThrow().price() + " a row, where agreement "
                            + facts.agreement() + " says " + agreed.getAsLong()));
        }
    }

    /** The agencies that accept. */
    private List<Integer> accepting(SessionView view) {
        List<Integer> parties = new ArrayList<>();
        for (int party = 0; party < view.parties(); party++) {
            if (party != keys.bank() && view.by(party).accepted.isPresent()) {
                parties.add(party);
            }
        }
        return parties;
    }

    /** One text among the exports is enough, and whoever accepts under an agreement has it: said once of each. */
    private void unknown(String agreement, List<Integer> accepting) {
        if (unknown.add(agreement)) {
            accepting.forEach(party -> findings.add(Finding.of(
                    Finding.Kind.NO_TEXT,
                    party,
                    "its log accepts under agreement " + agreement
                            + ", whose text no export has: no price can be compared")));
        }
    }

    private void find(Finding.Kind kind, int party, SessionView view, String text) {
        findings.add(Finding.of(kind, party, view.session, text));
    }
}
