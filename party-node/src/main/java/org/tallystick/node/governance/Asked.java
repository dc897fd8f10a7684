package org.tallystick.node.governance;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tallystick.node.governance.Agreement.Kind;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Proposal;

/** What a proposal is for, in the words of agreements; empty for work that tells nobody anything. */
record Asked(Kind kind, Optional<Hash> model, Optional<String> purpose, int subjects) {
    static Optional<Asked> of(Proposal.Work work) {
        return switch (work) {
            case Proposal.Score score ->
                Optional.of(new Asked(
                        Kind.SCORE,
                        Optional.of(score.model()),
                        Optional.of(score.purpose()),
                        score.rows().size()));
            case Proposal.ScoreTable score ->
                Optional.of(new Asked(Kind.SCORE, Optional.of(score.model()), Optional.of(score.purpose()), 0));
            case Proposal.Store store ->
                Optional.of(new Asked(
                        Kind.TABLE,
                        Optional.empty(),
                        Optional.empty(),
                        store.subjects().size()));
            case Proposal.Train train ->
                Optional.of(new Asked(
                        Kind.TRAINING,
                        Optional.empty(),
                        Optional.empty(),
                        smaller(train.learning().size(), train.testing().size())));
            case Proposal.Evaluate evaluate ->
                Optional.of(new Asked(
                        Kind.EVALUATION,
                        Optional.empty(),
                        Optional.empty(),
                        evaluate.subjects().size()));
            case Proposal.Activate _, Proposal.Stock _, Proposal.Offer _ -> Optional.empty();
        };
    }

    /**
     * The rows that consents and budgets are about, none where an answer tells of no single business; empty when it is
     * about a table that is not known here.
     */
    static Optional<List<Proposal.Row>> rows(Proposal.Work work, Gate.TableSubjects tables) {
        return switch (work) {
            case Proposal.Score score -> Optional.of(score.rows());
            case Proposal.ScoreTable score -> tables.rows(score);
            case Proposal.Store store -> {
                List<Proposal.Row> rows = new ArrayList<>();
                for (int k = 0; k < store.subjects().size(); k++) {
                    String consent =
                            store.consents().isEmpty() ? "" : store.consents().get(k);
                    rows.add(new Proposal.Row("", store.subjects().get(k), consent));
                }
                yield Optional.of(rows);
            }
            default -> Optional.of(List.of());
        };
    }

    /** By which model and for what, in one text. */
    String about() {
        return model.map(Hash::hex).orElse("") + " " + purpose.orElse("");
    }

    /** Of two groups over which aggregates are told, one of which may be missing. */
    private static int smaller(int learning, int testing) {
        return testing == 0 ? learning : Math.min(learning, testing);
    }
}
