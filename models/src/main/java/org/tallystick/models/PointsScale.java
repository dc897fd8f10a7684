package org.tallystick.models;

/**
 * How points and odds hang together: {@code base} points mean odds of {@code odds} goods to one bad, and
 * {@code doubling} more points double the odds. So points = offset − factor · logit(probability of default), higher is
 * safer.
 */
public record PointsScale(double base, double odds, double doubling) {
    public PointsScale {
        if (!Double.isFinite(base) || !(odds > 0) || !(doubling > 0) || !Double.isFinite(odds + doubling)) {
            throw new InvalidModel("points: base must be finite, odds and doubling above 0");
        }
    }

    /** Points for one unit of logit. */
    public double factor() {
        return doubling / StrictMath.log(2);
    }

    /** Points at even odds. */
    public double offset() {
        return base - factor() * StrictMath.log(odds);
    }

    public double points(double logit) {
        return offset() - factor() * logit;
    }

    public double logit(double points) {
        return (offset() - points) / factor();
    }
}
