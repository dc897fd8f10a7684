package org.tallystick.node.session;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.node.config.Role;
import org.tallystick.node.transport.Epoch;
import org.tallystick.node.transport.SessionId;
import org.tallystick.node.transport.SessionMesh;
import org.tallystick.node.transport.Transport;
import org.tallystick.node.wire.ControlKind;
import org.tallystick.node.wire.ModelStored;
import org.tallystick.program.Operation;
import org.tallystick.program.Program;
import org.tallystick.protocol.OwnerInput;
import org.tallystick.protocol.rep4.KeptInput;
import org.tallystick.protocol.rep4.Rep4;
import org.tallystick.random.SharedSeed;

/**
 * Segments of tables: every owner but the proposer inputs its columns once, and every node keeps its shares. Nothing is
 * opened. The proposer's columns are brought in with every score: it may sum them under weights of its own. The seeds
 * of a segment are derived from the epoch's and the proposal's hash, and kept with it: they outlive the epoch, and
 * nothing else can be told from them.
 */
final class TableRuns {
    private final Transport transport;
    private final Identity identity;
    private final Tables tables;
    private final Sessions.Settings settings;
    private final Map<Hash, List<CompletableFuture<Void>>> stored = new ConcurrentHashMap<>();

    TableRuns(Transport transport, Identity identity, Tables tables, Sessions.Settings settings) {
        this.transport = transport;
        this.identity = identity;
        this.tables = tables;
        this.settings = settings;
    }

    /** Before this node accepts; what peers say of the proposal has a place from here on. */
    void expect(Hash proposal) {
        List<CompletableFuture<Void>> each = new ArrayList<>();
        for (int party = 0; party < identity.parties(); party++) {
            each.add(new CompletableFuture<>());
        }
        stored.put(proposal, each);
    }

    void forget(Hash proposal) {
        stored.remove(proposal);
    }

    /** Whether a peer's message was about a segment that is being stored here. */
    boolean stored(int peer, byte[] message) throws InvalidProtocolBufferException, ProposalFormat.BadMessage {
        Hash proposal = ProposalFormat.hash(ModelStored.parseFrom(message).getProposalHash());
        List<CompletableFuture<Void>> expected = stored.get(proposal);
        if (expected != null) {
            expected.get(peer).complete(null);
        }
        return expected != null;
    }

    /** A peer gives up, after it has accepted. */
    void refused(int peer, Hash proposal, Refusal refusal) {
        List<CompletableFuture<Void>> expected = stored.get(proposal);
        if (expected != null) {
            expected.get(peer).completeExceptionally(new Refused(peer, refusal));
        }
    }

    /**
     * Takes part in a proposal: nothing is stored before all nodes have accepted. The proposer stores last: a segment
     * that it knows is one that all have.
     */
    RunReport execute(
            Sealed sealed,
            Epoch epoch,
            Program program,
            Proposal.Store store,
            List<long[]> own,
            Acceptances acceptances,
            Recorded recorded) {
        long start = System.nanoTime();
        Hash proposal = sealed.hash();
        int proposer = sealed.proposal().proposer();
        SessionId id = ScoreRun.sessionOf(proposal);
        try (SessionMesh mesh = transport.open(id, epoch.id(), settings.receive())) {
            recorded.tellAcceptance();
            acceptances.throwIfRefused(proposal, Duration.ZERO);
            MeteredMesh metered = new MeteredMesh(mesh, false);
            byte[][] kept = new byte[identity.parties()][];
            SharedSeed[] seeds = new SharedSeed[kept.length];
            for (int j = 0; j < kept.length; j++) {
                if (j != identity.self()) {
                    kept[j] = epoch.seeds()[j].derive("tallystick/table/1", proposal.bytes());
                    seeds[j] = SharedSeed.of(kept[j]);
                }
            }
            Rep4 rep4 = new Rep4(metered, epoch.seeds(), proposal.bytes());
            List<KeptInput> inputs =
                    rep4.keep(inputs(program, proposer, store.subjects().size(), own), seeds);
            acceptances.await(proposal, settings.accept());
            keep(proposal, proposer, store, new Tables.Segment(proposal, kept, inputs), recorded);
            return metered.report(System.nanoTime() - start);
        } catch (SharedSeed.Erased e) {
            throw ScoreRun.epochEnded();
        } catch (RuntimeException e) {
            transport.stop(id);
            throw e;
        }
    }

    /** Whether anyone but the proposer has columns. */
    static boolean hasColumns(Program program, int proposer) {
        return program.operations().stream()
                .anyMatch(operation -> operation instanceof Operation.Input input && input.owner() != proposer);
    }

    private List<OwnerInput> inputs(Program program, int proposer, int rows, List<long[]> own) {
        Iterator<long[]> mine = own.iterator();
        List<OwnerInput> inputs = new ArrayList<>();
        for (Operation operation : program.operations()) {
            if (operation instanceof Operation.Input(int owner, List<Operation.Column> columns) && owner != proposer) {
                long[] values = owner == identity.self() ? mine.next() : null;
                inputs.add(new OwnerInput(owner, rows, columns.size(), Long.SIZE, values));
            }
        }
        return inputs;
    }

    private void keep(Hash proposal, int proposer, Proposal.Store store, Tables.Segment segment, Recorded recorded) {
        if (identity.self() == proposer) {
            awaitStored(proposal);
        }
        tables.keep(store.table(), store.position(), store.subjects(), segment);
        recorded.stored();
        byte[] message = ModelStored.newBuilder()
                .setProposalHash(ByteString.copyFrom(proposal.bytes()))
                .build()
                .toByteArray();
        if (identity.self() != proposer) {
            transport.control(proposer, ControlKind.STATUS, message);
        }
    }

    private void awaitStored(Hash proposal) {
        List<CompletableFuture<Void>> expected = stored.get(proposal);
        for (int peer = 0; peer < identity.parties(); peer++) {
            if (peer != identity.self()) {
                await(peer, expected.get(peer));
            }
        }
    }

    private void await(int peer, CompletableFuture<Void> future) {
        try {
            future.get(settings.receive().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new ProtocolAbort(
                    ProtocolAbort.Reason.DEADLINE,
                    "the " + Role.values()[peer].id()
                            + " node has not said in time that it has stored its shares; its log may say why");
        } catch (ExecutionException e) {
            throw (Refused) e.getCause();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProtocolAbort(ProtocolAbort.Reason.STOPPED, "interrupted while a table was stored");
        }
    }
}
