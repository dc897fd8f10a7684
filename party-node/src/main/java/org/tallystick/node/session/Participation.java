package org.tallystick.node.session;

import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.node.transport.Epoch;
import org.tallystick.node.transport.Transport;
import org.tallystick.node.wire.ControlKind;
import org.tallystick.program.Program;
import org.tallystick.training.EvaluationPlan;
import org.tallystick.training.ModelEvaluation;
import org.tallystick.training.TrainingPlan;

/**
 * This node's part in proposals that it has decided on: it accepts towards all, runs, and tells how runs end. And what
 * the other nodes say of proposals: acceptances and refusals.
 */
final class Participation {
    private static final Logger LOG = LoggerFactory.getLogger(Participation.class);

    /** How long a refusal may come after the stop of its run. */
    private static final Duration LATE_REFUSAL = Duration.ofMillis(200);

    private final Transport transport;
    private final Identity identity;
    private final Sessions.Services services;
    private final Sessions.Settings settings;
    private final Acceptances acceptances;
    private final ActivationRuns activations;
    private final TrainingRuns trainings;
    private final EvaluationRuns evaluations;
    private final TableRuns tables;
    private final StockRuns stocks;
    private final TrainingEnds trainingEnds;
    private final Map<Hash, Runnable> running = new ConcurrentHashMap<>();
    private final Replies replies;
    /** Trainings by their request. */
    private final Map<String, Hash> underWay = new ConcurrentHashMap<>();

    Participation(
            Transport transport,
            Identity identity,
            Sessions.Services services,
            Sessions.Settings settings,
            StockRoom room) {
        this.transport = transport;
        this.identity = identity;
        this.services = services;
        this.settings = settings;
        this.acceptances = new Acceptances(identity.parties());
        this.replies = new Replies(transport, identity, services.receipts(), acceptances);
        this.activations = new ActivationRuns(transport, identity, services.models(), settings);
        this.tables = new TableRuns(transport, identity, services.tables(), settings);
        this.evaluations = new EvaluationRuns(transport, settings);
        this.stocks = new StockRuns(transport, room, settings);
        this.trainings = new TrainingRuns(transport, identity, services, activations, settings);
        this.trainingEnds = new TrainingEnds(services.trainings());
    }

    ActivationRuns activations() {
        return activations;
    }

    TrainingEnds trainingEnds() {
        return trainingEnds;
    }

    /** A peer has stored what an activation or a segment asked it to. */
    void stored(int peer, byte[] message) throws InvalidProtocolBufferException, ProposalFormat.BadMessage {
        if (!tables.stored(peer, message)) {
            activations.stored(peer, message);
        }
    }

    /** The stored shares of a model of this program; a program that keeps none is its own model. */
    Optional<Models.Stored> model(Program program, Hash programHash, Hash digest) {
        if (ActivationRuns.keepsNothing(program)) {
            return Optional.of(new Models.Stored(digest, programHash, Map.of()))
                    .filter(model -> digest.equals(programHash));
        }
        return services.models().find(digest).filter(model -> model.program().equals(programHash));
    }

    /** Takes part in a score that this node has decided on; the answers at the party they are revealed to. Blocks. */
    Optional<Sessions.Scored> score(
            Sealed sealed,
            Epoch epoch,
            Program program,
            Proposal.Score score,
            List<long[]> own,
            Optional<StockRoom.Taken> stock) {
        Models.Stored model = model(program, sealed.proposal().program(), score.model())
                .orElseThrow(() -> new Refused(identity.self(), Refusal.of(Refusal.Reason.MODEL_UNKNOWN)));
        return score(sealed, epoch, program, run -> {
            ScoreRun.Result result = run.execute(program, score, model, own, stock);
            RunEnds.Finished finished = new RunEnds.Finished(
                    sealed.hash(), sealed.proposal().program(), score, program, own, result.report());
            observe(observer -> observer.finished(finished));
            return result;
        });
    }

