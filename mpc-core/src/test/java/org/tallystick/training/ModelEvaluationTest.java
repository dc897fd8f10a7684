package org.tallystick.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.tallystick.net.Parties;
import org.tallystick.program.Encoding;
import org.tallystick.program.ModelRejected;
import org.tallystick.program.Operation;
import org.tallystick.program.Operation.Interval;
import org.tallystick.program.Program;
import org.tallystick.protocol.Profile;
import org.tallystick.protocol.ProfileUnderTest;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/** Evaluations of models with private and with public numbers, against counts pair by pair. */
class ModelEvaluationTest {
    private static final String PROFILES = "org.tallystick.protocol.ProfileUnderTest#ALL";
    private static final List<String> ROLES = List.of("tax", "utility", "social-security", "bank");
    private static final int BANK = 3;
    private static final int ROWS = 257;
    private static final int SCALE = 20;

    /** The threshold in bins of 2^−8. */
    private static final long THRESHOLD = 37;

    private static final long[] WEIGHTS = {900, -700, 411};
    private static final TrainingPlan.Label LABEL = new TrainingPlan.Label("bad", "1");

    private static Operation.Column column(String name, long bound) {
        return new Operation.Column(name, "made up", 10, new Interval(-bound, bound));
    }

    private static Program program(Profile profile, Operation weights, Operation thresholds) {
        List<Operation> operations = List.of(
                new Operation.Input(0, List.of(column("x", 1 << 11))),
                new Operation.Input(1, List.of(column("u", 1 << 11), column("v", 1 << 11))),
                new Operation.Concat(List.of(0, 1)),
                weights,
                new Operation.Dot(2, 3),
                new Operation.Input(BANK, List.of(column("own", 1L << 23))),
                new Operation.Add(4, 5),
                thresholds,
                new Operation.Band(6, 7),
                new Operation.Reveal(8, BANK));
        return new Program("made up", profile, ROLES, 40, operations);
    }

    private static Program secret(Profile profile) {
        List<Interval> bounds =
                List.of(new Interval(-1024, 1024), new Interval(-1024, 1024), new Interval(-1024, 1024));
        return program(
                profile,
                new Operation.Stored("weights", bounds),
                new Operation.Stored("thresholds", List.of(new Interval(-(1L << 24), 1L << 24))));
    }

    private static Program open(Profile profile) {
        return program(
                profile,
                new Operation.Constant(Arrays.stream(WEIGHTS).boxed().toList()),
                new Operation.Constant(List.of(THRESHOLD << SCALE - 8)));
    }

    private static Map<String, long[]> numbers() {
        return Map.of("weights", WEIGHTS.clone(), "thresholds", new long[] {THRESHOLD << SCALE - 8});
    }

    /** Columns of x, u, v and the bank's own, and labels that have to do with them. */
    private record Data(long[] x, long[] uv, long[] own, long[] scores, long[] bad) {
        static Data random(int rows) {
            Random random = new Random(rows);
            Data data = new Data(new long[rows], new long[2 * rows], new long[rows], new long[rows], new long[rows]);
            for (int row = 0; row < rows; row++) {
                data.x[row] = random.nextInt(-2048, 2049);
                data.uv[row] = random.nextInt(-2048, 2049);
                data.uv[rows + row] = random.nextInt(-2048, 2049);
                data.own[row] = random.nextInt(-1 << 20, 1 << 20);
                data.scores[row] = WEIGHTS[0] * data.x[row]
                        + WEIGHTS[1] * data.uv[row]
                        + WEIGHTS[2] * data.uv[rows + row]
                        + data.own[row];
                data.bad[row] = data.scores[row] + random.nextInt(-1 << 21, 1 << 21) > 1 << 20 ? 1 : 0;
            }
            return data;
        }

