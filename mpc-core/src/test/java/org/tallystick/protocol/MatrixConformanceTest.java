package org.tallystick.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.tallystick.net.Parties;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/** Operations on whole matrices of every profile against plain loops: rows, transposition, sums, matrix products. */
class MatrixConformanceTest {
    private static final String PROFILES = "org.tallystick.protocol.ProfileUnderTest#ALL";

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void rowsAreChosenStackedAndSummed(ProfileUnderTest<A, B> profile) {
        Sample.ofEveryShape(profile, s -> {
            Protocol<A, B> p = s.protocol();
            int rows = s.rows();
            long[] x = s.numbers();
            A share = s.share(x);
            int half = rows / 2;
            int[] upper = IntStream.range(half, rows).toArray();
            s.expect(chosen(x, rows, upper), rows - half, s.columns(), s.width(), p.rows(share, half, rows - half));
            int[] some = {rows - 1, 0, half, rows - 1};
            A some4 = p.rows(share, some);
            s.expect(chosen(x, rows, some), 4, s.columns(), s.width(), some4);
            int[] stacked = IntStream.concat(
                            IntStream.range(0, rows), IntStream.concat(IntStream.of(some), IntStream.of(upper)))
                    .toArray();
            A all = p.concatRows(List.of(share, some4, p.rows(share, half, rows - half)));
            s.expect(chosen(x, rows, stacked), stacked.length, s.columns(), s.width(), all);
            long[] sums = new long[s.columns()];
            for (int k = 0; k < x.length; k++) {
                sums[k / rows] += x[k];
            }
            s.expect(sums, 1, s.columns(), s.width(), p.sumRows(share));
            s.expect(x, share);
        });
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void transpositionAndPublicFactors(ProfileUnderTest<A, B> profile) {
        Sample.ofEveryShape(profile, s -> {
            Protocol<A, B> p = s.protocol();
            long[] x = s.numbers();
            A share = s.share(x);
            A transposed = p.transpose(share);
            assertEquals(List.of(s.columns(), s.rows()), List.of(transposed.rows(), transposed.columns()));
            s.expect(transposed(x, s.rows()), s.width(), p.open(transposed));
            s.expect(x, p.transpose(transposed));
            long[] factors = s.numbers();
            long[] products = new long[x.length];
            for (int k = 0; k < x.length; k++) {
                products[k] = x[k] * factors[k];
            }
            s.expect(products, p.multiplyConstant(share, factors));
        });
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void matrixProducts(ProfileUnderTest<A, B> profile) {
        Sample.ofEveryShape(profile, s -> {
            Protocol<A, B> p = s.protocol();
            long[] x = s.numbers();
            long[] y = s.numbers();
            A sx = s.share(x);
            A sy = s.share(y);
            s.expect(
                    product(transposed(x, s.rows()), y, s.columns(), s.columns()),
                    s.columns(),
                    s.columns(),
                    s.width(),
                    p.product(p.transpose(sx), sy));
            long[] column = s.numbers(s.columns(), s.width());
            A sColumn = s.share(column, s.columns(), 1, s.width());
            s.expect(product(x, column, s.rows(), 1), s.rows(), 1, s.width(), p.product(sx, sColumn));
        });
    }

    /** Shapes on either side of every block of the local loops. */
    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void matrixProductsOfManyShapes(ProfileUnderTest<A, B> profile) {
        int[][] shapes = {
            {1, 1, 1},
            {15, 700, 2},
            {16, 33, 3},
            {17, 1025, 2},
            {511, 3, 5},
            {513, 34, 2},
            {1030, 65, 3},
            {1, 5, 40},
            {127, 513, 9},
            {128, 3, 9},
            {129, 2, 17},
        };
        Parties.run(profile.parties(), mesh -> {
            Protocol<A, B> protocol = profile.start(mesh, 0);
            for (int[] shape : shapes) {
                for (int width : new int[] {13, 64}) {
                    var s = new Sample<>(protocol, shape[0], shape[1], width);
                    long[] x = s.numbers();
                    long[] y = s.numbers(shape[1] * shape[2], width);
                    A product = protocol.product(s.share(x), s.share(y, shape[1], shape[2], width));
                    s.expect(product(x, y, shape[0], shape[2]), shape[0], shape[2], width, product);
                }
            }
            return protocol.self();
        });
    }

    @ParameterizedTest
    @FieldSource(PROFILES)
    <A extends ArithmeticShare, B extends BitShare> void shapesThatDoNotFitAreRefused(ProfileUnderTest<A, B> profile) {
        Parties.run(profile.parties(), mesh -> {
            Protocol<A, B> p = profile.start(mesh, 0);
            A x = p.constant(new long[6], 2, 3, 64);
            A narrow = p.constant(new long[6], 3, 2, 63);
            refused(() -> p.rows(x, 1, 2));
            refused(() -> p.rows(x, 0, 0));
            refused(() -> p.rows(x, -1, 1));
            refused(() -> p.rows(x, Integer.MAX_VALUE, 1));
            refused(() -> p.rows(x, new int[] {0, 2}));
            refused(() -> p.rows(x, new int[0]));
            refused(() -> p.concatRows(List.of(x, p.transpose(x))));
            refused(() -> p.concatRows(List.of(x, p.transpose(narrow))));
            refused(() -> p.concat(List.of(x, p.transpose(x))));
            refused(() -> p.columns(x, 2, 2));
            refused(() -> p.multiplyConstant(x, new long[5]));
            refused(() -> p.product(x, x));
            refused(() -> p.product(x, narrow));
            return p.self();
        });
    }

    private static void refused(Runnable operation) {
        assertThrows(IllegalArgumentException.class, operation::run);
    }

    private static long[] chosen(long[] x, int rows, int[] indices) {
        int columns = x.length / rows;
        return IntStream.range(0, indices.length * columns)
                .mapToLong(k -> x[k / indices.length * rows + indices[k % indices.length]])
                .toArray();
    }

    private static long[] transposed(long[] x, int rows) {
        int columns = x.length / rows;
        return IntStream.range(0, x.length)
                .mapToLong(k -> x[k % columns * rows + k / columns])
                .toArray();
    }

    /** {@code x} has {@code rows} rows, {@code y} has {@code columns} columns. */
    private static long[] product(long[] x, long[] y, int rows, int columns) {
        int inner = x.length / rows;
        long[] product = new long[rows * columns];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                for (int k = 0; k < inner; k++) {
                    product[column * rows + row] += x[k * rows + row] * y[column * inner + k];
                }
            }
        }
        return product;
    }
}
