package org.tallystick.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.node.transport.EpochId;
import org.tallystick.node.wire.ControlKind;
import org.tallystick.program.Encoding;
import org.tallystick.program.GarbledProgram;
import org.tallystick.program.Operation;
import org.tallystick.program.Operation.Band;
import org.tallystick.program.Operation.Column;
import org.tallystick.program.Operation.Concat;
import org.tallystick.program.Operation.Dot;
import org.tallystick.program.Operation.Input;
import org.tallystick.program.Operation.Interval;
import org.tallystick.program.Operation.Reveal;
import org.tallystick.program.Operation.Stored;
import org.tallystick.program.Program;
import org.tallystick.program.ProgramHash;
import org.tallystick.protocol.Profile;

/** Scores in garbled circuits with stock in place, and stock that is made, spent, refused, bounded and dropped. */
final class StockSessionsTest {
    private static final int BANK = TestNodes.BANK;
    private static final List<String> ROLES = List.of("tax", "utility", "social-security", "bank");
    private static final long[] WEIGHTS = {3, -7, 11};
    private static final long[] THRESHOLDS = {0, 1000};

    private final Program program = program("test");
    private final Hash hash = hash(program);
    private TestNodes group;
    private Hash model;

    private static Program program(String name) {
        Interval weight = new Interval(-100, 100);
        Interval threshold = new Interval(-100_000, 100_000);
        List<Operation> operations = List.of(
                new Input(0, List.of(column("a"))),
                new Input(1, List.of(column("b"))),
                new Input(2, List.of(column("c"))),
                new Concat(List.of(0, 1, 2)),
                new Stored("weights", List.of(weight, weight, weight)),
                new Dot(3, 4),
                new Stored("thresholds", List.of(threshold, threshold)),
                new Band(5, 6),
                new Reveal(7, BANK));
        return new Program(name, Profile.REP4, ROLES, 20, operations);
    }

    private static Column column(String name) {
        return new Column(
                name,
                "number(column=" + name + ",unit=one,log=false,mean=0,scale=1,min=0,max=255,outside=reject,missing=0)",
                0,
                new Interval(0, 255));
    }

    private static Hash hash(Program program) {
        return Hash.of(ProgramHash.of(program).bytes());
    }

    @BeforeEach
    void start() throws Exception {
        group = TestNodes.start(TestNodes.openPolicy());
        group.bank().offered(hash, program);
        model = group.bank()
                .sessions
                .activate(
                        program, Encoding.encode(program), hash, Map.of("weights", WEIGHTS, "thresholds", THRESHOLDS));
        for (int row = 0; row < 40; row++) {
            for (int party = 0; party < 3; party++) {
                group.nodes
                        .get(party)
                        .rows
                        .put("subject " + row, Map.of("abc".substring(party, party + 1), value(row, party)));
            }
        }
    }

    private static String value(int row, int party) {
        return Long.toString((row * 37L + party * 101L) % 256);
    }

    private static long expected(int row) {
        long z = 0;
        for (int party = 0; party < 3; party++) {
            z += WEIGHTS[party] * Long.parseLong(value(row, party));
        }
        return (z >= THRESHOLDS[0] ? 1L : 0L) + (z >= THRESHOLDS[1] ? 1L : 0L);
    }

    @AfterEach
    void stop() {
        group.close();
    }

    private Stocks stocks(int party) {
        return group.nodes.get(party).sessions.stocks();
    }

    private GarbledProgram garbled() {
        return assertInstanceOf(
                        GarbledProgram.Found.Possible.class, stocks(BANK).garbled(program))
                .program();
    }

    private Proposal.Score score(List<Long> stock, int rows) {
        List<Proposal.Row> asked = IntStream.range(0, rows)
                .mapToObj(row -> new Proposal.Row(group.bank().sessions.newRequest(), "subject " + row))
                .toList();
        return new Proposal.Score(model, "credit", asked, stock);
    }

    private Sessions.Scored run(Stocks.Picked picked) {
        Proposal.Score score = score(picked.numbers(), picked.numbers().size());
        return group.bank().sessions.score(program, hash, score, List.of(), Optional.of(picked));
    }

    private EpochId epoch() {
        return group.transports.get(BANK).epoch().orElseThrow().id();
    }

