package org.tallystick.node.governance;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.tallystick.node.audit.Receipt;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Proposal;
import org.tallystick.node.session.Receipts;
import org.tallystick.node.session.Refusal;
import org.tallystick.node.session.Sealed;
import org.tallystick.node.storage.Agreements;
import org.tallystick.node.storage.StateDatabase;
import org.tallystick.node.storage.StorageFailure;
import org.tallystick.node.transport.EpochId;
import org.tallystick.protocol.Profile;

/** The gate of the tax office's node with one agreement in force, and proposals of the bank's to it. */
final class TestGate implements AutoCloseable {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int TAX = 0;
    private static final int BANK = 3;

    private final TestKeys keys = new TestKeys();
    private final Set<String> withdrawn = new HashSet<>();
    private final StateDatabase database;
    private final Register register;
    private final Stops stops;
    private final Gate gate;
    private final Governor governor;
    private final Agreements storage;
    private final List<Receipt.Event> recorded = new ArrayList<>();
    private boolean logFails;
    private final Set<Hash> approved = new HashSet<>();
    private final Map<Integer, List<byte[]>> told = new HashMap<>();
    private final Map<Integer, Integer> leavesAfter = new HashMap<>();
    private final List<Hash> ended = new ArrayList<>();
    private final Hash agreement;
    private final TurnedClock clock = new TurnedClock();
    private int numbers;
    private int offered;

    TestGate(Path folder) {
        this(folder, new Agreement.Limits(60, 90, 1000, 100, 2, 24));
    }

    TestGate(Path folder, Agreement.Limits limits) {
        database = StateDatabase.open(folder);
        storage = new Agreements(database);
        register = new Register(storage, keys.parties(TAX), this::record, clock);
        stops = new Stops(storage, program -> Set.of("revenue"), clock);
        gate = new Gate(
                TAX, register, stops, new Consents(withdrawn::contains), new SubjectBudgets(90), new NoTables(), clock);
        governor = governing();
        agreement = inForce(Samples.agreement(Samples.ISSUER, limits));
    }

    private Governor governing() {
        Leakage leakage = new Leakage(
                new Leakage.Known(hash -> Optional.empty(), hash -> false, hash -> Optional.empty()),
                new Leakage.Policy(TAX, 90, 100, Map.of()));
        Drafts drafts = new Drafts("demo", hash -> Optional.empty(), register::find);
        Governor.Network network = new Governor.Network() {
            @Override
            public List<Integer> connected() {
                return IntStream.range(1, 4)
                        .filter(peer -> told(peer).size() < leavesAfter.getOrDefault(peer, Integer.MAX_VALUE))
                        .boxed()
                        .toList();
            }

            @Override
            public boolean tell(int peer, byte[] message) {
                // The bank takes little before it has to be waited for.
                boolean taken = peer != 3 || ++offered % 3 != 0;
                if (taken) {
                    told(peer).add(message);
                }
                return taken;
            }

            @Override
            public void stop(Hash session, Refusal.Reason reason) {
                ended.add(session);
            }
        };
        return new Governor(
                new Governor.Parts(register, stops, gate, leakage, drafts, this::record),
                storage,
                withdrawn,
                clock,
                network);
    }

    private Receipts.Written record(String what, Hash about, String by) {
        if (logFails) {
            throw new StorageFailure("the disk is full", "free space");
        }
        recorded.add(new Receipt.Event(0, Events.kind(what), Events.content(what, about, by)));
        return () -> {};
    }

    /** Puts something on record that nobody did. */
    void recorded(String what) {
        recorded(what, Hash.of(new byte[Hash.BYTES]));
    }

    void recorded(String what, Hash about) {
        record(what, about, "nobody").await();
    }

    /** Where the database has approved programs. */
    Set<Hash> approved() {
        return approved;
    }

    /** What the log has of a kind, the first line of each. */
    List<String> recordedOf(String kind) {
        return recorded.stream()
                .filter(event -> event.kind().equals(kind))
                .map(event -> event.content().toStringUtf8().split("\n", 2)[0])
                .toList();
    }

