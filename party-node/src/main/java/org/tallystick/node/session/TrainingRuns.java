package org.tallystick.node.session;

import java.util.Optional;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.node.config.Role;
import org.tallystick.node.transport.Epoch;
import org.tallystick.node.transport.SessionId;
import org.tallystick.node.transport.SessionMesh;
import org.tallystick.node.transport.Transport;
import org.tallystick.program.ModelFacts;
import org.tallystick.program.ModelRejected;
import org.tallystick.program.ProgramHash;
import org.tallystick.protocol.rep4.Rep4;
import org.tallystick.random.SharedSeed;
import org.tallystick.share.Rep4Vector;
import org.tallystick.training.Training;
import org.tallystick.training.TrainingPlan;
import org.tallystick.training.WrongDescription;

/**
 * Trainings: what a plan says is learnt on shares from the nodes' rows about the subjects of a proposal, and the bank
 * gets the result. That something will be released is on record before the first message leaves, since counts and
 * losses are opened on the way. Checkpoints are forgotten when the bank has said that it keeps the result.
 */
public final class TrainingRuns {
    /** Values that a program of trained weights stores: the weights and the intercept. */
    private static final int STORED_VALUES = 2;

    private static final byte KEPT = 1;

    private final Transport transport;
    private final Identity identity;
    private final Sessions.Services services;
    private final ActivationRuns activations;
    private final Sessions.Settings settings;

    TrainingRuns(
            Transport transport,
            Identity identity,
            Sessions.Services services,
            ActivationRuns activations,
            Sessions.Settings settings) {
        this.transport = transport;
        this.identity = identity;
        this.services = services;
        this.activations = activations;
        this.settings = settings;
    }

    /** Weights that nobody knows, stored by all nodes: what scores are asked for by. */
    public record BlindModel(Hash program, Hash digest) {}

    /** The plan of a proposal, when it is sound and the one whose hash the proposal names. */
    static Optional<TrainingPlan> planOf(byte[] encoding, Proposal proposal) {
        try {
            TrainingPlan plan = TrainingPlan.decode(encoding);
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
    RunReport execute(
            Sealed sealed,
            Recorded recorded,
            Epoch epoch,
            TrainingPlan plan,
            TrainingRows rows,
            Sessions.TrainingListener listener) {
        long began = System.nanoTime();
        Hash proposal = sealed.hash();
        Proposal.Train train = (Proposal.Train) sealed.proposal().work();
        SessionId id = ScoreRun.sessionOf(proposal);
        activations.expect(proposal, STORED_VALUES);
        try (SessionMesh mesh = transport.open(id, epoch.id(), settings.receive())) {
            recorded.authorise();
            recorded.release();
            MeteredMesh metered = new MeteredMesh(mesh, false);
            Rep4 rep4 = new Rep4(metered, epoch.seeds(), proposal.bytes());
            var surroundings = new Training.Surroundings<>(
                    listener,
                    new SharedKeeping(services.trainings(), metered, epoch, proposal, train),
                    (column, prepared) -> services.trainings()
                            .keep(hashOf(plan), column, prepared)
                            .hex(),
                    Role.ids(),
                    rows.stored());
            var ended = new Training<>(metered, rep4, plan, rows.own(), surroundings).run();
            Optional<BlindModel> model =
                    ended.blind().map(blind -> store(proposal, epoch, plan.bank(), blind, listener));
            RunReport report = metered.report(System.nanoTime() - began);
            ended.outcome()
                    .ifPresent(outcome -> listener.ended(new Sessions.Trained(proposal, outcome, model, report)));
            agreeToForget(mesh, plan.bank());
            services.trainings().clear(train.resumes().orElse(proposal));
            return report;
        } catch (SharedSeed.Erased e) {
            throw ScoreRun.epochEnded();
        } catch (WrongDescription e) {
            transport.stop(id);
            throw new ProtocolAbort(
                    ProtocolAbort.Reason.MALFORMED,
                    "the " + Role.values()[e.party()].id() + " node tells other columns than the plan has: "
                            + e.getMessage() + "; its operator must look at its version and its state");
        } catch (ModelRejected e) {
            // All decide alike from the one opened bit; a stop could overtake the message another still waits for.
            services.trainings().clear(train.resumes().orElse(proposal));
            throw e;
        } catch (Refused e) {
            if (e.refusal().reason() != Refusal.Reason.CHECKPOINT) {
                transport.stop(id);
            }
            throw e;
        } catch (RuntimeException | OutOfMemoryError e) {
            transport.stop(id);
            throw e;
        } finally {
            activations.forget(proposal);
        }
    }

    private BlindModel store(
            Hash proposal,
            Epoch epoch,
            int bank,
            Training.Blind<Rep4Vector> blind,
            Sessions.TrainingListener listener) {
        Hash program = Hash.of(ProgramHash.of(blind.program()).bytes());
        services.programs().offered(program, blind.program());
        listener.storing(program, blind.program());
        return new BlindModel(
                program, activations.keep(proposal, program, bank, epoch, blind.shares(), ModelFacts.NONE));
    }

    /** The bank says when it keeps the result; until then it may have to go on from the last checkpoint. */
    private void agreeToForget(SessionMesh mesh, int bank) {
        if (identity.self() != bank) {
            mesh.to(bank).receive(1);
            return;
        }
        for (int peer = 0; peer < identity.parties(); peer++) {
            if (peer != bank) {
                mesh.to(peer).send(new byte[] {KEPT});
            }
        }
    }
}
