package org.tallystick.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tallystick.net.CountingMesh;
import org.tallystick.plan.Planner.Asked;
import org.tallystick.program.Operation;
import org.tallystick.program.Operation.Column;
import org.tallystick.program.Operation.Interval;
import org.tallystick.program.Program;
import org.tallystick.program.RangeAnalysis;
import org.tallystick.protocol.Cost;
import org.tallystick.protocol.Profile;

/** The planner's costs are those of the runs, and its choices those that fixed rates make right. */
class PlannerTest {
    private static final Set<How> ALL = EnumSet.allOf(How.class);
    private static final double GIGABIT = 1e9;

    /** Round numbers: 10 µs a round, 1 ns a byte, 10 ns an AND, 20 ns a label and 200 ns one that is checked. */
    private static final Rates RATES = new Rates(
            50e-6,
            10e-6,
            Curve.flat(1e-9),
            Curve.flat(1e-9),
            300e-6,
            40e-6,
            Curve.flat(10e-9),
            Curve.flat(20e-9),
            Curve.flat(200e-9),
            300e-6,
            Curve.flat(20e-9),
            Curve.flat(20e-9),
            Curve.flat(400e-9));

    private static Asked comparison() {
        return new Asked(0, new Question.Band(44, 1), List.of(3));
    }

    private static Planner planner(double milliseconds, double bitsPerSecond) {
        return new Planner(new Network(milliseconds * 1e-3, bitsPerSecond), RATES);
    }

    private static Cost measured(List<CountingMesh> meshes) {
        return new Cost(
                meshes.getFirst().rounds(),
                meshes.stream().mapToLong(CountingMesh::bytesSent).toArray());
    }

    static Stream<Arguments> questions() {
        List<Question> questions = List.of(
                new Question.Band(44, 1),
                new Question.Band(23, 7),
                new Question.LookUp(20, List.of(-262_144L, -5L, 0L, 1L, 77L, 262_143L)),
                new Question.Floor(33, 12),
                new Question.Reasons(24, 5, 3));
        return questions.stream().flatMap(question -> Stream.of(1, 70).map(rows -> Arguments.of(question, rows)));
    }

    @ParameterizedTest
    @MethodSource("questions")
    void whatIsPredictedIsWhatIsMeasuredAndAllWaysAnswerAlike(Question question, int rows) {
        Trial trial = new Trial(question, rows);
        Asked asked = new Asked(0, question, List.of(Trial.RECEIVER));
        Planner planner = planner(1, GIGABIT);
        for (How how : How.BITS) {
            List<CountingMesh> meshes = CountingMesh.wrap(Trial.direct());
            trial.sliced(how, meshes);
            assertEquals(planner.estimate(asked, how, Stock.NONE, rows).cost(), measured(meshes), how.words());
        }
        for (How how : How.GARBLED) {
            List<CountingMesh> meshes = CountingMesh.wrap(Trial.direct());
            trial.garbled(how, Trial.direct(), meshes);
            assertEquals(planner.estimate(asked, how, Stock.BATCH, rows).cost(), measured(meshes), how.words());
            List<CountingMesh> single = CountingMesh.wrap(Trial.direct());
            trial.rowByRow(how, Trial.direct(), single);
            assertEquals(planner.estimate(asked, how, Stock.ROWS, rows).cost(), measured(single), how.words());
            List<CountingMesh> all = CountingMesh.wrap(Trial.direct());
            trial.fresh(how, all);
            assertEquals(planner.estimate(asked, how, Stock.NONE, rows).cost(), measured(all), how.words());
        }
    }

    @ParameterizedTest
    @MethodSource("questions")
    void theBusiestLinkOfGarbledRunsIsTheMeasuredOne(Question question, int rows) {
        Trial trial = new Trial(question, rows);
        Asked asked = new Asked(0, question, List.of(Trial.RECEIVER));
        for (How how : How.GARBLED) {
            List<CountingMesh> meshes = CountingMesh.wrap(Trial.direct());
            trial.fresh(how, meshes);
            long most = 0;
            for (CountingMesh mesh : meshes) {
                for (int peer = 0; peer < 4; peer++) {
                    most = Math.max(most, mesh.bytesSentTo(peer));
                }
            }
            Cost declared =
                    planner(1, GIGABIT).estimate(asked, how, Stock.NONE, rows).cost();
            assertEquals(most, declared.busiestLink());
        }
    }

