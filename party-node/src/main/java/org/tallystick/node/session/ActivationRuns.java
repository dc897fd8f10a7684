package org.tallystick.node.session;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.node.certs.Signing;
import org.tallystick.node.config.Role;
import org.tallystick.node.transport.Epoch;
import org.tallystick.node.transport.SessionId;
import org.tallystick.node.transport.SessionMesh;
import org.tallystick.node.transport.Transport;
import org.tallystick.node.wire.ControlKind;
import org.tallystick.node.wire.ModelStored;
import org.tallystick.node.wire.StoredCommitment;
import org.tallystick.node.wire.StoredCommitments;
import org.tallystick.program.Activation;
import org.tallystick.program.Encoder;
import org.tallystick.program.Encoding;
import org.tallystick.program.MalformedProgram;
import org.tallystick.program.ModelFacts;
import org.tallystick.program.ModelRejected;
import org.tallystick.program.Operation;
import org.tallystick.program.Program;
import org.tallystick.program.ProgramHash;
import org.tallystick.protocol.rep4.Rep4;
import org.tallystick.random.SharedSeed;
import org.tallystick.share.Rep4Vector;

/**
 * Activations: a model's numbers are shared out, checked inside the computation, and stored by every node under
 * commitments that hold all to them.
 *
 * <p>Each part j of each stored vector is committed to as a hash of the vector under a 32-byte salt from seed j, so
 * that the party that lacks the part cannot test guesses. Every node signs the commitments of the three parts it holds;
 * each part's three holders must agree, and the digest over all commitments is the model's name from then on.
 */
final class ActivationRuns {
    private final Transport transport;
    private final Identity identity;
    private final Models models;
    private final Sessions.Settings settings;
    private final Map<Hash, Exchange> exchanges = new ConcurrentHashMap<>();

    /**
     * What peers have said about one activation. They get there only with this node's messages, so it is open before
     * anything about it can arrive, and what arrives about others is nobody's.
     */
    private static final class Exchange {
        private final int commitmentsOfEach;
        private final List<CompletableFuture<List<Models.SignedCommitment>>> commitments = new ArrayList<>();
        private final List<CompletableFuture<Void>> stored = new ArrayList<>();

        Exchange(int parties, int commitmentsOfEach) {
            this.commitmentsOfEach = commitmentsOfEach;
            for (int party = 0; party < parties; party++) {
                commitments.add(new CompletableFuture<>());
                stored.add(new CompletableFuture<>());
            }
        }
    }

    ActivationRuns(Transport transport, Identity identity, Models models, Sessions.Settings settings) {
        this.transport = transport;
        this.identity = identity;
        this.models = models;
        this.settings = settings;
    }

