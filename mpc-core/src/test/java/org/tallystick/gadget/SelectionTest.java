package org.tallystick.gadget;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.function.LongBinaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.tallystick.net.Parties;
import org.tallystick.protocol.ProfileUnderTest;
import org.tallystick.protocol.Protocol;
import org.tallystick.protocol.Sample;
import org.tallystick.ring.BitMatrix;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/** Choices, extremes, indicators and counts over every profile against plain arithmetic. */
class SelectionTest {
    private static final String PROFILES = "org.tallystick.protocol.ProfileUnderTest#ALL";

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void aBitChoosesOneOfTwo(ProfileUnderTest<A, B> profile) {
        Sample.ofEveryShape(profile, s -> {
            long[] x = s.numbers();
            long[] y = s.numbers();
            A sx = s.share(x);
            A sy = s.share(y);
            BitMatrix each = s.bits(s.columns());
            BitMatrix one = s.bits(1);
            s.expect(chosen(each, x, y, s.rows()), Select.of(s.protocol(), s.shareBits(each), sx, sy));
            s.expect(chosen(one, x, y, s.rows()), Select.of(s.protocol(), s.shareBits(one), sx, sy));
        });
    }

    private static long[] chosen(BitMatrix bits, long[] x, long[] y, int rows) {
        return IntStream.range(0, x.length)
                .mapToLong(k -> bits.get(k / rows % bits.wires(), k % rows) ? x[k] : y[k])
                .toArray();
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void extremes(ProfileUnderTest<A, B> profile) {
        Sample.ofEveryShape(profile, s -> {
            if (s.width() < 3) {
                return;
            }
            Protocol<A, B> p = s.protocol();
            // One bit is left for the difference.
            long[] x = s.numbers(s.rows() * s.columns(), s.width() - 1);
            long[] y = s.numbers(s.rows() * s.columns(), s.width() - 1);
            A sx = s.share(x);
            A sy = s.share(y);
            s.expect(zip(x, y, Math::max), Extremes.maximum(p, sx, sy));
            s.expect(zip(x, y, Math::min), Extremes.minimum(p, sx, sy));
        });
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void extremesOfRows(ProfileUnderTest<A, B> profile) {
        Parties.run(profile.parties(), mesh -> {
            Protocol<A, B> p = profile.start(mesh, 0);
            for (int columns = 1; columns <= 9; columns++) {
                var s = new Sample<>(p, 65, columns, 64);
                long[] x = s.numbers(65 * columns, 63);
                A share = s.share(x);
                s.expect(ofRows(x, 65, Math::max), 65, 1, 64, Extremes.maximumOfRow(p, share));
                s.expect(ofRows(x, 65, Math::min), 65, 1, 64, Extremes.minimumOfRow(p, share));
            }
            return 0;
        });
    }

    private static long[] ofRows(long[] x, int rows, LongBinaryOperator operator) {
        long[] best = Arrays.copyOf(x, rows);
        for (int k = rows; k < x.length; k++) {
            best[k % rows] = operator.applyAsLong(best[k % rows], x[k]);
        }
        return best;
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void equality(ProfileUnderTest<A, B> profile) {
        Sample.ofEveryShape(profile, s -> {
            if (s.width() < 3) {
                return;
            }
            long[] x = s.numbers(s.rows() * s.columns(), s.width() - 2);
            long value = x[x.length / 2];
            for (int k = 0; k < x.length; k += 3) {
                x[k] = value;
            }
            long[] equal = LongStream.of(x).map(k -> k == value ? 1 : 0).toArray();
            B bits = Indicators.equal(s.protocol(), s.share(x), value);
            s.expectBits(Sample.sliced(equal, s.rows(), 0, 1), bits);
        });
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void oneHotCountsAndSums(ProfileUnderTest<A, B> profile) {
        Parties.run(profile.parties(), mesh -> {
            Protocol<A, B> p = profile.start(mesh, 0);
            for (int count : new int[] {2, 3, 4, 5, 8, 9, 20}) {
                int rows = 3 * count + 2;
                var s = new Sample<>(p, rows, 1, 64);
                // Every integer in turn, and two outside, which are taken for the nearest end.
                long[] x = LongStream.range(-1, rows - 1)
                        .map(k -> k < 0 || k > 3L * count - 1 ? k < 0 ? -1 : count : k % count)
                        .toArray();
                long[] weights = s.numbers(rows, 64);
                long[] hot = new long[rows * count];
                long[] counts = new long[count];
                long[] sums = new long[count];
                for (int row = 0; row < rows; row++) {
                    int k = Math.clamp(x[row], 0, count - 1);
                    hot[k * rows + row] = 1;
                    counts[k]++;
                    sums[k] += weights[row];
                }
                B bits = Indicators.oneHot(p, s.share(x), count);
                s.expectBits(Sample.sliced(hot, rows, 0, 1), bits);
                s.expect(counts, 1, count, 64, Indicators.counts(p, bits, 64));
                s.expect(sums, 1, count, 64, Indicators.sums(p, p.fromBit(bits, 64), s.share(weights)));
            }
            A two = p.constant(new long[2], 1, 2, 64);
            assertThrows(IllegalArgumentException.class, () -> Indicators.oneHot(p, two, 4));
            A one = p.constant(new long[1], 1, 1, 3);
            assertThrows(IllegalArgumentException.class, () -> Indicators.oneHot(p, one, 5));
            assertThrows(IllegalArgumentException.class, () -> Indicators.oneHot(p, one, 1));
            return 0;
        });
    }

    private static long[] zip(long[] x, long[] y, LongBinaryOperator operator) {
        return IntStream.range(0, x.length)
                .mapToLong(k -> operator.applyAsLong(x[k], y[k]))
                .toArray();
    }
}
