package org.tallystick.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.tallystick.net.CountingMesh;
import org.tallystick.net.InProcessMesh;
import org.tallystick.net.Mesh;
import org.tallystick.net.Parties;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.protocol.OwnerInput;
import org.tallystick.protocol.ProfileUnderTest;
import org.tallystick.protocol.Protocol;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/** Both methods of learning, beside the same in plain doubles, on made-up standardised data. */
class LearningTest {
    private static final String PROFILES = "org.tallystick.protocol.ProfileUnderTest#ALL";
    private static final int ROWS = 700;
    private static final int COLUMNS = 5;

    /** x by row, standardised, two columns nearly the same; y from a logistic model. */
    private record Data(double[][] x, int[] y) {
        static Data of(long seed) {
            Random random = new Random(seed);
            double[][] x = new double[ROWS][COLUMNS];
            for (double[] row : x) {
                for (int k = 0; k < COLUMNS; k++) {
                    row[k] = random.nextGaussian();
                }
                row[1] = .95 * row[0] + .3 * row[1];
            }
            for (int k = 0; k < COLUMNS; k++) {
                int column = k;
                double mean = Arrays.stream(x)
                        .mapToDouble(row -> row[column])
                        .average()
                        .orElseThrow();
                double square = Arrays.stream(x)
                        .mapToDouble(row -> Math.pow(row[column] - mean, 2))
                        .average()
                        .orElseThrow();
                for (double[] row : x) {
                    row[k] = (row[k] - mean) / Math.sqrt(square);
                }
            }
            double[] truth = {1.2, -.4, .7, 0, -2.1};
            int[] y = new int[ROWS];
            for (int row = 0; row < ROWS; row++) {
                y[row] = random.nextDouble() < sigmoid(score(x[row], truth, -1)) ? 1 : 0;
            }
            return new Data(x, y);
        }

        long[] elements(int scale) {
            long[] elements = new long[ROWS * COLUMNS];
            for (int k = 0; k < elements.length; k++) {
                elements[k] = Math.round(Math.scalb(x[k % ROWS][k / ROWS], scale));
            }
            return elements;
        }

        long[] labels() {
            return Arrays.stream(y).asLongStream().toArray();
        }
    }

