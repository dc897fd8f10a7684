package org.tallystick.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.util.function.BinaryOperator;
import org.junit.jupiter.api.Test;

class RingTest {
    private static final long[] X = Numbers.mixed(5000, 1);
    private static final long[] Y = Numbers.mixed(5000, 2);

    @Test
    void vectorsFollowTheIntegersModuloAPowerOfTwo() {
        check(Ring.add(X, Y), BigInteger::add);
        check(Ring.subtract(X, Y), BigInteger::subtract);
        check(Ring.multiply(X, Y), BigInteger::multiply);
        check(Ring.xor(X, Y), BigInteger::xor);
    }

    private static void check(long[] got, BinaryOperator<BigInteger> operator) {
        for (int width : new int[] {1, 2, 31, 32, 33, 44, 63, 64}) {
            BigInteger modulus = BigInteger.ONE.shiftLeft(width);
            for (int k = 0; k < X.length; k++) {
                BigInteger want = operator.apply(BigInteger.valueOf(X[k]), BigInteger.valueOf(Y[k]))
                        .mod(modulus);
                assertEquals(want.longValue(), got[k] & Ring.mask(width));
            }
        }
    }

    @Test
    void scalingIsMultiplicationByTheSameFactor() {
        for (long factor : Numbers.special()) {
            long[] scaled = Ring.scale(X, factor);
            for (int k = 0; k < X.length; k += 97) {
                assertEquals(X[k] * factor, scaled[k]);
            }
        }
    }

    @Test
    void signedReadsTheTopBitOfTheWidth() {
        for (int width = 1; width <= 64; width++) {
            BigInteger modulus = BigInteger.ONE.shiftLeft(width);
            for (long x : Numbers.special()) {
                BigInteger residue = BigInteger.valueOf(x).mod(modulus);
                BigInteger want = residue.testBit(width - 1) ? residue.subtract(modulus) : residue;
                assertEquals(want.longValue(), Ring.signed(x, width));
            }
        }
    }
}