    @ParameterizedTest
    @CsvSource({
        // round trip in ms, Mbit/s, rows, stock, garbled
        "40, 1000, 1, true, true",
        "100, 50, 100, true, true",
        "100, 10000, 10000, true, true",
        "0.1, 10000, 10000, true, false",
        "0.1, 50, 10000, true, false",
        "10, 50, 10000, true, false",
        "100, 50, 10000, false, false",
        "40, 1000, 1, false, true",
    })
    void knownCellsAreChosenRightly(double roundTrip, double megabits, int rows, boolean stock, boolean garbled) {
        Choice choice = planner(roundTrip, megabits * 1e6)
                .choose(comparison(), rows, stock ? Stock.BATCH : Stock.NONE, Force.NONE, ALL);
        assertEquals(garbled, choice.garbled(), choice::toString);
        double least =
                choice.estimates().stream().mapToDouble(Estimate::seconds).min().orElseThrow();
        assertEquals(least, choice.chosen().seconds());
    }

    @Test
    void slowLinksOfShortLatencyTakeTheRippleLongLatencyTheTree() {
        Choice slow = planner(0.01, 50e6).choose(comparison(), 10_000, Stock.NONE, Force.NONE, ALL);
        assertEquals(How.RIPPLE, slow.chosen().how());
        Choice late = planner(40, 1e10).choose(comparison(), 10_000, Stock.NONE, Force.BITS, ALL);
        assertEquals(How.TREE, late.chosen().how());
    }

    @Test
    void commitmentsGoWithoutWhereLabelsAreMany() {
        Choice many = planner(100, 1e10).choose(comparison(), 10_000, Stock.BATCH, Force.GARBLED, ALL);
        assertEquals(How.GARBLED_THREE, many.chosen().how());
        Choice only = planner(100, 1e10)
                .choose(comparison(), 10_000, Stock.BATCH, Force.GARBLED, EnumSet.of(How.GARBLED_TWO));
        assertEquals(How.GARBLED_TWO, only.chosen().how());
    }

    @Test
    void timeIsWaitingSendingAndComputing() {
        Estimate tree = planner(10, GIGABIT).estimate(comparison(), How.TREE, Stock.NONE, 64);
        assertEquals(9, tree.cost().rounds());
        assertEquals(9 * 5e-3, tree.waitingSeconds(), 1e-12);
        assertEquals(8e-9 * tree.cost().busiestLink(), tree.sendingSeconds(), 1e-12);
        assertEquals(50e-6 + 9 * 10e-6 + tree.cost().totalBytes() * 1e-9, tree.computingSeconds(), 1e-12);
        Estimate garbled = planner(10, GIGABIT).estimate(comparison(), How.GARBLED_TWO, Stock.BATCH, 64);
        assertEquals(5e-3, garbled.waitingSeconds(), 1e-12);
        double computing = 300e-6 + 64 * (43 * 10e-9 + 44 * 20e-9 + 44 * 200e-9);
        assertEquals(computing, garbled.computingSeconds(), 1e-12);
        Estimate fresh = planner(10, GIGABIT).estimate(comparison(), How.GARBLED_TWO, Stock.NONE, 64);
        double making = 300e-6 + 64 * (43 * 20e-9 + 88 * 20e-9 + 44 * 400e-9);
        assertEquals(computing + making, fresh.computingSeconds(), 1e-12);
        // Commitments and labels of the bits that j tells; the tables have left while it computed.
        assertEquals(8e-9 * 64 * (44 * 32 + 44 * 16), fresh.sendingSeconds(), 1e-6);
        assertTrue(fresh.cost().totalBytes() > garbled.cost().totalBytes());
        Estimate single = planner(10, GIGABIT).estimate(comparison(), How.GARBLED_TWO, Stock.ROWS, 64);
        assertEquals(computing + 63 * 40e-6, single.computingSeconds(), 1e-12);
    }

    @ParameterizedTest
    @MethodSource("questions")
    void slicesAreComputedInWordsOfRowsAndSentWithout(Question question, int rows) {
        Asked asked = new Asked(0, question, List.of(3));
        for (How how : How.BITS) {
            Estimate some = planner(1, GIGABIT).estimate(asked, how, Stock.NONE, rows);
            Estimate full = planner(1, GIGABIT).estimate(asked, how, Stock.NONE, rows == 1 ? 64 : 128);
            assertEquals(full.computingSeconds(), some.computingSeconds(), 1e-12, how.words());
            assertTrue(some.sendingSeconds() < full.sendingSeconds(), how.words());
            Estimate next = planner(1, GIGABIT).estimate(asked, how, Stock.NONE, rows == 1 ? 65 : 129);
            assertTrue(next.computingSeconds() > full.computingSeconds(), how.words());
        }
    }

