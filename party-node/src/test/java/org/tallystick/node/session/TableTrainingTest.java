package org.tallystick.node.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.program.ColumnRule;
import org.tallystick.program.ColumnRule.Outside;
import org.tallystick.program.ColumnRule.Range;
import org.tallystick.program.Operation;
import org.tallystick.program.Operation.Input;
import org.tallystick.program.Program;
import org.tallystick.program.ProgramHash;
import org.tallystick.protocol.Profile;
import org.tallystick.training.Descent;
import org.tallystick.training.Newton;
import org.tallystick.training.Training;
import org.tallystick.training.TrainingPlan;
import org.tallystick.training.TrainingPlan.Column;
import org.tallystick.training.TrainingPlan.Method;
import org.tallystick.training.TrainingPlan.Reveal;
import org.tallystick.training.TrainingPlan.Treatment;

/** Trainings from a stored table, among four session layers over real TLS. */
@Tag("slow")
final class TableTrainingTest {
    private static final int BANK = TestNodes.BANK;
    private static final int ROWS = 360;
    private static final int SEGMENT = 200;
    private static final String TABLE = "0123456789abcdef0123456789abcdef";
    private static final String REQUEST = "00112233445566778899aabbccddeeff";

    private static final Method NEWTON = new Method.MaximumLikelihood(new Newton.Settings(6, 12, 4, 0));
    private static final Method DESCENT =
            new Method.GradientDescent(new Descent.Settings(4, 100, .5, 0, .5, .01, Descent.Link.THREE_PIECE, 7));

    private static final Program PROGRAM = program();
    private static final Hash STORED_BY = Hash.of(ProgramHash.of(PROGRAM).bytes());

    private TestNodes group;
    private final List<String> learning = new ArrayList<>();
    private final List<String> testing = new ArrayList<>();

    private static Operation.Column column(String name, ColumnRule rule, int scale) {
        return new Operation.Column(name, rule.text(), scale, rule.bounds(scale));
    }

    private static Program program() {
        Range range = new Range(0, 200, Outside.REJECT);
        List<Operation> operations = List.of(
                new Input(
                        0,
                        List.of(
                                column("sales", new ColumnRule.Numeric("sales", "", false, 0, 1, range, 50), 16),
                                column("tax has no row", new ColumnRule.Absent(), 0))),
                new Input(1, List.of(column("zone = a", new ColumnRule.Equals("zone", "a"), 0))),
                new Operation.Concat(List.of(0, 1)),
                new Operation.Constant(List.of(1L, 1L, 1L)),
                new Operation.Dot(2, 3),
                new Operation.Constant(List.of(5L)),
                new Operation.Band(4, 5),
                new Operation.Reveal(6, BANK));
        return new Program("all", Profile.REP4, org.tallystick.node.config.Role.ids(), 40, operations);
    }

    private static List<Column> stored() {
        List<Column> columns = new ArrayList<>();
        for (Operation operation : PROGRAM.operations()) {
            if (operation instanceof Input(int owner, List<Operation.Column> all)) {
                for (Operation.Column each : all) {
                    columns.add(new Column(
                            owner,
                            each.name(),
                            new Treatment.Stored(
                                    each.meaning(),
                                    each.scale(),
                                    each.bounds().low(),
                                    each.bounds().high())));
                }
            }
        }
        return columns;
    }

    private static TrainingPlan plan(List<Column> columns, Method method, Optional<String> table) {
        List<Column> all = new ArrayList<>(columns);
        all.add(new Column(BANK, "flow", new Treatment.Standardised(0)));
        return new TrainingPlan(all, new TrainingPlan.Label("bad", "1"), BANK, method, 0, 0, 0, Reveal.BANK, table);
    }

    private static TrainingPlan fromTable(Method method) {
        return plan(stored(), method, Optional.of(TABLE));
    }

    @BeforeEach
    void start() throws Exception {
        group = TestNodes.start(TestNodes.openPolicy());
        Random random = new Random(3);
        List<String> subjects = new ArrayList<>();
        for (int row = 0; row < ROWS; row++) {
            String subject = "subject " + row;
            subjects.add(subject);
            double sales = random.nextGaussian();
            double flow = random.nextGaussian();
            boolean gap = row % 6 == 0;
            boolean bad = (gap ? 2 : sales) + flow + random.nextGaussian() > 0;
            if (!gap) {
                group.nodes.get(0).rows.put(subject, Map.of("sales", "" + (100 + 10 * sales)));
            }
            group.nodes.get(1).rows.put(subject, Map.of("zone", "" + "ab".charAt(row % 2)));
            group.bank().rows.put(subject, Map.of("flow", "" + flow, "bad", bad ? "1" : "0"));
        }
        group.nodes.forEach(node -> node.offered(STORED_BY, PROGRAM));
        store(0, subjects);
        store(1, subjects);
        // In an order of their own, from both segments.
        Collections.shuffle(subjects, random);
        learning.addAll(subjects.subList(0, 240));
        testing.addAll(subjects.subList(240, 345));
    }