    private static double score(double[] row, double[] weights, double intercept) {
        double sum = intercept;
        for (int k = 0; k < row.length; k++) {
            sum += row[k] * weights[k];
        }
        return sum;
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /** The gradient of the sum of losses with a penalty, the intercept last. */
    private static double[] gradient(Data data, int[] rows, double[] w, double penalty) {
        double[] sum = new double[COLUMNS + 1];
        for (int row : rows) {
            double error = sigmoid(score(data.x[row], Arrays.copyOf(w, COLUMNS), w[COLUMNS])) - data.y[row];
            for (int k = 0; k < COLUMNS; k++) {
                sum[k] += error * data.x[row][k];
            }
            sum[COLUMNS] += error;
        }
        for (int k = 0; k < COLUMNS; k++) {
            sum[k] += penalty * w[k];
        }
        return sum;
    }

    private static <A extends ArithmeticShare, B extends BitShare> List<A> share(
            Protocol<A, B> protocol, Data data, int scale) {
        boolean first = protocol.self() == 0;
        boolean bank = protocol.self() == 3;
        return protocol.inputs(List.of(
                new OwnerInput(0, ROWS, COLUMNS, 64, first ? data.elements(scale) : null),
                new OwnerInput(3, ROWS, 1, 64, bank ? data.labels() : null)));
    }

    private static double[] reals(long[] weights, int scale) {
        return Arrays.stream(weights)
                .mapToDouble(w -> Math.scalb((double) w, -scale))
                .toArray();
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void newtonRestsWhereTheGradientIsZero(
            ProfileUnderTest<A, B> profile) {
        Data data = Data.of(1);
        for (double penalty : new double[] {0, 20}) {
            Newton.Settings settings = Newton.Settings.DEFAULT.withPenalty(penalty);
            AtomicInteger steps = new AtomicInteger();
            double[] weights = Parties.run(profile.parties(), mesh -> {
                        Protocol<A, B> protocol = profile.start(mesh, (int) penalty);
                        List<A> shared = share(protocol, data, Newton.SCALE);
                        A fitted = Newton.fit(
                                protocol, shared.get(0), shared.get(1), settings, done -> steps.incrementAndGet());
                        return reals(protocol.open(fitted), Newton.SCALE);
                    })
                    .getFirst();
            int[] all = IntStream.range(0, ROWS).toArray();
            double[] rest = gradient(data, all, weights, penalty);
            // Mean gradients of 2^-16: what rounding of columns and the sigmoid's error leave.
            for (double each : rest) {
                assertEquals(0, each / ROWS, 0x1p-16);
            }
            assertEquals(4 * settings.iterations(), steps.get());
        }
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void descentTakesThePlainSteps(ProfileUnderTest<A, B> profile) {
        Data data = Data.of(2);
        Descent.Settings settings = new Descent.Settings(3, 100, .5, .1, .8, .01, Descent.Link.ACCURATE, 5);
        double[] weights = Parties.run(profile.parties(), mesh -> {
                    Protocol<A, B> protocol = profile.start(mesh, 3);
                    List<A> shared = share(protocol, data, Descent.COLUMN_SCALE);
                    Descent.State<A> state = Descent.start(protocol, COLUMNS);
                    for (int epoch = 0; epoch < settings.epochs(); epoch++) {
                        state = Descent.epoch(protocol, shared.get(0), shared.get(1), settings, state);
                    }
                    return reals(protocol.open(state.weights()), Descent.WEIGHT_SCALE);
                })
                .getFirst();
        double[] plain = plainDescent(data, settings);
        for (int k = 0; k <= COLUMNS; k++) {
            assertEquals(plain[k], weights[k], .01);
        }
    }

    private static double[] plainDescent(Data data, Descent.Settings settings) {
        double[] weights = new double[COLUMNS + 1];
        double[] velocity = new double[COLUMNS + 1];
        for (int epoch = 0; epoch < settings.epochs(); epoch++) {
            double rate = settings.rate() / (1 + settings.decay() * epoch);
            int[] order = Descent.order(ROWS, settings.seed(), epoch);
            for (int from = 0; from < ROWS; from += settings.batch()) {
                int[] rows = Arrays.copyOfRange(order, from, Math.min(ROWS, from + settings.batch()));
                double[] gradient = gradient(data, rows, weights, settings.penalty() * rows.length);
                for (int k = 0; k <= COLUMNS; k++) {
                    velocity[k] = settings.momentum() * velocity[k] + rate / rows.length * gradient[k];
                    weights[k] -= velocity[k];
                }
            }
        }
        return weights;
    }

    @Test
    void aBatchWithTheThreePieceSigmoidTakesThirteenRounds() {
        ProfileUnderTest<?, ?> rep4 = ProfileUnderTest.ALL.get(1);
        int batches = Math.ceilDiv(ROWS, 128);
        assertEquals(13 * batches, rounds(rep4, 2) - rounds(rep4, 1));
    }

    private static <A extends ArithmeticShare, B extends BitShare> int rounds(
            ProfileUnderTest<A, B> profile, int epochs) {
        Data data = Data.of(3);
        List<CountingMesh> meshes = CountingMesh.wrap(InProcessMesh.of(profile.parties(), Duration.ofSeconds(30)));
        InProcessMesh.run(List.<Mesh>copyOf(meshes), mesh -> {
            Protocol<A, B> protocol = profile.start(mesh, 10 + epochs);
            List<A> shared = share(protocol, data, Descent.COLUMN_SCALE);
            var settings = new Descent.Settings(epochs, 128, .1, 0, .5, .01, Descent.Link.THREE_PIECE, 5);
            Descent.State<A> state = Descent.start(protocol, COLUMNS);
            for (int epoch = 0; epoch < epochs; epoch++) {
                state = Descent.epoch(protocol, shared.get(0), shared.get(1), settings, state);
            }
            return state.epoch();
        });
        return meshes.getFirst().rounds();
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void theLossIsThePlainOne(ProfileUnderTest<A, B> profile) {
        Data data = Data.of(4);
        double[] z = new double[ROWS];
        Arrays.setAll(z, k -> 3 * data.x[k][0]);
        double opened = Parties.run(profile.parties(), mesh -> {
                    Protocol<A, B> protocol = profile.start(mesh, 5);
                    long[] scores = Arrays.stream(z)
                            .mapToLong(each -> Math.round(Math.scalb(each, 40)))
                            .toArray();
                    List<A> shared = protocol.inputs(List.of(
                            new OwnerInput(0, ROWS, 1, 64, protocol.self() == 0 ? scores : null),
                            new OwnerInput(3, ROWS, 1, 64, protocol.self() == 3 ? data.labels() : null)));
                    return Loss.open(protocol, shared.get(0), 40, shared.get(1));
                })
                .getFirst();
        double plain = 0;
        for (int row = 0; row < ROWS; row++) {
            plain += Math.log1p(Math.exp(z[row])) - data.y[row] * z[row];
        }
        assertEquals(plain / ROWS, opened, 0x1p-9);
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void theEvaluationIsThePlainOne(ProfileUnderTest<A, B> profile) {
        Random random = new Random(6);
        long[] scores = new long[ROWS];
        long[] bad = new long[ROWS];
        for (int row = 0; row < ROWS; row++) {
            bad[row] = random.nextInt(4) == 0 ? 1 : 0;
            // Whole bins of 2^-8 with many ties, and some beyond the ends.
            scores[row] = (long) (random.nextGaussian() * 600 + bad[row] * 500) << 22;
        }
        List<Optional<Evaluation.Result>> results = Parties.run(profile.parties(), mesh -> {
            Protocol<A, B> protocol = profile.start(mesh, 6);
            List<A> shared = protocol.inputs(List.of(
                    new OwnerInput(0, ROWS, 1, 64, protocol.self() == 0 ? scores : null),
                    new OwnerInput(3, ROWS, 1, 64, protocol.self() == 3 ? bad : null)));
            return Evaluation.reveal(protocol, shared.get(0), 30, shared.get(1), .25, 3);
        });
        for (int party = 0; party < 3; party++) {
            assertTrue(results.get(party).isEmpty());
        }
        PlainEvaluation.check(results.get(3).orElseThrow(), scores, bad, 22, 64);
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void smallBinsKeepTheirCounts(ProfileUnderTest<A, B> profile) {
        int[] bins = {0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 2};
        long[] bad = {1, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0, 1};
        long[] indicators = new long[3 * bins.length];
        for (int row = 0; row < bins.length; row++) {
            indicators[bins[row] * bins.length + row] = 1;
        }
        List<Optional<BinCounts.Counts>> counts = Parties.run(profile.parties(), mesh -> {
            Protocol<A, B> protocol = profile.start(mesh, 7);
            List<A> shared = protocol.inputs(List.of(
                    new OwnerInput(1, bins.length, 3, BinCounts.WIDTH, protocol.self() == 1 ? indicators : null),
                    new OwnerInput(3, bins.length, 1, BinCounts.WIDTH, protocol.self() == 3 ? bad : null)));
            return BinCounts.reveal(protocol, shared.get(0), shared.get(1), 2, 1);
        });
        for (int party : new int[] {0, 2, 3}) {
            assertTrue(counts.get(party).isEmpty());
        }
        BinCounts.Counts owner = counts.get(1).orElseThrow();
        // The first has one good row, the second one bad row: below two, so both are withheld; together they have
        // three.
        assertEquals(
                List.of(-1L, -1L, 3L), Arrays.stream(owner.badInBin()).boxed().toList());
        assertEquals(6, owner.bad());
    }

    /** The total would give a single withheld bin away. */
    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void oneSmallBinWithholdsAll(ProfileUnderTest<A, B> profile) {
        int[] bins = {0, 0, 0, 0, 1, 1, 1, 1, 2, 2};
        long[] bad = {1, 0, 1, 0, 0, 1, 0, 1, 1, 0};
        for (int minimum : new int[] {1, 2}) {
            BinCounts.Counts owner = counts(profile, bins, bad, minimum).orElseThrow();
            List<Long> expected = minimum == 1 ? List.of(2L, 2L, 1L) : List.of(-1L, -1L, -1L);
            assertEquals(expected, Arrays.stream(owner.badInBin()).boxed().toList());
            assertEquals(minimum == 1 ? 5 : -1, owner.bad());
        }
    }

    private static <A extends ArithmeticShare, B extends BitShare> Optional<BinCounts.Counts> counts(
            ProfileUnderTest<A, B> profile, int[] bins, long[] bad, int minimum) {
        long[] indicators = new long[3 * bins.length];
        for (int row = 0; row < bins.length; row++) {
            if (bins[row] < 3) {
                indicators[bins[row] * bins.length + row] = 1;
            }
        }
        return Parties.run(profile.parties(), mesh -> {
                    Protocol<A, B> protocol = profile.start(mesh, 20 + minimum);
                    List<A> shared = protocol.inputs(List.of(
                            new OwnerInput(
                                    1, bins.length, 3, BinCounts.WIDTH, protocol.self() == 1 ? indicators : null),
                            new OwnerInput(3, bins.length, 1, BinCounts.WIDTH, protocol.self() == 3 ? bad : null)));
                    return BinCounts.reveal(protocol, shared.get(0), shared.get(1), minimum, 1);
                })
                .get(1);
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void aRowInNoBinStopsAll(ProfileUnderTest<A, B> profile) {
        ProtocolAbort abort = assertThrows(
                ProtocolAbort.class, () -> counts(profile, new int[] {0, 1, 2, 3}, new long[] {1, 0, 1, 0}, 0));
        assertEquals(ProtocolAbort.Reason.CHECK_FAILED, abort.reason());
    }

    /** Whatever the bank says, a label is 0 or 1. */
    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void aLabelIsABit(ProfileUnderTest<A, B> profile) {
        long[] opened = Parties.run(profile.parties(), mesh -> {
                    Protocol<A, B> protocol = profile.start(mesh, 30);
                    long[] values = protocol.self() == 3 ? new long[] {0, 1, 5, 1L << 40, -1} : null;
                    B bits = Training.bits(protocol, new OwnerInput(3, 5, 1, 1, values));
                    return protocol.open(protocol.fromBit(bits, 64));
                })
                .getFirst();
        assertArrayEquals(new long[] {0, 1, 1, 0, 1}, opened);
    }

    /** A column that is the sum of two others leaves the maximum a line; the scores are the same along it. */
    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void newtonStandsColumnsThatRepeatEachOther(
            ProfileUnderTest<A, B> profile) {
        Data data = Data.of(8);
        for (double[] row : data.x()) {
            row[4] = row[3];
        }
        double[] weights = Parties.run(profile.parties(), mesh -> {
                    Protocol<A, B> protocol = profile.start(mesh, 31);
                    List<A> shared = share(protocol, data, Newton.SCALE);
                    A fitted = Newton.fit(protocol, shared.get(0), shared.get(1), Newton.Settings.DEFAULT, _ -> {});
                    return reals(protocol.open(fitted), Newton.SCALE);
                })
                .getFirst();
        assertEquals(weights[3], weights[4], .01);
        for (double each : gradient(data, IntStream.range(0, ROWS).toArray(), weights, 0)) {
            assertEquals(0, each / ROWS, 0x1p-14);
        }
    }
}
