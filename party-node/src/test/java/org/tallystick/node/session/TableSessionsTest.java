package org.tallystick.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.node.storage.StorageFailure;
import org.tallystick.program.Encoding;
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
import org.tallystick.protocol.rep4.KeptInput;
import org.tallystick.ring.PackedColumns;

/** Tables of shares among four session layers over real TLS. */
final class TableSessionsTest {
    private static final Interval BYTE = new Interval(0, 255);
    private static final Interval WEIGHT = new Interval(-100, 100);
    private static final int ROWS = 1_100;
    private static final String TABLE = "0123456789abcdef0123456789abcdef";
    private static final long[] WEIGHTS = {3, -7, 11};

    private TestNodes group;
    private final Program all = program("all", List.of("a", "b", "c"), 20);
    private final Program fewer = program("fewer", List.of("b", "a"), 19);

    private static Program program(String name, List<String> columns, int width) {
        List<Operation> operations = new ArrayList<>();
        for (String column : columns) {
            operations.add(new Input("abcd".indexOf(column), List.of(column(column))));
        }
        int inputs = columns.size();
        operations.add(new Concat(IntStream.range(0, inputs).boxed().toList()));
        operations.add(new Stored("weights", columns.stream().map(c -> WEIGHT).toList()));
        operations.add(new Dot(inputs, inputs + 1));
        operations.add(new Stored("thresholds", List.of(new Interval(-100_000, 100_000))));
        operations.add(new Band(inputs + 2, inputs + 3));
        operations.add(new Reveal(inputs + 4, TestNodes.BANK));
        return new Program(name, Profile.REP4, List.of("tax", "utility", "social-security", "bank"), width, operations);
    }

    private static Column column(String name) {
        return new Column(
                name,
                "number(column=" + name + ",unit=one,log=false,mean=0,scale=1,min=0,max=255,outside=reject,missing=0)",
                0,
                BYTE);
    }

    @BeforeEach
    void start() throws Exception {
        group = TestNodes.start(TestNodes.openPolicy());
        Random random = new Random(1);
        for (int row = 0; row < ROWS; row++) {
            for (int party = 0; party < 3; party++) {
                group.nodes
                        .get(party)
                        .rows
                        .put(
                                "subject " + row,
                                Map.of("abc".substring(party, party + 1), Integer.toString(random.nextInt(256))));
            }
        }
    }

    @AfterEach
    void stop() {
        group.close();
    }

    private static Hash hashOf(Program program) {
        return Hash.of(ProgramHash.of(program).bytes());
    }

    private Hash activate(Program program, long... weights) {
        group.bank().offered(hashOf(program), program);
        return group.bank()
                .sessions
                .activate(
                        program,
                        Encoding.encode(program),
                        hashOf(program),
                        Map.of("weights", weights, "thresholds", new long[] {500}));
    }

    private Hash store(int position) {
        Tables.Table table = new Tables.Table(TABLE, "features", LocalDate.of(2026, 10, 31), hashOf(all), ROWS, 600);
        List<String> subjects = IntStream.range(position * 600, Math.min(ROWS, position * 600 + 600))
                .mapToObj(row -> "subject " + row)
                .toList();
        return group.bank().sessions.store(all, new Proposal.Store(table, position, subjects));
    }

    private Sessions.Scored score(Program program, Hash model, int position, Hash filled) {
        return score(program, model, position, filled, List.of());
    }

    private Sessions.Scored score(Program program, Hash model, int position, Hash filled, List<long[]> own) {
        String request = group.bank().sessions.newRequest();
        Proposal.ScoreTable score = new Proposal.ScoreTable(model, "credit", TABLE, position, filled, request);
        return group.bank().sessions.scoreTable(program, hashOf(program), score, own);
    }

    private long value(int party, int row) {
        return Long.parseLong(group.nodes.get(party).rows.get("subject " + row).get("abc".substring(party, party + 1)));
    }

    private void assertScores(Sessions.Scored scored, int from, int rows, long... weights) {
        assertEquals(rows, scored.answers().getFirst().rows());
        for (int row = 0; row < rows; row++) {
            long z = 0;
            for (int party = 0; party < 3; party++) {
                z += weights[party] * value(party, from + row);
            }
            assertEquals(z >= 500, scored.answers().getFirst().get(0, row), "row " + row);
        }
    }

    @Test
    void aTableIsStoredOnceAndScoredAsOftenAsWanted() {
        Hash model = activate(all, WEIGHTS);
        Hash first = store(0);
        Hash second = store(1);
        // What owners have by now is of no account: the table is as of its day.
        Map<String, String> before = group.nodes.get(0).rows.get("subject 3");
        group.nodes.get(0).rows.remove("subject 3");
        Sessions.Scored one = score(all, model, 0, first);
        group.nodes.get(0).rows.put("subject 3", before);
        assertScores(one, 0, 600, WEIGHTS);
        assertScores(score(all, model, 1, second), 600, ROWS - 600, WEIGHTS);
        // Another program, of fewer columns in another order and narrower, reads the same table.
        Hash other = activate(fewer, 5, -4);
        assertScores(score(fewer, other, 0, first), 0, 600, -4, 5, 0);
        for (int party = 0; party < 3; party++) {
            TestNodes.Node node = group.nodes.get(party);
            assertTrue(node.authorised.contains(one.proposal()), "no record at party " + party);
            assertEquals(3, node.authorised.size());
            TestNodes.await(() -> node.tableRows.size() == 3);
        }
    }

