package org.tallystick.garble;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectionTest {
    private static final int ROWS = 200;

    private static long signed(long x, int width) {
        return x << (64 - width) >> (64 - width);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 8})
    void bandsCountThresholdsReached(int thresholds) {
        int n = 12;
        CircuitBuilder b = new CircuitBuilder();
        int[] x = b.input(n);
        List<int[]> limits = new ArrayList<>();
        for (int k = 0; k < thresholds; k++) {
            limits.add(b.input(n));
        }
        b.output(Selection.band(b, x, limits));
        Circuit circuit = b.build(Circuit.Order.LAYERED);
        long[][] rows = Evaluated.rows(ROWS, thresholds + 1, n, thresholds);
        for (long[] row : rows) {
            long[] ascending = Arrays.stream(row, 1, row.length)
                    .map(v -> signed(v, n))
                    .sorted()
                    .toArray();
            System.arraycopy(ascending, 0, row, 1, ascending.length);
        }
        long[][] results = Evaluated.run(circuit, rows);
        for (int row = 0; row < ROWS; row++) {
            long score = signed(rows[row][0], n);
            long expected = Arrays.stream(rows[row], 1, thresholds + 1)
                    .filter(v -> score >= v)
                    .count();
            assertEquals(expected, results[row][0]);
        }
        assertEquals(thresholds * n, circuit.ands(), "counting is free");
        assertEquals(n, circuit.depth());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 6})
    void publicTablesCostTheirIndexAlone(int n) {
        long[] table = new Random(n).longs(1 << n).toArray();
        CircuitBuilder b = new CircuitBuilder();
        int[] x = b.input(n);
        b.output(Selection.lookUp(b, x, table, 64));
        b.output(Selection.decode(b, x));
        Circuit circuit = b.build(Circuit.Order.LAYERED);
        for (int i = 0; i < table.length; i++) {
            long[] result = Evaluated.run(circuit, new long[][] {{i}})[0];
            assertEquals(table[i], result[0]);
            assertEquals(1L << i, result[1]);
        }
        assertEquals(2 * ((1 << n) - n - 1), circuit.ands(), "decoded twice");
    }

    @Test
    void privateTablesAreTreesOfChoices() {
        CircuitBuilder b = new CircuitBuilder();
        int[] x = b.input(3);
        List<int[]> table = IntStream.range(0, 8).mapToObj(i -> b.input(10)).toList();
        b.output(Selection.lookUp(b, x, table));
        Circuit circuit = b.build(Circuit.Order.AS_BUILT);
        long[][] rows = Evaluated.rows(ROWS, 9, 10, 3);
        for (long[] row : rows) {
            row[0] &= 7;
        }
        long[][] results = Evaluated.run(circuit, rows);
        for (int row = 0; row < ROWS; row++) {
            assertEquals(rows[row][1 + (int) rows[row][0]], results[row][0]);
        }
        assertEquals(70, circuit.ands());
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 8", "2, 1, 8", "5, 3, 4", "7, 7, 3", "9, 2, 6", "16, 5, 5", "32, 3, 16", "33, 4, 2"})
    void theGreatestWithTheirIndices(int words, int count, int n) {
        CircuitBuilder b = new CircuitBuilder();
        List<int[]> values = IntStream.range(0, words).mapToObj(i -> b.input(n)).toList();
        for (Selection.Ranked ranked : Selection.greatest(b, values, count)) {
            b.output(ranked.index());
            b.output(ranked.value());
        }
        Circuit circuit = b.build(Circuit.Order.LAYERED);
        long[][] rows = Evaluated.rows(ROWS, words, n, words);
        long[][] results = Evaluated.run(circuit, rows);
        for (int row = 0; row < ROWS; row++) {
            long[] numbers = rows[row];
            List<Integer> order = IntStream.range(0, words)
                    .boxed()
                    .sorted(Comparator.comparingLong((Integer i) -> -signed(numbers[i], n)))
                    .toList();
            for (int k = 0; k < count; k++) {
                assertEquals((long) order.get(k), results[row][2 * k], "the lower index first");
                assertEquals(numbers[order.get(k)], results[row][2 * k + 1]);
            }
        }
    }

    @Test
    void threeOfThirtyTwoTakeSeventyFiveExchanges() {
        CircuitBuilder b = new CircuitBuilder();
        List<int[]> values = IntStream.range(0, 32).mapToObj(i -> b.input(16)).toList();
        for (Selection.Ranked ranked : Selection.greatest(b, values, 3)) {
            b.output(ranked.index());
        }
        Circuit circuit = b.build(Circuit.Order.LAYERED);
        assertTrue(circuit.ands() <= 75 * (2 * 16 + 2 * 5) && circuit.ands() > 2000, circuit::toString);
    }

    @ParameterizedTest
    @CsvSource({"16, 24, 1000", "16, 40, 1000", "8, 12, 100", "20, 30, 1024", "4, 6, 10", "12, 16, 2"})
    void theSigmoidIsRoundedExactly(int fraction, int width, int levels) {
        CircuitBuilder b = new CircuitBuilder();
        b.output(Sigmoid.quantised(b, b.input(width), fraction, levels));
        Circuit circuit = b.build(Circuit.Order.LAYERED);
        Random random = new Random(fraction);
        long[][] rows = Evaluated.rows(4000, 1, width, fraction);
        for (int row = 0; row < 3000; row++) {
            long point = Sigmoid.points(fraction, levels)[random.nextInt(levels / 2)] + random.nextInt(-1, 1);
            long near = random.nextInt(3) == 0 ? random.nextLong() >> random.nextInt(40, 64) : point;
            rows[row][0] = (random.nextBoolean() ? near : -near) & -1L >>> (64 - width);
        }
        long[][] results = Evaluated.run(circuit, rows);
        for (int row = 0; row < rows.length; row++) {
            double x = Math.scalb((double) signed(rows[row][0], width), -fraction);
            assertEquals(Math.round(levels / (1 + Math.exp(-x))), results[row][0]);
        }
    }

    @Test
    void aSigmoidOfAThousandLevelsTakesFewerThanFiveHundredAnds() {
        CircuitBuilder b = new CircuitBuilder();
        b.output(Sigmoid.quantised(b, b.input(24), 16, 1000));
        Circuit circuit = b.build(Circuit.Order.LAYERED);
        assertTrue(circuit.ands() < 500, circuit::toString);
    }
}
