package org.tallystick.program;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.tallystick.net.InProcessMesh;
import org.tallystick.net.Mesh;
import org.tallystick.net.Parties;
import org.tallystick.protocol.OwnerInput;
import org.tallystick.protocol.Profile;
import org.tallystick.protocol.ProfileUnderTest;
import org.tallystick.protocol.Protocol;
import org.tallystick.protocol.clear.Clear;
import org.tallystick.protocol.clear.ClearVector;
import org.tallystick.ring.BitMatrix;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

class InterpreterTest {
    private static final long[] WEIGHTS = {917, -1000, 3};
    private static final long[] THRESHOLDS = {-1_000_000, -1, 0, 0, 250_000};
    private static final Map<String, long[]> MODEL = Map.of("weights", WEIGHTS, "thresholds", THRESHOLDS);

    @ParameterizedTest
    @FieldSource("org.tallystick.protocol.ProfileUnderTest#ALL")
    <A extends ArithmeticShare, B extends BitShare> void scoresLikePlainArithmetic(ProfileUnderTest<A, B> profile) {
        Program program = Programs.score(profile.profile(), THRESHOLDS.length);
        for (int rows : new int[] {1, 65, 130}) {
            List<List<long[]>> own = inputs(rows);
            List<List<Optional<BitMatrix>>> answers = Parties.run(4, mesh -> {
                Map<String, A> stored = activated(profile.start(mesh, 0), program);
                return Interpreter.run(
                        profile.start(mesh, 1), program, rows, own.get(mesh.self()), stored, Checkpoints.NONE);
            });
            for (int party = 0; party < 3; party++) {
                assertEquals(List.of(Optional.empty(), Optional.empty()), answers.get(party));
            }
            BitMatrix bands = answers.get(3).get(0).orElseThrow();
            BitMatrix floors = answers.get(3).get(1).orElseThrow();
            assertEquals(3, bands.wires());
            assertEquals(program.width() - 4, floors.wires());
            for (int row = 0; row < rows; row++) {
                long score = score(own, row, rows);
                assertEquals(Arrays.stream(THRESHOLDS).filter(t -> score >= t).count(), bands.number(row));
                assertEquals(score >> 4, floors.number(row) << (64 - floors.wires()) >> (64 - floors.wires()));
            }
        }
    }

    @ParameterizedTest
    @FieldSource("org.tallystick.protocol.ProfileUnderTest#ALL")
    <A extends ArithmeticShare, B extends BitShare> void inputsBroughtInBeforehandGiveTheSameAnswers(
            ProfileUnderTest<A, B> profile) {
        Program program = Programs.score(profile.profile(), THRESHOLDS.length);
        int rows = 1_300; // more than one block
        List<List<long[]>> own = inputs(rows);
        List<List<List<Optional<BitMatrix>>>> answers = Parties.run(4, mesh -> {
            Map<String, A> stored = activated(profile.start(mesh, 0), program);
            var fresh = Interpreter.run(
                    profile.start(mesh, 1), program, rows, own.get(mesh.self()), stored, Checkpoints.NONE);
            Protocol<A, B> later = profile.start(mesh, 2);
            Map<Integer, A> brought = broughtIn(later, program, rows, own.get(mesh.self()));
            KeptRows<A> kept = inputs -> (from, count) -> later.concat(inputs.stream()
                    .map(k -> later.rows(brought.get(k), from, count))
                    .toList());
            var allKept = Interpreter.runKept(later, program, rows, kept, -1, List.of(), stored, Checkpoints.NONE);
            List<long[]> banks = mesh.self() == 3 ? own.get(3) : List.of();
            var bankFresh = Interpreter.runKept(
                    profile.start(mesh, 3), program, rows, kept, 3, banks, stored, Checkpoints.NONE);
            var firstFresh = Interpreter.runKept(
                    profile.start(mesh, 4),
                    program,
                    rows,
                    kept,
                    0,
                    mesh.self() == 0 ? own.get(0) : List.of(),
                    stored,
                    Checkpoints.NONE);
            return List.of(fresh, allKept, bankFresh, firstFresh);
        });
        for (int answer = 0; answer < 2; answer++) {
            BitMatrix fresh = answers.get(3).get(0).get(answer).orElseThrow();
            for (int way = 1; way < 4; way++) {
                BitMatrix kept = answers.get(3).get(way).get(answer).orElseThrow();
                assertArrayEquals(fresh.words(), kept.words());
            }
        }
    }

    /** At a width above the program's. */
    private static <A extends ArithmeticShare, B extends BitShare> Map<Integer, A> broughtIn(
            Protocol<A, B> protocol, Program program, int rows, List<long[]> own) {
        Map<Integer, A> brought = new HashMap<>();
        Iterator<long[]> mine = own.iterator();
        for (int k = 0; k < program.operations().size(); k++) {
            if (program.operations().get(k) instanceof Operation.Input(int owner, List<Operation.Column> columns)) {
                long[] values = owner == protocol.self() ? mine.next() : null;
                OwnerInput input = new OwnerInput(owner, rows, columns.size(), 64, values);
                brought.put(k, protocol.inputs(List.of(input)).getFirst());
            }
        }
        return brought;
    }

    private static <A extends ArithmeticShare, B extends BitShare> Map<String, A> activated(
            Protocol<A, B> protocol, Program program) {
        return Activation.run(protocol, program, 3, protocol.self() == 3 ? Optional.of(MODEL) : Optional.empty());
    }

