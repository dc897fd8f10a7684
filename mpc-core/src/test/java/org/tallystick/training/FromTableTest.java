package org.tallystick.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.tallystick.net.Mesh;
import org.tallystick.net.Parties;
import org.tallystick.program.Checkpoints;
import org.tallystick.program.ColumnRule;
import org.tallystick.program.ColumnRule.Outside;
import org.tallystick.program.ColumnRule.Range;
import org.tallystick.program.Encoder;
import org.tallystick.program.Interpreter;
import org.tallystick.program.Operation.Interval;
import org.tallystick.protocol.OwnerInput;
import org.tallystick.protocol.ProfileUnderTest;
import org.tallystick.protocol.Protocol;
import org.tallystick.protocol.rep4.KeptInputs;
import org.tallystick.protocol.rep4.Rep4;
import org.tallystick.random.SharedSeed;
import org.tallystick.ring.BitMatrix;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;
import org.tallystick.share.Rep4Vector;
import org.tallystick.training.TrainingPlan.Column;
import org.tallystick.training.TrainingPlan.Method;
import org.tallystick.training.TrainingPlan.Reveal;
import org.tallystick.training.TrainingPlan.Treatment;

/** Trainings from the columns of a stored table, beside those of the same rows that owners bring in. */
class FromTableTest {
    private static final String PROFILES = "org.tallystick.protocol.ProfileUnderTest#ALL";
    private static final List<String> ROLES = List.of("tax", "utility", "social-security", "bank");
    private static final Optional<String> TABLE = Optional.of("0123456789abcdef0123456789abcdef");
    private static final int ROWS = 300;
    private static final int LEARNING = 200;
    private static final int BANK = 3;

    private static final Method NEWTON = new Method.MaximumLikelihood(new Newton.Settings(7, 16, 6, 0));
    private static final Method DESCENT =
            new Method.GradientDescent(new Descent.Settings(2, 50, .5, .1, .5, 0, Descent.Link.ACCURATE, 7));
    /** Short of the maximum: for comparisons of one calculation with the same. */
    private static final Method SHORT = new Method.MaximumLikelihood(new Newton.Settings(2, 10, 2, 0));

    /** A column whose range is twenty deviations wide and far from 0, one of many bits, and indicators. */
    private static final List<Column> STORED = List.of(
            stored(0, "sales", numeric("sales", 900, 1100), 16),
            stored(0, "tax has no row", new ColumnRule.Absent(), 0),
            stored(1, "large", numeric("large", -1e6, 1e6), 16),
            stored(2, "zone = a", new ColumnRule.Equals("zone", "a"), 0),
            stored(2, "zone: any other", new ColumnRule.Other("zone", List.of("a"), true), 0));

    private static ColumnRule numeric(String column, double low, double high) {
        return new ColumnRule.Numeric(column, "", false, 0, 1, new Range(low, high, Outside.CLIP), (low + high) / 2);
    }

    private static Column stored(int owner, String name, ColumnRule rule, int scale) {
        Interval bounds = rule.bounds(scale);
        return new Column(owner, name, new Treatment.Stored(rule.text(), scale, bounds.low(), bounds.high()));
    }

    private static TrainingPlan plan(List<Column> columns, Method method, Reveal reveal, Optional<String> table) {
        List<Column> all = new ArrayList<>(columns);
        all.add(new Column(BANK, "flow", new Treatment.Standardised(0)));
        return new TrainingPlan(all, new TrainingPlan.Label("bad", "1"), BANK, method, 2, 0, 0, reveal, table);
    }