    /** What the first agency says to a proposal that only it has heard of. */
    private Refusal.Reason answer(Hash program, Proposal.Work work) throws InterruptedException {
        byte[] nonce = Hash.over("test", group.bank().sessions.newRequest().getBytes(StandardCharsets.US_ASCII))
                .bytes();
        Proposal proposal =
                new Proposal("test", epoch(), Hash.of(nonce), BANK, Profile.REP4, program, Optional.empty(), work);
        byte[] message = Sealed.of(group.keys.get(BANK), proposal, new byte[ProposalFormat.SALT_BYTES])
                .message();
        assertTrue(group.transports.get(BANK).control(0, ControlKind.PROPOSAL, message));
        Refusal.Reason reason = group.nodes.get(0).ownRefusals.poll(3, TimeUnit.MINUTES);
        assertTrue(reason != null, "no refusal came");
        return reason;
    }

    @Test
    void aScoreTakesFourMessagesAndEqualsPlainArithmetic() {
        Stocks.Made made = stocks(BANK).make(garbled(), hash, 40);
        assertTrue(made.roundTrip().isPositive()
                && made.bytes() > 40L * 32 * garbled().function().circuit().ands());
        for (int party = 0; party < 4; party++) {
            assertEquals(40, stocks(party).counts().waiting(), "at party " + party);
        }
        for (int rows : new int[] {1, 1, 37}) {
            try (Stocks.Picked picked = stocks(BANK).pick(hash, rows).orElseThrow()) {
                Sessions.Scored scored = run(picked);
                for (int row = 0; row < rows; row++) {
                    assertEquals(expected(row), scored.answers().getFirst().number(row), "row " + row);
                }
                group.nodes.subList(0, 3).forEach(node -> assertLabelsLast(node, scored));
            }
        }
        assertTrue(stocks(BANK).pick(hash, 2).isEmpty(), "one is left");
        for (int party = 0; party < 4; party++) {
            Stocks.Counts counts = stocks(party).counts();
            assertEquals(List.of(40L, 39L, 0L), List.of(counts.made(), counts.taken(), counts.dropped()));
        }
    }

    /**
     * After the proposal an agency sends inputs with its acceptance, products with digests when it has all inputs, and
     * when it has all products labels, to the bank alone: the fourth message. Its record was durable before.
     */
    private static void assertLabelsLast(TestNodes.Node node, Sessions.Scored scored) {
        TestNodes.await(
                () -> node.finished.stream().anyMatch(run -> run.proposal().equals(scored.proposal())));
        Sessions.Finished run = node.finished.stream()
                .filter(each -> each.proposal().equals(scored.proposal()))
                .findFirst()
                .orElseThrow();
        assertEquals(2, run.report().rounds());
        List<RunReport.Message> labels = run.report().messages().stream()
                .filter(message -> message.round() == 3)
                .toList();
        assertFalse(labels.isEmpty());
        assertTrue(labels.stream().allMatch(message -> message.sent() && message.peer() == BANK));
        assertTrue(run.report().messages().stream().allMatch(message -> message.round() <= 3));
        assertTrue(node.authorised.contains(scored.proposal()));
    }

    @Test
    void stockIsSpentByTheProposalThatNamesItWhateverComesOfIt() throws Exception {
        stocks(BANK).make(garbled(), hash, 6);
        group.nodes.get(1).diskIsFull = true;
        List<Long> spent;
        try (Stocks.Picked picked = stocks(BANK).pick(hash, 2).orElseThrow()) {
            spent = picked.numbers();
            RuntimeException end = assertThrows(RuntimeException.class, () -> run(picked));
            assertTrue(end instanceof ProtocolAbort || end instanceof Refused, String.valueOf(end));
        }
        assertEquals(List.of(), group.nodes.get(1).authorised, "nothing leaves without a record");
        TestNodes.await(() -> stocks(0).counts().taken() == 2);
        assertEquals(Refusal.Reason.STOCK_USED, answer(hash, score(spent, 2)));
        group.nodes.get(1).diskIsFull = false;
        try (Stocks.Picked picked = stocks(BANK).pick(hash, 2).orElseThrow()) {
            assertEquals(expected(1), run(picked).answers().getFirst().number(1));
            List<Long> used = picked.numbers();
            assertEquals(Refusal.Reason.STOCK_USED, answer(hash, score(used, 2)));
        }
    }