    @Test
    void publicModelsNeedNoProduct() {
        List<Operation> operations = List.of(
                new Operation.Input(1, Programs.columns("x", 3, 50)),
                new Operation.Constant(List.of(3L, -5L, 0L)),
                new Operation.Constant(List.of(-7L)),
                new Operation.Dot(0, 1),
                new Operation.Add(3, 2),
                new Operation.Constant(List.of(0L)),
                new Operation.Band(4, 5),
                new Operation.Reveal(6, 0),
                new Operation.Reveal(6, 1));
        Program program = new Program("public", Profile.CLEAR, Programs.ROLES, 10, operations);
        long[] values = {10, 2, -50, 4, 0, 1, 50, 50, 50}; // three rows: 10 4 50; 2 0 50; −50 1 50
        List<List<Optional<BitMatrix>>> answers = Parties.run(
                4,
                mesh -> Interpreter.run(
                        new Clear(mesh),
                        program,
                        3,
                        mesh.self() == 1 ? List.of(values) : List.of(),
                        Map.<String, ClearVector>of(),
                        Checkpoints.NONE));
        for (int party = 0; party < 2; party++) {
            BitMatrix reached = answers.get(party).get(party).orElseThrow();
            assertEquals(List.of(1L, 0L, 0L), List.of(reached.number(0), reached.number(1), reached.number(2)));
            assertTrue(answers.get(party).get(1 - party).isEmpty());
        }
    }

    @Test
    void checkpointsComeAfterInputsAndBeforeAnswers() {
        Program program = Programs.score(Profile.CLEAR, 1);
        List<String> events = new ArrayList<>();
        Parties.run(4, mesh -> {
            Protocol<ClearVector, ?> clear = new Clear(mesh);
            Map<String, ClearVector> stored = Map.of(
                    "weights", clear.constant(WEIGHTS, 1, 3, 64), "thresholds", clear.constant(new long[1], 1, 1, 64));
            Checkpoints noting = new Checkpoints() {
                @Override
                public void inputsReceived() {
                    note("inputs");
                }

                @Override
                public void releasing() {
                    note("releasing");
                }

                private void note(String event) {
                    if (mesh.self() == 3) {
                        events.add(event);
                    }
                }
            };
            return Interpreter.run(clear, program, 1, inputs(1).get(mesh.self()), stored, noting);
        });
        assertEquals(List.of("inputs", "releasing"), events);
    }

    @Test
    void refusesWhatDoesNotFitBeforeAnyMessage() {
        Program program = Programs.score(Profile.CLEAR, 1);
        Mesh mesh = InProcessMesh.of(4, Duration.ofSeconds(1)).getFirst();
        Clear clear = new Clear(mesh);
        Map<String, ClearVector> stored = Map.of(
                "weights", clear.constant(WEIGHTS, 1, 3, 64), "thresholds", clear.constant(new long[1], 1, 1, 64));
        refused("the value is outside -100 to 100", clear, program, List.of(new long[] {5, 101}), stored);
        refused("row 0, column tax 1", clear, program, List.of(new long[] {5, 101}), stored);
        refused("1 values for 1 rows of 2 columns", clear, program, List.of(new long[] {5}), stored);
        refused("0 inputs where the program has 1", clear, program, List.of(), stored);
        refused("no stored share", clear, program, List.of(new long[2]), Map.of());
        refused("approved for rep4", clear, program.under(Profile.REP4), List.of(new long[2]), stored);
        Map<String, ClearVector> narrow = Map.of(
                "weights", clear.constant(WEIGHTS, 1, 3, 8), "thresholds", clear.constant(new long[1], 1, 1, 64));
        refused("the stored share weights has", clear, program, List.of(new long[2]), narrow);
    }

    private static void refused(
            String problem, Clear clear, Program program, List<long[]> own, Map<String, ClearVector> stored) {
        var e = assertThrows(
                IllegalArgumentException.class,
                () -> Interpreter.run(clear, program, 1, own, stored, Checkpoints.NONE));
        assertTrue(e.getMessage().contains(problem), e.getMessage());
    }

    /** Per party the values of its inputs. */
    private static List<List<long[]>> inputs(int rows) {
        Random random = new Random(20260601 + rows);
        long[] tax = random.longs(2L * rows, -100, 101).toArray();
        long[] utility = random.longs(rows, -100, 101).toArray();
        long[] bank = random.longs(rows, -1_000_000, 1_000_001).toArray();
        // The first row meets a threshold exactly, the next ones are extreme.
        tax[0] = 0;
        tax[rows] = 0;
        utility[0] = 0;
        bank[0] = 250_000;
        if (rows > 2) {
            for (int row = 1; row < 3; row++) {
                long sign = row == 1 ? 1 : -1;
                tax[row] = 100 * sign;
                tax[rows + row] = -100 * sign;
                utility[row] = 100 * sign;
                bank[row] = 1_000_000 * sign;
            }
        }
        return List.of(List.of(tax), List.of(utility), List.of(), List.of(bank));
    }

    private static long score(List<List<long[]>> own, int row, int rows) {
        long[] tax = own.get(0).getFirst();
        return WEIGHTS[0] * tax[row]
                + WEIGHTS[1] * tax[rows + row]
                + WEIGHTS[2] * own.get(1).getFirst()[row]
                + own.get(3).getFirst()[row];
    }
}
