package org.tallystick.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class MetricsTest {
    @Test
    void smallCasesByHand() {
        // Of the four pairs of a bad and a good, 3 are in order: (.8, .1), (.8, .4), (.35, .1).
        double[] scores = {0.1, 0.4, 0.35, 0.8};
        boolean[] bad = {false, false, true, true};
        assertEquals(0.75, Metrics.auc(scores, bad));
        assertEquals(0.5, Metrics.ks(scores, bad));
        assertEquals(
                new Metrics.Confusion(1, 1, 1, 1), Metrics.confusion(new boolean[] {false, true, false, true}, bad));
        assertEquals(0.5, new Metrics.Confusion(1, 1, 1, 1).misclassified());
    }

    @Test
    void tiesCountHalf() {
        boolean[] bad = {false, true, false, true};
        assertEquals(0.5, Metrics.auc(new double[] {1, 1, 1, 1}, bad));
        assertEquals(0, Metrics.ks(new double[] {1, 1, 1, 1}, bad));
        // Pairs: (2, 1), (3, 1), (3, 2) in order, (2, 2) tied.
        assertEquals(3.5 / 4, Metrics.auc(new double[] {1, 2, 2, 3}, bad));
        assertEquals(0.5, Metrics.ks(new double[] {1, 2, 2, 3}, bad));
        assertEquals(0, Metrics.auc(new double[] {2, 1, 4, 0}, bad));
    }

    @Test
    void oneKindAloneCannotBeToldApart() {
        assertThrows(
                IllegalArgumentException.class, () -> Metrics.auc(new double[] {1, 2}, new boolean[] {true, true}));
        assertThrows(IllegalArgumentException.class, () -> Metrics.ks(new double[] {1}, new boolean[] {false}));
    }
}
