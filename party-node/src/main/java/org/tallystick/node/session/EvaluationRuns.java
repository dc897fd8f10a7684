package org.tallystick.node.session;

import java.util.Optional;
import org.tallystick.node.config.Role;
import org.tallystick.node.transport.Epoch;
import org.tallystick.node.transport.SessionId;
import org.tallystick.node.transport.SessionMesh;
import org.tallystick.node.transport.Transport;
import org.tallystick.program.ModelRejected;
import org.tallystick.protocol.rep4.Rep4;
import org.tallystick.random.SharedSeed;
import org.tallystick.training.Evaluation;
import org.tallystick.training.EvaluationPlan;
import org.tallystick.training.ModelEvaluation;
import org.tallystick.training.TooFewOfAKind;

/**
 * Evaluations: how well a model of the bank's tells bad from good among the subjects of a proposal, on shares. Nothing
 * is stored. What is released is on record before the first message of it leaves, and a run that ends before is voided.
 */
final class EvaluationRuns {
    private final Transport transport;
    private final Sessions.Settings settings;

    EvaluationRuns(Transport transport, Sessions.Settings settings) {
        this.transport = transport;
        this.settings = settings;
    }

    /** @param result at the bank */
    record Ended(Optional<Evaluation.Result> result, RunReport report) {}

    /** What agencies approve. */
    static Hash hashOf(EvaluationPlan plan) {
        return Hash.over("tallystick/evaluation-plan/1", plan.encoding());
    }

    /** The plan of a proposal, when it is sound and the one whose hash the proposal names. */
    static Optional<EvaluationPlan> planOf(byte[] encoding, Proposal proposal) {
        try {
            EvaluationPlan plan = EvaluationPlan.decode(encoding);
            boolean fits = hashOf(plan).equals(proposal.program())
                    && plan.bank() == proposal.proposer()
                    && plan.program().profile() == proposal.profile()
                    && plan.program().parties().equals(Role.ids());
            return fits ? Optional.of(plan) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Runs an accepted evaluation. */
    Ended execute(
            Sealed sealed,
            Recorded recorded,
            Epoch epoch,
            EvaluationPlan plan,
            ModelEvaluation.Own own,
            ModelEvaluation.Progress progress) {
        long began = System.nanoTime();
        Hash proposal = sealed.hash();
        Proposal.Evaluate evaluate = (Proposal.Evaluate) sealed.proposal().work();
        SessionId id = ScoreRun.sessionOf(proposal);
        recorded.authorise();
        try (SessionMesh mesh = transport.open(id, epoch.id(), settings.receive())) {
            MeteredMesh metered = new MeteredMesh(mesh, false);
            Rep4 rep4 = new Rep4(metered, epoch.seeds(), proposal.bytes());
            var evaluation =
                    new ModelEvaluation<>(rep4, plan, evaluate.subjects().size(), own, progress);
            Optional<Evaluation.Result> result = evaluation.run(recorded::release);
            return new Ended(result, metered.report(System.nanoTime() - began));
        } catch (SharedSeed.Erased e) {
            throw ScoreRun.epochEnded();
        } catch (TooFewOfAKind | ModelRejected e) {
            // All decide alike from the one opened bit; a stop could overtake the message another still waits for.
            throw e;
        } catch (RuntimeException | OutOfMemoryError e) {
            transport.stop(id);
            throw e;
        }
    }
}
