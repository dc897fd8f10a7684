package org.tallystick.node.session;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.tallystick.net.Mesh;
import org.tallystick.node.TestPorts;
import org.tallystick.node.certs.DevelopmentAuthority;
import org.tallystick.node.certs.DevelopmentAuthority.Validity;
import org.tallystick.node.certs.Signing;
import org.tallystick.node.config.Role;
import org.tallystick.node.storage.StorageFailure;
import org.tallystick.node.transport.Epoch;
import org.tallystick.node.transport.EpochId;
import org.tallystick.node.transport.TlsMaterial;
import org.tallystick.node.transport.Transport;
import org.tallystick.node.transport.TransportConfig;
import org.tallystick.node.transport.TransportListener;
import org.tallystick.node.wire.ControlKind;
import org.tallystick.program.Encoder;
import org.tallystick.program.Program;
import org.tallystick.protocol.Profile;
import org.tallystick.training.EvaluationPlan;
import org.tallystick.training.Training;
import org.tallystick.training.TrainingPlan;

/** Four nodes' transports and session layers in one process, over real TLS, with tables of rows in memory. */
final class TestNodes implements AutoCloseable {
    static final int BANK = 3;
    static final Duration DEADLINE = Duration.ofSeconds(20);

    final Vertx vertx = Vertx.vertx();
    final List<Transport> transports = new ArrayList<>();
    final List<Node> nodes = new ArrayList<>();
    final List<Signing> keys = new ArrayList<>();
    private final List<TransportConfig.Party> parties = new ArrayList<>();
    private final DevelopmentAuthority authority =
            DevelopmentAuthority.create("test", Validity.of(Duration.ofHours(1)));
    private final CountDownLatch ready = new CountDownLatch(4);
    private final Policy policy;
    private final Duration deadline;
    private final TransportConfig.Limits limits;

    /** What a node says to another as it arrives there: for nodes that say something else, or nothing. */
    volatile Wire wire = PLAIN;

    /** Acceptances that were noted on an event loop. */
    final AtomicInteger noted = new AtomicInteger();

    /** What lies between a node's runs of scores and of stock and the network: for nodes that cheat. */
    volatile Line line = (party, mesh) -> mesh;

    interface Line {
        Mesh over(int party, Mesh mesh);
    }

    private TestNodes(Policy policy, Duration deadline, TransportConfig.Limits limits) {
        this.policy = policy;
        this.deadline = deadline;
        this.limits = limits;
    }

    /** Empty for a message that was never sent. */
    interface Wire {
        Optional<byte[]> arrives(int from, int to, ControlKind kind, byte[] message);
    }

    private static final Wire PLAIN = (from, to, kind, message) -> Optional.of(message);

    /** One node's records, in memory. */
    static final class Node implements Programs, Models, Inputs, Receipts, RunEnds {
        final int self;
        final Map<Hash, Program> offered = new ConcurrentHashMap<>();
        final Set<Hash> approved = ConcurrentHashMap.newKeySet();
        final Map<Hash, Stored> models = new ConcurrentHashMap<>();
        final Map<String, Map<String, String>> rows = new ConcurrentHashMap<>();
        final List<Hash> authorised = new CopyOnWriteArrayList<>();
        final List<Hash> voided = new CopyOnWriteArrayList<>();
        final List<RunEnds.Finished> finished = new CopyOnWriteArrayList<>();
        final BlockingQueue<org.tallystick.net.ProtocolAbort.Reason> aborted = new LinkedBlockingQueue<>();
        final BlockingQueue<Refusal.Reason> ownRefusals = new LinkedBlockingQueue<>();
        final BlockingQueue<Refusal.Reason> heardRefusals = new LinkedBlockingQueue<>();
        final Map<Hash, Integer> accepted = new ConcurrentHashMap<>();
        final Map<Hash, Refusal.Reason> refused = new ConcurrentHashMap<>();
        final Map<Hash, Outcome> ended = new ConcurrentHashMap<>();
        final MemoryTables tables = new MemoryTables();
        final List<Integer> tableRows = new CopyOnWriteArrayList<>();
        volatile boolean approveAll = true;
        volatile boolean diskIsFull;
        volatile boolean cannotAccept;
        /** What happens once a release is on record, before anything of it leaves. */
        volatile Runnable releasing = () -> {};
        /** What happens at each step of a session of which something is told. */
        volatile Consumer<Step> at = step -> {};
        /** It was killed: what its threads still do is on no record. */
        volatile boolean isGone;
        /** What happens before it reads its rows of a proposal. */
        volatile Runnable reading = () -> {};

