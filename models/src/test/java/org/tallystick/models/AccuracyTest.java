package org.tallystick.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccuracyTest {
    /** Rows of 32 numbers in [−8, 8]: scores within the bound, points equal except within it of a boundary. */
    @ParameterizedTest
    @CsvSource({"16, 100000", "8, 10000"})
    void fixedPointStaysWithinTheBound(int fractionBits, int rows) {
        Model model = TestModels.parse(TestModels.standard("{'kind': 'points'}")
                .replace("'weightBound': 4", "'weightBound': 4, 'fractionBits': " + fractionBits));
        double bound = Accuracy.bound(model);
        Compiled compiled = ModelCompiler.compile(model);
        FixedPointScorer fixed = FixedPointScorer.of(compiled);
        PlainScorer plain = PlainScorer.of(model);
        PointsScale scale = model.points().orElseThrow();
        double worst = 0;
        for (int part = 0; part < rows / 10_000; part++) {
            List<Map<String, Map<String, String>>> subjects = TestModels.standardRows(10_000, part);
            FixedPointScorer.Result result = fixed.run(fixed.columns(subjects), subjects.size());
            for (int k = 0; k < subjects.size(); k++) {
                double points = plain.points(subjects.get(k));
                // The half that rounds the points is in the fixed score already.
                double score = compiled.score(result.scores()[k] - (1L << (2 * fractionBits - 1)));
                double error = Math.abs(score - plain.score(subjects.get(k)));
                worst = Math.max(worst, error);
                double toBoundary = Math.abs(points - Math.floor(points) - 0.5);
                if (toBoundary > bound * scale.factor()) {
                    assertEquals(new Answer.Points(Math.round(points)), compiled.decode(result.revealed()[k]));
                }
            }
        }
        assertTrue(worst <= bound, worst + " is above " + bound);
        // Not so loose as to say nothing.
        assertTrue(worst > bound / 200, worst + " is far below " + bound);
    }

    @Test
    void theBoundFollowsBitsFeaturesAndRanges() {
        assertEquals(32 * 12 * Math.pow(2, -17), Accuracy.bound(16, 32, 8, 4), 1e-8);
        assertEquals(2 * Accuracy.bound(16, 16, 8, 4), Accuracy.bound(16, 32, 8, 4));
        assertTrue(Accuracy.bound(17, 32, 8, 4) < 0.51 * Accuracy.bound(16, 32, 8, 4));
        Model model = TestModels.parse(TestModels.standard("{'kind': 'band'}"));
        assertEquals(Accuracy.bound(16, 32, 8, 4), Accuracy.bound(model), 1e-7);
    }
}
