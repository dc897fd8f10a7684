package org.tallystick.node.session;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.certs.Signing;
import org.tallystick.node.transport.Complaints;
import org.tallystick.node.transport.Epoch;
import org.tallystick.node.transport.Transport;
import org.tallystick.node.wire.Acceptance;
import org.tallystick.node.wire.ControlKind;
import org.tallystick.node.wire.RefusedProposal;
import org.tallystick.node.wire.SignedProposal;
import org.tallystick.program.ModelRejected;
import org.tallystick.program.Operation;
import org.tallystick.program.Program;
import org.tallystick.protocol.Profile;
import org.tallystick.ring.BitMatrix;

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
    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    /** A node that sends nothing of an answer has no release to record. */
    private static final Releases NOTHING_LEAVES = new Releases() {
        @Override
        public Authorisation authorise(Hash proposal, Hash program, List<String> requests) {
            return () -> {};
        }

        @Override
        public void voided(Hash proposal) {}
    };

    /** How long a refusal may come after the stop of its run. */
    private static final Duration LATE_REFUSAL = Duration.ofMillis(200);

    private final Transport transport;
    private final Identity identity;
    private final Services services;
    private final Settings settings;
    private final Acceptances acceptances;
    private final Admission admission;
    private final Map<Hash, ScoreRun> running = new ConcurrentHashMap<>();
    private final SecureRandom random = new SecureRandom();
    private final ActivationRuns activations;
    private final Complaints complaints = new Complaints(LOG);

    /**
     * What a node's sessions need of the rest of the node.
     *
     * @param observer told how runs end at this node
     */
    public record Services(Programs programs, Models models, Inputs inputs, Releases releases, Observer observer) {}

    /** Told how runs end at this node, for its history and its metrics. */
    public interface Observer {
        void finished(Finished run);

        void aborted(ProtocolAbort.Reason reason);

        void refused(int party, Refusal.Reason reason);
    }

    /**
     * @param accept deadline for all acceptances of a proposal
     * @param receive deadline for any one message of a run
     * @param tracing whether runs keep the start of every message
     */
    public record Settings(Duration accept, Duration receive, boolean tracing) {}

    /** A run of this node that has ended well. */
    public record Finished(
            Hash proposal,
            Hash programHash,
            Proposal.Score score,
            Program program,
            List<long[]> held,
            RunReport report) {
        @Override
        public String toString() {
            return "Finished[" + proposal + ", " + report + "]";
        }
    }

    /** What the result party gets: for each answer of the program, the revealed bits of all rows. */
    public record Scored(Hash proposal, List<BitMatrix> answers, RunReport report) {}

    public Sessions(Transport transport, Identity identity, Policy policy, Services services, Settings settings) {
        this.transport = transport;
        this.identity = identity;
        this.admission = new Admission(transport, identity, policy);
        this.services = services;
        this.settings = settings;
        this.acceptances = new Acceptances(identity.parties());
        this.activations = new ActivationRuns(transport, identity, services.models(), settings);
    }

    /** A control message from a peer. Never throws on what a peer says. */
    public void control(int peer, ControlKind kind, byte[] message) {
        try {
            switch (kind) {
                case PROPOSAL -> proposed(peer, message);
                case ACCEPT -> accepted(peer, Acceptance.parseFrom(message));
                case REFUSE -> refused(peer, RefusedProposal.parseFrom(message));
                case ACTIVATION -> activations.commitments(peer, message);
                case STATUS -> activations.stored(peer, message);
                default -> throw new ProposalFormat.BadMessage("a kind that this version does not know");
            }
        } catch (InvalidProtocolBufferException | ProposalFormat.BadMessage e) {
            complaints.warn("party " + peer + " sent a " + kind + " message that is ignored", e.getMessage());
        }
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
        Epoch epoch = liveEpoch();
        Sealed sealed = seal(epoch, programHash, score);
        admission.enterOwn();
        try {
            return takePart(sealed, epoch, program, score, own)
                    .orElseThrow(() -> new IllegalArgumentException("the program reveals nothing to this party"));
        } finally {
            admission.leave();
        }
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
        Sealed sealed = seal(epoch, programHash, new Proposal.Activate(encoding));
        admission.enterOwn();
        try {
            return activate(sealed, epoch, program, Optional.of(values));
        } finally {
            admission.leave();
        }
    }

    private Epoch liveEpoch() {
        return transport
                .epoch()
                .orElseThrow(() -> new ProtocolAbort(
                        ProtocolAbort.Reason.PEER_LOST,
                        "the four nodes are not all connected; try again when they are"));
    }

    /** A proposal with its exact bytes and their hash. */
    private record Sealed(Proposal proposal, byte[] message, Hash hash) {}

    private Sealed seal(Epoch epoch, Hash program, Proposal.Work work) {
        byte[] nonce = new byte[Hash.BYTES];
        random.nextBytes(nonce);
        Proposal proposal = new Proposal(
                identity.group(), epoch.id(), Hash.of(nonce), identity.self(), Profile.REP4, program, work);
        byte[] bytes = ProposalFormat.encode(proposal);
        Hash hash = hashOf(bytes);
        byte[] signature = identity.key().sign(Signing.Domain.PROPOSAL, hash.bytes());
        byte[] message = SignedProposal.newBuilder()
                .setProposal(ByteString.copyFrom(bytes))
                .setSignature(ByteString.copyFrom(signature))
                .build()
                .toByteArray();
        return new Sealed(proposal, message, hash);
    }

    static Hash hashOf(byte[] proposal) {
        return Hash.over("tallystick/proposal/1", proposal);
    }

    /** At the proposer; it is ready for what comes back. */
    private void announce(Sealed sealed) {
        if (sealed.proposal().proposer() == identity.self()) {
            broadcast(ControlKind.PROPOSAL, sealed.message());
        }
    }

    // ---- every node's side

    /** Takes no thread and no place for what only the bank may send, and for no more of it than may run. */
    private void proposed(int peer, byte[] message) throws InvalidProtocolBufferException, ProposalFormat.BadMessage {
        if (!admission.mayPropose(peer)) {
            throw new ProposalFormat.BadMessage("only the bank proposes");
        }
        SignedProposal signed = SignedProposal.parseFrom(message);
        byte[] bytes = signed.getProposal().toByteArray();
        Hash hash = hashOf(bytes);
        Proposal proposal;
        try {
            proposal = ProposalFormat.decode(bytes);
            ProposalFormat.require(proposal.proposer() == peer, "a proposal in another's name");
        } catch (ProposalFormat.BadMessage e) {
            refuse(hash, peer, Refusal.of(Refusal.Reason.MALFORMED));
            throw e;
        }
        if (!admission.enter()) {
            refuse(hash, peer, Refusal.of(Refusal.Reason.BUSY));
            return;
        }
        byte[] signature = signed.getSignature().toByteArray();
        Thread.ofVirtual().name("session").start(() -> {
            try {
                decide(hash, proposal, signature);
            } finally {
                admission.leave();
            }
        });
    }

    private void decide(Hash hash, Proposal proposal, byte[] signature) {
        try {
            Optional<Refusal> refusal = admission.refusal(hash, proposal, signature);
            if (refusal.isPresent()) {
                refuse(hash, proposal.proposer(), refusal.get());
                return;
            }
            switch (proposal.work()) {
                case Proposal.Score score -> decideScore(hash, proposal, score);
                case Proposal.Activate activate -> decideActivation(hash, proposal, activate);
            }
        } catch (ProtocolAbort | Refused | ModelRejected e) {
            LOG.info("run {} ended: {}", hash, e.getMessage());
        } catch (NodeFailure e) {
            // This node's own disk: the bank is told which node it is, and nothing more.
            LOG.error("run {} stopped: {}", hash, e.getMessage());
            refuse(hash, proposal.proposer(), Refusal.of(Refusal.Reason.STORAGE));
        } catch (RuntimeException e) {
            LOG.error("run {} failed", hash, e);
        }
    }

    private Epoch live(Proposal proposal) {
        return transport
                .epoch()
                .filter(epoch -> epoch.id().equals(proposal.epoch()))
                .orElseThrow(() -> new ProtocolAbort(
                        ProtocolAbort.Reason.PEER_LOST, "the connection epoch ended before the run began"));
    }

    private void decideScore(Hash hash, Proposal proposal, Proposal.Score score) {
        Optional<Program> program = services.programs().approved(proposal.program());
        if (program.isEmpty()) {
            refuse(hash, proposal.proposer(), Refusal.of(Refusal.Reason.PROGRAM_NOT_APPROVED));
            return;
        }
        if (model(program.get(), proposal.program(), score.model()).isEmpty()) {
            refuse(hash, proposal.proposer(), Refusal.of(Refusal.Reason.MODEL_UNKNOWN));
            return;
        }
        List<long[]> own;
        try {
            own = services.inputs().read(program.get(), score.rows());
        } catch (Inputs.RefusedRows e) {
            complaints.warn("rows of a proposal cannot be used: " + e.getMessage(), "proposal " + hash);
            refuse(hash, proposal.proposer(), e.refusal());
            return;
        } catch (RuntimeException e) {
            LOG.error("proposal {} refused: this node's inputs cannot be read", hash, e);
            refuse(hash, proposal.proposer(), Refusal.of(Refusal.Reason.DATA));
            return;
        }
        takePart(new Sealed(proposal, new byte[0], hash), live(proposal), program.get(), score, own);
    }

    /** The stored shares of a model of this program; a program that keeps none is its own model. */
    private Optional<Models.Stored> model(Program program, Hash programHash, Hash digest) {
        if (ActivationRuns.keepsNothing(program)) {
            return Optional.of(new Models.Stored(digest, programHash, Map.of()))
                    .filter(model -> digest.equals(programHash));
        }
        return services.models().find(digest).filter(model -> model.program().equals(programHash));
    }

    private void decideActivation(Hash hash, Proposal proposal, Proposal.Activate activate) {
        Optional<Program> offered = ActivationRuns.programOf(activate, proposal, identity.self());
        if (offered.isEmpty()) {
            refuse(hash, proposal.proposer(), Refusal.of(Refusal.Reason.MALFORMED));
            return;
        }
        services.programs().offered(proposal.program(), offered.get());
        if (services.programs().approved(proposal.program()).isEmpty()) {
            refuse(hash, proposal.proposer(), Refusal.of(Refusal.Reason.PROGRAM_NOT_APPROVED));
            return;
        }
        activate(new Sealed(proposal, new byte[0], hash), live(proposal), offered.get(), Optional.empty());
    }

    private Optional<Scored> takePart(
            Sealed sealed, Epoch epoch, Program program, Proposal.Score score, List<long[]> own) {
        Models.Stored model = model(program, sealed.proposal().program(), score.model())
                .orElseThrow(() -> new Refused(identity.self(), Refusal.of(Refusal.Reason.MODEL_UNKNOWN)));
        ScoreRun run = new ScoreRun(
                transport,
                acceptances,
                revealsToOthers(program) ? services.releases() : NOTHING_LEAVES,
                settings,
                sealed.hash(),
                epoch);
        running.put(sealed.hash(), run);
        try {
            announce(sealed);
            acceptAll(sealed);
            ScoreRun.Result result = run.execute(program, sealed.proposal().program(), score, model, own);
            Finished finished =
                    new Finished(sealed.hash(), sealed.proposal().program(), score, program, own, result.report());
            observe(observer -> observer.finished(finished));
            return result.answers().map(answers -> new Scored(sealed.hash(), answers, result.report()));
        } catch (ProtocolAbort e) {
            observe(observer -> observer.aborted(e.reason()));
            boolean stopped = e.reason() == ProtocolAbort.Reason.PEER_STOPPED;
            acceptances.throwIfRefused(sealed.hash(), stopped ? LATE_REFUSAL : Duration.ZERO);
            throw e;
        } finally {
            running.remove(sealed.hash());
            acceptances.forget(sealed.hash());
        }
    }

    private boolean revealsToOthers(Program program) {
        return program.operations().stream()
                .anyMatch(
                        operation -> operation instanceof Operation.Reveal reveal && reveal.party() != identity.self());
    }

    private Hash activate(Sealed sealed, Epoch epoch, Program program, Optional<Map<String, long[]>> values) {
        try {
            announce(sealed);
            acceptAll(sealed);
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
                    values);
        } catch (ProtocolAbort e) {
            observe(observer -> observer.aborted(e.reason()));
            throw e;
        } finally {
            acceptances.forget(sealed.hash());
        }
    }

    private void acceptAll(Sealed sealed) {
        Acceptance acceptance = Acceptance.newBuilder()
                .setProposalHash(ByteString.copyFrom(sealed.hash().bytes()))
                .setEpoch(ByteString.copyFrom(sealed.proposal().epoch().bytes()))
                .build();
        broadcast(ControlKind.ACCEPT, acceptance.toByteArray());
        acceptances.accept(sealed.hash(), identity.self());
    }

    /** Tells all that this node takes no part, and the proposer alone which rows it is about. */
    private void refuse(Hash hash, int proposer, Refusal refusal) {
        complaints.warn("refusing: " + refusal.reason().meaning(), "proposal " + hash);
        observe(observer -> observer.refused(identity.self(), refusal.reason()));
        RefusedProposal.Builder message = RefusedProposal.newBuilder()
                .setProposalHash(ByteString.copyFrom(hash.bytes()))
                .setReason(RefusedProposal.Reason.valueOf(refusal.reason().name()));
        for (int peer = 0; peer < identity.parties(); peer++) {
            if (peer != identity.self() && peer != proposer) {
                transport.control(peer, ControlKind.REFUSE, message.build().toByteArray());
            }
        }
        message.addAllRows(refusal.rows());
        transport.control(proposer, ControlKind.REFUSE, message.build().toByteArray());
    }

    /** An observer that fails takes no answer and no run with it. */
    private void observe(Consumer<Observer> told) {
        try {
            told.accept(services.observer());
        } catch (RuntimeException e) {
            LOG.error("the record of a run's end was not kept", e);
        }
    }

    private void accepted(int peer, Acceptance message) throws ProposalFormat.BadMessage {
        acceptances.accept(ProposalFormat.hash(message.getProposalHash()), peer);
    }

    private void refused(int peer, RefusedProposal message) throws ProposalFormat.BadMessage {
        Hash hash = ProposalFormat.hash(message.getProposalHash());
        Refusal.Reason reason;
        try {
            reason = Refusal.Reason.valueOf(message.getReason().name());
        } catch (IllegalArgumentException e) {
            throw new ProposalFormat.BadMessage("an unknown reason");
        }
        ProposalFormat.require(message.getRowsCount() <= ProposalFormat.MAX_ROWS, "too many rows");
        observe(observer -> observer.refused(peer, reason));
        // Rows are the proposer's business; kept elsewhere they would only be something to fill a memory with.
        List<Integer> rows = running.containsKey(hash) ? message.getRowsList() : List.of();
        Refusal refusal = new Refusal(reason, rows);
        acceptances.refuse(hash, peer, refusal);
        activations.refused(peer, hash, refusal);
        Optional.ofNullable(running.get(hash)).ifPresent(ScoreRun::stop);
    }

    private void broadcast(ControlKind kind, byte[] message) {
        for (int peer = 0; peer < identity.parties(); peer++) {
            if (peer != identity.self()) {
                transport.control(peer, kind, message);
            }
        }
    }

    /** A fresh request id: 16 random bytes in hexadecimal. */
    public String newRequest() {
        byte[] id = new byte[ProposalFormat.REQUEST_BYTES];
        random.nextBytes(id);
        return HexFormat.of().formatHex(id);
    }
}