    /** Takes part in scoring a segment that this node has decided on. Blocks. */
    Optional<Sessions.Scored> scoreTable(
            Sealed sealed, Epoch epoch, Program program, Proposal.ScoreTable score, TableRows rows) {
        Hash programHash = sealed.proposal().program();
        Models.Stored model = model(program, programHash, score.model())
                .orElseThrow(() -> new Refused(identity.self(), Refusal.of(Refusal.Reason.MODEL_UNKNOWN)));
        return score(sealed, epoch, program, run -> {
            ScoreRun.Result result = run.execute(program, sealed.proposal(), model, rows);
            observe(observer -> observer.ranTable(new RunEnds.TableRun(
                    "score", sealed.hash(), programHash, score.purpose(), rows.count(), result.report())));
            return result;
        });
    }

    /** What this node has stored of a segment: {@link TableRows#of}. */
    TableRows tableRows(Program program, int proposer, Proposal.ScoreTable score, List<long[]> own) {
        return TableRows.of(services, identity.self(), program, proposer, score, own);
    }

    private Optional<Sessions.Scored> score(
            Sealed sealed, Epoch epoch, Program program, Function<ScoreRun, ScoreRun.Result> body) {
        ScoreRun.Result result = takingPart(
                sealed,
                program.answerBits(),
                Recorded.leaves(program, identity.self()),
                recorded -> body.apply(new ScoreRun(transport, acceptances, recorded, settings, sealed.hash(), epoch)));
        return result.answers().map(answers -> new Sessions.Scored(sealed.hash(), answers, result.report()));
    }

    /** Proposes what nobody answers. */
    void propose(Sealed sealed) {
        replies.broadcast(ControlKind.PROPOSAL, sealed.message());
    }

    /** Takes part in making stock that this node has decided on and keeps room for. Blocks. */
    StockRuns.Seen makeStock(Sealed sealed, Epoch epoch, Proposal.Stock stock, StockRoom.Promise promise) {
        try {
            return accepting(sealed, false, recorded -> {
                Runnable accepted = () -> acceptances.await(sealed.hash(), settings.accept());
                return stocks.execute(sealed, epoch, stock, promise, accepted);
            });
        } finally {
            stocks.end(promise);
        }
    }

    /** Accepts towards all and runs. */
    private <T> T accepting(Sealed sealed, boolean leaves, Function<Recorded, T> body) {
        return takingPart(sealed, 0, leaves, recorded -> {
            recorded.tellAcceptance();
            return body.apply(recorded);
        });
    }

    /**
     * Begins to accept and runs what tells all, when that is on record; a stop that a peer's refusal brought about is
     * told as the refusal it is.
     */
    private <T> T takingPart(Sealed sealed, int bits, boolean leaves, Function<Recorded, T> body) {
        Recorded recorded = new Recorded(services.receipts(), sealed.hash(), identity.parties(), leaves);
        acceptances.expect(sealed.hash());
        running.put(sealed.hash(), () -> transport.stop(ScoreRun.sessionOf(sealed.hash())));
        try {
            requireWanted(sealed);
            return takingPart(sealed, bits, recorded, body);
        } finally {
            running.remove(sealed.hash());
            acceptances.forget(sealed.hash());
        }
    }

    /**
     * What was stopped here or taken back by its proposer while this node decided and read its rows is not accepted.
     * What another agency has refused meanwhile is, so that it is on record here too, and ends by that refusal.
     */
    private void requireWanted(Sealed sealed) {
        int proposer = sealed.proposal().proposer();
        Optional<Refused> stopped = acceptances
                .refusal(sealed.hash())
                .filter(refused -> refused.party() == identity.self() || refused.party() == proposer);
        if (stopped.isPresent()) {
            throw stopped.get();
        }
        services.governance().refusesStill(sealed.hash()).ifPresent(refusal -> {
            refuse(sealed.hash(), sealed.proposal().proposer(), refusal);
            throw new Refused(identity.self(), refusal);
        });
    }

