package org.tallystick.node.audit;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Holds what an agency accepts against the times that the agreement's text says, the later revisions that its own log
 * has activated, and what its own log says is stopped. Which columns a program takes no export says, so stops of
 * columns are left alone.
 */
final class InForceChecks {
    private final AuditKeys keys;
    private final AgreedTexts texts;
    private final IntFunction<AgreementsInForce> inForce;
    private final long grace;
    private final long late;
    private final List<Finding> findings;

    /**
     * @param inForce of a party whose log there is
     * @param grace allowed for clocks, in milliseconds
     */
    InForceChecks(
            AuditKeys keys,
            AgreedTexts texts,
            IntFunction<AgreementsInForce> inForce,
            long grace,
            List<Finding> findings) {
        this.keys = keys;
        this.texts = texts;
        this.inForce = inForce;
        this.grace = grace;
        // What was decided in time may get its receipt a moment after, however little is allowed for clocks.
        this.late = Math.max(grace, AgreementsInForce.ON_ITS_WAY_MILLIS);
        this.findings = findings;
    }

    void check(SessionView view) {
        Optional<AgreedPrices.Text> text =
                view.facts().map(SessionView.Facts::agreement).flatMap(texts::find);
        for (int party = 0; text.isPresent() && party < keys.bank(); party++) {
            Optional<Receipt.Accepted> accepted = view.by(party).accepted;
            if (accepted.isPresent()) {
                Optional<String> problem = problem(
                        view, text.get(), inForce.apply(party), accepted.get().at());
                if (problem.isPresent()) {
                    findings.add(Finding.of(
                            Finding.Kind.NO_AGREEMENT,
                            party,
                            view.session,
                            "its log accepts under agreement "
                                    + text.get().hash().hex() + ", " + problem.get()));
                }
            }
        }
    }

    private Optional<String> problem(SessionView view, AgreedPrices.Text text, AgreementsInForce own, long at) {
        if (at + grace < text.validFrom() || at >= text.validUntil() + late) {
            return Optional.of("which is valid from " + Instant.ofEpochMilli(text.validFrom()) + " until "
                    + Instant.ofEpochMilli(text.validUntil()));
        }
        boolean bank = own.isStopped(view.session, "bank", text.requester());
        if (bank
                || own.isStopped(
                        view.session, "model", view.facts().orElseThrow().model())) {
            return Optional.of("whose " + (bank ? "bank" : "model") + " it has stopped");
        }
        return texts.after(text).stream()
                .filter(later ->
                        own.began(later.hash().hex(), later.validFrom()).orElse(Long.MAX_VALUE - late) + late < at)
                .findFirst()
                .map(later -> "which revision " + later.revision() + " has followed there");
    }
}
