package org.tallystick.node.session;

import java.util.Optional;
import org.tallystick.training.EvaluationPlan;
import org.tallystick.training.TrainingPlan;

/** A plan that agencies are shown, to look at and approve before it is part of any agreement and before it is run. */
public sealed interface PlanOffer {
    /** Of a training. */
    record OfTraining(TrainingPlan plan) implements PlanOffer {
        @Override
        public Hash hash() {
            return TrainingRuns.hashOf(plan);
        }

        @Override
        public byte[] encoding() {
            return plan.encoding();
        }

        @Override
        public void keep(Programs programs) {
            programs.offered(hash(), plan);
        }
    }

    /** Of an evaluation. */
    record OfEvaluation(EvaluationPlan plan) implements PlanOffer {
        @Override
        public Hash hash() {
            return EvaluationRuns.hashOf(plan);
        }

        @Override
        public byte[] encoding() {
            return plan.encoding();
        }

        @Override
        public void keep(Programs programs) {
            programs.offered(hash(), plan);
        }
    }

    /** What agencies approve, and agreements name. */
    Hash hash();

    /** The exact bytes that travel. */
    byte[] encoding();

    /** Has it kept among what may be approved. */
    void keep(Programs programs);

    /** The plan of a proposal, when it is sound and the one whose hash the proposal names. */
    static Optional<PlanOffer> of(Proposal.Offer offer, Proposal proposal) {
        return EvaluationPlan.isMarked(offer.planEncoding())
                ? EvaluationRuns.planOf(offer.planEncoding(), proposal).map(OfEvaluation::new)
                : TrainingRuns.planOf(offer.planEncoding(), proposal).map(OfTraining::new);
    }
}