    private <T> T takingPart(Sealed sealed, int bits, Recorded recorded, Function<Recorded, T> body) {
        try {
            recorded.accepted(replies.accept(sealed, bits));
            T result = body.apply(recorded);
            recorded.done();
            return result;
        } catch (ProtocolAbort e) {
            throw recorded.failedAs(() -> aborted(sealed, e));
        } catch (RuntimeException | OutOfMemoryError e) {
            recorded.failed(e);
            throw e;
        }
    }

    /** Takes part in storing a segment that this node has decided on. Blocks. */
    void store(Sealed sealed, Epoch epoch, Program program, Proposal.Store store, List<long[]> own) {
        tables.expect(sealed.hash());
        try {
            RunReport report = takingPart(
                    sealed,
                    0,
                    false,
                    recorded -> tables.execute(sealed, epoch, program, store, own, acceptances, recorded));
            observe(observer -> observer.ranTable(new RunEnds.TableRun(
                    "store",
                    sealed.hash(),
                    sealed.proposal().program(),
                    "",
                    store.subjects().size(),
                    report)));
        } finally {
            tables.forget(sealed.hash());
        }
    }

    /** Takes part in an evaluation that this node has decided on; what the bank learns, at the bank. Blocks. */
    Optional<Sessions.Evaluated> evaluate(
            Sealed sealed,
            Epoch epoch,
            EvaluationPlan plan,
            ModelEvaluation.Own own,
            ModelEvaluation.Progress progress) {
        EvaluationRuns.Ended ended = accepting(sealed, true, recorded -> {
            acceptances.await(sealed.hash(), settings.accept());
            return evaluations.execute(sealed, recorded, epoch, plan, own, progress);
        });
        int rows = ((Proposal.Evaluate) sealed.proposal().work()).subjects().size();
        observe(observer -> observer.ranTable(new RunEnds.TableRun(
                "evaluate", sealed.hash(), sealed.proposal().program(), "", rows, ended.report())));
        return ended.result().map(result -> new Sessions.Evaluated(sealed.hash(), result, ended.report()));
    }

    /** Says that this node has approved a plan that all are shown, and hears what the others say. Blocks. */
    void look(Sealed sealed) {
        accepting(sealed, false, recorded -> {
            acceptances.await(sealed.hash(), settings.accept());
            return sealed.hash();
        });
    }

    /** Shows a plan to all; the refusals, by party. Blocks. */
    Map<Integer, Refused> show(Sealed sealed) {
        acceptances.expect(sealed.hash());
        try {
            look(sealed);
            return Map.of();
        } catch (Refused first) {
            if (first.party() == identity.self()) {
                throw first; // the others need not say anything any more
            }
            return acceptances.refusals(sealed.hash(), settings.accept());
        } finally {
            acceptances.forget(sealed.hash());
        }
    }

    /** Takes part in an activation that this node has decided on. Blocks. */
    Hash activate(Sealed sealed, Epoch epoch, Program program, Optional<Map<String, long[]>> values) {
        return accepting(sealed, false, recorded -> {
            acceptances.await(sealed.hash(), settings.accept());
            if (ActivationRuns.keepsNothing(program)) {
                return sealed.proposal().program();
            }
            return activations.execute(
                    sealed.hash(),
                    sealed.proposal().program(),
                    sealed.proposal().proposer(),
                    epoch,
                    program,
                    ((Proposal.Activate) sealed.proposal().work()).promised(),
                    values);
        });
    }

    /** What this node begins a training with: {@link TrainingRows#of}. */
    TrainingRows rows(TrainingPlan plan, Proposal.Train train) {
        return TrainingRows.of(services, identity.self(), plan, train);
    }

    /** Nobody goes on with these trainings: this node and all that are connected drop their checkpoints. */
    void trainingsOver(List<Hash> origins) {
        origins.forEach(trainingEnds::over);
        for (int from = 0; from < origins.size(); from += TrainingEnds.MOST) {
            List<Hash> some = origins.subList(from, Math.min(origins.size(), from + TrainingEnds.MOST));
            replies.broadcast(ControlKind.TRAINING, TrainingEnds.message(some));
        }
    }

