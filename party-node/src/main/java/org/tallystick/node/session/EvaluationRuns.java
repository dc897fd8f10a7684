package org.tallystick.node.session;

import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
    private static final Logger LOG = LoggerFactory.getLogger(EvaluationRuns.class);

    private final Transport transport;
    private final Releases releases;
    private final Sessions.Settings settings;

    EvaluationRuns(Transport transport, Releases releases, Sessions.Settings settings) {
        this.transport = transport;
        this.releases = releases;
        this.settings = settings;
    }

    /** @param result at the bank */
    record Ended(Optional<Evaluation.Result> result, RunReport report) {}

    /** What agencies approve. */
    static Hash hashOf(EvaluationPlan plan) {
        return Hash.over("tallystick/evaluation-plan/1", plan.encoding());
    }

    /** The plan of a proposal, when it is sound and the one whose hash the proposal names. */
    static Optional<EvaluationPlan> planOf(Proposal.Evaluate evaluate, Proposal proposal) {
        try {
            EvaluationPlan plan = EvaluationPlan.decode(evaluate.planEncoding());
            boolean fits = hashOf(plan).equals(proposal.program())
                    && plan.bank() == proposal.proposer()
                    && plan.program().profile() == proposal.profile()
                    && plan.program().parties().equals(Role.ids())
                    && plan.takes(evaluate.subjects().size());
            return fits ? Optional.of(plan) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Runs an accepted evaluation. */
    Ended execute(
            Sealed sealed,
            Epoch epoch,
            EvaluationPlan plan,
            ModelEvaluation.Own own,
            ModelEvaluation.Progress progress) {
        long began = System.nanoTime();
        Hash proposal = sealed.hash();
        Proposal.Evaluate evaluate = (Proposal.Evaluate) sealed.proposal().work();
        SessionId id = ScoreRun.sessionOf(proposal);
        Release release = new Release(
                proposal, releases.authorise(proposal, sealed.proposal().program(), List.of(evaluate.request())));
        try (SessionMesh mesh = transport.open(id, epoch.id(), settings.receive())) {
            MeteredMesh metered = new MeteredMesh(mesh, false);
            Rep4 rep4 = new Rep4(metered, epoch.seeds(), proposal.bytes());
            var evaluation =
                    new ModelEvaluation<>(rep4, plan, evaluate.subjects().size(), own, progress);
            Optional<Evaluation.Result> result = evaluation.run(release::await);
            return new Ended(result, metered.report(System.nanoTime() - began));
        } catch (SharedSeed.Erased e) {
            release.voidUnlessReleased();
            throw ScoreRun.epochEnded();
        } catch (TooFewOfAKind | ModelRejected e) {
            // All decide alike from the one opened bit; a stop could overtake the message another still waits for.
            release.voidUnlessReleased();
            throw e;
        } catch (RuntimeException | OutOfMemoryError e) {
            transport.stop(id);
            release.voidUnlessReleased();
            throw e;
        }
    }

    /** The record that something of the result leaves this node. */
    private final class Release {
        private final Hash proposal;
        private final Releases.Authorisation authorisation;
        private boolean released;

        Release(Hash proposal, Releases.Authorisation authorisation) {
            this.proposal = proposal;
            this.authorisation = authorisation;
        }

        void await() {
            authorisation.await();
            released = true;
        }

        void voidUnlessReleased() {
            if (!released) {
                try {
                    releases.voided(proposal);
                } catch (RuntimeException e) {
                    LOG.error("evaluation {} could not be voided and counts: {}", proposal, e.getMessage());
                }
            }
        }
    }
}
