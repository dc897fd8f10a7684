package org.tallystick.gadget;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.tallystick.net.InProcessMesh;
import org.tallystick.net.Parties;
import org.tallystick.protocol.Profile;
import org.tallystick.protocol.ProfileUnderTest;
import org.tallystick.protocol.Protocol;
import org.tallystick.protocol.Sample;
import org.tallystick.protocol.clear.Clear;
import org.tallystick.protocol.clear.ClearVector;
import org.tallystick.ring.FixedPoint;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/** The errors of sigmoid and softplus, over fine grids, around the knots, and far out. */
class LinkFunctionTest {
    private static final String PROFILES = "org.tallystick.protocol.ProfileUnderTest#ALL";

    /** What is computed of one column; generic, so that it runs over any profile. */
    private interface Code {
        <A extends ArithmeticShare, B extends BitShare> A of(Protocol<A, B> protocol, A x);
    }

    /** Three-piece to the last digit but for arguments that exceed a knot by less than 2^−12. */
    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void threePieces(ProfileUnderTest<A, B> profile) {
        for (int scale : new int[] {8, 12, 16, 24, 32, 40}) {
            for (int magnitude : new int[] {6, 15, 20}) {
                Code code = new Code() {
                    @Override
                    public <C extends ArithmeticShare, D extends BitShare> C of(Protocol<C, D> p, C x) {
                        return Sigmoid.threePiece(p, x, scale, magnitude);
                    }
                };
                DoubleUnaryOperator three = x -> Math.clamp(x + 0.5, 0, 1);
                double most = scale <= 12 ? 0 : 0x1p-12;
                check(profile, code, three, arguments(points(profile), scale, magnitude, 1), scale, scale, most);
            }
        }
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void accurateSigmoid(ProfileUnderTest<A, B> profile) {
        int[][] shapes = {
            {16, 10, 16}, {16, 26, 24}, {20, 20, 40}, {24, 26, 16}, {32, 10, 16}, {32, 26, 20}, {24, 10, 40}
        };
        for (Sigmoid.Form form : Sigmoid.Form.values()) {
            for (int[] shape : shapes) {
                Code code = new Code() {
                    @Override
                    public <C extends ArithmeticShare, D extends BitShare> C of(Protocol<C, D> p, C x) {
                        return Sigmoid.accurate(p, form, x, shape[0], shape[1], shape[2]);
                    }
                };
                check(
                        profile,
                        code,
                        Sigmoid::exact,
                        arguments(points(profile), shape[0], shape[1], 7),
                        shape[0],
                        shape[2],
                        0x1p-10);
            }
        }
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void preciseSigmoid(ProfileUnderTest<A, B> profile) {
        for (int[] shape : new int[][] {{24, 10, 24}, {24, 26, 30}, {32, 20, 24}, {16, 10, 24}, {40, 12, 44}}) {
            Code code = new Code() {
                @Override
                public <C extends ArithmeticShare, D extends BitShare> C of(Protocol<C, D> p, C x) {
                    return Sigmoid.precise(p, x, shape[0], shape[1], shape[2]);
                }
            };
            check(
                    profile,
                    code,
                    Sigmoid::exact,
                    arguments(points(profile), shape[0], shape[1], 13),
                    shape[0],
                    shape[2],
                    0x1p-18);
        }
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void softplus(ProfileUnderTest<A, B> profile) {
        for (int[] shape : new int[][] {{16, 10}, {16, 26}, {24, 20}, {32, 10}, {40, 20}}) {
            Code code = new Code() {
                @Override
                public <C extends ArithmeticShare, D extends BitShare> C of(Protocol<C, D> p, C x) {
                    return Softplus.of(p, x, shape[0], shape[1]);
                }
            };
            check(
                    profile,
                    code,
                    Softplus::exact,
                    arguments(points(profile), shape[0], shape[1], 7),
                    shape[0],
                    shape[0],
                    0x1p-10);
        }
    }

    /** A finer grid where it costs little. */
    private static int points(ProfileUnderTest<?, ?> profile) {
        return profile.profile() == Profile.CLEAR ? 20_000 : 1500;
    }

    /** A grid of [−reach, reach], random numbers of all sizes, both ends, and numbers next to where knots may be. */
    private static long[] arguments(int count, int scale, int magnitude, double reach) {
        long end = (1L << (scale + magnitude)) - (16L << scale);
        Random random = new Random(scale);
        LongStream grid = LongStream.range(0, count).map(k -> FixedPoint.encode(reach * (2.0 * k / count - 1), scale));
        LongStream wide = LongStream.range(0, count / 4)
                .map(_ -> Math.clamp(random.nextLong() >> 2 + random.nextInt(60), -end, end));
        LongStream near = LongStream.range(0, count / 4)
                .map(_ -> FixedPoint.encode(random.nextInt(-16000, 16000) / 1000.0, scale) + random.nextInt(-2, 3));
        long half = 1L << (scale - 1);
        LongStream special = LongStream.of(
                0,
                1,
                -1,
                end,
                -end,
                end - 1,
                1 - end,
                half,
                -half,
                half + 1,
                half + half / (1 << 12),
                half / (1 << 12) - half);
        return LongStream.concat(LongStream.concat(grid, wide), LongStream.concat(near, special))
                .map(x -> Math.clamp(x, -end, end))
                .toArray();
    }

    private static <A extends ArithmeticShare, B extends BitShare> void check(
            ProfileUnderTest<A, B> profile,
            Code code,
            DoubleUnaryOperator exact,
            long[] arguments,
            int scale,
            int out,
            double most) {
        double error = Parties.agreed(profile.parties(), mesh -> {
            Protocol<A, B> protocol = profile.start(mesh, 0);
            A x = new Sample<>(protocol, arguments.length, 1, 64).share(arguments);
            A value = code.of(protocol, x);
            assertEquals(64, value.width());
            long[] got = protocol.open(value);
            double worst = 0;
            for (int k = 0; k < got.length; k++) {
                double wanted = exact.applyAsDouble(FixedPoint.decode(arguments[k], scale));
                worst = Math.max(worst, Math.abs(FixedPoint.decode(got[k], out) - wanted));
            }
            return worst;
        });
        assertTrue(error <= most, "error " + error + " at scale " + scale + " to scale " + out);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Clear clear = new Clear(InProcessMesh.of(1, Duration.ofSeconds(1)).getFirst());
        ClearVector one = clear.constant(new long[1], 1, 1, 64);
        ClearVector two = clear.constant(new long[2], 1, 2, 64);
        refused(() -> Sigmoid.threePiece(clear, two, 16, 10));
        refused(() -> Sigmoid.threePiece(clear, one, 16, 48));
        refused(() -> Sigmoid.threePiece(clear, one, 16, 4));
        for (Sigmoid.Form form : Sigmoid.Form.values()) {
            refused(() -> Sigmoid.accurate(clear, form, one, 11, 10, 16));
            refused(() -> Sigmoid.accurate(clear, form, one, 16, 10, 45));
            refused(() -> Sigmoid.accurate(clear, form, one, 16, 48, 16));
            refused(() -> Sigmoid.accurate(clear, form, clear.narrow(one, 63), 16, 10, 16));
        }
        refused(() -> Sigmoid.precise(clear, one, 41, 10, 24));
        refused(() -> Sigmoid.precise(clear, one, 24, 38, 24));
        refused(() -> Softplus.of(clear, one, 11, 10));
    }

    private static void refused(Runnable code) {
        assertThrows(IllegalArgumentException.class, code::run);
    }

    @Test
    void manyRowsTakeTheFormOfFewBytes() {
        assertEquals(Sigmoid.Form.LINES, Sigmoid.choose(128));
        assertEquals(Sigmoid.Form.CUBICS, Sigmoid.choose(30_000));
    }

    @Test
    void fittedPolynomialsAgreeAtTheirNodes() {
        double[] cubic = Piecewise.fit(x -> 5 - x * (3 - x * (0.25 + 2 * x)), 3, -2, 7);
        assertTrue(Arrays.equals(
                new double[] {5, -3, 0.25, 2},
                Arrays.stream(cubic).map(c -> Math.rint(c * 0x1p30) / 0x1p30).toArray()));
    }
}
