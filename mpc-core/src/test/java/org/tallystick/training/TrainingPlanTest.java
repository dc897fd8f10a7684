package org.tallystick.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tallystick.training.TrainingPlan.Column;
import org.tallystick.training.TrainingPlan.Holder;
import org.tallystick.training.TrainingPlan.Label;
import org.tallystick.training.TrainingPlan.Method;
import org.tallystick.training.TrainingPlan.Reveal;
import org.tallystick.training.TrainingPlan.Treatment;

class TrainingPlanTest {
    private static final List<Column> COLUMNS = List.of(
            new Column(0, "sales", new Treatment.Standardised(.01)),
            new Column(0, "arrears", new Treatment.Evidence(10, 5, Holder.OWNER)),
            new Column(3, "sector", new Treatment.Categories(4)));
    private static final Method NEWTON = new Method.MaximumLikelihood(Newton.Settings.DEFAULT.withPenalty(1));
    private static final Method DESCENT =
            new Method.GradientDescent(new Descent.Settings(3, 128, .1, .5, .9, .01, Descent.Link.ACCURATE, 7));

    private static TrainingPlan plan(List<Column> columns, Method method) {
        return new TrainingPlan(columns, new Label("bad", "1"), 3, method, 2, 3, .5, Reveal.BANK);
    }

    @Test
    void anEncodingGivesThePlanBack() {
        for (Method method : List.of(NEWTON, DESCENT)) {
            TrainingPlan plan = plan(COLUMNS, method);
            assertEquals(plan, TrainingPlan.decode(plan.encoding()));
            assertTrue(TrainingPlan.isMarked(plan.encoding()));
        }
        assertFalse(Arrays.equals(
                plan(COLUMNS, NEWTON).encoding(), plan(COLUMNS, DESCENT).encoding()));
    }

    @Test
    void whateverIsNotAnEncodingIsRefused() {
        byte[] encoding = plan(COLUMNS, DESCENT).encoding();
        for (int length = 0; length < encoding.length; length++) {
            byte[] part = Arrays.copyOf(encoding, length);
            assertThrows(IllegalArgumentException.class, () -> TrainingPlan.decode(part), "of " + length);
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> TrainingPlan.decode(Arrays.copyOf(encoding, encoding.length + 1)));
        for (int at = 0; at < encoding.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] changed = encoding.clone();
                changed[at] ^= (byte) (1 << bit);
                try {
                    // Another plan, or none: never the same one from other bytes.
                    assertNotEquals(plan(COLUMNS, DESCENT), TrainingPlan.decode(changed));
                } catch (IllegalArgumentException expected) {
                    assertFalse(expected.getMessage().isEmpty());
                }
            }
        }
    }

    @Test
    void stepsThatWouldVanishOrRunAwayAreRefused() {
        Descent.Link link = Descent.Link.ACCURATE;
        assertThrows(IllegalArgumentException.class, () -> new Descent.Settings(300, 128, .1, 1, 0, 0, link, 1));
        assertThrows(IllegalArgumentException.class, () -> new Descent.Settings(1, 128, .0004, 0, 0, 0, link, 1));
        assertThrows(IllegalArgumentException.class, () -> new Descent.Settings(1, 128, 8, 0, 0, 1, link, 1));
        assertThrows(IllegalArgumentException.class, () -> new Descent.Settings(1, 128, 1, 0, .9999, 0, link, 1));
    }

    @Test
    void evidenceIsNotToldToAllWhereNobodyLearnsTheWeights() {
        Label label = new Label("bad", "1");
        List<Column> owners = List.of(new Column(0, "x", new Treatment.Evidence(4, 5, Holder.OWNER)));
        List<Column> banks = List.of(new Column(0, "x", new Treatment.Evidence(4, 5, Holder.BANK)));
        TrainingPlan plan = new TrainingPlan(owners, label, 3, NEWTON, 0, 0, 0, Reveal.NOBODY);
        assertEquals(plan, TrainingPlan.decode(plan.encoding()));
        assertThrows(
                IllegalArgumentException.class,
                () -> new TrainingPlan(banks, label, 3, NEWTON, 0, 0, 0, Reveal.NOBODY));
    }

    @Test
    void whatCannotBeTrainedIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> plan(List.of(), NEWTON));
        assertThrows(IllegalArgumentException.class, () -> plan(List.of(COLUMNS.get(0), COLUMNS.get(0)), NEWTON));
        for (Treatment treatment : List.of(
                new Treatment.Standardised(.3),
                new Treatment.Standardised(Double.NaN),
                new Treatment.Evidence(1, 0, Holder.OWNER),
                new Treatment.Evidence(10, -1, Holder.OWNER),
                new Treatment.Categories(65))) {
            assertThrows(IllegalArgumentException.class, () -> plan(List.of(new Column(0, "x", treatment)), NEWTON));
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> plan(List.of(new Column(4, "x", new Treatment.Standardised(0))), NEWTON));
    }
}
