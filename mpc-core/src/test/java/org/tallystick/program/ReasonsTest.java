package org.tallystick.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.tallystick.net.CountingMesh;
import org.tallystick.net.InProcessMesh;
import org.tallystick.net.Parties;
import org.tallystick.program.RangeAnalysis.Range;
import org.tallystick.protocol.Cost;
import org.tallystick.protocol.OwnerInput;
import org.tallystick.protocol.Profile;
import org.tallystick.protocol.ProfileUnderTest;
import org.tallystick.protocol.Protocol;
import org.tallystick.protocol.clear.Clear;
import org.tallystick.ring.BitMatrix;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/** Contributions by feature, and which of them lie farthest from a reference. */
class ReasonsTest {
    static final long[] WEIGHTS = {917, -1000, 3, -20};
    static final long[] REFERENCE = {500, -60, 0, 10_000};

    private static final Map<String, long[]> MODEL =
            Map.of("weights", WEIGHTS, "reference", REFERENCE, "thresholds", new long[1]);

    @ParameterizedTest
    @FieldSource("org.tallystick.protocol.ProfileUnderTest#ALL")
    <A extends ArithmeticShare, B extends BitShare> void answerLikePlainArithmeticAndCostWhatIsPredicted(
            ProfileUnderTest<A, B> profile) {
        for (boolean above : new boolean[] {false, true}) {
            Program program = Programs.reasons(profile.profile(), above);
            List<Map<String, A>> stored = Parties.run(
                    4,
                    mesh -> Activation.run(
                            profile.start(mesh, 0),
                            program,
                            3,
                            mesh.self() == 3 ? Optional.of(MODEL) : Optional.empty()));
            for (int rows : new int[] {1, 65, 130}) {
                List<List<long[]>> own = inputs(rows);
                List<CountingMesh> meshes = CountingMesh.wrap(InProcessMesh.of(4, Duration.ofSeconds(30)));
                List<List<Optional<BitMatrix>>> answers = InProcessMesh.run(
                        List.copyOf(meshes),
                        mesh -> Interpreter.run(
                                profile.start(mesh, 1),
                                program,
                                rows,
                                own.get(mesh.self()),
                                stored.get(mesh.self()),
                                Checkpoints.NONE));
                Cost measured = new Cost(
                        meshes.getFirst().rounds(),
                        meshes.stream().mapToLong(CountingMesh::bytesSent).toArray());
                assertEquals(Prediction.of(program, profile.cost(), rows), measured);
                assertEquals(List.of(Optional.empty(), Optional.empty()), answers.getFirst());
                BitMatrix bands = answers.get(3).get(0).orElseThrow();
                BitMatrix reasons = answers.get(3).get(1).orElseThrow();
                assertEquals(9, reasons.wires());
                for (int row = 0; row < rows; row++) {
                    long[] sums = contributions(own, row, rows);
                    assertEquals(LongStream.of(sums).sum() >= 0 ? 1 : 0, bands.number(row), "row " + row);
                    assertEquals(expected(sums, above), reasons.number(row), "row " + row);
                }
            }
        }
    }

    /** Public weights and a public reference, and rows that were brought in beforehand: no product. */
    @ParameterizedTest
    @FieldSource("org.tallystick.protocol.ProfileUnderTest#ALL")
    <A extends ArithmeticShare, B extends BitShare> void ofAPublicModel(ProfileUnderTest<A, B> profile) {
        List<Operation> operations = List.of(
                new Operation.Input(0, Programs.columns("x", 4, 50)),
                new Operation.Constant(List.of(3L, -5L, 2L, 1L)),
                new Operation.Contributions(0, 1, List.of(1, 0, 2, 0)),
                new Operation.Constant(List.of(0L, 10L)),
                new Operation.Reasons(2, 3, 2, false),
                new Operation.Reveal(4, 3));
        int width = RangeAnalysis.of(operations).width();
        Program program = new Program("public", profile.profile(), Programs.ROLES, width, operations);
        // Differences 3 and −4; −5 and 20; −1 and −7: the third column of contributions takes no part.
        long[] values = {2, 10, 1, 0, 1, 0, -50, -50, -50, 3, 0, -1};
        List<List<Optional<BitMatrix>>> answers = Parties.run(4, mesh -> {
            Protocol<A, B> later = profile.start(mesh, 0);
            A brought = later.inputs(List.of(new OwnerInput(0, 3, 4, 64, mesh.self() == 0 ? values.clone() : null)))
                    .getFirst();
            KeptRows<A> kept = _ -> (from, count) -> later.rows(brought, from, count);
            var allKept = Interpreter.runKept(later, program, 3, kept, -1, List.of(), Map.of(), Checkpoints.NONE);
            List<long[]> own = mesh.self() == 0 ? List.of(values) : List.of();
            var fresh = Interpreter.run(profile.start(mesh, 1), program, 3, own, Map.<String, A>of(), Checkpoints.NONE);
            return List.of(allKept.getFirst(), fresh.getFirst());
        });
        for (Optional<BitMatrix> answer : answers.get(3)) {
            assertEquals(
                    List.of(0b11_01L, 0b11_00L, 0b00_01L),
                    IntStream.range(0, 3).mapToObj(answer.orElseThrow()::number).toList());
        }
    }

