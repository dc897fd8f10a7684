package org.tallystick.node.session;

import java.util.Optional;

/** What an agency says of a plan that it is shown: whether it is approved here. Kept, it can be. */
final class OfferDecisions {
    private final Programs programs;
    private final Participation participation;

    OfferDecisions(Programs programs, Participation participation) {
        this.programs = programs;
        this.participation = participation;
    }

    /** Accepts what is approved, and refuses what is not. Blocks until the others have said what they do. */
    void decide(Sealed sealed, Proposal.Offer offer) {
        Proposal proposal = sealed.proposal();
        Optional<PlanOffer> plan = PlanOffer.of(offer, proposal);
        plan.ifPresent(sound -> sound.keep(programs));
        if (plan.isPresent() && programs.isApproved(proposal.program())) {
            participation.look(sealed);
            return;
        }
        Refusal.Reason reason = plan.isPresent() ? Refusal.Reason.PROGRAM_NOT_APPROVED : Refusal.Reason.MALFORMED;
        participation.refuse(sealed.hash(), proposal.proposer(), Refusal.of(reason));
    }
}