    /** From now on the node dies before it puts a change on record, or no more. */
    void logFails(boolean fails) {
        logFails = fails;
    }

    /** The node's parts after a start, from the same database and receipts. */
    record Restarted(Register register, Stops stops, Gate gate, Set<String> withdrawn, List<String> warnings) {}

    Restarted restarted() {
        Register again = new Register(storage, keys.parties(TAX), this::record, clock);
        Stops stopped = new Stops(storage, program -> Set.of("revenue"), clock);
        Set<String> names = Governor.withdrawn(storage);
        Events events = new Events();
        List.copyOf(recorded).forEach(events::add);
        List<String> warnings =
                Reconciliation.of(events, again, stopped, storage, names, approved::contains, this::record);
        Gate anew = new Gate(
                TAX, again, stopped, new Consents(names::contains), new SubjectBudgets(90), new NoTables(), clock);
        return new Restarted(again, stopped, anew, names, warnings);
    }

    /** Has it activated, as all parties want. */
    Hash inForce(Agreement document) {
        Hash hash = signed(document);
        register.change(hash, State.Change.ACTIVATE, "approver");
        return hash;
    }

    /** Has one that all have signed activated, in database and receipts, by a node that is killed right after that. */
    void activatedBeforeAKill(Hash hash, Instant at) {
        edited(hash, State.SIGNED, State.ACTIVE, at);
        recorded("agreement activated", hash);
    }

    /** What somebody with the database's password does. */
    void edited(Hash hash, State from, State to, Instant at) {
        boolean stood = storage.change(
                hash.bytes(), from.name(), to.name(), Optional.empty(), "approver", at, Optional.empty());
        if (!stood) {
            throw new IllegalStateException("the agreement is not " + from);
        }
    }

    /** Has it signed by all parties. */
    Hash signed(Agreement document) {
        byte[] bytes = AgreementFormat.encode(document);
        Hash hash = AgreementFormat.hash(bytes);
        register.propose(bytes, "officer");
        register.change(hash, State.Change.SIGN, "approver");
        for (int party = 1; party < 4; party++) {
            register.signed(hash, keys.signature(party, hash, Samples.NOW));
        }
        return hash;
    }

    /** From now on it is so late. */
    void at(Instant instant) {
        clock.at(instant);
    }

    Gate gate() {
        return gate;
    }

    Governor governor() {
        return governor;
    }

    Agreements storage() {
        return storage;
    }

    /** The runs that people's changes have ended. */
    List<Hash> ended() {
        return ended;
    }

    /** What a peer was told. */
    List<byte[]> told(int peer) {
        return told.computeIfAbsent(peer, any -> new ArrayList<>());
    }

    /** A peer is away once it was told so much. */
    void leavesAfter(int peer, int messages) {
        leavesAfter.put(peer, messages);
    }

    Register register() {
        return register;
    }

    Stops stops() {
        return stops;
    }

    Hash agreement() {
        return agreement;
    }

    String request() {
        return "%032x".formatted(++numbers);
    }

    /** A consent to be asked about once. */
    static String consent(String subject) {
        Consent consent = Samples.consent(subject, ConsentToken.newNonce(RANDOM));
        return ConsentToken.issue(Samples.ISSUER, List.of(consent)).getFirst();
    }

    /** With a request and a consent of its own. */
    Proposal.Row row(String subject) {
        return new Proposal.Row(request(), subject, consent(subject));
    }

    Sealed score(Proposal.Row... rows) {
        return score(agreement, rows);
    }

    Sealed score(Hash under, Proposal.Row... rows) {
        Hash hash = Hash.over("session", new byte[] {(byte) ++numbers, (byte) (numbers >> 8)});
        Proposal proposal = new Proposal(
                "demo",
                EpochId.of(new byte[EpochId.BYTES]),
                hash,
                BANK,
                Profile.REP4,
                Samples.PROGRAM,
                Optional.of(new Proposal.Terms(under, 100)),
                new Proposal.Score(Samples.MODEL, Samples.PURPOSE, List.of(rows)));
        return new Sealed(proposal, new byte[0], new byte[0], new byte[0], hash);
    }

    @Override
    public void close() {
        database.close();
    }
}
