package org.tallystick.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongBinaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.tallystick.net.Parties;
import org.tallystick.ring.BitMatrix;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/** Every operation on elements of every profile against plain arithmetic on longs. Bits: {@link BitConformanceTest}. */
class ConformanceTest {
    private static final String PROFILES = "org.tallystick.protocol.ProfileUnderTest#ALL";

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void inputsOpenAsTheyCameIn(ProfileUnderTest<A, B> profile) {
        Sample.ofEveryShape(profile, s -> {
            long[] x = s.numbers();
            s.expect(x, s.share(x));
        });
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void severalOwnersBringSeveralMatricesInOneRound(
            ProfileUnderTest<A, B> profile) {
        Sample.ofEveryShape(profile, s -> {
            List<long[]> values = IntStream.range(0, 6)
                    .mapToObj(k -> s.numbers(s.rows() * (k % 2 + 1), s.width()))
                    .toList();
            int self = s.protocol().self();
            List<A> shares = s.protocol()
                    .inputs(IntStream.range(0, 6)
                            .mapToObj(k -> new OwnerInput(
                                    (k * k + s.rows()) % s.protocol().parties(),
                                    s.rows(),
                                    k % 2 + 1,
                                    s.width(),
                                    (k * k + s.rows()) % s.protocol().parties() == self
                                            ? values.get(k).clone()
                                            : null))
                            .toList());
            for (int k = 0; k < 6; k++) {
                s.expect(values.get(k), s.rows(), k % 2 + 1, s.width(), shares.get(k));
            }
        });
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void onlyTheChosenPartyLearnsWhatIsRevealed(
            ProfileUnderTest<A, B> profile) {
        Sample.ofEveryShape(profile, s -> {
            long[] x = s.numbers();
            A share = s.share(x);
            for (int party = 0; party < s.protocol().parties(); party++) {
                Optional<long[]> revealed = s.protocol().reveal(share, party);
                assertEquals(party == s.protocol().self(), revealed.isPresent());
                revealed.ifPresent(opened -> s.expect(x, s.width(), opened));
            }
        });
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void linearOperations(ProfileUnderTest<A, B> profile) {
        Sample.ofEveryShape(profile, s -> {
            Protocol<A, B> p = s.protocol();
            long[] x = s.numbers();
            long[] y = s.numbers();
            A sx = s.share(x);
            A sy = s.share(y);
            s.expect(zip(x, y, Long::sum), p.add(sx, sy));
            s.expect(zip(x, y, (a, b) -> a - b), p.subtract(sx, sy));
            A constant = p.constant(y, s.rows(), s.columns(), s.width());
            s.expect(y, constant);
            s.expect(zip(x, y, Long::sum), p.add(sx, constant));
            s.expect(zip(y, x, (a, b) -> a - b), p.subtract(constant, sx));
            long factor = s.numbers(1, 64)[0];
            s.expect(zip(x, x, (a, _) -> a + factor), p.addConstant(sx, factor));
            s.expect(zip(x, x, (a, _) -> a * factor), p.scale(sx, factor));
            s.expect(x, sx); // untouched by all that was made of it
        });
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void shapesChangeWithoutTheValues(ProfileUnderTest<A, B> profile) {
        Sample.ofEveryShape(profile, s -> {
            Protocol<A, B> p = s.protocol();
            long[] x = s.numbers();
            A sx = s.share(x);
            for (int width : new int[] {1, s.width() / 2, s.width() - 1, s.width()}) {
                if (width > 0) {
                    s.expect(x, s.rows(), s.columns(), width, p.narrow(sx, width));
                }
            }
            int last = s.columns() - 1;
            long[] lastColumn = Arrays.copyOfRange(x, last * s.rows(), x.length);
            A column = p.columns(sx, last, 1);
            s.expect(lastColumn, s.rows(), 1, s.width(), column);
            s.expect(concat(x, lastColumn), s.rows(), s.columns() + 1, s.width(), p.concat(List.of(sx, column)));
            s.expect(concat(lastColumn, lastColumn, lastColumn), s.rows(), 3, s.width(), p.repeatColumn(column, 3));
            long[] row = s.numbers(s.columns(), s.width());
            A sRow = s.share(row, 1, s.columns(), s.width());
            s.expect(repeated(row, s.rows()), p.repeatRow(sRow, s.rows()));
        });
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void products(ProfileUnderTest<A, B> profile) {
        Sample.ofEveryShape(profile, s -> {
            Protocol<A, B> p = s.protocol();
            long[] x = s.numbers();
            long[] y = s.numbers();
            A sx = s.share(x);
            A sy = s.share(y);
            s.expect(zip(x, y, (a, b) -> a * b), p.multiply(sx, sy));
            s.expect(zip(x, x, (a, b) -> a * b), p.multiply(sx, sx));
            s.expect(dot(x, y, s.rows()), s.rows(), 1, s.width(), p.dot(sx, sy));
            long[] row = s.numbers(s.columns(), s.width());
            A sRow = s.share(row, 1, s.columns(), s.width());
            s.expect(dot(x, repeated(row, s.rows()), s.rows()), s.rows(), 1, s.width(), p.dot(sx, sRow));
        });
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void truncationIsOffByLessThanOneUnit(
            ProfileUnderTest<A, B> profile) {
        Sample.ofEveryShape(profile, s -> {
            for (int bits : new int[] {1, 2, 16, s.width() / 2, s.width() - 3, s.width() - 2}) {
                if (bits < 1 || bits > s.width() - 2) {
                    continue;
                }
                long[] x = s.numbers(s.rows() * s.columns(), s.width() - 1); // −2^(width−2) … 2^(width−2) − 1
                A truncated = s.protocol().truncate(s.share(x), bits);
                assertEquals(
                        List.of(s.rows(), s.columns(), s.width()),
                        List.of(truncated.rows(), truncated.columns(), truncated.width()));
                long[] opened = s.protocol().open(truncated);
                for (int k = 0; k < x.length; k++) {
                    long got = Sample.signed(opened[k], s.width());
                    boolean whole = (x[k] & ~(-1L << bits)) == 0;
                    long floor = x[k] >> bits;
                    assertTrue(
                            got == floor || got == floor + 1 && !whole, s + ": " + x[k] + " / 2^" + bits + " = " + got);
                }
            }
        });
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void bitsOfElements(ProfileUnderTest<A, B> profile) {
        Sample.ofEveryShape(profile, s -> {
            long[] x = s.numbers();
            A sx = s.share(x);
            int top = s.width() - 1;
            s.expectBits(Sample.sliced(x, s.rows(), top, top + 1), s.protocol().sign(sx));
            s.expectBits(Sample.sliced(x, s.rows(), 0, top + 1), s.protocol().toBits(sx, 0, top + 1));
            s.expectBits(
                    Sample.sliced(x, s.rows(), top / 2, top + 1), s.protocol().toBits(sx, top / 2, top + 1));
            s.expectBits(
                    Sample.sliced(x, s.rows(), top / 3, top / 2 + 1),
                    s.protocol().toBits(sx, top / 3, top / 2 + 1));
        });
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void elementsOfBits(ProfileUnderTest<A, B> profile) {
        Sample.ofEveryShape(profile, s -> {
            BitMatrix x = s.bits(s.columns());
            long[] expected = new long[s.rows() * s.columns()];
            for (int k = 0; k < expected.length; k++) {
                expected[k] = x.get(k / s.rows(), k % s.rows()) ? 1 : 0;
            }
            s.expect(expected, s.protocol().fromBit(s.shareBits(x), s.width()));
        });
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void elementsChosenByBits(ProfileUnderTest<A, B> profile) {
        Sample.ofEveryShape(profile, s -> {
            Protocol<A, B> p = s.protocol();
            long[] x = s.numbers();
            BitMatrix bits = s.bits(s.columns());
            long[] chosen = new long[x.length];
            for (int k = 0; k < x.length; k++) {
                chosen[k] = bits.get(k / s.rows(), k % s.rows()) ? x[k] : 0;
            }
            A sx = s.share(x);
            B sBits = s.shareBits(bits);
            s.expect(chosen, p.multiplyBits(sBits, sx));
            long[] sums = dot(chosen, repeated(new long[] {1}, x.length), s.rows());
            s.expect(sums, s.rows(), 1, s.width(), p.dotBits(sBits, sx));
            B inverted = p.not(sBits);
            s.expect(zip(x, chosen, (a, b) -> a - b), p.multiplyBits(inverted, sx));
        });
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void signsWithoutLowBits(ProfileUnderTest<A, B> profile) {
        Sample.ofEveryShape(profile, s -> {
            for (int dropped : new int[] {0, 1, s.width() / 2, s.width() - 2}) {
                if (dropped < 0 || dropped > Math.max(0, s.width() - 2)) {
                    continue;
                }
                long[] x = s.numbers();
                BitMatrix got = s.protocol().open(s.protocol().sign(s.share(x), dropped));
                for (int k = 0; k < x.length; k++) {
                    boolean decided = (x[k] < 0 || x[k] >= 1L << dropped)
                            && x[k] >= (-1L << (s.width() - 1)) + (dropped == 0 ? 0 : 1L << dropped);
                    assertTrue(
                            !decided || got.get(k / s.rows(), k % s.rows()) == (x[k] < 0),
                            s + " without " + dropped + " bits: " + x[k]);
                }
            }
        });
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void aMatrixLargeEnoughForTheRipple(
            ProfileUnderTest<A, B> profile) {
        int rows = 1 << 17;
        assertEquals(Adder.Form.RIPPLE, Adder.choose(rows, 2, 9));
        Parties.run(profile.parties(), mesh -> {
            var s = new Sample<>(profile.start(mesh, 0), rows, 2, 9);
            long[] x = s.numbers();
            s.expectBits(Sample.sliced(x, rows, 3, 9), s.protocol().toBits(s.share(x), 3, 9));
            return s.rows();
        });
    }

    private static long[] zip(long[] x, long[] y, LongBinaryOperator operator) {
        return IntStream.range(0, x.length)
                .mapToLong(k -> operator.applyAsLong(x[k], y[k]))
                .toArray();
    }

    private static long[] dot(long[] x, long[] y, int rows) {
        long[] sums = new long[rows];
        for (int k = 0; k < x.length; k++) {
            sums[k % rows] += x[k] * y[k];
        }
        return sums;
    }

    private static long[] concat(long[]... parts) {
        return Arrays.stream(parts).flatMapToLong(Arrays::stream).toArray();
    }

    private static long[] repeated(long[] row, int rows) {
        return Arrays.stream(row)
                .flatMap(value -> IntStream.range(0, rows).mapToLong(_ -> value))
                .toArray();
    }
}