        ModelEvaluation.Own of(int party, Map<String, long[]> numbers) {
            return switch (party) {
                case 0 -> new ModelEvaluation.Own(List.of(x), Optional.empty());
                case 1 -> new ModelEvaluation.Own(List.of(uv), Optional.empty());
                case BANK ->
                    new ModelEvaluation.Own(List.of(own), Optional.of(new ModelEvaluation.Secrets(bad, numbers)));
                default -> new ModelEvaluation.Own(List.of(), Optional.empty());
            };
        }
    }

    private static <A extends ArithmeticShare, B extends BitShare> List<Optional<Evaluation.Result>> run(
            ProfileUnderTest<A, B> profile, Program program, Data data, Map<String, long[]> numbers) {
        EvaluationPlan plan = new EvaluationPlan(program, SCALE, LABEL);
        return Parties.run(profile.parties(), mesh -> {
            List<Integer> steps = new ArrayList<>();
            Optional<Evaluation.Result> result = new ModelEvaluation<>(
                            profile.start(mesh, 1),
                            plan,
                            data.x.length,
                            data.of(mesh.self(), numbers),
                            (step, all) -> steps.add(step))
                    .run(() -> assertEquals(List.of(1, 2, 3), steps));
            assertEquals(List.of(1, 2, 3, 4), steps);
            return result;
        });
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void theBankAloneLearnsWhatCountingGives(
            ProfileUnderTest<A, B> profile) {
        Data data = Data.random(ROWS);
        for (Program program : List.of(secret(profile.profile()), open(profile.profile()))) {
            List<Optional<Evaluation.Result>> results = run(profile, program, data, numbers());
            for (int party = 0; party < BANK; party++) {
                assertTrue(results.get(party).isEmpty());
            }
            PlainEvaluation.check(results.get(BANK).orElseThrow(), data.scores, data.bad, SCALE - 8, THRESHOLD);
        }
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void tooFewOfAKindAreRefusedByEveryParty(
            ProfileUnderTest<A, B> profile) {
        EvaluationPlan plan = new EvaluationPlan(open(profile.profile()), SCALE, LABEL);
        for (int of : new int[] {9, 10, ROWS - 10, ROWS - 9}) {
            Data data = Data.random(ROWS);
            Arrays.fill(data.bad, 0);
            Arrays.fill(data.bad, 0, of, 1);
            boolean enough = of == 10 || of == ROWS - 10;
            List<Boolean> refused = Parties.run(profile.parties(), mesh -> {
                var evaluation = new ModelEvaluation<>(
                        profile.start(mesh, of), plan, ROWS, data.of(mesh.self(), numbers()), (_, _) -> {});
                if (enough) {
                    evaluation.run(() -> {});
                    return false;
                }
                assertThrows(TooFewOfAKind.class, () -> evaluation.run(() -> {}));
                return true;
            });
            assertEquals(List.of(!enough, !enough, !enough, !enough), refused, of + " bad ones");
        }
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void aModelBeyondItsLimitsIsRefusedByEveryParty(
            ProfileUnderTest<A, B> profile) {
        Map<String, long[]> beyond = Map.of("weights", new long[] {0, 1025, 0}, "thresholds", new long[] {0});
        EvaluationPlan plan = new EvaluationPlan(secret(profile.profile()), SCALE, LABEL);
        Data data = Data.random(ROWS);
        Parties.run(profile.parties(), mesh -> {
            var evaluation = new ModelEvaluation<>(
                    profile.start(mesh, 1), plan, ROWS, data.of(mesh.self(), beyond), (_, _) -> {});
            assertThrows(ModelRejected.class, () -> evaluation.run(() -> {}));
            return 0;
        });
    }

    @Test
    void labelsAreReadAndTooFewOfAKindSeenBeforehand() {
        EvaluationPlan plan = new EvaluationPlan(open(Profile.REP4), SCALE, LABEL);
        List<Optional<Map<String, String>>> rows = new ArrayList<>();
        for (int row = 0; row < 30; row++) {
            rows.add(Optional.of(Map.of("bad", row < 10 ? "1" : "0")));
        }
        assertEquals(10, Arrays.stream(ModelEvaluation.labels(plan, rows)).sum());
        rows.set(0, Optional.of(Map.of("bad", "0")));
        var tooFew = assertThrows(RuntimeException.class, () -> ModelEvaluation.labels(plan, rows));
        assertTrue(tooFew.getMessage().contains("fewer than 10"), tooFew::getMessage);
        rows.set(0, Optional.of(Map.of("bad", "")));
        var none = assertThrows(RuntimeException.class, () -> ModelEvaluation.labels(plan, rows));
        assertTrue(none.getMessage().contains("without a label"), none::getMessage);
    }

    @Test
    void aPlanHasOneEncodingAndNoOther() {
        for (Program program : List.of(secret(Profile.REP4), open(Profile.REP4))) {
            EvaluationPlan plan = new EvaluationPlan(program, SCALE, LABEL);
            byte[] encoding = plan.encoding();
            assertTrue(EvaluationPlan.isMarked(encoding));
            assertFalse(TrainingPlan.isMarked(encoding));
            assertFalse(EvaluationPlan.isMarked(Encoding.encode(program)));
            assertEquals(plan, EvaluationPlan.decode(encoding));
            for (int length = 0; length < encoding.length; length++) {
                byte[] shorter = Arrays.copyOf(encoding, length);
                assertThrows(IllegalArgumentException.class, () -> EvaluationPlan.decode(shorter));
            }
            byte[] longer = Arrays.copyOf(encoding, encoding.length + 1);
            assertThrows(IllegalArgumentException.class, () -> EvaluationPlan.decode(longer));
            for (int at = 0; at < encoding.length; at++) {
                byte[] changed = encoding.clone();
                changed[at] ^= 1;
                decodedOrRefused(changed).ifPresent(other -> assertFalse(other.equals(plan)));
            }
        }
    }

    @Test
    void aPlanTakesSoManyRows() {
        EvaluationPlan plan = new EvaluationPlan(open(Profile.REP4), SCALE, LABEL);
        assertTrue(plan.takes(1) && plan.takes(1 << 17));
        assertFalse(plan.takes(0) || plan.takes((1 << 17) + 1));
        List<Operation> wide = new ArrayList<>(open(Profile.REP4).operations());
        wide.add(new Operation.Input(
                2, IntStream.range(0, 252).mapToObj(k -> column("more " + k, 1)).toList()));
        EvaluationPlan wider = new EvaluationPlan(new Program("wide", Profile.REP4, ROLES, 40, wide), SCALE, LABEL);
        assertTrue(wider.takes(1 << 15));
        assertFalse(wider.takes((1 << 15) + 1));
    }

    private static Optional<EvaluationPlan> decodedOrRefused(byte[] encoding) {
        try {
            return Optional.of(EvaluationPlan.decode(encoding));
        } catch (RuntimeException e) {
            assertInstanceOf(IllegalArgumentException.class, e);
            return Optional.empty();
        }
    }

    @Test
    void programsWithOtherAnswersAreNoPlans() {
        Program sound = open(Profile.REP4);
        Operation three = new Operation.Constant(List.of(1L, 2L, 3L));
        Program several = program(Profile.REP4, sound.operations().get(3), three);
        List<Operation> twice = new ArrayList<>(sound.operations());
        twice.add(new Operation.Reveal(8, 0));
        List<Operation> bits = new ArrayList<>(sound.operations());
        bits.add(new Operation.FloorBits(6, 20));
        List<Program> programs = List.of(
                several,
                new Program("twice", Profile.REP4, ROLES, 40, twice),
                new Program("bits", Profile.REP4, ROLES, 40, bits),
                new Program("wide", Profile.REP4, ROLES, 63, sound.operations()));
        for (Program program : programs) {
            assertThrows(
                    IllegalArgumentException.class, () -> new EvaluationPlan(program, SCALE, LABEL), program::name);
        }
        for (int scale : new int[] {0, 8, 57, 64}) {
            assertThrows(IllegalArgumentException.class, () -> new EvaluationPlan(sound, scale, LABEL));
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> new EvaluationPlan(sound, SCALE, new TrainingPlan.Label("", "1")));
    }
}
