package org.tallystick.node.bank;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.node.config.Role;
import org.tallystick.node.rest.Problem;
import org.tallystick.node.rest.ServiceFailure;
import org.tallystick.node.session.PlanOffer;
import org.tallystick.node.session.Refusal;
import org.tallystick.node.session.Refused;
import org.tallystick.node.session.Sessions;

/**
 * Plans of trainings and evaluations on their way into agreements: agencies are shown them, so that they can be
 * approved, drafted into an agreement and signed before anything of them is run. No subject is named.
 */
record Offers(Sessions sessions, Outcomes outcomes) {
    private static final Logger LOG = LoggerFactory.getLogger(Offers.class);

    /**
     * Shows a plan to all agencies.
     *
     * @return its hash, and which agencies have approved it, in the form that the description calls PlanOffer
     * @throws ServiceFailure when not all of them have it now
     */
    ObjectNode offer(PlanOffer plan) {
        Set<Integer> lacking;
        try {
            lacking = sessions.offer(plan);
        } catch (Refused | ProtocolAbort e) {
            throw new ServiceFailure(outcomes.problem(e).orElseThrow(), e);
        }
        ObjectNode json =
                JsonNodeFactory.instance.objectNode().put("plan", plan.hash().hex());
        ObjectNode approved = json.putObject("approved");
        for (Role role : Role.values()) {
            if (role != Role.BANK) {
                approved.put(role.id(), !lacking.contains(role.ordinal()));
            }
        }
        return json;
    }

    /**
     * Why a run of a plan has failed. One that no agreement covers was not proposed to anybody: the agencies are shown
     * the plan, so that there can be one.
     */
    Problem problem(RuntimeException failure, PlanOffer plan) {
        boolean unagreed = failure instanceof Refused refused
                && refused.party() == Role.BANK.ordinal()
                && refused.refusal().reason() == Refusal.Reason.AGREEMENT_MISSING;
        if (!unagreed) {
            return outcomes.problem(failure).orElseThrow();
        }
        String missing = "no agreement that is in force at the bank covers plan "
                + plan.hash().hex();
        String remedy = "have it approved at every agency, agree on it, put the agreement in force and ask again";
        try {
            sessions.offer(plan);
        } catch (RuntimeException e) {
            // Whatever it is, the run has failed for want of an agreement.
            LOG.warn("plan {} could not be offered: {}", plan.hash(), e.getMessage());
            return Problem.of(
                    Problem.Code.REFUSED,
                    missing + "; it could not be shown to all agencies either: " + e.getMessage(),
                    "offer it when all nodes are connected; " + remedy);
        }
        return Problem.of(Problem.Code.REFUSED, missing + "; the agencies have been shown it", remedy);
    }
}
