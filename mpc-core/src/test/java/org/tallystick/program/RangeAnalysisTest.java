package org.tallystick.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.tallystick.program.Operation.Interval;
import org.tallystick.program.RangeAnalysis.Range;
import org.tallystick.protocol.Profile;

class RangeAnalysisTest {
    @Example
    void theWidthOfARangeIsThatOfItsSignedNumbers() {
        assertEquals(1, range(0, 0).width());
        assertEquals(1, range(-1, 0).width());
        assertEquals(2, range(0, 1).width());
        assertEquals(8, range(-128, 127).width());
        assertEquals(9, range(-129, 0).width());
        assertEquals(9, range(0, 128).width());
        assertEquals(64, range(Long.MIN_VALUE, Long.MAX_VALUE).width());
        assertEquals(65, new Range(BigInteger.ZERO, BigInteger.ONE.shiftLeft(63)).width());
    }

    @Example
    void aScoreTakesWhatItsLargestDifferenceTakes() {
        RangeAnalysis ranges = RangeAnalysis.of(Programs.score(Profile.REP4, 3).operations());
        assertEquals(
                List.of(range(-100, 100), range(-100, 100)), ranges.ranges().get(0));
        assertEquals(List.of(range(-300_000, 300_000)), ranges.ranges().get(6));
        assertEquals(List.of(range(-1_300_000, 1_300_000)), ranges.ranges().get(7));
        assertEquals(List.of(range(-3_300_000, 3_300_000)), ranges.differences().get(8));
        assertEquals(List.of(), ranges.ranges().get(8));
        assertEquals(23, ranges.width());
    }

    @Example
    void aRingThatIsTooSmallIsRefusedWithTheNumbers() {
        Program program = Programs.score(Profile.REP4, 3);
        var e = assertThrows(
                IllegalArgumentException.class,
                () -> new Program("p", Profile.REP4, Programs.ROLES, 22, program.operations()));
        assertEquals(
                "operation 8 (Band) may take numbers from -3300000 to 3300000: that is 23 bits, and the ring has 22",
                e.getMessage());
    }

    @Example
    void whatNoRingHoldsIsRefused() {
        long half = Long.MAX_VALUE;
        List<Operation> operations = new ArrayList<>(List.of(
                new Operation.Input(0, Programs.columns("x", 1, half)),
                new Operation.Add(0, 0),
                new Operation.FloorBits(1, 0),
                new Operation.Reveal(2, 3)));
        assertEquals(65, RangeAnalysis.of(operations).width());
        var e = assertThrows(
                IllegalArgumentException.class, () -> new Program("p", Profile.REP4, Programs.ROLES, 64, operations));
        assertTrue(
                e.getMessage().startsWith("operation 1 (Add) may take numbers from -18446744073709551614"),
                e::getMessage);
        assertTrue(e.getMessage().contains("65 bits, and the ring has 64; no ring is that wide"), e::getMessage);
    }

    @Example
    void squaresOfSquaresEndBeforeTheMemoryDoes() {
        List<Operation> operations = new ArrayList<>(List.of(new Operation.Input(0, Programs.columns("x", 1, 1000))));
        for (int k = 0; k < 1000; k++) {
            operations.add(new Operation.Dot(k, k));
        }
        var e = assertThrows(IllegalArgumentException.class, () -> RangeAnalysis.of(operations));
        assertTrue(e.getMessage().startsWith("operation 6 (Dot)"), e::getMessage);
    }

    /** The range of a dot product and a sum holds every value, and its ends are met. */
    @Property
    void rangesAreSoundAndTight(@ForAll long seed) {
        Random random = new Random(seed);
        int columns = random.nextInt(1, 5);
        List<Interval> x = intervals(random, columns);
        List<Interval> w = intervals(random, columns);
        List<Operation> operations = List.of(
                new Operation.Stored("x", x),
                new Operation.Stored("w", w),
                new Operation.Dot(0, 1),
                new Operation.Add(2, 2));
        RangeAnalysis ranges = RangeAnalysis.of(operations);
        Range dot = ranges.ranges().get(2).getFirst();
        assertEquals(dot.low().shiftLeft(1), ranges.ranges().get(3).getFirst().low());
        BigInteger low = BigInteger.ZERO;
        BigInteger high = BigInteger.ZERO;
        for (int c = 0; c < columns; c++) {
            BigInteger least = null;
            BigInteger most = null;
            for (long a : List.of(x.get(c).low(), x.get(c).high())) {
                for (long b : List.of(w.get(c).low(), w.get(c).high())) {
                    BigInteger product = BigInteger.valueOf(a).multiply(BigInteger.valueOf(b));
                    least = least == null ? product : least.min(product);
                    most = most == null ? product : most.max(product);
                }
            }
            low = low.add(least);
            high = high.add(most);
        }
        assertEquals(new Range(low, high), dot);
        BigInteger some = BigInteger.ZERO;
        for (int c = 0; c < columns; c++) {
            some = some.add(BigInteger.valueOf(inside(random, x.get(c)))
                    .multiply(BigInteger.valueOf(inside(random, w.get(c)))));
        }
        assertTrue(some.compareTo(low) >= 0 && some.compareTo(high) <= 0);
    }

    private static List<Interval> intervals(Random random, int count) {
        List<Interval> intervals = new ArrayList<>();
        for (int k = 0; k < count; k++) {
            long a = random.nextLong() >> random.nextInt(64);
            long b = random.nextLong() >> random.nextInt(64);
            intervals.add(new Interval(Math.min(a, b), Math.max(a, b)));
        }
        return intervals;
    }

    private static long inside(Random random, Interval interval) {
        return interval.low() == interval.high() || interval.high() == Long.MAX_VALUE
                ? interval.low()
                : random.nextLong(interval.low(), interval.high() + 1);
    }

    private static Range range(long low, long high) {
        return Range.of(low, high);
    }
}
