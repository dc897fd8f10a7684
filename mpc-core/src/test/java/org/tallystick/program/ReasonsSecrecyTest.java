package org.tallystick.program;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tallystick.convert.GarbledStock;
import org.tallystick.convert.GarbledWorld;
import org.tallystick.convert.Roles;
import org.tallystick.net.Mesh;
import org.tallystick.net.Parties;
import org.tallystick.net.RecordingMesh;
import org.tallystick.protocol.Profile;
import org.tallystick.protocol.rep4.Rep4;
import org.tallystick.random.SharedSeed;
import org.tallystick.ring.BitMatrix;
import org.tallystick.share.Rep4Vector;

/** What a party receives of a run with reasons is as often set whatever the columns and the model, for one answer. */
@Tag("slow")
class ReasonsSecrecyTest {
    private static final int BANK = 3;
    private static final int RUNS = 150;

    /** Deviations of a difference of two counts; of a hundred thousand fair bits none goes beyond. */
    private static final double LIMIT = 6.5;

    private static final Program PROGRAM = Programs.reasons(Profile.REP4, false);

    /** One business's columns, and a model. */
    private record Secret(List<List<long[]>> own, Map<String, long[]> model) {}

    private static Secret secret(long[] tax, long utility, long[] bank, long[] weights, long[] reference) {
        return new Secret(
                List.of(List.of(tax), List.of(new long[] {utility}), List.of(), List.of(bank)),
                Map.of("weights", weights, "reference", reference, "thresholds", new long[1]));
    }

    /** Both are in the upper band, and features 0, 1 and 2 are against both, in that order. */
    private static final Secret ONE =
            secret(new long[] {-5, 0, -3}, -1, new long[] {4, 10}, new long[] {1, 1, 1, 1}, new long[4]);

    private static final Secret OTHER = secret(
            new long[] {-100, 90, -50}, -5, new long[] {99_000, 100_000}, new long[] {917, -1000, 3, 20}, new long[] {
                500, 60, 10, -7
            });

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPartyLearnsNothingButItsAnswer(boolean garbled) {
        int[][] one = counts(ONE, garbled, 0);
        int[][] other = counts(OTHER, garbled, 50_000);
        for (int party = 0; party < 4; party++) {
            assertEquals(one[party].length, other[party].length);
            for (int bit = 0; bit < one[party].length; bit++) {
                double deviations = (one[party][bit] - other[party][bit]) / Math.sqrt(RUNS / 2.0);
                assertTrue(Math.abs(deviations) < LIMIT, "bit " + bit + " of what party " + party + " receives");
            }
        }
    }

    /** By party, how often each bit that it receives is set, over fresh seeds. */
    private static int[][] counts(Secret secret, boolean garbled, long firstSeed) {
        int[][] set = new int[4][];
        for (int run = 0; run < RUNS; run++) {
            long seed = firstSeed + run;
            List<byte[]> received = Parties.run(4, mesh -> {
                RecordingMesh recording = new RecordingMesh(mesh);
                List<Optional<BitMatrix>> answers = run(secret, garbled, recording, seed);
                if (mesh.self() == BANK) {
                    long[] numbers = {
                        answers.get(0).orElseThrow().number(0),
                        answers.get(1).orElseThrow().number(0)
                    };
                    assertArrayEquals(new long[] {1, 0b010_001_000}, numbers);
                }
                return received(recording);
            });
            for (int party = 0; party < 4; party++) {
                byte[] bytes = received.get(party);
                set[party] = run == 0 ? new int[8 * bytes.length] : set[party];
                for (int bit = 0; bit < set[party].length; bit++) {
                    set[party][bit] += bytes[bit / 8] >> bit % 8 & 1;
                }
            }
        }
        return set;
    }

    private static byte[] received(RecordingMesh recording) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int peer = 0; peer < 4; peer++) {
            for (RecordingMesh.Entry entry : recording.entries()) {
                if (!entry.sent() && entry.peer() == peer) {
                    all.writeBytes(entry.message());
                }
            }
        }
        return all.toByteArray();
    }

    private static List<Optional<BitMatrix>> run(Secret secret, boolean garbled, Mesh mesh, long seed) {
        SharedSeed[] seeds = new SharedSeed[4];
        for (int j = 0; j < 4; j++) {
            byte[] bytes = new byte[SharedSeed.BYTES];
            new Random(4 * seed + j).nextBytes(bytes);
            seeds[j] = j == mesh.self() ? null : SharedSeed.of(bytes);
        }
        Map<String, Rep4Vector> model = Activation.run(
                new Rep4(mesh, seeds, new byte[32]),
                PROGRAM,
                BANK,
                mesh.self() == BANK ? Optional.of(secret.model) : Optional.empty());
        byte[] id = new byte[32];
        id[0] = 1;
        Rep4 rep4 = new Rep4(mesh, seeds, id);
        List<long[]> own = secret.own.get(mesh.self());
        if (!garbled) {
            return Interpreter.run(rep4, PROGRAM, 1, own, model, Checkpoints.NONE);
        }
        GarbledProgram program = assertInstanceOf(GarbledProgram.Found.Possible.class, GarbledProgram.of(PROGRAM))
                .program();
        byte[] world = new byte[32];
        world[0] = 2;
        GarbledStock stock = new GarbledWorld(mesh, seeds, world, Roles.of(BANK, 0)).prepare(program.function(), 1, 0);
        return program.run(rep4, mesh, seeds, 1, own, model, List.of(stock), Checkpoints.NONE);
    }
}