    private Hash store(int position, List<String> subjects) {
        Tables.Table table = new Tables.Table(TABLE, "all", LocalDate.of(2026, 10, 31), STORED_BY, ROWS, SEGMENT);
        List<String> its = subjects.subList(position * SEGMENT, Math.min(ROWS, (position + 1) * SEGMENT));
        return group.bank().sessions.store(PROGRAM, new Proposal.Store(table, position, its));
    }

    @AfterEach
    void stop() {
        group.close();
    }

    private TrainingNotes run(TrainingPlan plan, Optional<Hash> resumes, TrainingNotes notes) {
        group.bank().approved.add(Sessions.hashOf(plan));
        Proposal.Train train = new Proposal.Train(plan.encoding(), learning, testing, REQUEST, resumes);
        group.bank().sessions.train(plan, train, notes);
        return notes;
    }

    private TrainingNotes run(TrainingPlan plan, Optional<Hash> resumes) {
        return run(plan, resumes, new TrainingNotes(step -> {}));
    }

    private Hash brokenOff() {
        TrainingNotes notes = new TrainingNotes(step -> {
            if (step == 2) {
                throw new ProtocolAbort(ProtocolAbort.Reason.STOPPED, "by the test");
            }
        });
        assertThrows(ProtocolAbort.class, () -> run(fromTable(DESCENT), Optional.empty(), notes));
        quiet();
        return notes.origin.orElseThrow();
    }

    private void quiet() {
        TestNodes.await(() -> group.nodes.stream().allMatch(node -> node.sessions.running() == 0));
    }

    private static Training.Outcome outcome(TrainingNotes notes) {
        return notes.trained.orElseThrow().outcome();
    }

    private double[] chances(Training.Outcome outcome) {
        return learning.stream()
                .mapToDouble(subject -> {
                    double score = outcome.intercept();
                    for (int k = 0; k < outcome.weights().length; k++) {
                        Training.OwnedColumn column = outcome.columns().get(k);
                        var row = Optional.ofNullable(
                                group.nodes.get(column.owner()).rows.get(subject));
                        score += outcome.weights()[k] * column.prepared().number(row);
                    }
                    return 1 / (1 + Math.exp(-score));
                })
                .toArray();
    }

    /**
     * Nobody reads its own data for the table's columns. What is learnt is what owners' rows teach with the same
     * encoding: a column of missing values beside the numbers. The two runs differ by how columns are scaled, which
     * moves no maximum, and by truncations, a unit of 2^-20 or 2^-24 each: chances agree to 2^-10 where Newton's method
     * stops.
     */
    @Test
    void aTableTeachesWhatItsRowsTeach() {
        Map<String, Map<String, String>> tax = new HashMap<>(group.nodes.get(0).rows);
        group.nodes.get(0).rows.clear();
        group.nodes.get(1).rows.clear();
        Training.Outcome learnt = outcome(run(fromTable(NEWTON), Optional.empty()));
        quiet();
        // Whoever has no row at the tax node is bad nearly always.
        assertEquals(
                "tax has no row", learnt.columns().get(1).prepared().source().column());
        assertTrue(learnt.weights()[1] > 1, "weight " + learnt.weights()[1]);
        for (int row = 0; row < ROWS; row++) {
            String subject = "subject " + row;
            group.nodes.get(1).rows.put(subject, Map.of("zone", "" + "ab".charAt(row % 2)));
        }
        group.nodes.get(0).rows.putAll(tax);
        double[] ofTable = chances(learnt);
        for (int row = 0; row < ROWS; row++) {
            String sales =
                    tax.getOrDefault("subject " + row, Map.of("sales", "")).get("sales");
            group.nodes.get(0).rows.put("subject " + row, Map.of("sales", sales, "gap", sales.isEmpty() ? "1" : "0"));
        }
        List<Column> same = List.of(
                new Column(0, "sales", new Treatment.Standardised(0)),
                new Column(0, "gap", new Treatment.Standardised(0)),
                new Column(1, "zone", new Treatment.Categories(2)));
        Training.Outcome other = outcome(run(plan(same, NEWTON, Optional.empty()), Optional.empty()));
        assertArrayEquals(chances(other), ofTable, 0x1p-10);
        assertEquals(other.learning().auc(), learnt.learning().auc(), .001);
        long called = learnt.learning().calledBad();
        assertTrue(Math.abs(other.learning().calledBad() - called) <= 1, "called " + called);
        assertEquals(testing.size(), learnt.testing().orElseThrow().rows());
    }

