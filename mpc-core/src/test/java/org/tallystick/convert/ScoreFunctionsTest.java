package org.tallystick.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tallystick.convert.GarbledFunction.Way;
import org.tallystick.garble.Circuit.Order;
import org.tallystick.net.InProcessMesh;
import org.tallystick.ring.Ring;

/** Answers of a score, garbled among four parties, against plain arithmetic. */
class ScoreFunctionsTest {
    private static final int ROWS = 40;

    /** The answers of all targets, row by row, at the evaluator. */
    private static List<long[]> answers(GarbledFunction function, List<long[]> columns) {
        Roles roles = Roles.of(3, 1);
        return InProcessMesh.run(InProcessMesh.of(4, Worlds.LONG), mesh -> {
                    GarbledWorld world = new GarbledWorld(mesh, Worlds.seeds(mesh.self(), 2), new byte[32], roles);
                    int rows = columns.getFirst().length;
                    GarbledStock stock = world.prepare(function, rows, 0);
                    List<SharedInput> inputs = new ArrayList<>();
                    for (int n = 0; n < columns.size(); n++) {
                        inputs.add(Worlds.number(
                                mesh.self(),
                                columns.get(n),
                                function.inputs().get(n).width(),
                                n));
                    }
                    return world.run(stock, inputs).stream()
                            .flatMap(output -> ((SharedOutput.Revealed) output).bits().stream())
                            .map(Worlds::numbers)
                            .toList();
                })
                .get(roles.evaluator());
    }

    private static long[] column(Random random, int width) {
        long end = 1L << (width - 1);
        return random.longs(ROWS, -end, end).toArray();
    }

    @ParameterizedTest
    @EnumSource
    void bandByPrivateThresholds(Way way) {
        Random random = new Random(1);
        long[] score = column(random, 42);
        long[] thresholds = random.longs(7, -1L << 40, 1L << 40).sorted().toArray();
        List<long[]> differences = Arrays.stream(thresholds)
                .mapToObj(t -> Arrays.stream(score).map(z -> z - t).toArray())
                .toList();
        GarbledFunction band = ScoreFunctions.band(way, 44, 7, Order.LAYERED);
        long[] expected = Arrays.stream(score)
                .map(z -> Arrays.stream(thresholds).filter(t -> z >= t).count())
                .toArray();
        assertArrayEquals(expected, answers(band, differences).getFirst());
        assertEquals(way == Way.TWO ? 7 * 43 : 7 * 85, band.circuit().ands());
        assertEquals(43, band.circuit().depth());
    }

    @Test
    void probabilityInThousandths() {
        long[] logits = new Random(2)
                .doubles(ROWS, -9, 9)
                .mapToLong(x -> Math.round(x * 65536))
                .toArray();
        long[] expected = Arrays.stream(logits)
                .map(z -> Math.round(1000 / (1 + Math.exp(-z / 65536.0))))
                .toArray();
        assertArrayEquals(
                expected,
                answers(ScoreFunctions.perMille(Way.TWO, 24, 16, Order.LAYERED), List.of(logits))
                        .getFirst());
    }

    @Test
    void pointsAreRoundedAndCapped() {
        long[] points = new Random(3)
                .doubles(ROWS, -300, 1500)
                .mapToLong(x -> Math.round(x * 1024))
                .toArray();
        points[0] = 512;
        points[1] = -512;
        points[2] = 850 * 1024 + 511;
        points[3] = 850 * 1024 + 512;
        long[] expected = Arrays.stream(points)
                .map(p -> Math.clamp(p + 512 >> 10, 0, 850))
                .toArray();
        assertArrayEquals(
                expected,
                answers(ScoreFunctions.points(Way.TWO, 30, 10, 850, Order.LAYERED), List.of(points))
                        .getFirst());
        assertThrows(IllegalArgumentException.class, () -> ScoreFunctions.points(Way.TWO, 20, 10, 850, Order.LAYERED));
    }

    @Test
    void theThreeStrongestReasons() {
        Random random = new Random(4);
        int features = 32;
        List<long[]> contributions = IntStream.range(0, features)
                .mapToObj(i -> random.ints(ROWS, -3, 40).asLongStream().toArray())
                .toList();
        GarbledFunction reasons = ScoreFunctions.reasons(Way.TWO, 24, features, 3, Order.LAYERED);
        List<long[]> answers = answers(reasons, contributions);
        for (int row = 0; row < ROWS; row++) {
            int at = row;
            List<Integer> order = IntStream.range(0, features)
                    .boxed()
                    .sorted(Comparator.comparingLong(
                            (Integer i) -> contributions.get(i)[at]))
                    .toList();
            for (int k = 0; k < 3; k++) {
                boolean pulls = contributions.get(order.get(k))[at] < 0;
                assertEquals(pulls ? (long) order.get(k) : 63, answers.getFirst()[row] >>> 6 * k & 63);
            }
        }
        assertTrue(reasons.circuit().ands() < 5_000, reasons::toString);
    }

    @Test
    void aWholeScore() {
        Random random = new Random(5);
        int features = 6;
        List<long[]> columns = new ArrayList<>();
        for (int i = 0; i < 2 * features; i++) {
            columns.add(column(random, i < features ? 10 : 8));
        }
        long[] thresholds = {-30_000, 0, 40_000};
        columns.add(column(random, 12));
        for (long threshold : thresholds) {
            columns.add(IntStream.range(0, ROWS).mapToLong(row -> threshold).toArray());
        }
        long[] expected = new long[ROWS];
        for (int row = 0; row < ROWS; row++) {
            long sum = columns.get(2 * features)[row];
            for (int i = 0; i < features; i++) {
                sum += columns.get(i)[row] * columns.get(features + i)[row];
            }
            long score = Ring.signed(sum, 24);
            expected[row] = Arrays.stream(thresholds).filter(t -> score >= t).count();
        }
        GarbledFunction whole = ScoreFunctions.wholeScore(Way.TWO, features, 10, 8, 24, 3, Order.LAYERED);
        assertArrayEquals(expected, answers(whole, columns).getFirst());
    }
}
