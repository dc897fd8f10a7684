package org.tallystick.gadget;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.tallystick.gadget.RangeCheck.Ascending;
import org.tallystick.gadget.RangeCheck.Bound;
import org.tallystick.net.InProcessMesh;
import org.tallystick.net.Parties;
import org.tallystick.protocol.ProfileUnderTest;
import org.tallystick.protocol.Protocol;
import org.tallystick.protocol.Sample;
import org.tallystick.protocol.clear.Clear;
import org.tallystick.protocol.clear.ClearVector;
import org.tallystick.ring.BitMatrix;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/** The gadgets over every profile against plain arithmetic. */
class GadgetTest {
    private static final String PROFILES = "org.tallystick.protocol.ProfileUnderTest#ALL";

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void bandsCountTheThresholdsReached(
            ProfileUnderTest<A, B> profile) {
        Sample.ofEveryShape(profile, s -> {
            if (s.width() < 3 || s.columns() > 1) {
                return;
            }
            for (int count : new int[] {1, 2, 3, 4, 7, 8, 20}) {
                // One bit is left for the difference.
                long[] x = s.numbers(s.rows(), s.width() - 1);
                long[] thresholds = s.numbers(count, s.width() - 1);
                for (int k = 0; k < s.rows(); k += 3) {
                    x[k] = thresholds[k % count];
                }
                Arrays.sort(thresholds);
                B band = Bands.count(s.protocol(), s.share(x), s.share(thresholds, 1, count, s.width()));
                BitMatrix opened = s.protocol().open(band);
                assertEquals(Bands.wires(count), opened.wires());
                for (int row = 0; row < s.rows(); row++) {
                    long value = x[row];
                    long reached =
                            Arrays.stream(thresholds).filter(t -> value >= t).count();
                    assertEquals(reached, opened.number(row), s + ", row " + row);
                }
            }
        });
    }

    @Test
    void aCountTakesNoMoreWiresThanItNeeds() {
        assertEquals(
                List.of(1, 2, 2, 3, 3, 3, 3, 4),
                IntStream.rangeClosed(1, 8).mapToObj(Bands::wires).toList());
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void aNumberOutOfItsBoundsIsFound(ProfileUnderTest<A, B> profile) {
        List<Bound> bounds = List.of(
                new Bound(-1000, 1000), new Bound(0, Long.MAX_VALUE), new Bound(Long.MIN_VALUE, -1), new Bound(7, 7));
        List<long[]> inside =
                List.of(new long[] {-1000, 0, Long.MIN_VALUE, 7}, new long[] {1000, Long.MAX_VALUE, -1, 7}, new long[] {
                    0, 5, -5, 7
                });
        List<long[]> outside = new ArrayList<>();
        long[][] bad = {
            {-1001, 1001, Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 999, Long.MAX_VALUE - 999},
            {-1, Long.MIN_VALUE},
            {0, Long.MAX_VALUE},
            {6, 8, -7, Long.MIN_VALUE + 6, Long.MIN_VALUE + 7, Long.MIN_VALUE + 8}
        };
        for (int column = 0; column < bad.length; column++) {
            for (long value : bad[column]) {
                long[] row = inside.get(column % 3).clone();
                row[column] = value;
                outside.add(row);
            }
        }
        check(profile, bounds, List.of(), inside, outside);
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void aDescentIsFound(ProfileUnderTest<A, B> profile) {
        List<Bound> bounds = IntStream.range(0, 5)
                .mapToObj(_ -> new Bound(-(1L << 61), 1L << 61))
                .toList();
        List<long[]> inside = List.of(new long[] {5, -9, -9, 0, 100}, new long[] {0, 0, 0, 0, 0}, new long[] {
            1, -(1L << 61), 1L << 61, 1L << 61, 0
        });
        List<long[]> outside = List.of(
                new long[] {0, 0, -1, 0, 0}, new long[] {0, 1, 1, 0, 9}, new long[] {0, 1L << 61, -(1L << 61), 0, 0});
        check(profile, bounds, List.of(new Ascending(1, 3)), inside, outside);
        List<long[]> both = List.of(new long[] {0, 1, 2, 4, 3}, new long[] {1, 0, 2, 3, 4});
        check(
                profile,
                bounds,
                List.of(new Ascending(0, 2), new Ascending(3, 2)),
                List.of(new long[] {2, 3, 1, 0, 0}),
                both);
    }

    /** All rows at once, so that each row must have an answer of its own. */
    private static <A extends ArithmeticShare, B extends BitShare> void check(
            ProfileUnderTest<A, B> profile,
            List<Bound> bounds,
            List<Ascending> ascending,
            List<long[]> inside,
            List<long[]> outside) {
        List<long[]> all = new ArrayList<>(inside);
        all.addAll(outside);
        int rows = all.size();
        long[] values = new long[rows * bounds.size()];
        for (int k = 0; k < values.length; k++) {
            values[k] = all.get(k % rows)[k / rows];
        }
        Parties.run(profile.parties(), mesh -> {
            Protocol<A, B> protocol = profile.start(mesh, 0);
            A x = new Sample<>(protocol, rows, bounds.size(), 64).share(values);
            BitMatrix violation = protocol.open(RangeCheck.violation(protocol, x, bounds, ascending));
            assertEquals(1, violation.wires());
            for (int row = 0; row < rows; row++) {
                assertEquals(row >= inside.size(), violation.get(0, row), Arrays.toString(all.get(row)));
            }
            return violation.rows();
        });
    }

    @Test
    void boundsThatTheCheckCannotDecideAreRefused() {
        Clear clear = new Clear(InProcessMesh.of(1, Duration.ofSeconds(1)).getFirst());
        ClearVector one = clear.constant(new long[1], 1, 1, 64);
        refused(clear, one, List.of(new Bound(-1, Long.MAX_VALUE)), List.of());
        refused(clear, one, List.of(), List.of());
        ClearVector narrow = clear.constant(new long[1], 1, 1, 8);
        refused(clear, narrow, List.of(new Bound(0, 128)), List.of());
        refused(clear, narrow, List.of(new Bound(-129, 0)), List.of());
        refused(clear, narrow, List.of(new Bound(-1, 127)), List.of());
        ClearVector two = clear.constant(new long[2], 1, 2, 64);
        List<Bound> halves = List.of(new Bound(0, Long.MAX_VALUE), new Bound(-1, 0));
        refused(clear, two, halves, List.of(new Ascending(0, 2)));
    }

    private static void refused(Clear clear, ClearVector x, List<Bound> bounds, List<Ascending> ascending) {
        assertThrows(IllegalArgumentException.class, () -> RangeCheck.violation(clear, x, bounds, ascending));
    }
}
