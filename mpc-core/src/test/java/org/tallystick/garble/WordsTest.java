package org.tallystick.garble;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.function.LongBinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Arithmetic circuits against plain arithmetic, and what they cost. */
class WordsTest {
    private static final int ROWS = 300;

    private interface Body {
        int[] of(CircuitBuilder b, int[] x, int[] y);
    }

    private static void check(int width, int result, Body body, LongBinaryOperator expected, int ands) {
        Circuit circuit = Evaluated.binary(width, (b, in) -> body.of(b, in[0], in[1]));
        long[][] rows = Evaluated.rows(ROWS, 2, width, width);
        long[][] results = Evaluated.run(circuit, rows);
        for (int row = 0; row < ROWS; row++) {
            long mask = -1L >>> (64 - result);
            assertEquals(expected.applyAsLong(rows[row][0], rows[row][1]) & mask, results[row][0], circuit::toString);
        }
        assertEquals(ands, circuit.ands());
    }

    private static long signed(long x, int width) {
        return x << (64 - width) >> (64 - width);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8, 17, 44, 63, 64})
    void sumsAndComparisons(int n) {
        check(n, n, Words::add, (x, y) -> x + y, n - 1);
        check(n, n, Words::subtract, (x, y) -> x - y, n - 1);
        check(
                n,
                1,
                (b, x, y) -> new int[] {Words.atLeast(b, x, y)},
                (x, y) -> Long.compareUnsigned(x, y) >= 0 ? 1 : 0,
                n);
        check(
                n,
                1,
                (b, x, y) -> new int[] {Words.atLeastSigned(b, x, y)},
                (x, y) -> signed(x, n) >= signed(y, n) ? 1 : 0,
                n);
        check(n, 1, (b, x, y) -> new int[] {Words.equal(b, x, y)}, (x, y) -> x == y ? 1 : 0, n - 1);
        check(n, n, (b, x, y) -> Words.choose(b, x[0], x, y), (x, y) -> (x & 1) != 0 ? y : x, n);
        check(n, n, (b, x, y) -> Words.negateIf(b, y[0], x), (x, y) -> (y & 1) != 0 ? -x : x, Math.max(0, n - 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8, 16, 31})
    void wideSumsAndProducts(int n) {
        check(n, n + 1, Words::addWide, (x, y) -> x + y, n);
        check(n, n, (b, x, y) -> Words.multiply(b, x, y, n), (x, y) -> x * y, n * n - n + 1);
        check(n, 2 * n, (b, x, y) -> Words.multiply(b, x, y, 2 * n), (x, y) -> x * y, 2 * n * n - n);
    }

    @Test
    void aProductOf64BitsIsThePublishedSize() {
        check(64, 64, (b, x, y) -> Words.multiply(b, x, y, 64), (x, y) -> x * y, 4033);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5, 12, 24})
    void signedProducts(int n) {
        for (int width : new int[] {n, n + 3, 2 * n}) {
            Circuit circuit = Evaluated.binary(n, (b, in) -> Words.multiplySigned(b, in[0], in[1], width));
            long[][] rows = Evaluated.rows(ROWS, 2, n, width);
            long[][] results = Evaluated.run(circuit, rows);
            for (int row = 0; row < ROWS; row++) {
                long product = signed(rows[row][0], n) * signed(rows[row][1], n);
                assertEquals(product & -1L >>> (64 - width), results[row][0]);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void threeSummands(Circuit.Order order) {
        CircuitBuilder b = new CircuitBuilder();
        int[] x = b.input(64);
        int[] y = b.input(64);
        int[] z = b.input(64);
        b.output(Words.add3(b, x, y, z));
        Circuit circuit = b.build(order);
        assertEquals(125, circuit.ands());
        assertEquals(63, circuit.depth());
        long[][] rows = Evaluated.rows(ROWS, 3, 64, 5);
        long[][] results = Evaluated.run(circuit, rows);
        for (int row = 0; row < ROWS; row++) {
            assertEquals(rows[row][0] + rows[row][1] + rows[row][2], results[row][0]);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 3, 7, 11, -12, 1000, 0x5555, Long.MIN_VALUE, Long.MAX_VALUE})
    void publicFactors(long factor) {
        Circuit circuit = Evaluated.binary(64, (b, in) -> Words.multiplyBy(b, in[0], factor));
        long[][] rows = Evaluated.rows(ROWS, 2, 64, factor);
        long[][] results = Evaluated.run(circuit, rows);
        for (int row = 0; row < ROWS; row++) {
            assertEquals(rows[row][0] * factor, results[row][0]);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 7, 10, 31, 33, 64})
    void countsOfBits(int n) {
        CircuitBuilder b = new CircuitBuilder();
        b.output(Words.count(b, b.input(n)));
        Circuit circuit = b.build(Circuit.Order.AS_BUILT);
        long[][] rows = Evaluated.rows(ROWS, 1, n, n);
        long[][] results = Evaluated.run(circuit, rows);
        for (int row = 0; row < ROWS; row++) {
            assertEquals(Long.bitCount(rows[row][0]), results[row][0]);
        }
        assertEquals(n - Integer.bitCount(n), circuit.ands(), "n less its weight");
    }

    @Test
    void constantsAndRepeatedWiresCostNothing() {
        CircuitBuilder b = new CircuitBuilder();
        int[] x = b.input(3);
        b.output(
                b.and(x[0], CircuitBuilder.TRUE),
                b.and(x[0], CircuitBuilder.FALSE),
                b.and(x[1], x[1]),
                b.and(x[1], b.not(x[1])),
                b.xor(x[2], x[2]),
                b.xor(x[2], b.not(x[2])),
                b.not(b.xor(b.not(x[2]), CircuitBuilder.TRUE)),
                CircuitBuilder.TRUE);
        Circuit circuit = b.build(Circuit.Order.LAYERED);
        assertEquals(0, circuit.ands());
        for (long value = 0; value < 8; value++) {
            long expected = value & 1 | value << 1 & 4 | 32 | (~value & 4) << 4 | 128;
            assertEquals(expected, Evaluated.run(circuit, new long[][] {{value}})[0][0]);
        }
    }

    @Test
    void whatIsWrongIsRefused() {
        CircuitBuilder b = new CircuitBuilder();
        int[] x = b.input(2);
        int[] y = b.input(3);
        assertThrows(IllegalArgumentException.class, () -> Words.add(b, x, y));
        assertThrows(IllegalArgumentException.class, () -> b.xor(x[0], 99));
        assertThrows(IllegalArgumentException.class, () -> b.output());
        assertThrows(IllegalStateException.class, () -> b.build(Circuit.Order.LAYERED));
        b.and(x[0], y[0]);
        assertThrows(IllegalStateException.class, () -> b.input(1));
    }
}