    /** Rows of each party; with gaps, the first has none of each seventh subject. */
    private static List<List<Optional<Map<String, String>>>> rows(boolean gaps) {
        Random random = new Random(9);
        List<List<Optional<Map<String, String>>>> all = new ArrayList<>();
        for (int party = 0; party < 4; party++) {
            all.add(new ArrayList<>());
        }
        for (int row = 0; row < ROWS; row++) {
            double flow = random.nextGaussian();
            double sales = random.nextGaussian();
            double large = random.nextGaussian();
            String zone = row % 3 == 0 ? "a" : "b";
            boolean bad = -flow - 1.5 * sales + large + (row % 3 == 0 ? 1 : 0) + 1.5 * random.nextGaussian() > 1;
            all.get(0)
                    .add(
                            gaps && row % 7 == 0
                                    ? Optional.empty()
                                    : Optional.of(Map.of("sales", "" + (1000 + 10 * sales))));
            all.get(1).add(Optional.of(Map.of("large", "" + 1e5 * large)));
            all.get(2).add(Optional.of(Map.of("zone", zone)));
            all.get(BANK).add(Optional.of(Map.of("flow", "" + flow, "bad", bad ? "1" : "0")));
        }
        return all;
    }

    private static List<OwnerInput> inputs(int self, boolean gaps) {
        List<OwnerInput> inputs = new ArrayList<>();
        for (Column column : STORED) {
            Treatment.Stored stored = (Treatment.Stored) column.treatment();
            long[] values = rows(gaps).get(column.owner()).stream()
                    .mapToLong(row -> stored.rule().encode(row, stored.scale()))
                    .toArray();
            inputs.add(new OwnerInput(column.owner(), ROWS, 1, Long.SIZE, column.owner() == self ? values : null));
        }
        return inputs;
    }

    private static Training.Own own(int party, boolean gaps) {
        List<Optional<Map<String, String>>> mine = rows(gaps).get(party);
        return new Training.Own(mine.subList(0, LEARNING), mine.subList(LEARNING, ROWS));
    }

    private static <A extends ArithmeticShare, B extends BitShare> Training.Ended<A> run(
            Mesh mesh, Protocol<A, B> protocol, TrainingPlan plan, Keeping<A> keeping, Optional<A> table) {
        var stored = table.map(all -> new Training.StoredRows<>(
                protocol.rows(all, 0, LEARNING), Optional.of(protocol.rows(all, LEARNING, ROWS - LEARNING))));
        var surroundings =
                new Training.Surroundings<>((_, _, _) -> {}, keeping, (_, _) -> "0".repeat(64), ROLES, stored);
        Training.Own own = protocol.self() == BANK || plan.table().isEmpty()
                ? own(protocol.self(), false)
                : Training.Own.none(LEARNING, ROWS - LEARNING);
        return new Training<>(mesh, protocol, plan, own, surroundings).run();
    }

    private static <A extends ArithmeticShare, B extends BitShare> Training.Outcome fromTable(
            ProfileUnderTest<A, B> profile, int nonce, Method method, boolean gaps) {
        TrainingPlan plan = plan(STORED, method, Reveal.BANK, TABLE);
        return Parties.run(profile.parties(), mesh -> {
                    Protocol<A, B> protocol = profile.start(mesh, nonce);
                    A table = protocol.concat(protocol.inputs(inputs(mesh.self(), gaps)));
                    return run(mesh, protocol, plan, Keeping.nothing(), Optional.of(table))
                            .outcome();
                })
                .get(BANK)
                .orElseThrow();
    }

    private static double[] scores(Training.Outcome outcome, boolean gaps) {
        double[] scores = new double[ROWS];
        for (int row = 0; row < ROWS; row++) {
            scores[row] = outcome.intercept();
            for (int k = 0; k < outcome.weights().length; k++) {
                Training.OwnedColumn column = outcome.columns().get(k);
                scores[row] += outcome.weights()[k]
                        * column.prepared()
                                .number(rows(gaps).get(column.owner()).get(row));
            }
        }
        return scores;
    }