    @Test
    void forceOverrides() {
        Planner fast = planner(100, GIGABIT);
        assertTrue(fast.choose(comparison(), 1, Stock.BATCH, Force.NONE, ALL).garbled());
        Choice forced = fast.choose(comparison(), 1, Stock.BATCH, Force.BITS, ALL);
        assertFalse(forced.garbled());
        assertTrue(forced.reason().startsWith("forced; the model would take garbled"), forced.reason());
        assertEquals(Force.GARBLED, Force.parse("garbled"));
        assertEquals(Force.BITS, Force.parse("Bits"));
        assertThrows(IllegalArgumentException.class, () -> Force.parse("fast"));
        IllegalArgumentException none = assertThrows(
                IllegalArgumentException.class,
                () -> fast.choose(comparison(), 1, Stock.BATCH, Force.GARBLED, How.BITS));
        assertTrue(none.getMessage().contains("comparison of 44 bits"), none.getMessage());
    }

    @Test
    void whatDoesNotFitAMessageIsNotGarbled() {
        Choice huge = planner(100, 1e12).choose(comparison(), 5_000_000, Stock.BATCH, Force.NONE, ALL);
        assertFalse(huge.garbled());
        assertEquals(2, huge.estimates().size());
        Asked wide = new Asked(0, new Question.Band(44, 3000), List.of(3));
        assertEquals(
                2,
                planner(100, 1e12)
                        .choose(wide, 1, Stock.BATCH, Force.NONE, ALL)
                        .estimates()
                        .size());
    }

    // ---- programs

    /** A comparison with a private threshold to the bank, points to the bank and another, a grade by public steps. */
    private static Program program(Profile profile) {
        List<Operation> operations = List.of(
                new Operation.Input(0, List.of(new Column("x", "as given", 0, new Interval(-1_000_000, 1_000_000)))),
                new Operation.Stored("threshold", Collections.nCopies(1, new Interval(-1000, 1000))),
                new Operation.Constant(List.of(-1000L, 0L, 500L)),
                new Operation.Band(0, 1),
                new Operation.Band(0, 2),
                new Operation.FloorBits(0, 4),
                new Operation.Reveal(3, 3),
                new Operation.Reveal(4, 3),
                new Operation.Reveal(5, 3),
                new Operation.Reveal(5, 1));
        return new Program(
                "questions",
                profile,
                List.of("tax", "utility", "social", "bank"),
                RangeAnalysis.of(operations).width(),
                operations);
    }

    @Test
    void everyComparisonBandAndLookUpOfAProgramHasItsPlan() {
        Program program = program(Profile.REP4);
        int width = program.width();
        assertEquals(
                List.of(
                        new Asked(3, new Question.Band(width, 1), List.of(3)),
                        new Asked(4, new Question.LookUp(width, List.of(-1000L, 0L, 500L)), List.of(3)),
                        new Asked(5, new Question.Floor(width, 4), List.of(3, 1))),
                Planner.questions(program));
        Plan plan = planner(100, GIGABIT).plan(program, 1, Stock.BATCH, Force.NONE, ALL);
        assertTrue(plan.garbled());
        assertTrue(plan.of(4).orElseThrow().garbled());
        assertTrue(plan.of(6).isEmpty());
        // Two learn the points: an evaluation for each.
        assertEquals(2, plan.of(5).orElseThrow().chosen().cost().rounds());
        assertFalse(planner(100, GIGABIT)
                .plan(program, 1, Stock.BATCH, Force.BITS, ALL)
                .garbled());
        Program clear = program(Profile.CLEAR);
        assertThrows(IllegalArgumentException.class, () -> Planner.questions(clear));
    }

    @Test
    void aPlanSaysWhy() {
        String text = planner(40, GIGABIT)
                .plan(program(Profile.REP4), 100, Stock.BATCH, Force.NONE, ALL)
                .text();
        assertTrue(text.contains("Plan of questions for 100 rows over a network of round trip 40.0 ms"), text);
        assertTrue(text.contains("Operation 3: comparison of"), text);
        assertTrue(text.contains("Operation 4: look-up among 3 public steps"), text);
        assertTrue(text.contains("to party 3 and 1"), text);
        assertTrue(text.contains("* garbled, "), text);
        assertTrue(text.contains("of which most is its"), text);
        assertTrue(text.contains("rounds against"), text);
    }

    @Test
    void aCurveIsALineOverTheLogarithm() {
        Curve curve = new Curve(List.of(new Curve.Point(100, 3), new Curve.Point(1, 1), new Curve.Point(10_000, 7)));
        assertEquals(1, curve.at(0.5));
        assertEquals(2, curve.at(10), 1e-9);
        assertEquals(3, curve.at(100), 1e-9);
        assertEquals(5, curve.at(1000), 1e-9);
        assertEquals(7, curve.at(1e9));
        assertThrows(IllegalArgumentException.class, () -> new Curve(List.of()));
        assertThrows(IllegalArgumentException.class, () -> new Curve.Point(1, Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> new Network(-1, 1));
        assertThrows(IllegalArgumentException.class, () -> new Network(1, 0));
    }
}
