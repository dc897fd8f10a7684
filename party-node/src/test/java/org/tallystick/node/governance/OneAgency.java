package org.tallystick.node.governance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.tallystick.node.session.Hash;
import org.tallystick.node.storage.Agreements;
import org.tallystick.node.storage.StateDatabase;

/** What governs one agency's node, with a clock to turn and the keys of all four parties. */
final class OneAgency implements AutoCloseable {
    final TestKeys keys = new TestKeys();
    final List<String> recorded = new ArrayList<>();
    final Set<String> withdrawn = new HashSet<>();
    final Register register;
    final Stops stops;
    final Gate gate;
    final TurnedClock clock = new TurnedClock();

    private final Path folder;
    private final int self;
    private StateDatabase database;

    OneAgency(Path folder, int self) {
        this.folder = folder;
        this.self = self;
        database = StateDatabase.open(folder);
        Agreements storage = new Agreements(database);
        register = register(storage);
        stops = new Stops(storage, program -> Set.of("revenue"), clock);
        gate = freshGate();
    }

    /** A gate that knows what is agreed, and of no session. */
    Gate freshGate() {
        return new Gate(
                self,
                register,
                stops,
                new Consents(withdrawn::contains),
                new SubjectBudgets(90),
                new NoTables(),
                clock);
    }

    Register register(Agreements storage) {
        return new Register(
                storage,
                keys.parties(self),
                (what, agreement, by) -> {
                    recorded.add(what + " " + by);
                    return () -> {};
                },
                clock);
    }

    /** The other parties, ascending. */
    List<Integer> others() {
        return IntStream.range(0, 4).filter(party -> party != self).boxed().toList();
    }

    /** Has it signed by all and activated. */
    Hash inForce(Agreement agreement) {
        byte[] document = AgreementFormat.encode(agreement);
        Hash hash = AgreementFormat.hash(document);
        register.propose(document, "officer");
        register.change(hash, State.Change.SIGN, "approver");
        for (int party : others()) {
            assertTrue(register.signed(hash, keys.signature(party, hash, clock.instant())));
        }
        register.change(hash, State.Change.ACTIVATE, "approver");
        return hash;
    }

    /** Its records as a node that starts again finds them. */
    Agreements reopened() {
        database.close();
        database = StateDatabase.open(folder);
        return new Agreements(database);
    }

    @Override
    public void close() {
        database.close();
    }
}