    /**
     * The likelihood's maximum does not depend on how columns are scaled: what is learnt from the table are the scores
     * that are learnt from rows which owners prepare. Columns of 2^−22 of their range, and truncations, leave 2^-10.
     */
    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void aTableTeachesWhatItsRowsTeach(ProfileUnderTest<A, B> profile) {
        Training.Outcome learnt = fromTable(profile, 1, NEWTON, false);
        List<Column> same = List.of(
                new Column(0, "sales", new Treatment.Standardised(0)),
                new Column(1, "large", new Treatment.Standardised(0)),
                new Column(2, "zone", new Treatment.Categories(2)));
        TrainingPlan brought = plan(same, NEWTON, Reveal.BANK, Optional.empty());
        Training.Outcome other = Parties.run(
                        profile.parties(),
                        mesh -> run(mesh, profile.start(mesh, 2), brought, Keeping.nothing(), Optional.<A>empty())
                                .outcome())
                .get(BANK)
                .orElseThrow();
        assertEquals(6, learnt.weights().length);
        // Nobody is without a row here, and a column that never varies has no weight.
        assertEquals(0, learnt.weights()[1]);
        // Beyond the rows learnt from, owners cut off at their limits, and tables at their columns'.
        assertArrayEquals(
                Arrays.copyOf(scores(other, false), LEARNING), Arrays.copyOf(scores(learnt, false), LEARNING), 0x1p-10);
        assertEquals(
                other.testing().orElseThrow().auc(),
                learnt.testing().orElseThrow().auc(),
                .01);
        assertTrue(learnt.learning().auc() > .8, "AUC " + learnt.learning().auc());
    }

    /**
     * By any profile, and from kept shares as from fresh ones: truncations are all that differs, by a unit of 2^-20 (of
     * 2^-12 with descent). Indicators that say the same, and stopping short of the maximum, make more of it.
     */
    @Test
    void keptSharesTeachWhatFreshOnesDo() {
        for (Method method : List.of(SHORT, DESCENT)) {
            List<Training.Outcome> outcomes = new ArrayList<>();
            for (ProfileUnderTest<?, ?> profile : ProfileUnderTest.ALL) {
                outcomes.add(fromTable(profile, 3, method, true));
            }
            outcomes.add(Parties.run(4, mesh -> kept(mesh, plan(STORED, method, Reveal.BANK, TABLE)))
                    .get(BANK)
                    .outcome()
                    .orElseThrow());
            double[] expected = scores(outcomes.getFirst(), true);
            for (Training.Outcome outcome : outcomes) {
                assertArrayEquals(expected, scores(outcome, true), 0x1p-7);
                assertEquals(
                        outcomes.getFirst().learning().auc(), outcome.learning().auc(), .001);
            }
        }
    }

    private static Training.Ended<Rep4Vector> kept(Mesh mesh, TrainingPlan plan) {
        SharedSeed[] seeds = seeds(mesh.self(), 1);
        SharedSeed[] own = seeds(mesh.self(), 2);
        var inputs = new Rep4(mesh, seeds, new byte[32]).keep(inputs(mesh.self(), true), own);
        Rep4Vector table = new KeptInputs(mesh.self(), own, inputs).block(0, ROWS);
        byte[] later = new byte[32];
        later[0] = 1;
        return run(mesh, new Rep4(mesh, seeds, later), plan, Keeping.nothing(), Optional.of(table));
    }

