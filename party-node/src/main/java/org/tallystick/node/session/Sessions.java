package org.tallystick.node.session;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.tallystick.net.Mesh;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.node.transport.Epoch;
import org.tallystick.node.transport.EpochId;
import org.tallystick.node.transport.Transport;
import org.tallystick.node.wire.ControlKind;
import org.tallystick.program.Program;
import org.tallystick.ring.BitMatrix;
import org.tallystick.training.Evaluation;
import org.tallystick.training.EvaluationPlan;
import org.tallystick.training.ModelEvaluation;
import org.tallystick.training.Training;
import org.tallystick.training.TrainingPlan;

/**
 * The session layer of one node: takes proposals, decides on them alone, and runs those that all four accept, each on a
 * virtual thread of its own.
 *
 * <p>The life of a score: the bank signs a proposal and sends it to all; every node checks it against its own records,
 * reads its own columns, accepts towards all and sends its input shares; the first product leaves when four acceptances
 * of one proposal hash are there; "release authorised" is written while it is under way; an answer's shares leave when
 * every check has passed and that record is durable.
 */
public final class Sessions {
    private final Transport transport;
    private final Identity identity;
    private final Admission admission;
    private final Participation participation;
    private final TableDeletions deletions;
    private final Stocks stocks;
    private final Governance governance;
    private final Programs programs;
    private final Hearing hearing;
    private final SecureRandom random = new SecureRandom();

    /**
     * What a node's sessions need of the rest of the node.
     *
     * @param trainings what this node keeps for trainings
     * @param observer told how runs end at this node
     */
    public record Services(
            Programs programs,
            Models models,
            Inputs inputs,
            Tables tables,
            Receipts receipts,
            Governance governance,
            TrainingStore trainings,
            RunEnds observer) {}

    /**
     * @param accept deadline for all acceptances of a proposal
     * @param receive deadline for any one message of a run
     * @param tracing whether runs keep the start of every message
     * @param line what lies between a run of a score or of stock and the network: nothing, but in tests
     */
    public record Settings(Duration accept, Duration receive, boolean tracing, UnaryOperator<Mesh> line) {
        public Settings(Duration accept, Duration receive, boolean tracing) {
            this(accept, receive, tracing, UnaryOperator.identity());
        }
    }

    /** What the result party gets: for each answer of the program, the revealed bits of all rows. */
    public record Scored(Hash proposal, List<BitMatrix> answers, RunReport report) {}

    /** Garbled circuits that are made ahead of scores. */
    public Stocks stocks() {
        return stocks;
    }

    /** A connection epoch has ended, and with it all that was made for it. */
    public void epochEnded(EpochId epoch) {
        stocks.end(epoch);
    }

    public Sessions(Transport transport, Identity identity, Policy policy, Services services, Settings settings) {
        this.transport = transport;
        this.identity = identity;
        this.governance = services.governance();
        this.programs = services.programs();
        this.admission = new Admission(transport, identity, policy);
        StockRoom room = new StockRoom(policy.stock().rows(), policy.stock().bytes());
        this.participation = new Participation(transport, identity, services, settings, room);
        Decisions decisions = new Decisions(transport, identity, admission, services, participation, room);
        this.deletions = new TableDeletions(
                services.tables(),
                participation.trainingEnds()::tableDeleted,
                message -> tellAll(ControlKind.TABLE, message));
        this.stocks = new Stocks(transport, identity, admission, participation, room);
        AgreementInbox agreements = new AgreementInbox(identity.parties(), governance::heard);
        this.hearing = new Hearing(admission, decisions, participation, deletions, agreements);
    }

    /** What a peer says is handed to this. */
    public Hearing hearing() {
        return hearing;
    }

    /** This party's index. */
    public int self() {
        return identity.self();
    }

    /** How many runs are under way. */
    public int running() {
        return admission.running();
    }

    /** The parties that are not connected to this one. */
    public List<Integer> missing() {
        return IntStream.range(0, identity.parties())
                .filter(peer -> peer != identity.self() && !transport.isConnected(peer))
                .boxed()
                .toList();
    }

    // ---- the bank's side

    /**
     * Scores rows: proposes, takes part, and returns what is revealed to this party. Blocks.
     *
     * @param own this party's own inputs, in the program's order
     * @throws Refused when a node refuses
     * @throws ProtocolAbort when the run ends early; nothing is learnt, and a new proposal may be made
     */
    public Scored score(Program program, Hash programHash, Proposal.Score score, List<long[]> own) {
        return score(program, programHash, score, own, Optional.empty());
    }