    @Test
    void shapesRangesAndWhatTheAnswersTell() {
        Program program = Programs.reasons(Profile.CLEAR, false);
        assertEquals(Shape.elements(5, true), program.shapes().get(9));
        assertEquals(Shape.bits(9, true), program.shapes().get(13));
        // 1 + 4 + 12 + 24 lists are 41: 6 bits, and the band one.
        assertEquals(7, program.answerBits());
        RangeAnalysis ranges = RangeAnalysis.of(program.operations());
        assertEquals(range(-200_000, 200_000), ranges.ranges().get(9).getFirst());
        assertEquals(range(-100_000, 100_000), ranges.ranges().get(9).get(1));
        assertEquals(
                List.of(range(-400_000, 400_000), range(-800_000, 800_000)),
                ranges.differences().get(13));
        assertEquals(
                ranges.differences().get(13),
                RangeAnalysis.of(Programs.reasons(Profile.CLEAR, true).operations())
                        .differences()
                        .get(13));
    }

    @Test
    void refusesWhatDoesNotFit() {
        refused("5 columns are in groups, of 6 elements", 9, new Operation.Contributions(7, 8, List.of(0, 0, 1, 2, 3)));
        refused("are not 0 to 2", 9, new Operation.Contributions(7, 8, List.of(0, 0, 1, 3, 3, 3)));
        refused("are not 0 to 1", 9, new Operation.Contributions(7, 8, List.of(0, 0, -1, 0, 0, 0)));
        refused("single row", 9, new Operation.Contributions(7, 7, List.of(0, 0, 1, 2, 3, 4)));
        refused("5 reasons among 4 columns; 1 to 4", 13, new Operation.Reasons(9, 5, 5, false));
        refused("0 reasons", 13, new Operation.Reasons(9, 5, 0, false));
        refused("compares 1 columns", 13, new Operation.Reasons(9, 6, 1, false));
        refused("with a single row", 13, new Operation.Reasons(9, 9, 1, false));
        refused("with a single row", 13, new Operation.Reasons(5, 5, 1, false));
        refused("compares 6 columns of 5", 13, new Operation.Reasons(9, 8, 1, false));
    }

    private static void refused(String problem, int at, Operation operation) {
        Program program = Programs.reasons(Profile.CLEAR, false);
        List<Operation> operations = new ArrayList<>(program.operations());
        operations.set(at, operation);
        var e = assertThrows(
                IllegalArgumentException.class,
                () -> new Program("p", Profile.CLEAR, Programs.ROLES, program.width(), operations));
        assertTrue(e.getMessage().contains(problem), e.getMessage());
    }

    /** Reasons tell of single features whatever the weights are. */
    @Test
    void aModelWithReasonsCountsAsOneOfNoWeights() {
        Program program = Programs.reasons(Profile.CLEAR, false);
        assertEquals(0, ModelFacts.of(program, 3, MODEL).weights());
        Parties.run(4, mesh -> {
            var clear = new Clear(mesh);
            var values = mesh.self() == 3 ? Optional.of(MODEL) : Optional.<Map<String, long[]>>empty();
            var promised = new ModelFacts(1, 0);
            assertThrows(IllegalArgumentException.class, () -> Activation.run(clear, program, 3, values, promised));
            return 0;
        });
    }

    /** Per party the values of its inputs; the first row is the reference itself, others are equally far from it. */
    static List<List<long[]>> inputs(int rows) {
        Random random = new Random(rows);
        long[] tax = random.longs(3L * rows, -100, 101).toArray();
        long[] utility = random.longs(rows, -100, 101).toArray();
        long[] bank = random.longs(2L * rows, -100_000, 100_001).toArray();
        for (int row = 0; row < Math.min(rows, 3); row++) {
            // 917 · 100 − 1000 · 91 = 700; −20 · 3 = 3 · −20 = −60.
            tax[row] = row == 0 ? 0 : 100;
            tax[rows + row] = row == 0 ? 0 : 91;
            tax[2 * rows + row] = -20;
            utility[row] = row == 1 ? 100 : 0;
            bank[row] = row == 1 ? 8000 : 10_000;
        }
        return List.of(List.of(tax), List.of(utility), List.of(), List.of(bank));
    }

    private static long[] contributions(List<List<long[]>> own, int row, int rows) {
        long[] tax = own.get(0).getFirst();
        long[] bank = own.get(3).getFirst();
        return new long[] {
            WEIGHTS[0] * tax[row] + WEIGHTS[1] * tax[rows + row],
            WEIGHTS[2] * tax[2 * rows + row],
            WEIGHTS[3] * own.get(1).getFirst()[row],
            bank[row],
            bank[rows + row]
        };
    }

    private static long expected(long[] contributions, boolean above) {
        long[] far = new long[4];
        for (int c = 0; c < 4; c++) {
            far[c] = above ? REFERENCE[c] - contributions[c] : contributions[c] - REFERENCE[c];
        }
        List<Integer> order = IntStream.range(0, 4)
                .boxed()
                .filter(c -> far[c] < 0)
                .sorted(Comparator.comparingLong(c -> far[c]))
                .toList();
        long indices = 0;
        for (int k = 0; k < 3; k++) {
            indices |= (k < order.size() ? order.get(k) : 7L) << 3 * k;
        }
        return indices;
    }

    private static Range range(long low, long high) {
        return new Range(BigInteger.valueOf(low), BigInteger.valueOf(high));
    }
}
