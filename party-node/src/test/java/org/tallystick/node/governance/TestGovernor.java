package org.tallystick.node.governance;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.tallystick.node.config.Role;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Refusal;
import org.tallystick.node.storage.Agreements;
import org.tallystick.node.storage.StateDatabase;
import org.tallystick.program.ModelFacts;
import org.tallystick.program.Operation;
import org.tallystick.program.Operation.Column;
import org.tallystick.program.Operation.Interval;
import org.tallystick.program.Program;
import org.tallystick.program.ProgramHash;
import org.tallystick.protocol.Profile;

/** What governs the tax office's node of a group, with agreements in all states. */
public final class TestGovernor implements AutoCloseable {
    private static final String BANK = "First Bank of Rong";
    private static final int TAX = 0;
    private static final Clock CLOCK = Clock.systemUTC();

    private final TestKeys keys = new TestKeys();
    private final SignatureSuite.Key issuer = SignatureSuite.ED25519.generate();
    private final Program program = scorecard();
    private final Hash programHash = Hash.of(ProgramHash.of(program).bytes());
    private final Hash model = Hash.over("model", new byte[] {1});
    private final StateDatabase database;
    private final Register register;
    private final Governor governor;
    private final Hash inForce;
    private final Hash offered;

    /** @param folder for its database */
    public TestGovernor(Path folder) {
        database = StateDatabase.open(folder);
        Agreements storage = new Agreements(database);
        Register.Journal record = (what, agreement, by) -> () -> {};
        register = new Register(storage, keys.parties(TAX), record, CLOCK);
        Stops stops = new Stops(storage, each -> Set.of("declared revenue"), CLOCK);
        Set<String> withdrawn = ConcurrentHashMap.newKeySet();
        Gate gate = new Gate(
                TAX, register, stops, new Consents(withdrawn::contains), new SubjectBudgets(90), new NoTables(), CLOCK);
        Leakage leakage = new Leakage(
                new Leakage.Known(
                        hash -> Optional.of(program).filter(each -> hash.equals(programHash)),
                        programHash::equals,
                        hash -> Optional.of(new ModelFacts(2, 1 << 20)).filter(each -> hash.equals(model))),
                new Leakage.Policy(TAX, 90, 100, Map.of("score", 60L)));
        Drafts drafts = new Drafts("demo", hash -> Optional.of(program), register::find);
        governor = new Governor(
                new Governor.Parts(register, stops, gate, leakage, drafts, record),
                storage,
                withdrawn,
                CLOCK,
                new NoNetwork());
        inForce = inForce();
        offered = offered();
        proposed();
        governor.stop(Stops.Kind.COLUMN, "staff names", "li.na");
    }

    public Governor governor() {
        return governor;
    }

    /** Of the program that all of them are about. */
    public Hash program() {
        return programHash;
    }

    /** Of the agreement that is in force. */
    public Hash agreement() {
        return inForce;
    }

    /** Of its next revision, which the bank has offered. */
    public Hash revision() {
        return offered;
    }

    private static final class NoNetwork implements Governor.Network {
        @Override
        public List<Integer> connected() {
            return List.of();
        }

        @Override
        public boolean tell(int peer, byte[] message) {
            return true;
        }

        @Override
        public void stop(Hash session, Refusal.Reason reason) {}
    }

    // ---- agreements

    private static Program scorecard() {
        Interval weight = new Interval(-1000, 1000);
        Interval threshold = new Interval(-(1L << 40), 1L << 40);
        List<Operation> operations = List.of(
                new Operation.Input(
                        0,
                        List.of(column("declared revenue", 24), column("vat paid", 20), column("days in arrears", 11))),
                new Operation.Input(1, List.of(column("kwh of 12 months", 20), column("bills paid late", 6))),
                new Operation.Input(2, List.of(column("insured staff", 12), column("months of contributions", 9))),
                new Operation.Concat(List.of(0, 1, 2)),
                new Operation.Stored(
                        "weights", Stream.generate(() -> weight).limit(7).toList()),
                new Operation.Dot(3, 4),
                new Operation.Stored(
                        "thresholds", Stream.generate(() -> threshold).limit(7).toList()),
                new Operation.Band(5, 6),
                new Operation.Reveal(7, 3));
        return new Program("sme scorecard", Profile.REP4, Role.ids(), 44, operations);
    }

    private static Column column(String name, int bits) {
        return new Column(name, "number", 0, new Interval(0, (1L << bits) - 1));
    }

    private List<Agreement.Column> columns() {
        return program.operations().stream()
                .filter(Operation.Input.class::isInstance)
                .map(Operation.Input.class::cast)
                .flatMap(input -> input.columns().stream()
                        .map(each -> new Agreement.Column(
                                Role.values()[input.owner()].id(),
                                each.name(),
                                each.meaning(),
                                each.bounds().low(),
                                each.bounds().high(),
                                each.scale())))
                .toList();
    }

    private Agreement agreement(int number, String title, long price, Agreement.Limits limits) {
        Instant from = CLOCK.instant().truncatedTo(ChronoUnit.DAYS).minus(Duration.ofDays(20));
        return new Agreement(
                "%032x".formatted(number),
                1,
                Optional.empty(),
                "demo",
                title,
                BANK,
                List.of(
                        new Agreement.Purpose("loan approval", false),
                        new Agreement.Purpose("relief of hardship", true)),
                List.of(new Agreement.Use(
                        Agreement.Kind.SCORE,
                        programHash,
                        List.of(model),
                        program.answerBits(),
                        true,
                        Map.of("tax", price, "utility", 20L, "social-security", 30L))),
                columns(),
                "CNY",
                "rep4",
                limits,
                List.of(new Agreement.Issuer(
                        "registrar", issuer.suite(), HexFormat.of().formatHex(issuer.publicKey()))),
                from,
                from.plus(Duration.ofDays(170)),
                365);
    }

    private static Agreement.Limits limits(int bits) {
        return new Agreement.Limits(bits, 90, 2000, 100, 2, 24);
    }

    private Hash inForce() {
        byte[] document = AgreementFormat.encode(agreement(1, "Loans to small businesses", 50, limits(6)));
        Hash hash = AgreementFormat.hash(document);
        register.propose(document, "zhao.min");
        register.change(hash, State.Change.SIGN, "wang.fang");
        sign(hash, 1, 2, 3);
        register.change(hash, State.Change.ACTIVATE, "wang.fang");
        return hash;
    }

    private Hash offered() {
        Agreement before = register.find(inForce).orElseThrow().agreement();
        Agreement next = agreement(1, "Loans to small businesses", 55, limits(9));
        byte[] document = AgreementFormat.encode(new Agreement(
                before.id(),
                2,
                Optional.of(inForce),
                before.group(),
                next.title(),
                before.requester(),
                List.of(before.purposes().getFirst(), new Agreement.Purpose("supply chain credit", false)),
                next.uses(),
                before.columns(),
                before.currency(),
                before.floor(),
                next.limits(),
                before.issuers(),
                before.validFrom(),
                before.validUntil(),
                180));
        Hash hash = AgreementFormat.hash(document);
        register.offered(Role.BANK.ordinal(), document);
        sign(hash, 1, 2, 3);
        return hash;
    }

    private void proposed() {
        Agreement agreement = agreement(2, "Trade credit, exact", 90, limits(40));
        register.propose(AgreementFormat.encode(agreement), "li.na");
    }

    private void sign(Hash hash, int... parties) {
        for (int party : parties) {
            register.signed(hash, keys.signature(party, hash, CLOCK.instant()));
        }
    }

    @Override
    public void close() {
        database.close();
    }
}
