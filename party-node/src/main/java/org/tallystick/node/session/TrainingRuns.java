package org.tallystick.node.session;

import java.util.List;
import java.util.Optional;
import org.tallystick.node.transport.Epoch;
import org.tallystick.node.transport.SessionId;
import org.tallystick.node.transport.SessionMesh;
import org.tallystick.node.transport.Transport;
import org.tallystick.protocol.rep4.Rep4;
import org.tallystick.random.SharedSeed;
import org.tallystick.training.Training;
import org.tallystick.training.TrainingPlan;

/**
 * Trainings: what a plan says is learnt on shares from the nodes' rows about the subjects of a proposal, and the bank
 * gets the result. That something will be released is on record before the first message leaves, since counts and
 * losses are opened on the way.
 */
final class TrainingRuns {
    private final Transport transport;
    private final Releases releases;
    private final Sessions.Settings settings;

    TrainingRuns(Transport transport, Releases releases, Sessions.Settings settings) {
        this.transport = transport;
        this.releases = releases;
        this.settings = settings;
    }

    /** What a training brought the bank, and what it took at this node. */
    record Result(Optional<Training.Outcome> outcome, RunReport report) {}

    /** The plan of a proposal, when it is sound and the one whose hash the proposal names. */
    static Optional<TrainingPlan> planOf(Proposal.Train train, Proposal proposal) {
        try {
            TrainingPlan plan = TrainingPlan.decode(train.planEncoding());
            boolean fits = hashOf(plan).equals(proposal.program()) && plan.bank() == proposal.proposer();
            return fits ? Optional.of(plan) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** What agencies approve. */
    static Hash hashOf(TrainingPlan plan) {
        return Hash.over("tallystick/training-plan/1", plan.encoding());
    }

    /** Runs an accepted training. */
    Result execute(Hash proposal, Epoch epoch, TrainingPlan plan, Training.Own own, Training.Progress progress) {
        long start = System.nanoTime();
        SessionId id = ScoreRun.sessionOf(proposal);
        try (SessionMesh mesh = transport.open(id, epoch.id(), settings.receive())) {
            String request = proposal.hex().substring(0, 2 * ProposalFormat.REQUEST_BYTES);
            releases.authorise(proposal, hashOf(plan), List.of(request)).await();
            MeteredMesh metered = new MeteredMesh(mesh, false);
            Rep4 rep4 = new Rep4(metered, epoch.seeds(), proposal.bytes());
            Optional<Training.Outcome> outcome = new Training<>(metered, rep4, plan, own, progress).run();
            return new Result(outcome, metered.report(System.nanoTime() - start));
        } catch (SharedSeed.Erased e) {
            throw ScoreRun.epochEnded();
        } catch (RuntimeException | OutOfMemoryError e) {
            transport.stop(id);
            throw e;
        }
    }
}