    /** The bank's columns are no part of the table: it brings in what its model makes of them. */
    @Test
    void theBankBringsItsOwnColumnsInWithEveryScore() {
        Program withBank = program("with the bank", List.of("a", "d", "b", "c"), 20);
        activate(all, WEIGHTS);
        Hash first = store(0);
        Hash model = activate(withBank, 3, 1, -7, 11);
        long[] own = new Random(9).longs(600, 0, 256).toArray();
        Sessions.Scored scored = score(withBank, model, 0, first, List.of(own));
        for (int row = 0; row < 600; row++) {
            long z = own[row] + 3 * value(0, row) - 7 * value(1, row) + 11 * value(2, row);
            assertEquals(z >= 500, scored.answers().getFirst().get(0, row), "row " + row);
        }
        assertThrows(IllegalArgumentException.class, () -> score(withBank, model, 0, first, List.of(new long[] {256})));
    }

    @Test
    void aSegmentThatOneNodeLacksOrHasOtherwiseIsRefused() {
        Hash model = activate(all, WEIGHTS);
        Hash first = store(0);
        Hash again = store(0);
        assertFalse(first.equals(again));
        assertEquals(
                Refusal.Reason.TABLE_UNKNOWN,
                assertThrows(Refused.class, () -> score(all, model, 0, first))
                        .refusal()
                        .reason());
        assertEquals(
                Refusal.Reason.TABLE_UNKNOWN,
                assertThrows(Refused.class, () -> score(all, model, 1, again))
                        .refusal()
                        .reason());
        group.nodes.get(2).tables.segments.clear();
        Refused lacking = assertThrows(Refused.class, () -> score(all, model, 0, again));
        assertEquals(2, lacking.party());
        assertEquals(Refusal.Reason.TABLE_UNKNOWN, lacking.refusal().reason());
        assertScores(score(all, model, 0, store(0)), 0, 600, WEIGHTS);
    }

    @Test
    void aTableMayServeNoProgramThatAsksForAnythingElse() {
        activate(all, WEIGHTS);
        Hash first = store(0);
        Hash model = activate(renamed(), WEIGHTS);
        assertEquals(
                Refusal.Reason.TABLE_UNKNOWN,
                assertThrows(Refused.class, () -> score(renamed(), model, 0, first))
                        .refusal()
                        .reason());
        Program wider = program("wider", List.of("a", "b", "c"), 60);
        assertScores(score(wider, activate(wider, WEIGHTS), 0, first), 0, 600, WEIGHTS);
    }

    /** The same columns by name, by another rule. */
    private static Program renamed() {
        Program program = program("renamed", List.of("a", "b", "c"), 20);
        List<Operation> operations = new ArrayList<>(program.operations());
        Column a = column("a");
        operations.set(
                0, new Input(0, List.of(new Column("a", a.meaning().replace("missing=0", "missing=1"), 0, BYTE))));
        return new Program("renamed", Profile.REP4, program.parties(), 20, operations);
    }

    @Test
    void withdrawingTheProgramEndsTheUseOfTheTable() {
        Hash model = activate(fewer, 5, -4);
        activate(all, WEIGHTS);
        Hash first = store(0);
        group.nodes.get(1).approved.remove(hashOf(all));
        Refused refused = assertThrows(Refused.class, () -> score(fewer, model, 0, first));
        assertEquals(1, refused.party());
        assertEquals(Refusal.Reason.PROGRAM_NOT_APPROVED, refused.refusal().reason());
        assertEquals(
                Refusal.Reason.PROGRAM_NOT_APPROVED,
                assertThrows(Refused.class, () -> store(1)).refusal().reason());
    }

    @Test
    void aTableDestroyedAtOneNodeIsDestroyedAtAll() {
        Hash model = activate(all, WEIGHTS);
        Hash first = store(0);
        assertTrue(group.nodes.get(1).sessions.deleteTable(TABLE));
        for (TestNodes.Node node : group.nodes) {
            TestNodes.await(() -> node.tables.isDeleted(TABLE) && node.tables.tables.isEmpty());
        }
        assertThrows(Refused.class, () -> score(all, model, 0, first));
        assertEquals(
                Refusal.Reason.TABLE_UNKNOWN,
                assertThrows(Refused.class, () -> store(1)).refusal().reason());
        // A node that was away, or was restored from a backup, hears of it when all are connected again.
        group.nodes.get(3).tables.deleted.clear();
        group.nodes
                .get(3)
                .tables
                .tables
                .put(TABLE, new Tables.Table(TABLE, "features", LocalDate.EPOCH, hashOf(all), ROWS, 600));
        group.nodes.get(1).sessions.connected();
        TestNodes.await(() -> group.nodes.get(3).tables.isDeleted(TABLE));
    }

