package org.tallystick.node.governance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Proposal;
import org.tallystick.node.storage.Agreements;
import org.tallystick.node.storage.StateDatabase;

/** What governs one agency's node, with a clock to turn and the keys of all four parties. */
final class OneAgency implements AutoCloseable {
    final List<SignatureSuite.Key> keys =
            Stream.generate(SignatureSuite.ED25519::generate).limit(4).toList();
    final List<String> recorded = new ArrayList<>();
    final Set<String> withdrawn = new HashSet<>();
    final Register register;
    final Stops stops;
    final Gate gate;
    Instant now = Samples.NOW;

    private final Path folder;
    private final int self;
    private StateDatabase database;

    final Clock clock = new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    };

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

    private static final class NoTables implements Gate.TableSubjects {
        @Override
        public Optional<List<Proposal.Row>> rows(Proposal.ScoreTable score) {
            return Optional.empty();
        }

        @Override
        public Optional<Hash> program(Proposal.ScoreTable score) {
            return Optional.empty();
        }
    }

    Register register(Agreements storage) {
        List<Register.PublicKey> known = keys.stream()
                .map(key -> new Register.PublicKey(key.suite(), key.publicKey()))
                .toList();
        return new Register(
                storage,
                new Register.Parties("demo", self, new Signer(), known),
                (what, agreement, by) -> {
                    recorded.add(what + " " + by);
                    return () -> {};
                },
                clock);
    }

    private final class Signer implements Register.Signer {
        @Override
        public SignatureSuite suite() {
            return SignatureSuite.ED25519;
        }

        @Override
        public byte[] publicKey() {
            return keys.get(self).publicKey();
        }

        @Override
        public byte[] sign(byte[] hash) {
            return keys.get(self).sign(SignatureSuite.Purpose.AGREEMENT, hash);
        }
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
            assertTrue(register.signed(hash, signature(party, hash)));
        }
        register.change(hash, State.Change.ACTIVATE, "approver");
        return hash;
    }

    Agreements.Signature signature(int party, Hash hash) {
        return new Agreements.Signature(
                party,
                "ed25519",
                keys.get(party).publicKey(),
                keys.get(party).sign(SignatureSuite.Purpose.AGREEMENT, hash.bytes()),
                now);
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
