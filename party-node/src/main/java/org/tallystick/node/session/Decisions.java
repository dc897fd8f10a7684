package org.tallystick.node.session;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.transport.Complaints;
import org.tallystick.node.transport.Epoch;
import org.tallystick.node.transport.Transport;
import org.tallystick.node.wire.SignedProposal;
import org.tallystick.program.ColumnRule;
import org.tallystick.program.ModelRejected;
import org.tallystick.program.Program;
import org.tallystick.training.EvaluationPlan;
import org.tallystick.training.ModelEvaluation;
import org.tallystick.training.TooFewOfAKind;
import org.tallystick.training.TrainingPlan;

/** What this node decides about other parties' proposals, alone and from its own records, before it takes part. */
final class Decisions {
    private static final Logger LOG = LoggerFactory.getLogger(Decisions.class);

    private final Transport transport;
    private final Identity identity;
    private final Admission admission;
    private final Sessions.Services services;
    private final Participation participation;
    private final StockRoom room;
    private final StockDecisions stocks;
    private final OfferDecisions offers;
    private final Complaints complaints = new Complaints(LOG);

    Decisions(
            Transport transport,
            Identity identity,
            Admission admission,
            Sessions.Services services,
            Participation participation,
            StockRoom room) {
        this.transport = transport;
        this.identity = identity;
        this.admission = admission;
        this.services = services;
        this.participation = participation;
        this.room = room;
        this.stocks = new StockDecisions(services.programs(), participation, room);
        this.offers = new OfferDecisions(services.programs(), participation);
    }

    /** Takes no thread and no place for what only the bank may send, and for no more of it than may run. */
    void proposed(int peer, byte[] message) throws InvalidProtocolBufferException, ProposalFormat.BadMessage {
        if (!admission.mayPropose(peer)) {
            throw new ProposalFormat.BadMessage("only the bank proposes");
        }
        SignedProposal signed = SignedProposal.parseFrom(message);
        Sealed sealed;
        try {
            sealed = Sealed.received(signed);
            ProposalFormat.require(sealed.proposal().proposer() == peer, "a proposal in another's name");
        } catch (ProposalFormat.BadMessage e) {
            Hash hash = Sealed.hashOf(signed.getProposal().toByteArray());
            participation.refuse(hash, peer, Refusal.of(Refusal.Reason.MALFORMED));
            throw e;
        }
        if (!admission.enter()) {
            // Spent as well: what is refused once is not accepted when it comes again.
            decide(sealed, () -> refuse(sealed, admission.refusal(sealed).orElse(Refusal.of(Refusal.Reason.BUSY))));
            return;
        }
        Thread.ofVirtual().name("session").start(() -> {
            try {
                decide(sealed, () -> decide(sealed));
            } finally {
                admission.leave();
            }
        });
    }

    /** Nothing goes on record as the bank's, and nothing counts as said of it, but what it has signed. */
    private void decide(Sealed sealed, Runnable decision) {
        if (admission.isSigned(sealed)) {
            participation.deciding(sealed, decision);
        } else {
            participation.refuseUnsigned(sealed);
        }
    }

    private void refuse(Sealed sealed, Refusal refusal) {
        participation.refuse(sealed.hash(), sealed.proposal().proposer(), refusal);
    }

    private void decide(Sealed sealed) {
        Hash hash = sealed.hash();
        Proposal proposal = sealed.proposal();
        try {
            Optional<Refusal> refusal = admission.refusal(sealed);
            if (refusal.isPresent()) {
                refuse(sealed, refusal.get());
                return;
            }
            try {
                decideWork(sealed);
            } finally {
                // Here, where it was admitted: one that comes a second time must not end the first.
                services.governance().ended(hash);
            }
        } catch (ProtocolAbort | Refused | ModelRejected | TooFewOfAKind e) {
            LOG.info("run {} ended: {}", hash, e.getMessage());
        } catch (NodeFailure e) {
            // This node's own disk: the bank is told which node it is, and nothing more.
            LOG.error("run {} stopped: {}", hash, e.getMessage());
            participation.refuse(hash, proposal.proposer(), Refusal.of(Refusal.Reason.STORAGE));
        } catch (RuntimeException e) {
            LOG.error("run {} failed", hash, e);
        }
    }

