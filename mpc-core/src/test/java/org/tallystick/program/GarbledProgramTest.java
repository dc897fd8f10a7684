package org.tallystick.program;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tallystick.convert.GarbledStock;
import org.tallystick.convert.GarbledWorld;
import org.tallystick.convert.Roles;
import org.tallystick.net.CountingMesh;
import org.tallystick.net.FaultyMesh;
import org.tallystick.net.InProcessMesh;
import org.tallystick.net.Mesh;
import org.tallystick.net.Parties;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.net.RecordingMesh;
import org.tallystick.program.GarbledProgram.Found;
import org.tallystick.protocol.Cost;
import org.tallystick.protocol.Profile;
import org.tallystick.protocol.clear.Clear;
import org.tallystick.protocol.clear.ClearVector;
import org.tallystick.protocol.rep4.Rep4;
import org.tallystick.protocol.rep4.Rep4Cost;
import org.tallystick.random.SharedSeed;
import org.tallystick.ring.BitMatrix;
import org.tallystick.share.Rep4Vector;

class GarbledProgramTest {
    private static final int BANK = 3;
    private static final Duration LONG = Duration.ofSeconds(60);

    /** A program with its inputs by party, and its stored numbers. */
    private record Case(Program program, List<List<long[]>> own, Map<String, long[]> stored, int rows) {}

    private static Case stored(int thresholds, int rows) {
        Random random = new Random(thresholds * 1000L + rows);
        long[] tax = random.longs(2L * rows, -100, 101).toArray();
        long[] utility = random.longs(rows, -100, 101).toArray();
        long[] bank = random.longs(rows, -1_000_000, 1_000_001).toArray();
        tax[0] = 0;
        tax[rows] = 0;
        utility[0] = 0;
        bank[0] = 0; // meets a threshold exactly
        long[] limits = random.longs(thresholds, -1_000_000, 1_000_001).toArray();
        limits[0] = 0;
        Map<String, long[]> model = Map.of(
                "weights",
                new long[] {917, -1000, 3},
                "thresholds",
                LongStream.of(limits).sorted().toArray());
        List<List<long[]>> own = List.of(List.of(tax), List.of(utility), List.of(), List.of(bank));
        return new Case(Programs.score(Profile.REP4, thresholds), own, model, rows);
    }

    /** Public weights and thresholds: no product, so the checks of the inputs take a round. */
    private static Case open(int thresholds, int rows) {
        List<Operation> operations = List.of(
                new Operation.Input(1, Programs.columns("x", 3, 50)),
                new Operation.Constant(List.of(3L, -5L, 0L)),
                new Operation.Dot(0, 1),
                new Operation.Constant(IntStream.range(0, thresholds)
                        .mapToObj(k -> 7L * k - 70)
                        .toList()),
                new Operation.Band(2, 3),
                new Operation.Reveal(4, BANK));
        int width = RangeAnalysis.of(operations).width();
        Program program = new Program("public", Profile.REP4, Programs.ROLES, width, operations);
        long[] values = new Random(thresholds).longs(3L * rows, -50, 51).toArray();
        return new Case(program, List.of(List.of(), List.of(values), List.of(), List.of()), Map.of(), rows);
    }

    /** A band, and reasons below or above a reference. */
    private static Case reasons(boolean above, int rows) {
        Map<String, long[]> model = Map.of(
                "weights", ReasonsTest.WEIGHTS, "reference", ReasonsTest.REFERENCE, "thresholds", new long[] {0});
        return new Case(Programs.reasons(Profile.REP4, above), ReasonsTest.inputs(rows), model, rows);
    }

    private static GarbledProgram garbled(Program program) {
        return assertInstanceOf(Found.Possible.class, GarbledProgram.of(program))
                .program();
    }

    private static SharedSeed[] seeds(int self) {
        SharedSeed[] seeds = new SharedSeed[4];
        for (int j = 0; j < 4; j++) {
            if (j != self) {
                byte[] seed = new byte[SharedSeed.BYTES];
                new Random(j).nextBytes(seed);
                seeds[j] = SharedSeed.of(seed);
            }
        }
        return seeds;
    }

    private static byte[] run(int number) {
        return ByteBuffer.allocate(32).putInt(number).array();
    }

    /** A stock for each row, the garblers' roles turned from row to row. */
    private static List<Roles> turning(int rows) {
        return IntStream.range(0, rows).mapToObj(row -> Roles.of(BANK, row)).toList();
    }

    /** By party the stock of each row. */
    private static List<List<GarbledStock>> prepared(GarbledProgram program, int rows) {
        return Parties.run(4, mesh -> {
            GarbledStock[] stocks = new GarbledStock[rows];
            for (int turn = 0; turn < Math.min(3, rows); turn++) {
                var world = new GarbledWorld(mesh, seeds(mesh.self()), run(1), Roles.of(program.evaluator(), turn));
                List<GarbledStock> made = world.prepareEach(program.function(), (rows - turn + 2) / 3, turn);
                for (int k = 0; k < made.size(); k++) {
                    stocks[3 * k + turn] = made.get(k);
                }
            }
            return List.of(stocks);
        });
    }