    /** The same, in garbled circuits with the {@code stock} whose numbers the score names. */
    public Scored score(
            Program program, Hash programHash, Proposal.Score score, List<long[]> own, Optional<Stocks.Picked> stock) {
        Epoch epoch = liveEpoch();
        Optional<StockRoom.Taken> taken = stock.map(Stocks.Picked::taken);
        if (taken.filter(items -> !items.epoch().equals(epoch.id())).isPresent()) {
            throw ScoreRun.epochEnded();
        }
        return propose(epoch, programHash, score, made -> participation.score(made, epoch, program, score, own, taken))
                .orElseThrow(Sessions::nothingRevealed);
    }

    private <T> T propose(Epoch epoch, Hash program, Proposal.Work work, Function<Sealed, T> run) {
        Sealed sealed = Sealed.of(identity, random, epoch, program, governance.terms(program, work), work);
        admission.enterOwn();
        try {
            return run.apply(sealed);
        } finally {
            admission.leave();
        }
    }

    private static IllegalArgumentException nothingRevealed() {
        return new IllegalArgumentException("the program reveals nothing to this party");
    }

    /**
     * Activates a model: shares its numbers out, has their bounds checked inside the computation, and returns when
     * every node has stored its shares durably. Blocks.
     *
     * @param values the private numbers by the name the program gives them
     * @throws org.tallystick.program.ModelRejected when a number is outside its declared bounds
     */
    public Hash activate(Program program, byte[] encoding, Hash programHash, Map<String, long[]> values) {
        Epoch epoch = liveEpoch();
        return propose(
                epoch,
                programHash,
                new Proposal.Activate(encoding, ProposalFormat.promised(program, identity.self(), values)),
                made -> participation.activate(made, epoch, program, Optional.of(values)));
    }

    /**
     * Stores a segment of a table: proposes, takes part, and returns the proposal's hash, which names what was stored,
     * when every node has its shares durably. Blocks.
     *
     * <p>This party's own columns are no part of it: it may sum them under numbers that differ from model to model.
     *
     * @throws Refused when a node refuses
     * @throws ProtocolAbort when the run ends early; the segment may be stored again
     */
    public Hash store(Program program, Proposal.Store store) {
        Epoch epoch = liveEpoch();
        return propose(epoch, store.table().program(), store, made -> {
            participation.store(made, epoch, program, store, List.of());
            return made.hash();
        });
    }

    /**
     * Scores the rows of a segment that was stored, as {@link #score} does those of a proposal.
     *
     * @param own this party's own inputs about the same rows
     */
    public Scored scoreTable(Program program, Hash programHash, Proposal.ScoreTable score, List<long[]> own) {
        TableRows rows = participation.tableRows(program, identity.self(), score, own);
        Epoch epoch = liveEpoch();
        return propose(epoch, programHash, score, made -> participation.scoreTable(made, epoch, program, score, rows))
                .orElseThrow(Sessions::nothingRevealed);
    }

    /**
     * What a training brought the bank; the report is of this node's traffic.
     *
     * @param model digest of the stored weights, where nobody learns them
     */
    public record Trained(
            Hash proposal, Training.Outcome outcome, Optional<TrainingRuns.BlindModel> model, RunReport report) {}

    /** Told by a training that this node proposes, on the training's own thread. */
    public interface TrainingListener extends Training.Progress {
        /** It is proposed; {@code origin} is the proposal that began it, by which it goes on. */
        void proposed(Hash origin);

        /** Nobody will learn the weights; every node is about to store them for this program. */
        void storing(Hash programHash, Program program);

        /** It has ended well, and is forgotten by all nodes once this returns: what it brought is kept by then. */
        void ended(Trained trained);
    }

    /**
     * Learns from some subjects and judges the result by others: proposes, takes part, and tells what the plan reveals
     * to this party. Blocks for as long as it takes.
     *
     * @param train whose plan encodes {@code plan}; to go on with a training, it names the proposal that began it
     * @throws Refused when a node refuses; for {@link Refusal.Reason#CHECKPOINT} it can only begin anew
     * @throws ProtocolAbort when the run ends early; it may go on later
     * @throws org.tallystick.program.ColumnRule.BadValue when this node's own rows cannot be used
     * @throws org.tallystick.program.ModelRejected when weights that nobody learns are beyond their bounds
     */
    public void train(TrainingPlan plan, Proposal.Train train, TrainingListener listener) {
        Epoch epoch = liveEpoch();
        TrainingRows rows = participation.rows(plan, train);
        propose(epoch, hashOf(plan), train.from(rows.filled()), made -> {
            listener.proposed(train.resumes().orElse(made.hash()));
            participation.train(made, epoch, plan, rows, listener);
            return made.hash();
        });
    }

