package org.tallystick.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tallystick.convert.GarbledStock;
import org.tallystick.convert.GarbledWorld;
import org.tallystick.convert.Roles;
import org.tallystick.net.InProcessMesh;
import org.tallystick.net.Mesh;
import org.tallystick.program.Activation;
import org.tallystick.program.Checkpoints;
import org.tallystick.program.GarbledProgram;
import org.tallystick.program.Interpreter;
import org.tallystick.program.Operation;
import org.tallystick.program.Program;
import org.tallystick.protocol.rep4.Rep4;
import org.tallystick.random.SharedSeed;
import org.tallystick.ring.BitMatrix;
import org.tallystick.share.Rep4Vector;

/** The four parties' answers equal the oracle's bit for bit. */
class SecureScoreTest {
    @ParameterizedTest
    @ValueSource(strings = {"{'kind': 'band'}", "{'kind': 'points'}"})
    void aHundredThousandRowsOfThirtyTwoFeatures(String output) {
        Compiled compiled = ModelCompiler.compile(TestModels.parse(TestModels.standard(output)));
        FixedPointScorer oracle = FixedPointScorer.of(compiled);
        int rows = 100_000;
        Map<String, long[]> columns = randomColumns(compiled.program(), rows);
        long[] expected = oracle.run(columns, rows).revealed();
        assertTrue(Arrays.stream(expected).distinct().count() > 6);
        assertArrayEquals(expected, secure(compiled, columns, rows));
    }

    @Test
    void everyKindOfFeatureOutputAndVisibility() {
        List<Map<String, Map<String, String>>> subjects = TestModels.smallRows(100, 5);
        for (String output : List.of("'kind': 'band'", "'kind': 'points'", "'kind': 'pd', 'step': 0.1")) {
            for (String weights : List.of("private", "public")) {
                for (String thresholds : List.of("private", "public")) {
                    Compiled compiled = ModelCompiler.compile(TestModels.parse(TestModels.small(
                            "'kind': 'band'",
                            output,
                            "'intercept'",
                            "'weights': '" + weights + "', 'intercept'",
                            "'thresholds'",
                            "'visibility': '" + thresholds + "', 'thresholds'")));
                    FixedPointScorer oracle = FixedPointScorer.of(compiled);
                    Map<String, long[]> columns = oracle.columns(subjects);
                    assertArrayEquals(
                            oracle.run(columns, subjects.size()).revealed(),
                            secure(compiled, columns, subjects.size()),
                            output + ", " + weights + " weights, " + thresholds + " thresholds");
                    assertArrayEquals(
                            oracle.run(columns, subjects.size()).revealed(),
                            garbled(compiled, columns, subjects.size()),
                            "garbled: " + output + ", " + weights + " weights, " + thresholds + " thresholds");
                }
            }
        }
    }

    @Test
    void reasonsBesideEveryOutput() {
        List<Map<String, Map<String, String>>> subjects = TestModels.smallRows(70, 6);
        for (String output : List.of("'kind': 'band'", "'kind': 'points'")) {
            for (String weights : List.of("private", "public")) {
                Compiled compiled = ModelCompiler.compile(TestModels.parse(TestModels.explained(
                        "'kind': 'band'", output, "'intercept'", "'weights': '" + weights + "', 'intercept'")));
                FixedPointScorer oracle = FixedPointScorer.of(compiled);
                Map<String, long[]> columns = oracle.columns(subjects);
                long[] expected = oracle.run(columns, subjects.size()).revealed();
                assertTrue(Arrays.stream(expected).distinct().count() > 6);
                assertArrayEquals(expected, secure(compiled, columns, subjects.size()), output + ", " + weights);
                assertArrayEquals(
                        expected, garbled(compiled, columns, subjects.size()), "garbled: " + output + ", " + weights);
            }
        }
    }

    /** Values over all of each column's declared bounds. */
    private static Map<String, long[]> randomColumns(Program program, int rows) {
        Random random = new Random(32);
        Map<String, long[]> columns = new java.util.HashMap<>();
        for (Operation operation : program.operations()) {
            if (operation instanceof Operation.Input input) {
                long[] values = new long[input.columns().size() * rows];
                for (int k = 0; k < values.length; k++) {
                    Operation.Interval bounds = input.columns().get(k / rows).bounds();
                    values[k] = random.nextLong(bounds.low(), bounds.high() + 1);
                }
                columns.put(program.parties().get(input.owner()), values);
            }
        }
        return columns;
    }

    private static long[] secure(Compiled compiled, Map<String, long[]> columns, int rows) {
        return revealed(
                compiled,
                columns,
                rows,
                (mesh, own, stored) ->
                        Interpreter.run(rep4(mesh, 1), compiled.program(), rows, own, stored, Checkpoints.NONE));
    }

    /** The end of the program in garbled circuits. */
    private static long[] garbled(Compiled compiled, Map<String, long[]> columns, int rows) {
        if (!(GarbledProgram.of(compiled.program()) instanceof GarbledProgram.Found.Possible(GarbledProgram program))) {
            throw new AssertionError("cannot be garbled");
        }
        return revealed(compiled, columns, rows, (mesh, own, stored) -> {
            SharedSeed[] seeds = seeds(mesh.self());
            byte[] run = ByteBuffer.allocate(32).putInt(2).array();
            GarbledStock stock = new GarbledWorld(mesh, seeds, run, Roles.of(program.evaluator(), 1))
                    .prepare(program.function(), rows, 0);
            return program.run(rep4(mesh, 1), mesh, seeds, rows, own, stored, List.of(stock), Checkpoints.NONE);
        });
    }

    private interface Run {
        List<Optional<BitMatrix>> of(Mesh mesh, List<long[]> own, Map<String, Rep4Vector> stored);
    }

    private static long[] revealed(Compiled compiled, Map<String, long[]> columns, int rows, Run run) {
        Program program = compiled.program();
        int bank = program.parties().indexOf("bank");
        List<Mesh> meshes = InProcessMesh.of(4, Duration.ofMinutes(2));
        List<List<Optional<BitMatrix>>> answers = InProcessMesh.run(meshes, mesh -> {
            Map<String, Rep4Vector> stored = compiled.storedValues().isEmpty()
                    ? Map.of()
                    : Activation.run(
                            rep4(mesh, 0),
                            program,
                            bank,
                            mesh.self() == bank ? Optional.of(compiled.storedValues()) : Optional.empty());
            List<long[]> own = new ArrayList<>();
            for (Operation operation : program.operations()) {
                if (operation instanceof Operation.Input input && input.owner() == mesh.self()) {
                    own.add(columns.get(program.parties().get(mesh.self())));
                }
            }
            return run.of(mesh, own, stored);
        });
        BitMatrix bits = BitMatrix.ofWires(
                answers.get(bank).stream().map(Optional::orElseThrow).toList());
        long[] revealed = new long[rows];
        Arrays.setAll(revealed, bits::number);
        return revealed;
    }

    private static SharedSeed[] seeds(int self) {
        SharedSeed[] seeds = new SharedSeed[4];
        for (int j = 0; j < 4; j++) {
            if (j != self) {
                byte[] seed = new byte[32];
                new Random(j).nextBytes(seed);
                seeds[j] = SharedSeed.of(seed);
            }
        }
        return seeds;
    }

    private static Rep4 rep4(Mesh mesh, int run) {
        return new Rep4(
                mesh, seeds(mesh.self()), ByteBuffer.allocate(32).putInt(run).array());
    }
}
