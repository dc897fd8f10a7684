package org.tallystick.models;

import java.util.HashSet;
import java.util.List;

/**
 * The bands of an answer. {@code thresholds[k]} lies between {@code bestFirst[k]} and {@code bestFirst[k + 1]}. A
 * business exactly at a threshold has reached it: it is in the better of the two bands on points, in the worse on a
 * probability of default or a logit.
 *
 * @param thresholds in {@code unit}, from the best band to the worst: falling on points, rising otherwise
 * @param secret whether the thresholds are private to the bank; {@code toString} never prints them
 */
public record Bands(Unit unit, List<String> bestFirst, List<Double> thresholds, boolean secret) {
    /** What thresholds are written in. */
    public enum Unit {
        POINTS,
        PD,
        LOGIT
    }

    public Bands {
        bestFirst = List.copyOf(bestFirst);
        thresholds = List.copyOf(thresholds);
        if (thresholds.isEmpty() || bestFirst.size() != thresholds.size() + 1) {
            throw new InvalidModel("bands: " + bestFirst.size() + " names need " + (bestFirst.size() - 1)
                    + " thresholds between them, at least one, not " + thresholds.size());
        }
        if (new HashSet<>(bestFirst).size() != bestFirst.size()) {
            throw new InvalidModel("bands: two bands have the same name; give each its own");
        }
        for (int k = 0; k < thresholds.size(); k++) {
            double threshold = thresholds.get(k);
            InvalidModel.requireFinite(threshold, "bands, thresholds");
            if (unit == Unit.PD && !(threshold > 0 && threshold < 1)) {
                throw new InvalidModel("bands: a threshold on a probability of default lies between 0 and 1");
            }
            if (k > 0 && (unit == Unit.POINTS) == (threshold >= thresholds.get(k - 1))) {
                throw new InvalidModel("bands: from the best band to the worst the thresholds must "
                        + (unit == Unit.POINTS ? "fall (more points are safer)" : "rise (more is riskier)")
                        + "; check them and the order");
            }
        }
    }

    @Override
    public String toString() {
        return bestFirst + " on " + unit;
    }
}
