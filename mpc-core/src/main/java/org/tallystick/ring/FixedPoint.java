package org.tallystick.ring;

/** Reals as integers scaled by 2^scale. */
public final class FixedPoint {
    private FixedPoint() {}

    /**
     * The nearest integer to {@code value · 2^scale}, halves towards positive infinity; off by at most 2^−(scale+1).
     *
     * @throws ArithmeticException when the value is not finite or the result does not fit 62 bits and a sign
     */
    public static long encode(double value, int scale) {
        double scaled = Math.floor(Math.scalb(value, scale) + 0.5);
        if (!(Math.abs(scaled) < 0x1p62)) {
            throw new ArithmeticException("a value does not fit a fixed-point number of scale " + scale);
        }
        return (long) scaled;
    }

    public static double decode(long value, int scale) {
        return Math.scalb((double) value, -scale);
    }
}