    /** Ends what is under way or being decided on here: the bank hears why first, then all find it stopped. */
    void stop(Hash session, int proposer, Refusal refusal) {
        if (acceptances.isExpected(session)) {
            refuse(session, proposer, refusal);
            // Where a run that has not been opened yet finds the refusals of others.
            acceptances.refuse(session, identity.self(), refusal);
            Optional.ofNullable(running.get(session)).ifPresent(Runnable::run);
        }
    }

    /** Ends a training at this node, and by that at all. */
    void stopTraining(String request) {
        Optional.ofNullable(underWay.get(request)).map(running::get).ifPresent(Runnable::run);
    }

    /** Takes part in a training that this node has decided on. Blocks. */
    void train(
            Sealed sealed, Epoch epoch, TrainingPlan plan, TrainingRows brought, Sessions.TrainingListener listener) {
        Proposal.Train train = (Proposal.Train) sealed.proposal().work();
        Hash origin = train.resumes().orElse(sealed.hash());
        trainingEnds.began(origin);
        underWay.put(train.request(), sealed.hash());
        try {
            RunReport report = accepting(sealed, true, recorded -> {
                acceptances.await(sealed.hash(), settings.accept());
                return trainings.execute(sealed, recorded, epoch, plan, brought, listener);
            });
            int rows = train.learning().size() + train.testing().size();
            observe(observer ->
                    observer.trained(sealed.hash(), sealed.proposal().program(), rows, report));
        } finally {
            underWay.remove(train.request(), sealed.hash());
            trainingEnds.ended(origin);
        }
    }

    /** What a run ended with: one that a peer has stopped may have been refused by it, which is thrown. */
    private ProtocolAbort aborted(Sealed sealed, ProtocolAbort abort) {
        observe(observer -> observer.aborted(abort.reason()));
        boolean stopped = abort.reason() == ProtocolAbort.Reason.PEER_STOPPED;
        acceptances.throwIfRefused(sealed.hash(), stopped ? LATE_REFUSAL : Duration.ZERO);
        return abort;
    }

    /** While it is decided on, a refusal of it is put on record. */
    void deciding(Sealed sealed, Runnable decision) {
        replies.deciding(sealed, decision);
    }

    /** Tells all that this node takes no part, and the proposer alone which rows it is about. */
    void refuse(Hash hash, int proposer, Refusal refusal) {
        observe(observer -> observer.refused(identity.self(), refusal.reason()));
        replies.refuse(hash, proposer, refusal);
    }

    /** Refuses what comes under a name that the signature is not of. */
    void refuseUnsigned(Sealed sealed) {
        observe(observer -> observer.refused(identity.self(), Refusal.Reason.SIGNATURE));
        replies.refuseUnsigned(sealed);
    }

    /** An observer that fails takes no answer and no run with it. */
    private void observe(Consumer<RunEnds> told) {
        try {
            told.accept(services.observer());
        } catch (RuntimeException e) {
            LOG.error("the record of a run's end was not kept", e);
        }
    }

    void accepted(Hash proposal, int peer) {
        acceptances.accept(proposal, peer);
    }

    /** The same without waiting; false when that cannot be. */
    boolean noteAccepted(Hash proposal, int peer) {
        return acceptances.noteAccepted(proposal, peer);
    }

    void refused(Hash proposal, int peer, Refusal.Reason reason, List<Integer> rows) {
        observe(observer -> observer.refused(peer, reason));
        // Rows are the proposer's business; kept elsewhere they would only be something to fill a memory with.
        Refusal refusal = new Refusal(reason, running.containsKey(proposal) ? rows : List.of());
        acceptances.refuse(proposal, peer, refusal);
        activations.refused(peer, proposal, refusal);
        tables.refused(peer, proposal, refusal);
        Optional.ofNullable(running.get(proposal)).ifPresent(Runnable::run);
    }
}