    private void decideWork(Sealed sealed) {
        switch (sealed.proposal().work()) {
            case Proposal.Score score -> decideScore(sealed, score);
            case Proposal.Activate activate -> decideActivation(sealed, activate);
            case Proposal.Train train -> decideTraining(sealed, train);
            case Proposal.Evaluate evaluate -> decideEvaluation(sealed, evaluate);
            case Proposal.Store store -> decideStore(sealed, store);
            case Proposal.Stock stock -> stocks.decide(sealed, live(sealed.proposal()), stock);
            case Proposal.ScoreTable score -> decideScoreTable(sealed, score);
            case Proposal.Offer offer -> offers.decide(sealed, offer);
        }
    }

    /** Whether agreements, consents or budgets stand against it; it is refused then. */
    private boolean isRuledOut(Sealed sealed, int bits) {
        Optional<Refusal> refusal = services.governance().refuses(sealed, bits);
        refusal.ifPresent(
                found -> participation.refuse(sealed.hash(), sealed.proposal().proposer(), found));
        return refusal.isPresent();
    }

    private Epoch live(Proposal proposal) {
        return transport
                .epoch()
                .filter(epoch -> epoch.id().equals(proposal.epoch()))
                .orElseThrow(() -> new ProtocolAbort(
                        ProtocolAbort.Reason.PEER_LOST, "the connection epoch ended before the run began"));
    }

    private void decideScore(Sealed sealed, Proposal.Score score) {
        Hash hash = sealed.hash();
        Proposal proposal = sealed.proposal();
        Optional<Program> program = program(hash, proposal, score.model());
        if (program.isEmpty() || isRuledOut(sealed, program.get().answerBits())) {
            return;
        }
        Optional<List<long[]>> own = ownColumns(hash, proposal, program.get(), score.rows());
        if (own.isEmpty()) {
            return;
        }
        Epoch epoch = live(proposal);
        Optional<StockRoom.Taken> stock = Optional.empty();
        if (!score.stocks().isEmpty()) {
            // From here on it is spent, whatever comes of the run: this node's decision has not left yet.
            switch (room.take(epoch.id(), proposal.program(), score.stocks())) {
                case StockRoom.Asked.Got(StockRoom.Taken taken) -> stock = Optional.of(taken);
                case StockRoom.Asked.Lacking(Refusal.Reason reason) -> {
                    participation.refuse(hash, proposal.proposer(), Refusal.of(reason));
                    return;
                }
            }
        }
        try {
            participation.score(sealed, epoch, program.get(), score, own.get(), stock);
        } finally {
            stock.ifPresent(room::ended);
        }
    }

    /** The program to score with a model; empty when the proposal had to be refused for one of them. */
    private Optional<Program> program(Hash hash, Proposal proposal, Hash model) {
        Optional<Program> program = services.programs().approved(proposal.program());
        boolean known = program.isPresent()
                && participation.model(program.get(), proposal.program(), model).isPresent();
        if (!known) {
            Refusal.Reason reason =
                    program.isPresent() ? Refusal.Reason.MODEL_UNKNOWN : Refusal.Reason.PROGRAM_NOT_APPROVED;
            participation.refuse(hash, proposal.proposer(), Refusal.of(reason));
        }
        return program.filter(any -> known);
    }