        volatile Governance governance = Governance.NONE;
        final MemoryTrainings trainings = new MemoryTrainings(this::requireSpace);
        final List<Hash> trained = new CopyOnWriteArrayList<>();
        Sessions sessions;

        Node(int self) {
            this.self = self;
        }

        @Override
        public Optional<Program> approved(Hash hash) {
            return approved.contains(hash) ? Optional.ofNullable(offered.get(hash)) : Optional.empty();
        }

        @Override
        public void offered(Hash hash, Program program) {
            offered.put(hash, program);
            if (approveAll) {
                approved.add(hash);
            }
        }

        @Override
        public Optional<Stored> find(Hash digest) {
            return Optional.ofNullable(models.get(digest));
        }

        @Override
        public void store(Activated activated) {
            requireSpace();
            models.put(activated.model().digest(), activated.model());
        }

        @Override
        public Written accepted(Sealed proposal, int bits, long price) {
            return () -> {
                at.accept(Step.ACCEPTING);
                if (cannotAccept) {
                    throw new StorageFailure("the disk is full", "free space");
                }
                keep(() -> accepted.put(proposal.hash(), bits));
                at.accept(Step.ACCEPTED);
            };
        }

        @Override
        public void refused(Sealed proposal, Refusal refusal) {
            refused.put(proposal.hash(), refusal.reason());
        }

        @Override
        public Written authorised(Hash session, List<Integer> parties, boolean leaves) {
            return () -> {
                at.accept(Step.AUTHORISING);
                requireSpace();
                keep(() -> authorised.add(session));
                releasing.run();
                at.accept(Step.AUTHORISED);
            };
        }

        private void keep(Runnable record) {
            if (!isGone) {
                record.run();
            }
        }

        private void requireSpace() {
            if (diskIsFull) {
                throw new StorageFailure("the disk is full", "free space");
            }
        }

        @Override
        public void ended(Hash session, Outcome outcome) {
            switch (outcome.kind()) {
                case RELEASED -> at.accept(Step.ENDING);
                case NOTHING_LEFT -> keep(() -> voided.add(session));
                case DONE -> requireSpace();
                case REFUSED, ABORTED -> {}
            }
            keep(() -> ended.put(session, outcome));
        }

        @Override
        public void finished(RunEnds.Finished run) {
            finished.add(run);
        }

        @Override
        public void ranTable(RunEnds.TableRun run) {
            if (run.kind().equals("score")) {
                tableRows.add(run.rows());
            }
        }

        @Override
        public void trained(Hash proposal, Hash plan, int rows, RunReport report) {
            trained.add(proposal);
        }

        @Override
        public void aborted(org.tallystick.net.ProtocolAbort.Reason reason) {
            aborted.add(reason);
        }

        @Override
        public void refused(int party, Refusal.Reason reason) {
            (party == self ? ownRefusals : heardRefusals).add(reason);
        }

        @Override
        public void offered(Hash hash, TrainingPlan plan) {
            if (approveAll) {
                approved.add(hash);
            }
        }

        @Override
        public void offered(Hash hash, EvaluationPlan plan) {
            if (approveAll) {
                approved.add(hash);
            }
        }

        @Override
        public boolean isApproved(Hash plan) {
            return approved.contains(plan);
        }

        @Override
        public Training.Own raw(List<String> learning, List<String> testing) {
            return new Training.Own(found(learning), found(testing));
        }

        private List<Optional<Map<String, String>>> found(List<String> subjects) {
            return subjects.stream()
                    .map(subject -> Optional.ofNullable(rows.get(subject)))
                    .toList();
        }

        @Override
        public List<long[]> read(Program program, List<Proposal.Row> asked) {
            reading.run();
            List<Optional<Map<String, String>>> found =
                    found(asked.stream().map(Proposal.Row::subject).toList());
            Encoder encoder = Encoder.of(program, self);
            return encoder.columns().isEmpty() ? List.of() : List.of(encoder.encode(found));
        }
    }