    private static Map<String, Rep4Vector> shares(Rep4 rep4, Case c) {
        return c.stored.isEmpty()
                ? Map.of()
                : Activation.run(rep4, c.program, BANK, rep4.self() == BANK ? Optional.of(c.stored) : Optional.empty());
    }

    private static List<Map<String, Rep4Vector>> activated(Case c) {
        return Parties.run(4, mesh -> shares(new Rep4(mesh, seeds(mesh.self()), run(0)), c));
    }

    private static List<Optional<BitMatrix>> run(
            GarbledProgram program, Case c, Mesh mesh, Map<String, Rep4Vector> stored, List<GarbledStock> stocks) {
        SharedSeed[] seeds = seeds(mesh.self());
        Rep4 rep4 = new Rep4(mesh, seeds, run(2));
        return program.run(rep4, mesh, seeds, c.rows, c.own.get(mesh.self()), stored, stocks, Checkpoints.NONE);
    }

    private static List<Optional<BitMatrix>> clear(Case c) {
        return Parties.run(4, mesh -> {
                    Clear clear = new Clear(mesh);
                    Map<String, ClearVector> stored = new java.util.HashMap<>();
                    c.stored.forEach((name, values) -> stored.put(name, clear.constant(values, 1, values.length, 64)));
                    return Interpreter.run(
                            clear,
                            c.program.under(Profile.CLEAR),
                            c.rows,
                            c.own.get(mesh.self()),
                            stored,
                            Checkpoints.NONE);
                })
                .get(BANK);
    }

    private static void assertSame(List<Optional<BitMatrix>> expected, List<Optional<BitMatrix>> answers) {
        assertEquals(expected.size(), answers.size());
        for (int k = 0; k < expected.size(); k++) {
            assertEquals(
                    expected.get(k).orElseThrow().wires(),
                    answers.get(k).orElseThrow().wires());
            assertArrayEquals(
                    expected.get(k).orElseThrow().words(),
                    answers.get(k).orElseThrow().words());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 70})
    void answersEqualThoseOfTheInterpreterAndCostWhatIsDeclared(int rows) {
        List<Case> cases = List.of(
                stored(1, rows),
                stored(5, rows),
                open(1, rows),
                open(4, rows),
                open(21, rows),
                reasons(false, rows),
                reasons(true, rows));
        for (Case c : cases) {
            GarbledProgram program = garbled(c.program);
            List<List<GarbledStock>> stocks = prepared(program, rows);
            List<Map<String, Rep4Vector>> models = activated(c);
            List<CountingMesh> meshes = CountingMesh.wrap(InProcessMesh.of(4, LONG));
            List<List<Optional<BitMatrix>>> answers = InProcessMesh.run(
                    List.copyOf(meshes),
                    mesh -> run(program, c, mesh, models.get(mesh.self()), stocks.get(mesh.self())));
            assertSame(clear(c), answers.get(BANK));
            for (int party = 0; party < 3; party++) {
                assertTrue(answers.get(party).stream().allMatch(Optional::isEmpty), "party " + party + " learns");
            }
            Cost measured = new Cost(
                    meshes.getFirst().rounds(),
                    meshes.stream().mapToLong(CountingMesh::bytesSent).toArray());
            assertEquals(program.cost(new Rep4Cost(), turning(rows)), measured, c.program.name());
            assertEquals(3, measured.rounds(), "inputs, products or checks, labels");
            long most = program.bytesOfStock();
            assertTrue(most > 32L * program.function().circuit().ands(), "an estimate from above");
        }
    }

    /** One stock for all rows of a run, made in the run itself. */
    @Test
    void aStockOfManyRowsServesARun() {
        Case c = stored(2, 100);
        GarbledProgram program = garbled(c.program);
        List<List<Optional<BitMatrix>>> answers = Parties.run(4, mesh -> {
            Map<String, Rep4Vector> model = shares(new Rep4(mesh, seeds(mesh.self()), run(0)), c);
            GarbledStock stock = new GarbledWorld(mesh, seeds(mesh.self()), run(1), Roles.of(BANK, 2))
                    .prepare(program.function(), c.rows, 0);
            return run(program, c, mesh, model, List.of(stock));
        });
        assertSame(clear(c), answers.get(BANK));
    }