    /** What an evaluation brought the bank; the report is of this node's traffic. */
    public record Evaluated(Hash proposal, Evaluation.Result result, RunReport report) {}

    /**
     * Judges a model by some subjects: proposes, takes part, and returns what the plan reveals to this party. Blocks.
     *
     * @param evaluate whose plan encodes {@code plan}
     * @param own this party's columns about the same subjects, its labels and the model's private numbers
     * @throws Refused when a node refuses
     * @throws ProtocolAbort when the run ends early; nothing is learnt, and a new proposal may be made
     * @throws org.tallystick.training.TooFewOfAKind when the subjects are nearly all good or nearly all bad
     * @throws org.tallystick.program.ModelRejected when a number of the model is beyond its declared limits
     */
    public Evaluated evaluate(
            EvaluationPlan plan,
            Proposal.Evaluate evaluate,
            ModelEvaluation.Own own,
            ModelEvaluation.Progress progress) {
        Epoch epoch = liveEpoch();
        return propose(epoch, hashOf(plan), evaluate, made -> participation.evaluate(made, epoch, plan, own, progress))
                .orElseThrow(Sessions::nothingRevealed);
    }

    /**
     * Shows a plan to the agencies, who keep it to be looked at; nothing else comes of it, and nothing is said of any
     * subject. Blocks.
     *
     * @return by party, those that have not approved it
     * @throws Refused when one refuses it for another reason
     * @throws ProtocolAbort when not all are there, or one does not answer
     */
    public Set<Integer> offer(PlanOffer plan) {
        Epoch epoch = liveEpoch();
        plan.keep(programs);
        Map<Integer, Refused> refusals =
                propose(epoch, plan.hash(), new Proposal.Offer(plan.encoding()), participation::show);
        for (Refused refused : refusals.values()) {
            if (refused.refusal().reason() != Refusal.Reason.PROGRAM_NOT_APPROVED) {
                throw refused;
            }
        }
        return refusals.keySet();
    }

    /** Ends a training that this node takes part in, if it is under way; the others find it stopped. */
    public void stopTraining(String request) {
        participation.stopTraining(request);
    }

    /**
     * Nobody goes on with these trainings, named by the proposals that began them: this node and all that are connected
     * drop their checkpoints. Those that are away have to be told again.
     */
    public void trainingsOver(List<Hash> origins) {
        participation.trainingsOver(origins);
    }

    /** What agencies approve of a training. */
    public static Hash hashOf(TrainingPlan plan) {
        return TrainingRuns.hashOf(plan);
    }

    /** What agencies approve of an evaluation. */
    public static Hash hashOf(EvaluationPlan plan) {
        return EvaluationRuns.hashOf(plan);
    }

    // ---- tables, at every node

    /**
     * Destroys a table here, and tells the others to; those that are away hear of it when they are back.
     *
     * @return whether there was one
     */
    public boolean deleteTable(String id) {
        return deletions.delete(id);
    }

    /** All nodes are connected, perhaps again: some may have missed a deletion. */
    public void connected() {
        deletions.tellAll();
    }

    /** Tells a peer of agreements or consents; false when it is not connected, or takes no more now. */
    public boolean tellAgreements(int peer, byte[] message) {
        return transport.control(peer, ControlKind.AGREEMENT, message);
    }

    /** Ends a run at this node, and by that at all; the bank is told why. */
    public void stop(Hash session, Refusal.Reason reason) {
        participation.stop(session, admission.proposer(), Refusal.of(reason));
    }

    private boolean tellAll(ControlKind kind, byte[] message) {
        boolean all = true;
        for (int peer = 0; peer < identity.parties(); peer++) {
            if (peer != identity.self()) {
                all &= transport.control(peer, kind, message);
            }
        }
        return all;
    }

    private Epoch liveEpoch() {
        return transport
                .epoch()
                .orElseThrow(() -> new ProtocolAbort(
                        ProtocolAbort.Reason.PEER_LOST,
                        "the four nodes are not all connected; try again when they are"));
    }

    /** A fresh request id: 16 random bytes in hexadecimal. */
    public String newRequest() {
        byte[] id = new byte[ProposalFormat.REQUEST_BYTES];
        random.nextBytes(id);
        return HexFormat.of().formatHex(id);
    }
}