    static TestNodes start(Policy policy) throws IOException, InterruptedException {
        return start(policy, DEADLINE);
    }

    static TestNodes start(Policy policy, Duration deadline) throws IOException, InterruptedException {
        return start(policy, deadline, TransportConfig.Limits.DEFAULT);
    }

    static TestNodes start(Policy policy, Duration deadline, TransportConfig.Limits limits)
            throws IOException, InterruptedException {
        TestNodes group = new TestNodes(policy, deadline, limits);
        for (int self = 0; self < 4; self++) {
            group.nodes.add(new Node(self));
            group.keys.add(Signing.generate());
            group.parties.add(new TransportConfig.Party(Role.values()[self].id(), "127.0.0.1", TestPorts.free()));
        }
        for (int self = 0; self < 4; self++) {
            group.transports.add(group.launched(self));
        }
        if (!group.ready.await(3, TimeUnit.MINUTES)) {
            throw new IllegalStateException("the four transports did not agree on an epoch");
        }
        return group;
    }

    /** A node's process, as far as there is one: its records are kept apart. */
    private Transport launched(int self) throws IOException {
        Node node = nodes.get(self);
        DevelopmentAuthority.Identity identity =
                authority.issue(Role.values()[self].id(), Validity.of(Duration.ofHours(1)));
        TlsMaterial tls = TlsMaterial.ofPem(
                identity.certificatePem().getBytes(StandardCharsets.US_ASCII),
                identity.keyPem().getBytes(StandardCharsets.US_ASCII),
                authority.certificatePem().getBytes(StandardCharsets.US_ASCII));
        AtomicReference<Sessions> sessions = new AtomicReference<>();
        Transport transport = Transport.start(vertx, config(self, parties, tls, limits), new TransportListener() {
            @Override
            public void control(int peer, ControlKind kind, byte[] message) {
                wire.arrives(peer, self, kind, message)
                        .ifPresent(told -> sessions.get().hearing().control(peer, kind, told));
            }

            @Override
            public boolean note(int peer, ControlKind kind, byte[] message) {
                boolean isNoted = wire == PLAIN && sessions.get().hearing().note(peer, kind, message);
                noted.addAndGet(isNoted ? 1 : 0);
                return isNoted;
            }

            @Override
            public void ready(Epoch epoch) {
                ready.countDown();
            }

            @Override
            public void ended(EpochId epoch, String reason) {
                sessions.get().epochEnded(epoch);
            }
        });
        Identity own = new Identity(
                "test",
                self,
                keys.get(self),
                keys.stream().map(Signing::publicKey).toList());
        node.sessions = new Sessions(
                transport,
                own,
                policy,
                new Sessions.Services(
                        node,
                        node,
                        node,
                        node.tables,
                        node,
                        new LateGovernance(() -> node.governance),
                        node.trainings,
                        node),
                new Sessions.Settings(deadline, deadline, true, mesh -> line.over(self, mesh)));
        sessions.set(node.sessions);
        return transport;
    }

    /** Starts a node again that was closed, with its records and nothing of its memory; all four agree anew. */
    void restart(int party) throws IOException {
        transports.set(party, launched(party));
        await(() -> {
            Optional<EpochId> first = transports.getFirst().epoch().map(Epoch::id);
            return first.isPresent()
                    && transports.stream()
                            .allMatch(node -> node.epoch().map(Epoch::id).equals(first));
        });
    }

    private static TransportConfig config(
            int self, List<TransportConfig.Party> parties, TlsMaterial tls, TransportConfig.Limits limits) {
        TransportConfig usual = TransportConfig.of(self, parties, "test", tls);
        return new TransportConfig(
                self, parties, "test", usual.listenHost(), usual.listenPort(), tls, limits, usual.timing(), "test");
    }

    /** Waits for what has to come, minutes at most. */
    static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited for three minutes");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    static Policy openPolicy() {
        return new Policy(Profile.REP4, 1000, 3_000, Set.of(), BANK, 16, new Policy.Stock(64, 8 << 20));
    }

    Node bank() {
        return nodes.get(BANK);
    }

    @Override
    public void close() {
        transports.forEach(Transport::close);
        vertx.close().await();
    }
}