    /** On a full disk a table's key is overwritten where it is; the others must hear of it all the same. */
    @Test
    void aDeletionThatCannotBeNotedReachesTheOthers() {
        activate(all, WEIGHTS);
        store(0);
        group.nodes.get(1).tables.notesFail = true;
        assertThrows(StorageFailure.class, () -> group.nodes.get(1).sessions.deleteTable(TABLE));
        for (TestNodes.Node node : group.nodes) {
            TestNodes.await(() -> node.tables.tables.isEmpty());
        }
    }

    /** Else a bank could fill a table with more rows than it has said, and than an operator has allowed. */
    @Test
    void aSegmentHasTheRowsThatItsTableSays() {
        activate(all, WEIGHTS);
        for (int rows : new int[] {1, 499, 501, 600}) {
            Tables.Table table = new Tables.Table(TABLE, "features", LocalDate.EPOCH, hashOf(all), ROWS, 600);
            List<String> subjects =
                    IntStream.range(0, rows).mapToObj(row -> "subject " + row).toList();
            Proposal.Store store = new Proposal.Store(table, 1, subjects);
            Refused refused =
                    assertThrows(Refused.class, () -> group.bank().sessions.store(all, store));
            assertEquals(Refusal.Reason.MALFORMED, refused.refusal().reason());
        }
        assertTrue(group.nodes.get(0).tables.tables.isEmpty());
    }

    @Test
    void aNodeKeepsNoMoreRowsThanItsOperatorAllows() {
        activate(all, WEIGHTS);
        store(0);
        Tables.Table large = new Tables.Table("ff".repeat(16), "more", LocalDate.EPOCH, hashOf(all), 2_000, 1);
        Proposal.Store store = new Proposal.Store(large, 0, List.of("subject 1"));
        Refused refused =
                assertThrows(Refused.class, () -> group.bank().sessions.store(all, store));
        assertEquals(Refusal.Reason.TABLES, refused.refusal().reason());
        // A table that was begun otherwise is not gone on with.
        Tables.Table other = new Tables.Table(TABLE, "features", LocalDate.of(2026, 11, 1), hashOf(all), ROWS, 600);
        List<String> rest =
                IntStream.range(600, ROWS).mapToObj(row -> "subject " + row).toList();
        Proposal.Store again = new Proposal.Store(other, 1, rest);
        assertEquals(
                Refusal.Reason.TABLE_UNKNOWN,
                assertThrows(Refused.class, () -> group.bank().sessions.store(all, again))
                        .refusal()
                        .reason());
    }

    @Test
    void aRowThatANodeRefusesLeavesNothingStored() {
        activate(all, WEIGHTS);
        group.nodes.get(1).rows.put("subject 5", Map.of("b", "256"));
        Refused refused = assertThrows(Refused.class, () -> store(0));
        assertEquals(1, refused.party());
        for (TestNodes.Node node : group.nodes) {
            assertTrue(node.tables.tables.isEmpty());
        }
    }

    /** Else a kill between the two would leave a segment that is scored for ever and charged to nobody. */
    @Test
    void aSegmentIsTheBanksOnlyOnceItIsOnRecordAtEachAgencyThatItWasStored() {
        group.nodes.forEach(node -> node.offered(hashOf(all), all));
        group.nodes.get(1).diskIsFull = true;
        assertThrows(RuntimeException.class, () -> store(0));
        assertEquals(Optional.empty(), group.bank().tables.segment(TABLE, 0));
        group.nodes.get(1).diskIsFull = false;
        Hash filled = store(0);
        group.nodes.forEach(node -> assertEquals(Outcome.done(), node.ended.get(filled)));
    }

    @Test
    void theBankTakesNoSegmentThatANodeCouldNotStore() {
        activate(all, WEIGHTS);
        group.nodes.get(2).tables.diskIsFull = true;
        Refused refused = assertThrows(Refused.class, () -> store(0));
        assertEquals(Refusal.Reason.STORAGE, refused.refusal().reason());
        assertTrue(group.bank().tables.tables.isEmpty());
        group.nodes.get(2).tables.diskIsFull = false;
        store(0);
        assertEquals(1, group.bank().tables.tables.size());
    }

    /** A node that changes what it has stored makes the run abort; nobody gets a wrong answer. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void whatANodeChangesInItsStoreIsFound(int cheater) {
        Hash model = activate(all, WEIGHTS);
        Hash first = store(0);
        group.nodes
                .get(cheater)
                .tables
                .segments
                .replaceAll((key, segment) -> new Tables.Segment(
                        segment.filled(),
                        segment.seeds(),
                        segment.inputs().stream()
                                .map(TableSessionsTest::changed)
                                .toList()));
        assertThrows(ProtocolAbort.class, () -> score(all, model, 0, first));
    }

    private static KeptInput changed(KeptInput input) {
        return new KeptInput(
                input.owner(),
                input.rows(),
                input.columns(),
                input.width(),
                input.told().map(told -> {
                    byte[] bytes = told.bytes().clone();
                    bytes[told.from()] ^= 16;
                    return new PackedColumns(told.rows(), told.columns(), told.width(), bytes, told.from());
                }));
    }
}