    /**
     * The program of an activation, when its bytes are a program that this node could run: of the proposed hash and
     * profile, with the group's parties under their own names (people approve it by these names), and with meanings of
     * this node's columns that are rules.
     */
    static Optional<Program> programOf(Proposal.Activate activate, Proposal proposal, int self) {
        try {
            Program program = Encoding.decode(activate.programEncoding());
            boolean fits = Hash.of(ProgramHash.of(program).bytes()).equals(proposal.program())
                    && program.profile() == proposal.profile()
                    && program.parties().equals(Role.ids());
            if (fits) {
                Encoder.of(program, self);
            }
            return fits ? Optional.of(program) : Optional.empty();
        } catch (MalformedProgram | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether all of a program's numbers are public, so that there is nothing to share out. */
    static boolean keepsNothing(Program program) {
        return program.isOpen();
    }

    private static int storedValues(Program program) {
        return (int) program.operations().stream()
                .filter(operation -> operation instanceof Operation.Stored)
                .count();
    }

    // ---- messages

    void commitments(int peer, byte[] message) throws InvalidProtocolBufferException, ProposalFormat.BadMessage {
        StoredCommitments parsed = StoredCommitments.parseFrom(message);
        Hash proposal = ProposalFormat.hash(parsed.getProposalHash());
        Exchange exchange = exchange(proposal);
        ProposalFormat.require(
                parsed.getCommitmentsCount() == exchange.commitmentsOfEach,
                "another number of commitments than the program asks for");
        List<Models.SignedCommitment> signed = new ArrayList<>();
        for (StoredCommitment each : parsed.getCommitmentsList()) {
            Hash commitment = ProposalFormat.hash(each.getCommitment());
            byte[] signature = each.getSignature().toByteArray();
            byte[] statement = statement(proposal, each.getName(), each.getPart(), commitment);
            byte[] key = identity.publicKeys().get(peer);
            if (!Signing.verify(key, Signing.Domain.COMMITMENT, statement, signature)) {
                throw new ProposalFormat.BadMessage("a commitment that is not signed by its sender");
            }
            signed.add(new Models.SignedCommitment(each.getName(), each.getPart(), peer, commitment, signature));
        }
        exchange.commitments.get(peer).complete(signed);
    }

    void stored(int peer, byte[] message) throws InvalidProtocolBufferException, ProposalFormat.BadMessage {
        Hash proposal = ProposalFormat.hash(ModelStored.parseFrom(message).getProposalHash());
        exchange(proposal).stored.get(peer).complete(null);
    }

    /** A peer gives up, after it has accepted: nobody need wait for it. */
    void refused(int peer, Hash proposal, Refusal refusal) {
        Exchange exchange = exchanges.get(proposal);
        if (exchange != null) {
            Refused end = new Refused(peer, refusal);
            exchange.commitments.get(peer).completeExceptionally(end);
            exchange.stored.get(peer).completeExceptionally(end);
        }
    }

    private Exchange exchange(Hash proposal) throws ProposalFormat.BadMessage {
        Exchange exchange = exchanges.get(proposal);
        if (exchange == null) {
            throw new ProposalFormat.BadMessage("about an activation that is not under way");
        }
        return exchange;
    }

    // ---- the run

    /** Runs an accepted activation; returns the model's digest when every node has stored it. */
    Hash execute(
            Hash proposal,
            Hash programHash,
            int owner,
            Epoch epoch,
            Program program,
            ModelFacts promised,
            Optional<Map<String, long[]>> values) {
        expect(proposal, storedValues(program));
        SessionId id = ScoreRun.sessionOf(proposal);
        try (SessionMesh mesh = transport.open(id, epoch.id(), settings.receive())) {
            Rep4 rep4 = new Rep4(mesh, epoch.seeds(), proposal.bytes());
            Map<String, Rep4Vector> shares = Activation.run(rep4, program, owner, values, promised);
            return keep(proposal, programHash, owner, epoch, shares, promised);
        } catch (SharedSeed.Erased e) {
            throw ScoreRun.epochEnded();
        } catch (ModelRejected e) {
            // All decide alike from the one opened bit; a stop could overtake the message another still waits for.
            throw e;
        } catch (RuntimeException e) {
            transport.stop(id);
            throw e;
        } finally {
            forget(proposal);
        }
    }

    /** Listens from now on for what peers say about stored shares of this run. */
    void expect(Hash proposal, int storedValues) {
        exchanges.put(proposal, new Exchange(identity.parties(), (identity.parties() - 1) * storedValues));
    }

    void forget(Hash proposal) {
        exchanges.remove(proposal);
    }

    /**
     * Keeps shares that a run has made and checked, when all agree on them; returns their digest when every node has.
     *
     * @param shares by the names that the program gives them, one row each
     * @param found what has been checked of them
     */
    Hash keep(
            Hash proposal, Hash programHash, int owner, Epoch epoch, Map<String, Rep4Vector> shares, ModelFacts found) {
        Exchange exchange = exchanges.get(proposal);
        Map<String, byte[][]> salts = salts(epoch.seeds(), proposal, shares);
        List<Models.SignedCommitment> own = sign(proposal, programHash, shares, salts);
        broadcast(ControlKind.ACTIVATION, encode(proposal, own));
        List<Models.SignedCommitment> all = new ArrayList<>(own);
        for (int peer = 0; peer < identity.parties(); peer++) {
            if (peer != identity.self()) {
                all.addAll(await(peer, "signed the model's shares", exchange.commitments.get(peer)));
            }
        }
        Hash digest = digest(programHash, new TreeSet<>(shares.keySet()), all);
        var activated = new Models.Activated(new Models.Stored(digest, programHash, shares), salts, all, found);
        store(proposal, owner, exchange, activated);
        return digest;
    }

    /** The owner is the last to store: a model that it knows, also after a crash, is one that all have. */
    private void store(Hash proposal, int owner, Exchange exchange, Models.Activated activated) {
        if (identity.self() == owner) {
            awaitStored(exchange);
        }
        models.store(activated);
        broadcast(
                ControlKind.STATUS,
                ModelStored.newBuilder()
                        .setProposalHash(ByteString.copyFrom(proposal.bytes()))
                        .build()
                        .toByteArray());
        if (identity.self() != owner) {
            awaitStored(exchange);
        }
    }

    private void awaitStored(Exchange exchange) {
        for (int peer = 0; peer < identity.parties(); peer++) {
            if (peer != identity.self()) {
                await(peer, "said that it has stored the model", exchange.stored.get(peer));
            }
        }
    }

    private <T> T await(int peer, String deed, CompletableFuture<T> future) {
        try {
            return future.get(settings.receive().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new ProtocolAbort(
                    ProtocolAbort.Reason.DEADLINE,
                    "the " + Role.values()[peer].id() + " node has not " + deed
                            + " in time; its log may say why; activate again");
        } catch (ExecutionException e) {
            throw (Refused) e.getCause();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProtocolAbort(ProtocolAbort.Reason.STOPPED, "interrupted during an activation");
        }
    }

    private Map<String, byte[][]> salts(SharedSeed[] seeds, Hash proposal, Map<String, Rep4Vector> shares) {
        Map<String, byte[][]> salts = new LinkedHashMap<>();
        for (String name : shares.keySet()) {
            byte[][] perPart = new byte[seeds.length][];
            byte[] context = Hash.over("tallystick/stored/1", proposal.bytes(), utf8(name))
                    .bytes();
            for (int j = 0; j < seeds.length; j++) {
                if (j != identity.self()) {
                    perPart[j] = seeds[j].derive("tallystick/stored-salt/1", context);
                }
            }
            salts.put(name, perPart);
        }
        return salts;
    }

    private List<Models.SignedCommitment> sign(
            Hash proposal, Hash program, Map<String, Rep4Vector> shares, Map<String, byte[][]> salts) {
        List<Models.SignedCommitment> signed = new ArrayList<>();
        shares.forEach((name, share) -> {
            for (int j = 0; j < identity.parties(); j++) {
                if (j != identity.self()) {
                    Hash commitment = commitment(program, name, j, salts.get(name)[j], share.part(j));
                    byte[] signature =
                            identity.key().sign(Signing.Domain.COMMITMENT, statement(proposal, name, j, commitment));
                    signed.add(new Models.SignedCommitment(name, j, identity.self(), commitment, signature));
                }
            }
        });
        return signed;
    }

    /** The commitment to part j of a stored vector. */
    static Hash commitment(Hash program, String name, int part, byte[] salt, long[] vector) {
        return Hash.over(
                "tallystick/stored-share/1",
                salt,
                program.bytes(),
                utf8(name),
                new byte[] {(byte) part},
                bytes(vector));
    }

    private static byte[] statement(Hash proposal, String name, int part, Hash commitment) {
        return Hash.over(
                        "tallystick/commitment/1",
                        proposal.bytes(),
                        utf8(name),
                        new byte[] {(byte) part},
                        commitment.bytes())
                .bytes();
    }

    /** The digest over all commitments, once the three holders of every part agree. */
    private Hash digest(Hash program, Iterable<String> names, List<Models.SignedCommitment> all) {
        Map<String, Hash> agreed = new TreeMap<>();
        Map<String, Integer> holders = new TreeMap<>();
        for (Models.SignedCommitment each : all) {
            String key = each.part() + " " + each.name();
            Hash known = agreed.putIfAbsent(key, each.commitment());
            boolean own = each.part() == each.party();
            if (own || known != null && !known.equals(each.commitment())) {
                throw disagreement();
            }
            holders.merge(key, 1 << each.party(), (x, y) -> x | y);
        }
        List<byte[]> parts = new ArrayList<>();
        parts.add(program.bytes());
        int expected = 0;
        for (String name : names) {
            parts.add(utf8(name));
            for (int j = 0; j < identity.parties(); j++) {
                String key = j + " " + name;
                int everyone = (1 << identity.parties()) - 1;
                if (!holders.containsKey(key) || holders.get(key) != (everyone & ~(1 << j))) {
                    throw disagreement();
                }
                parts.add(agreed.get(key).bytes());
                expected++;
            }
        }
        if (expected != agreed.size()) {
            throw disagreement();
        }
        return Hash.over("tallystick/model/1", parts.toArray(byte[][]::new));
    }

    private static ProtocolAbort disagreement() {
        return new ProtocolAbort(
                ProtocolAbort.Reason.CHECK_FAILED, "the nodes do not agree on the shares of the model; activate again");
    }

    private static byte[] encode(Hash proposal, List<Models.SignedCommitment> own) {
        StoredCommitments.Builder message =
                StoredCommitments.newBuilder().setProposalHash(ByteString.copyFrom(proposal.bytes()));
        for (Models.SignedCommitment each : own) {
            message.addCommitments(StoredCommitment.newBuilder()
                    .setName(each.name())
                    .setPart(each.part())
                    .setCommitment(ByteString.copyFrom(each.commitment().bytes()))
                    .setSignature(ByteString.copyFrom(each.signature())));
        }
        return message.build().toByteArray();
    }

    private void broadcast(ControlKind kind, byte[] message) {
        for (int peer = 0; peer < identity.parties(); peer++) {
            if (peer != identity.self()) {
                transport.control(peer, kind, message);
            }
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    static byte[] bytes(long[] vector) {
        ByteBuffer buffer = ByteBuffer.allocate(8 * vector.length).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asLongBuffer().put(vector);
        return buffer.array();
    }
}
