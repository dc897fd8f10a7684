package org.tallystick.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FixedPointTest {
    @Test
    void encodingIsTheNearestIntegerOffByHalfAUnitAtMost() {
        Random random = new Random(1);
        for (int k = 0; k < 20_000; k++) {
            int scale = random.nextInt(41);
            double value = Math.scalb(random.nextDouble() - 0.5, random.nextInt(20));
            BigDecimal exact = new BigDecimal(value).multiply(new BigDecimal(2).pow(scale));
            BigDecimal error = exact.subtract(BigDecimal.valueOf(FixedPoint.encode(value, scale)))
                    .abs();
            assertTrue(error.compareTo(new BigDecimal("0.5")) <= 0, value + " at scale " + scale);
        }
    }

    @Test
    void halvesGoUp() {
        assertEquals(1, FixedPoint.encode(0.5, 0));
        assertEquals(0, FixedPoint.encode(-0.5, 0));
        assertEquals(-1, FixedPoint.encode(-1.5, 0));
        assertEquals(3, FixedPoint.encode(0.625, 2));
    }

    @Test
    void whatWasEncodedExactlyDecodesExactly() {
        for (long x : Numbers.special()) {
            long small = x >> 12;
            assertEquals(small, FixedPoint.encode(FixedPoint.decode(small, 16), 16));
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY, -0x1p46, 0x1p46, Double.MAX_VALUE}) {
            ArithmeticException refusal = assertThrows(ArithmeticException.class, () -> FixedPoint.encode(value, 16));
            assertTrue(!refusal.getMessage().contains(Double.toString(value)), "the value may be secret");
        }
        assertEquals(0x3FFF_FFFF_FFFF_FE00L, FixedPoint.encode(Math.nextDown(0x1p46), 16));
    }
}