    @Test
    void numbersThatAreTwiceThereForeignOrNeverMadeAreRefused() throws Exception {
        stocks(BANK).make(garbled(), hash, 4);
        assertEquals(Refusal.Reason.STOCK_USED, answer(hash, score(List.of(1L, 1L), 2)));
        assertEquals(Refusal.Reason.STOCK_UNKNOWN, answer(hash, score(List.of(0L, 4L), 2)));
        assertEquals(4, stocks(0).counts().waiting(), "a proposal that is refused spends nothing");
        // Of another program that has a model, but no stock.
        Program other = program("other");
        Hash otherHash = hash(other);
        group.bank().offered(otherHash, other);
        Hash otherModel = group.bank()
                .sessions
                .activate(
                        other, Encoding.encode(other), otherHash, Map.of("weights", WEIGHTS, "thresholds", THRESHOLDS));
        Proposal.Row row = score(List.of(), 1).rows().getFirst();
        assertEquals(
                Refusal.Reason.STOCK_UNKNOWN,
                answer(otherHash, new Proposal.Score(otherModel, "credit", List.of(row), List.of(2L))));
        // A number is proposed once in an epoch, whatever became of it.
        assertEquals(Refusal.Reason.STOCK_USED, answer(hash, new Proposal.Stock(3, 2, 0)));
    }

    @Test
    void whatAnAgencyKeepsIsBoundedAndOfApprovedPrograms() throws Exception {
        assertEquals(Refusal.Reason.STOCK_FULL, answer(hash, new Proposal.Stock(0, 65, 0)));
        assertEquals(
                Refusal.Reason.STOCK_FULL,
                assertThrows(Refused.class, () -> stocks(BANK).make(garbled(), hash, 65))
                        .refusal()
                        .reason());
        stocks(BANK).make(garbled(), hash, 60);
        assertEquals(Refusal.Reason.STOCK_FULL, answer(hash, new Proposal.Stock(60, 5, 0)));
        assertEquals(
                Refusal.Reason.PROGRAM_NOT_APPROVED, answer(hash(program("unheard of")), new Proposal.Stock(0, 1, 0)));
        stocks(BANK).release(hash);
        TestNodes.await(() ->
                IntStream.range(0, 4).allMatch(party -> stocks(party).counts().waiting() == 0));
        assertEquals(60, stocks(2).counts().dropped());
        stocks(BANK).make(garbled(), hash, 64);
        group.nodes.get(0).approved.remove(hash);
        stocks(0).drop(hash);
        assertEquals(0, stocks(0).counts().waiting());
        Refused refused = assertThrows(Refused.class, () -> {
            try (Stocks.Picked picked = stocks(BANK).pick(hash, 1).orElseThrow()) {
                run(picked);
            }
        });
        assertEquals(Refusal.Reason.PROGRAM_NOT_APPROVED, refused.refusal().reason());
    }

    @Test
    void stockEndsWithItsEpoch() throws Exception {
        stocks(BANK).make(garbled(), hash, 5);
        EpochId before = epoch();
        Stocks.Picked old = stocks(BANK).pick(hash, 1).orElseThrow();
        group.transports.get(0).reconnect(1);
        TestNodes.await(() -> group.transports.stream()
                .allMatch(node ->
                        node.epoch().filter(epoch -> !epoch.id().equals(before)).isPresent()));
        TestNodes.await(() ->
                IntStream.range(0, 4).allMatch(party -> stocks(party).counts().waiting() == 0));
        assertTrue(stocks(BANK).pick(hash, 1).isEmpty());
        RuntimeException end = assertThrows(RuntimeException.class, () -> run(old));
        assertTrue(end instanceof ProtocolAbort || end instanceof Refused, String.valueOf(end));
        assertEquals(Refusal.Reason.STOCK_UNKNOWN, answer(hash, score(List.of(1L), 1)));
        stocks(BANK).make(garbled(), hash, 3);
        try (Stocks.Picked picked = stocks(BANK).pick(hash, 3).orElseThrow()) {
            assertEquals(expected(2), run(picked).answers().getFirst().number(2));
        }
    }

    @Test
    void aGarblerThatIsLostAfterItsAcceptanceLeavesTheBankWithoutAnAnswer() {
        stocks(BANK).make(garbled(), hash, 3);
        group.wire = (from, to, kind, message) -> {
            if (kind == ControlKind.ACCEPT && from == 2 && to == BANK) {
                // Its acceptance is there; nothing after it will be.
                group.transports.get(2).reconnect(BANK);
            }
            return Optional.of(message);
        };
        try (Stocks.Picked picked = stocks(BANK).pick(hash, 1).orElseThrow()) {
            ProtocolAbort end = assertThrows(ProtocolAbort.class, () -> run(picked));
            assertTrue(end.reason() == ProtocolAbort.Reason.PEER_LOST
                    || end.reason() == ProtocolAbort.Reason.PEER_STOPPED);
        }
        group.wire = (from, to, kind, message) -> Optional.of(message);
        TestNodes.await(
                () -> group.transports.stream().allMatch(node -> node.epoch().isPresent()));
    }
}
