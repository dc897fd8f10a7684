package org.tallystick.models;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One feature of weight ±1 whose raw value is the score itself, right at a boundary and one unit in the last place off.
 */
class BoundariesTest {
    private static final double ULP = Math.scalb(1.0, -16);

    private static String model(String kind, double weight, String more) {
        return "{'tallystick': 'model/1', 'name': 'one', 'version': '1', 'kind': '" + kind + "',"
                + "'parties': ['tax', 'utility', 'social-security', 'bank'], 'bank': 'bank', 'intercept': 0,"
                + "'thresholdBound': 2048, 'features': [{'name': 'x', 'owner': 'tax', 'kind': 'number', 'unit': '1',"
                + "'range': [-1000, 1000], 'missingValue': 0, 'weight': " + weight + "}],"
                + "'points': {'base': 0, 'odds': 1, 'doubling': 0.6931471805599453}, " + more + "}";
    }

    private static Answer answer(String json, double x) {
        Model model = TestModels.parse(json);
        return FixedPointScorer.of(ModelCompiler.compile(model)).answer(Map.of("tax", Map.of("x", Double.toString(x))));
    }

    /** With this scale points = −logit exactly, so that a threshold of one is a threshold of the other. */
    @ParameterizedTest
    @CsvSource({
        "logistic, logit, 1, best-first, false",
        "logistic, points, 1, worst-first, true",
        "scorecard, points, 1, worst-first, true",
        "scorecard, logit, 1, best-first, false",
        "logistic, logit, -1, best-first, false",
        "scorecard, points, -1, worst-first, true",
    })
    void aThresholdIsReachedByAScoreExactlyThere(
            String kind, String unit, double weight, String order, boolean reachingIsBetter) {
        String names = order.equals("best-first") ? "['good', 'bad']" : "['bad', 'good']";
        String json = model(
                kind,
                weight,
                "'bands': {'on': '" + unit + "', 'order': '" + order + "', 'names': " + names
                        + ", 'thresholds': [2.5]}, 'output': {'kind': 'band'}");
        // The raw x that makes the value in the bands' own unit 2.5.
        boolean sameUnit = kind.equals("logistic") == unit.equals("logit");
        double x = 2.5 * weight * (sameUnit ? 1 : -1);
        double below = x - Math.signum(x) * ULP;
        Answer reached = reachingIsBetter ? new Answer.Band(0, "good") : new Answer.Band(1, "bad");
        Answer missed = reachingIsBetter ? new Answer.Band(1, "bad") : new Answer.Band(0, "good");
        assertEquals(reached, answer(json, x));
        assertEquals(reached, answer(json, x + Math.signum(x) * ULP));
        assertEquals(missed, answer(json, below));
        PlainScorer plain = PlainScorer.of(TestModels.parse(json));
        assertEquals(reached, plain.answer(Map.of("tax", Map.of("x", Double.toString(x)))));
        assertEquals(missed, plain.answer(Map.of("tax", Map.of("x", Double.toString(below)))));
    }

    @ParameterizedTest
    @CsvSource({"scorecard, 1, 1", "logistic, -1, 1", "logistic, 1, -1"})
    void pointsRoundHalvesUpAndKeepTheirSign(String kind, double weight, double sign) {
        String json = model(kind, weight, "'output': {'kind': 'points'}");
        double[] points = {0, 0.5, -0.5, -0.5 - ULP, 0.5 - ULP, 300.25, 1.5, -999.75};
        long[] expected = {0, 1, 0, -1, 0, 300, 2, -1000};
        for (int k = 0; k < points.length; k++) {
            assertEquals(new Answer.Points(expected[k]), answer(json, sign * points[k]), points[k] + " points");
        }
    }

    @Test
    void stepsOfAProbabilityBeginAtTheirThreshold() {
        for (String kind : new String[] {"logistic", "scorecard"}) {
            double worse = kind.equals("logistic") ? 1 : -1;
            String json = model(kind, 1, "'output': {'kind': 'pd', 'step': 0.25}");
            assertEquals(new Answer.Pd(0.5, 0.75), answer(json, 0), kind);
            assertEquals(new Answer.Pd(0.25, 0.5), answer(json, -worse * ULP), kind);
            double quarter = Math.log(3) * worse;
            assertEquals(new Answer.Pd(0.75, 1), answer(json, quarter + worse * ULP), kind);
            assertEquals(new Answer.Pd(0.5, 0.75), answer(json, quarter - worse * ULP), kind);
            assertEquals(new Answer.Pd(0, 0.25), answer(json, -900 * worse), kind);
            assertEquals(new Answer.Pd(0.75, 1), answer(json, 900 * worse), kind);
        }
    }
}