    private static SharedSeed[] seeds(int self, int number) {
        SharedSeed[] seeds = new SharedSeed[4];
        for (int j = 0; j < 4; j++) {
            byte[] seed = new byte[SharedSeed.BYTES];
            new Random(10 * number + j).nextBytes(seed);
            seeds[j] = j == self ? null : SharedSeed.of(seed);
        }
        return seeds;
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void weightsThatNobodyLearnsScoreTheTable(
            ProfileUnderTest<A, B> profile) {
        for (Method method : List.of(SHORT, DESCENT)) {
            Training.Outcome known = fromTable(profile, 5, method, true);
            double[] scores = scores(known, true);
            List<List<Optional<BitMatrix>>> answers = Parties.run(profile.parties(), mesh -> {
                Protocol<A, B> protocol = profile.start(mesh, 6);
                A table = protocol.concat(protocol.inputs(inputs(mesh.self(), true)));
                TrainingPlan plan = plan(STORED, method, Reveal.NOBODY, TABLE);
                Training.Blind<A> blind = run(mesh, protocol, plan, Keeping.nothing(), Optional.of(table))
                        .blind()
                        .orElseThrow();
                Encoder encoder = Encoder.of(blind.program(), mesh.self());
                List<long[]> own = List.of(encoder.encode(rows(true).get(mesh.self())));
                return Interpreter.run(protocol, blind.program(), ROWS, own, blind.shares(), NOTHING);
            });
            BitMatrix bits = answers.get(BANK).getFirst().orElseThrow();
            long called = 0;
            for (int row = 0; row < ROWS; row++) {
                called += bits.number(row);
                if (Math.abs(scores[row]) > .05) {
                    assertEquals(scores[row] > 0, bits.get(0, row), "row " + row + " of " + scores[row]);
                }
            }
            assertTrue(called > 20 && called < ROWS - 20, "called " + called);
        }
    }

    private static final Checkpoints NOTHING = new Checkpoints() {
        @Override
        public void inputsReceived() {}

        @Override
        public void releasing() {}
    };

    /** Deviations near one whatever they were, and 0 for a column that never varies. */
    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void columnsAreRescaled(ProfileUnderTest<A, B> profile) {
        long[] ranges = {1, (1 << 20) - 1, (1 << 20) - 1, (1 << 20) - 1, (1L << 44) - 1, 5};
        double[] deviations = {.5, .29, .02, .001, .02, 0};
        Random random = new Random(4);
        long[] values = new long[ranges.length * ROWS];
        for (int k = 0; k < values.length; k++) {
            int column = k / ROWS;
            double unit = Math.clamp(.3 + deviations[column] * random.nextGaussian(), 0, 1);
            values[k] = column == 0 ? k & 1 : Math.round(unit * ranges[column]);
        }
        List<Interval> bounds =
                Arrays.stream(ranges).mapToObj(range -> new Interval(0, range)).toList();
        for (double limit : new double[] {Newton.LIMIT, Descent.LIMIT}) {
            double[] found = Parties.run(profile.parties(), mesh -> {
                        Protocol<A, B> protocol = profile.start(mesh, 7);
                        A table = protocol.inputs(List.of(new OwnerInput(
                                        0, ROWS, ranges.length, Long.SIZE, mesh.self() == 0 ? values : null)))
                                .getFirst();
                        A unit = Rescaling.unit(protocol, table, bounds);
                        Rescaling<A> rescaling = Rescaling.of(protocol, unit, limit);
                        return deviations(protocol.open(Rescaling.apply(protocol, rescaling, unit, 20)));
                    })
                    .getFirst();
            // Where the range is wider than so many deviations, the factor is that many.
            for (int column : new int[] {0, 1, 2, 4}) {
                boolean reached = column < 2 || limit == Newton.LIMIT;
                assertTrue(found[column] < 1 && (!reached || found[column] > .9), column + ": " + found[column]);
            }
            assertEquals(.001 * limit, found[3], .0001 * limit);
            assertEquals(0, found[5]);
        }
    }

    private static double[] deviations(long[] opened) {
        int columns = opened.length / ROWS;
        double[] deviations = new double[columns];
        for (int column = 0; column < columns; column++) {
            double sum = 0;
            double square = 0;
            for (int row = 0; row < ROWS; row++) {
                double value = Math.scalb((double) opened[column * ROWS + row], -20);
                sum += value;
                square += value * value;
            }
            assertEquals(0, sum / ROWS, 0x1p-12, "mean of column " + column);
            deviations[column] = Math.sqrt(square / ROWS);
        }
        return deviations;
    }
}