    private void decideStore(Sealed sealed, Proposal.Store store) {
        Hash hash = sealed.hash();
        Proposal proposal = sealed.proposal();
        Optional<Program> program = services.programs().approved(proposal.program());
        if (program.isEmpty()) {
            participation.refuse(hash, proposal.proposer(), Refusal.of(Refusal.Reason.PROGRAM_NOT_APPROVED));
            return;
        }
        if (!TableRuns.hasColumns(program.get(), proposal.proposer())) {
            participation.refuse(hash, proposal.proposer(), Refusal.of(Refusal.Reason.MALFORMED));
            return;
        }
        Optional<Refusal.Reason> reason = refusesTable(store.table());
        if (reason.isPresent()) {
            participation.refuse(hash, proposal.proposer(), Refusal.of(reason.get()));
            return;
        }
        if (isRuledOut(sealed, 0)) {
            return;
        }
        ownColumns(hash, proposal, program.get(), rowsOf(store.subjects()))
                .ifPresent(own -> participation.store(sealed, live(proposal), program.get(), store, own));
    }

    private static List<Proposal.Row> rowsOf(List<String> subjects) {
        return subjects.stream().map(subject -> new Proposal.Row("", subject)).toList();
    }

    /** A table is taken as it was begun, or not at all. */
    private Optional<Refusal.Reason> refusesTable(Tables.Table table) {
        Tables tables = services.tables();
        Optional<Tables.Table> known = tables.find(table.id());
        if (tables.isDeleted(table.id()) || known.isPresent() && !known.get().equals(table)) {
            return Optional.of(Refusal.Reason.TABLE_UNKNOWN);
        }
        boolean fits = tables.rowsBeside(table.id()) + table.rows() <= admission.tableRows();
        return fits ? Optional.empty() : Optional.of(Refusal.Reason.TABLES);
    }

    private void decideScoreTable(Sealed sealed, Proposal.ScoreTable score) {
        Hash hash = sealed.hash();
        Proposal proposal = sealed.proposal();
        Optional<Program> program = program(hash, proposal, score.model());
        if (program.isEmpty()) {
            return;
        }
        TableRows rows;
        try {
            rows = participation.tableRows(program.get(), proposal.proposer(), score, List.of());
        } catch (Refused e) {
            participation.refuse(hash, proposal.proposer(), e.refusal());
            return;
        }
        if (rows.count() > admission.maxRows()) {
            participation.refuse(hash, proposal.proposer(), Refusal.of(Refusal.Reason.ROWS));
            return;
        }
        if (isRuledOut(sealed, program.get().answerBits())) {
            return;
        }
        participation.scoreTable(sealed, live(proposal), program.get(), score, rows);
    }

    /** This node's inputs; empty when the proposal had to be refused for them. */
    private Optional<List<long[]>> ownColumns(Hash hash, Proposal proposal, Program program, List<Proposal.Row> rows) {
        try {
            return Optional.of(services.inputs().read(program, rows));
        } catch (Inputs.RefusedRows e) {
            complaints.warn("rows of a proposal cannot be used: " + e.getMessage(), "proposal " + hash);
            participation.refuse(hash, proposal.proposer(), e.refusal());
            return Optional.empty();
        } catch (RuntimeException e) {
            LOG.error("proposal {} refused: this node's inputs cannot be read", hash, e);
            participation.refuse(hash, proposal.proposer(), Refusal.of(Refusal.Reason.DATA));
            return Optional.empty();
        }
    }

    private void decideActivation(Sealed sealed, Proposal.Activate activate) {
        Hash hash = sealed.hash();
        Proposal proposal = sealed.proposal();
        Optional<Program> offered = ActivationRuns.programOf(activate, proposal, identity.self());
        if (offered.isEmpty()) {
            participation.refuse(hash, proposal.proposer(), Refusal.of(Refusal.Reason.MALFORMED));
            return;
        }
        services.programs().offered(proposal.program(), offered.get());
        if (services.programs().approved(proposal.program()).isEmpty()) {
            participation.refuse(hash, proposal.proposer(), Refusal.of(Refusal.Reason.PROGRAM_NOT_APPROVED));
            return;
        }
        participation.activate(sealed, live(proposal), offered.get(), Optional.empty());
    }