    private Refusal.Reason refused(int party) {
        Refused refused = assertThrows(Refused.class, () -> run(fromTable(DESCENT), Optional.empty()));
        quiet();
        assertEquals(party, refused.party());
        group.nodes.forEach(node -> assertEquals(List.of(), node.trained));
        return refused.refusal().reason();
    }

    @Test
    void aTableThatANodeLacksOrHasOtherwiseIsRefused() {
        MemoryTables tables = group.nodes.get(2).tables;
        Tables.Segment second = tables.segments.get(TABLE + 1);
        tables.segments.put(TABLE + 1, new Tables.Segment(STORED_BY, second.seeds(), second.inputs()));
        assertEquals(Refusal.Reason.TABLE_UNKNOWN, refused(2));
        tables.segments.remove(TABLE + 1);
        assertEquals(Refusal.Reason.TABLE_UNKNOWN, refused(2));
        tables.segments.put(TABLE + 1, second);
        group.nodes.get(1).approved.remove(STORED_BY);
        assertEquals(Refusal.Reason.PROGRAM_NOT_APPROVED, refused(1));
        group.nodes.get(1).approved.add(STORED_BY);
        // By another rule it is another column, which the table has not.
        List<Column> other = stored();
        Treatment.Stored sales = (Treatment.Stored) other.getFirst().treatment();
        String rule = sales.meaning().replace("missing=50", "missing=60");
        other.set(0, new Column(0, "sales", new Treatment.Stored(rule, 16, sales.low(), sales.high())));
        Refused column =
                assertThrows(Refused.class, () -> run(plan(other, DESCENT, Optional.of(TABLE)), Optional.empty()));
        assertEquals(Refusal.Reason.TABLE_UNKNOWN, column.refusal().reason());
        String unknown = testing.set(3, "nobody");
        group.bank().rows.put("nobody", group.bank().rows.get(unknown));
        ColumnRule.BadValue missing =
                assertThrows(ColumnRule.BadValue.class, () -> run(fromTable(DESCENT), Optional.empty()));
        assertTrue(missing.getMessage().contains("1 are not in the table"), missing::getMessage);
        testing.set(3, unknown);
        assertTrue(run(fromTable(DESCENT), Optional.empty()).trained.isPresent());
        quiet();
        group.nodes.forEach(node -> node.trained.clear());
        assertTrue(group.nodes.get(0).sessions.deleteTable(TABLE));
        for (TestNodes.Node node : group.nodes) {
            TestNodes.await(() -> node.tables.isDeleted(TABLE));
        }
        assertEquals(Refusal.Reason.TABLE_UNKNOWN, refused(BANK));
    }

    @Test
    void whatIsKeptOfATableGoesWithIt() {
        double[] whole = outcome(run(fromTable(DESCENT), Optional.empty())).weights();
        quiet();
        TrainingNotes resumed = run(fromTable(DESCENT), Optional.of(brokenOff()));
        // Whoever was slower than the bank has kept the step before its last; from the beginning it would be 0.
        assertTrue(List.of(List.of(1, 2, 3, 4), List.of(2, 3, 4)).contains(resumed.steps), resumed.steps::toString);
        double[] weights = outcome(resumed).weights();
        for (int k = 0; k < whole.length; k++) {
            assertEquals(whole[k], weights[k], Math.max(0x1p-8, Math.abs(whole[k]) * .02));
        }
        quiet();

        Hash second = brokenOff();
        group.nodes.forEach(node -> assertTrue(node.trainings.contents.containsKey(second)));
        assertTrue(group.nodes.get(1).sessions.deleteTable(TABLE));
        for (TestNodes.Node node : group.nodes) {
            TestNodes.await(() -> node.tables.isDeleted(TABLE) && node.trainings.contents.isEmpty());
        }
        Refused refused = assertThrows(Refused.class, () -> run(fromTable(DESCENT), Optional.of(second)));
        assertEquals(Refusal.Reason.TABLE_UNKNOWN, refused.refusal().reason());
    }

    /** The storing program's approval is the agency's consent to any use of the table. */
    @Test
    void anApprovalOfTheTableThatIsWithdrawnStopsTheTraining() {
        TrainingNotes notes = new TrainingNotes(step -> {
            if (step == 1) {
                group.nodes.get(0).approved.remove(STORED_BY);
            }
        });
        Refused refused = assertThrows(Refused.class, () -> run(fromTable(DESCENT), Optional.empty(), notes));
        assertEquals(0, refused.party());
        assertEquals(Refusal.Reason.PROGRAM_NOT_APPROVED, refused.refusal().reason());
        assertTrue(notes.trained.isEmpty());
    }
}
