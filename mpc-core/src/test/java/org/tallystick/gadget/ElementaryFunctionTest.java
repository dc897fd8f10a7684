package org.tallystick.gadget;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.tallystick.net.InProcessMesh;
import org.tallystick.net.Parties;
import org.tallystick.protocol.ProfileUnderTest;
import org.tallystick.protocol.Protocol;
import org.tallystick.protocol.Sample;
import org.tallystick.protocol.clear.Clear;
import org.tallystick.protocol.clear.ClearVector;
import org.tallystick.ring.FixedPoint;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/** Reciprocal, quotient, exponential and logarithm over every profile, within the errors they state. */
class ElementaryFunctionTest {
    private static final String PROFILES = "org.tallystick.protocol.ProfileUnderTest#ALL";

    /** What is wanted of the element with that index, and how far off it may be. */
    private interface Wanted {
        double of(int k);
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void reciprocals(ProfileUnderTest<A, B> profile) {
        for (int[] shape : new int[][] {{16, 30, 16}, {12, 24, 20}, {0, 16, 30}, {8, 2, 10}, {20, 21, 28}}) {
            long[] x = signed(shape[1], 1);
            Parties.run(profile.parties(), mesh -> {
                Protocol<A, B> p = profile.start(mesh, 0);
                A result = Division.reciprocal(p, share(p, x), shape[0], shape[1], shape[2]);
                check(p.open(result), shape[2], k -> 1 / real(x[k], shape[0]), 0x1p-26, _ -> 0);
                return 0;
            });
        }
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void quotients(ProfileUnderTest<A, B> profile) {
        for (int[] shape : new int[][] {{30, 30, 20}, {24, 24, 20}, {10, 20, 30}, {30, 16, 16}, {1, 2, 20}}) {
            long[] y = signed(shape[1], 2);
            long[] x = LongStream.of(signed(shape[0], 3)).limit(y.length).toArray();
            Parties.run(profile.parties(), mesh -> {
                Protocol<A, B> p = profile.start(mesh, 0);
                A numerators = share(p, repeated(x, y.length));
                A quotient = Division.quotient(p, numerators, shape[0], share(p, y), shape[1], shape[2]);
                long[] upper = repeated(x, y.length);
                check(p.open(quotient), shape[2], k -> (double) upper[k] / y[k], 0x1p-26, k -> 1.0 / Math.abs(y[k]));
                return 0;
            });
        }
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void exponentials(ProfileUnderTest<A, B> profile) {
        for (int[] shape : new int[][] {{16, 17, 16}, {24, 20, 30}, {12, 0, 12}, {24, 31, 50}, {1, 16, 20}}) {
            double from = -0.69 * shape[1];
            double to = 0.69 * (32 - shape[1]);
            long[] x = LongStream.range(0, 4000)
                    .map(k -> (long) Math.scalb(from + (to - from) * k / 4000, shape[0]))
                    .toArray();
            x[0] = (long) Math.ceil(Math.scalb(from, shape[0]));
            x[1] = (long) Math.floor(Math.scalb(to, shape[0]));
            x[2] = 0;
            Parties.run(profile.parties(), mesh -> {
                Protocol<A, B> p = profile.start(mesh, 0);
                A result = Exponential.of(p, share(p, x), shape[0], shape[1], shape[2]);
                check(p.open(result), shape[2], k -> Math.exp(real(x[k], shape[0])), 0x1p-25, _ -> 0);
                return 0;
            });
        }
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void logarithms(ProfileUnderTest<A, B> profile) {
        for (int[] shape : new int[][] {{16, 30, 16}, {12, 24, 30}, {0, 16, 24}, {30, 30, 50}, {8, 2, 20}}) {
            long[] x = LongStream.of(signed(shape[1], 4)).map(Math::abs).toArray();
            Parties.run(profile.parties(), mesh -> {
                Protocol<A, B> p = profile.start(mesh, 0);
                A result = Logarithm.natural(p, share(p, x), shape[0], shape[1], shape[2]);
                double unit = Math.scalb(1.0, -shape[2]);
                check(p.open(result), shape[2], k -> Math.log(real(x[k], shape[0])), 0, _ -> 0x1p-24 + unit);
                return 0;
            });
        }
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void dividingByZeroGivesZero(ProfileUnderTest<A, B> profile) {
        Parties.run(profile.parties(), mesh -> {
            Protocol<A, B> p = profile.start(mesh, 0);
            A zero = share(p, new long[] {0, 0});
            check(p.open(Division.reciprocal(p, zero, 16, 30, 16)), 16, _ -> 0, 0, _ -> 0);
            A some = share(p, new long[] {5, -5});
            check(p.open(Division.quotient(p, some, 20, zero, 20, 16)), 16, _ -> 0, 0, _ -> 0);
            return 0;
        });
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Clear clear = new Clear(InProcessMesh.of(1, Duration.ofSeconds(1)).getFirst());
        ClearVector one = clear.constant(new long[] {1}, 1, 1, 64);
        ClearVector narrow = clear.narrow(one, 63);
        refused(() -> Division.reciprocal(clear, one, 16, 31, 16));
        refused(() -> Division.reciprocal(clear, one, 30, 20, 20));
        refused(() -> Division.reciprocal(clear, narrow, 16, 30, 16));
        refused(() -> Division.quotient(clear, one, 31, one, 20, 16));
        refused(() -> Division.quotient(clear, one, 30, one, 30, 30));
        refused(() -> Exponential.of(clear, one, 25, 16, 16));
        refused(() -> Exponential.of(clear, one, 16, 10, 39));
        refused(() -> Exponential.of(clear, narrow, 16, 16, 16));
        refused(() -> Logarithm.natural(clear, one, 16, 31, 16));
        refused(() -> Logarithm.natural(clear, narrow, 16, 30, 16));
    }

    private static void refused(Runnable code) {
        assertThrows(IllegalArgumentException.class, code::run);
    }

    /** Numbers other than 0 below 2^bits in absolute value, of all sizes, an even count. */
    private static long[] signed(int bits, int seed) {
        Random random = new Random(seed);
        LongStream powers =
                LongStream.range(0, bits).flatMap(k -> LongStream.of(1L << k, -1L << k, (2L << k) - 1, 1 - (2L << k)));
        LongStream others = LongStream.range(0, 3000)
                .map(_ -> random.nextLong() >> 64 - bits - 1 + random.nextInt(bits))
                .map(x -> Math.clamp(x, 1 - (1L << bits), (1L << bits) - 1))
                .map(x -> x == 0 ? 1 : x);
        return LongStream.concat(powers, others).toArray();
    }

    private static long[] repeated(long[] x, int count) {
        return LongStream.range(0, count).map(k -> x[(int) k % x.length]).toArray();
    }

    /** Two columns, so that the order of columns is tested too. */
    private static <A extends ArithmeticShare, B extends BitShare> A share(Protocol<A, B> protocol, long[] values) {
        return new Sample<>(protocol, values.length / 2, 2, 64).share(values);
    }

    private static double real(long x, int scale) {
        return FixedPoint.decode(x, scale);
    }

    private static void check(long[] got, int out, Wanted wanted, double relative, Wanted absolute) {
        for (int k = 0; k < got.length; k++) {
            double exact = wanted.of(k);
            double most = relative * Math.abs(exact) + absolute.of(k) + Math.scalb(1.0, -out);
            double error = Math.abs(FixedPoint.decode(got[k], out) - exact);
            if (error > most) {
                fail("element " + k + " should be " + exact + ", is off by " + error);
            }
        }
    }
}
