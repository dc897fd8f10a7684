package org.tallystick.node.governance;

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
            case Proposal.Activate _, Proposal.Stock _ -> Optional.empty();
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
