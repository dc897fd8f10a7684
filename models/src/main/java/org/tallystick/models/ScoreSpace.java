package org.tallystick.models;

import java.util.ArrayList;
import java.util.List;

/**
 * The unit in which a program computes a model's score: the model's own, or points where points leave. A score s of the
 * model is {@code factor} · s + {@code shift} here.
 *
 * @param points whether the unit is points (higher is safer) or logit (higher is riskier)
 */
record ScoreSpace(Model model, boolean points, double factor, double shift) {
    static ScoreSpace of(Model model) {
        boolean own = model.kind() == Model.Kind.SCORECARD;
        if (own || !(model.output() instanceof Output.Points)) {
            return new ScoreSpace(model, own, 1, 0);
        }
        PointsScale scale = model.points().orElseThrow();
        return new ScoreSpace(model, true, -scale.factor(), scale.offset());
    }

    /** The highest absolute value that a threshold may have, in this unit. */
    double thresholdBound() {
        return model.limits().threshold() * Math.abs(factor) + Math.abs(shift);
    }

    /**
     * The thresholds that decide the bands, as integers at this scale, ascending; the model's bands must be present.
     */
    long[] bandThresholds(int fraction) {
        Bands bands = model.bands().orElseThrow();
        return thresholds(bands.unit(), bands.thresholds(), fraction, "bands: two thresholds");
    }

    /** The thresholds between the steps of a probability of default. */
    long[] pdThresholds(int steps, int fraction) {
        List<Double> between = new ArrayList<>();
        for (int k = 1; k < steps; k++) {
            between.add((double) k / steps);
        }
        return thresholds(Bands.Unit.PD, between, fraction, "output: two steps");
    }

    /** How many steps from the best answer, where {@code reached} of {@code thresholds} are reached. */
    int rank(long reached, int thresholds) {
        if (reached < 0 || reached > thresholds) {
            throw new IllegalArgumentException(
                    "an answer that reaches " + reached + " of " + thresholds + " thresholds");
        }
        return (int) (points ? thresholds - reached : reached);
    }

    /**
     * {@code fromBest} goes from the best end to the worst; ascending scores do so in logit and the other way in
     * points.
     */
    private long[] thresholds(Bands.Unit unit, List<Double> fromBest, int fraction, String what) {
        int count = fromBest.size();
        long[] ascending = new long[count];
        for (int k = 0; k < count; k++) {
            ascending[points ? count - 1 - k : k] = threshold(unit, fromBest.get(k), fraction);
        }
        for (int k = 1; k < count; k++) {
            if (ascending[k] <= ascending[k - 1]) {
                throw new InvalidModel(
                        what + " are closer than 2^-" + fraction + "; move them apart or raise fractionBits");
            }
        }
        return ascending;
    }

    /**
     * The least integer score that counts as above. Where both units rise together, that is the least not below the
     * threshold; where one falls as the other rises, a score exactly at the threshold has reached it from the other
     * side and must not count, so it is the next one above.
     */
    private long threshold(Bands.Unit unit, double value, int fraction) {
        double here = Math.scalb(converted(unit, value), fraction);
        boolean opposed = points != (unit == Bands.Unit.POINTS);
        return opposed ? (long) Math.floor(here) + 1 : (long) Math.ceil(here);
    }

    private double converted(Bands.Unit unit, double value) {
        if (unit == Bands.Unit.POINTS) {
            return points ? value : model.points().orElseThrow().logit(value);
        }
        double logit = unit == Bands.Unit.PD ? StrictMath.log(value / (1 - value)) : value;
        return points ? model.points().orElseThrow().points(logit) : logit;
    }
}
