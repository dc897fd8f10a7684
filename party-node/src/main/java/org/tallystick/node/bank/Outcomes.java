package org.tallystick.node.bank;

import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.config.Role;
import org.tallystick.node.rest.NodeService.Outcome;
import org.tallystick.node.rest.Problem;
import org.tallystick.node.rest.ServiceFailure;
import org.tallystick.node.session.Refusal;
import org.tallystick.node.session.Refused;
import org.tallystick.node.session.Sessions;

/** What runs and their failures mean to a REST caller. */
record Outcomes(Sessions sessions) {
    private static final Logger LOG = LoggerFactory.getLogger(Outcomes.class);

    static Outcome of(Scorer.Outcome outcome) {
        return switch (outcome) {
            case Scorer.Outcome.Answered answered ->
                new Outcome.Answered(
                        Answers.of(answered.answer()), answered.proposal().hex());
            case Scorer.Outcome.Unknown unknown -> new Outcome.Failed(Problem.unknownSubject());
            case Scorer.Outcome.Unusable unusable -> new Outcome.Failed(Problem.unusableRow(unusable.problem()));
            case Scorer.Outcome.RowRefused(int party, Refusal.Reason reason)
            when reason == Refusal.Reason.UNDER_WAY -> new Outcome.Failed(Problem.underWay(role(party)));
            case Scorer.Outcome.RowRefused refused ->
                new Outcome.Failed(Problem.refused(
                        role(refused.party()),
                        refused.reason().name(),
                        refused.reason() == Refusal.Reason.ROWS
                                ? "the row cannot be used there"
                                : refused.reason().meaning(),
                        List.of()));
        };
    }

    /** Whether a row waits for the end of another request about the same business: it may be asked again at once. */
    static boolean isUnderWay(Outcome outcome) {
        return outcome instanceof Outcome.Failed(Problem problem) && problem.isUnderWay();
    }

    /** What a failed run means to a caller; empty for defects. */
    Optional<Problem> problem(RuntimeException failure) {
        return switch (failure) {
            case Refused refused ->
                Optional.of(Problem.refused(
                        role(refused.party()),
                        refused.refusal().reason().name(),
                        refused.refusal().reason().meaning(),
                        refused.refusal().rows()));
            case ProtocolAbort abort
            when abort.reason() == ProtocolAbort.Reason.PEER_LOST ->
                Optional.of(Problem.notReady(
                        sessions.missing().stream().map(Outcomes::role).toList()));
            case ProtocolAbort abort -> Optional.of(Problem.runAborted(abort.getMessage()));
            case ServiceFailure service -> Optional.of(service.problem());
            case NodeFailure own -> {
                // The bank's own disk or database: its operator reads how to mend it, callers do not.
                LOG.error("{}", own.getMessage());
                yield Optional.of(Problem.storageUnavailable());
            }
            default -> Optional.empty();
        };
    }

    private static String role(int party) {
        return Role.values()[party].id();
    }
}