    @Test
    void saysWhatItCannotRun() {
        Program two = new Program(
                "two learn",
                Profile.REP4,
                Programs.ROLES,
                8,
                List.of(
                        new Operation.Input(1, Programs.columns("x", 1, 50)),
                        new Operation.FloorBits(0, 1),
                        new Operation.Reveal(1, 0),
                        new Operation.Reveal(1, 3)));
        List<Operation> many = List.of(
                new Operation.Input(1, Programs.columns("x", 1, 50)),
                new Operation.Stored("thresholds", Programs.intervals(20_000, -50, 50)),
                new Operation.Band(0, 1),
                new Operation.Reveal(2, 3));
        assertTrue(impossible(two).contains("more than one party"));
        assertTrue(impossible(new Program("many", Profile.REP4, Programs.ROLES, 9, many))
                .contains("at most " + GarbledProgram.MAX_ANDS));
        assertTrue(impossible(stored(1, 1).program.under(Profile.CLEAR)).contains("a part of rep4"));
    }

    private static String impossible(Program program) {
        return assertInstanceOf(Found.Impossible.class, GarbledProgram.of(program))
                .reason();
    }

    /** A thousandth of a probability is found among 999 points by a search. */
    @Test
    void manyPublicThresholdsCostASearch() {
        GarbledProgram program = garbled(open(999, 1).program);
        int width = program.function().inputs().getFirst().width();
        assertEquals(1, program.function().inputs().size());
        assertTrue(program.function().circuit().ands() < 999 + 11 * (width + 1), program.toString());
    }

    @Test
    void stockIsOfTheProgramForAllRowsAndUsedOnce() {
        Case c = stored(1, 2);
        GarbledProgram program = garbled(c.program);
        List<List<GarbledStock>> stocks = prepared(program, 2);
        List<List<GarbledStock>> others = prepared(garbled(c.program), 2);
        List<Map<String, Rep4Vector>> models = activated(c);
        Mesh mesh = InProcessMesh.of(4, LONG).getFirst();
        for (List<GarbledStock> wrong : List.of(stocks.get(0).subList(0, 1), others.get(0))) {
            assertThrows(IllegalArgumentException.class, () -> run(program, c, mesh, models.getFirst(), wrong));
        }
        Parties.run(4, own -> run(program, c, own, models.get(own.self()), stocks.get(own.self())));
        List<Optional<ProtocolAbort.Reason>> ends = Parties.run(
                4, own -> ending(() -> run(program, c, own, models.get(own.self()), stocks.get(own.self())), own));
        assertTrue(ends.stream().allMatch(Optional::isPresent), "a second run " + ends);
    }

    private static Optional<ProtocolAbort.Reason> ending(Runnable body, Mesh mesh) {
        try {
            body.run();
            return Optional.empty();
        } catch (ProtocolAbort e) {
            InProcessMesh.stopPeers(mesh);
            return Optional.of(e.reason());
        }
    }

    /** One changed bit in any message of any one party, at each step: the bank stops or its answer is right. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aChangedMessageAtAnyStepGivesNoWrongAnswer(boolean reasons) {
        Case c = reasons ? reasons(false, 1) : stored(2, 1);
        GarbledProgram program = garbled(c.program);
        List<Map<String, Rep4Vector>> models = activated(c);
        List<Optional<BitMatrix>> right = clear(c);
        int stopped = 0;
        for (int cheater = 0; cheater < 4; cheater++) {
            for (int message = 0; message < messages(program, c, models, cheater); message++) {
                int party = cheater;
                int index = message;
                UnaryOperator<Mesh> wrap = mesh -> mesh.self() != party
                        ? mesh
                        : new FaultyMesh(mesh, (number, _, bytes) -> {
                            if (number == index) {
                                bytes[bytes.length / 2] ^= 4;
                            }
                            return List.of(bytes);
                        });
                List<Optional<List<Optional<BitMatrix>>>> ends = wrapped(program, c, models, wrap);
                if (cheater != BANK && ends.get(BANK).isPresent()) {
                    assertSame(right, ends.get(BANK).get());
                }
                stopped += ends.stream().anyMatch(Optional::isEmpty) ? 1 : 0;
            }
        }
        assertTrue(stopped >= 15, stopped + " of the changed messages were found");
    }

    private static int messages(GarbledProgram program, Case c, List<Map<String, Rep4Vector>> models, int party) {
        List<RecordingMesh> recordings = new ArrayList<>();
        wrapped(program, c, models, mesh -> {
            if (mesh.self() != party) {
                return mesh;
            }
            recordings.add(new RecordingMesh(mesh));
            return recordings.getFirst();
        });
        return (int) recordings.getFirst().entries().stream()
                .filter(RecordingMesh.Entry::sent)
                .count();
    }

    /** By party its answers, empty where it stopped. */
    private static List<Optional<List<Optional<BitMatrix>>>> wrapped(
            GarbledProgram program, Case c, List<Map<String, Rep4Vector>> models, UnaryOperator<Mesh> wrap) {
        List<List<GarbledStock>> stocks = prepared(program, c.rows);
        return Parties.run(4, mesh -> {
            try {
                return Optional.of(run(program, c, wrap.apply(mesh), models.get(mesh.self()), stocks.get(mesh.self())));
            } catch (ProtocolAbort e) {
                InProcessMesh.stopPeers(mesh);
                return Optional.empty();
            }
        });
    }
}