    private void decideTraining(Sealed sealed, Proposal.Train train) {
        Hash hash = sealed.hash();
        Proposal proposal = sealed.proposal();
        Optional<TrainingPlan> offered = TrainingRuns.planOf(train.planEncoding(), proposal);
        if (offered.isEmpty()) {
            participation.refuse(hash, proposal.proposer(), Refusal.of(Refusal.Reason.MALFORMED));
            return;
        }
        TrainingPlan plan = offered.get();
        services.programs().offered(proposal.program(), plan);
        if (!services.programs().isApproved(proposal.program())) {
            participation.refuse(hash, proposal.proposer(), Refusal.of(Refusal.Reason.PROGRAM_NOT_APPROVED));
            return;
        }
        if (isRuledOut(sealed, 0)) {
            return;
        }
        TrainingRows rows;
        try {
            rows = participation.rows(plan, train);
        } catch (Refused e) {
            participation.refuse(hash, proposal.proposer(), e.refusal());
            return;
        } catch (NodeFailure | ColumnRule.BadValue e) {
            LOG.error("training {} refused: {}", hash, e.getMessage());
            participation.refuse(hash, proposal.proposer(), Refusal.of(Refusal.Reason.DATA));
            return;
        } catch (RuntimeException e) {
            LOG.error("training {} refused: this node's rows cannot be read", hash, e);
            participation.refuse(hash, proposal.proposer(), Refusal.of(Refusal.Reason.DATA));
            return;
        }
        if (!rows.filled().equals(train.filled())) {
            participation.refuse(hash, proposal.proposer(), Refusal.of(Refusal.Reason.MALFORMED));
            return;
        }
        Approving approving = new Approving(hash, proposal, plan.table());
        participation.train(sealed, live(proposal), plan, rows, approving);
    }

    private void decideEvaluation(Sealed sealed, Proposal.Evaluate evaluate) {
        Hash hash = sealed.hash();
        Proposal proposal = sealed.proposal();
        Optional<EvaluationPlan> offered = EvaluationRuns.planOf(evaluate.planEncoding(), proposal)
                .filter(plan -> plan.takes(evaluate.subjects().size()));
        if (offered.isEmpty()) {
            participation.refuse(hash, proposal.proposer(), Refusal.of(Refusal.Reason.MALFORMED));
            return;
        }
        EvaluationPlan plan = offered.get();
        services.programs().offered(proposal.program(), plan);
        if (!services.programs().isApproved(proposal.program())) {
            participation.refuse(hash, proposal.proposer(), Refusal.of(Refusal.Reason.PROGRAM_NOT_APPROVED));
            return;
        }
        if (isRuledOut(sealed, 0)) {
            return;
        }
        ownColumns(hash, proposal, plan.program(), rowsOf(evaluate.subjects()))
                .ifPresent(own -> participation.evaluate(
                        sealed,
                        live(proposal),
                        plan,
                        new ModelEvaluation.Own(own, Optional.empty()),
                        (step, all) -> {}));
    }

    /**
     * Stops a training at the next step when its approval has been withdrawn, or that of its table's program, or its
     * agreement is in force no longer.
     */
    private final class Approving implements Sessions.TrainingListener {
        private final Hash hash;
        private final Proposal proposal;
        private final Optional<Tables.Table> table;

        Approving(Hash hash, Proposal proposal, Optional<String> table) {
            this.hash = hash;
            this.proposal = proposal;
            this.table = table.flatMap(id -> services.tables().find(id));
        }

        @Override
        public void done(int steps, int all, OptionalDouble loss) {
            boolean withdrawn = table.isPresent()
                    && TrainingRows.storedBy(services, table.get()).isEmpty();
            if (withdrawn || !services.programs().isApproved(proposal.program())) {
                stop(Refusal.of(Refusal.Reason.PROGRAM_NOT_APPROVED));
            }
            services.governance().refusesStill(hash).ifPresent(this::stop);
        }

        private void stop(Refusal refusal) {
            // First, so that the bank is told why the run stops.
            participation.refuse(hash, proposal.proposer(), refusal);
            throw new Refused(identity.self(), refusal);
        }

        @Override
        public void proposed(Hash origin) {}

        @Override
        public void storing(Hash programHash, Program program) {}

        @Override
        public void ended(Sessions.Trained trained) {}
    }
}
