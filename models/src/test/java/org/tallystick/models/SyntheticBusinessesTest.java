package org.tallystick.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SyntheticBusinessesTest {
    private static final List<Business> MANY = SyntheticBusinesses.generate(20_000, 20261121);

    @Test
    void aSeedGivesTheSameBusinesses() {
        assertEquals(MANY.subList(0, 500), SyntheticBusinesses.generate(500, 20261121));
        assertNotEquals(MANY.subList(0, 500), SyntheticBusinesses.generate(500, 1));
    }

    @Test
    void codesAreValidAndDifferent() {
        Set<String> codes = new HashSet<>();
        for (Business business : MANY) {
            assertTrue(CreditCode.isValid(business.id()));
            assertTrue(codes.add(business.id()));
        }
    }

    @Test
    void everyAgencyHasItsColumnsAndSomeGaps() {
        SyntheticBusinesses.COLUMNS.forEach((role, columns) -> {
            long present = MANY.stream()
                    .filter(business -> business.rows().containsKey(role))
                    .count();
            assertEquals(role.equals("bank"), present == MANY.size());
            assertTrue(present > 0.9 * MANY.size(), role);
            for (String column : columns) {
                List<Map<String, String>> rows = MANY.stream()
                        .filter(business -> business.rows().containsKey(role))
                        .map(business -> business.rows().get(role))
                        .toList();
                assertTrue(rows.stream().allMatch(row -> row.keySet().equals(new HashSet<>(columns))));
                long missing =
                        rows.stream().filter(row -> row.get(column).isEmpty()).count();
                assertTrue(missing > 0 && missing < 0.7 * rows.size(), column);
            }
        });
    }

    @Test
    void theDemoModelFitsTheKnownProcess() {
        Model model = TestModels.sample("small-business");
        PlainScorer plain = PlainScorer.of(model);
        double[] scores = MANY.stream()
                .mapToDouble(business -> plain.score(business.rows()))
                .toArray();
        boolean[] bad = new boolean[scores.length];
        double expected = 0;
        int defaults = 0;
        for (int k = 0; k < bad.length; k++) {
            bad[k] = MANY.get(k).bad().orElseThrow();
            defaults += bad[k] ? 1 : 0;
            expected += plain.pd(MANY.get(k).rows());
        }
        assertEquals(0.81, Metrics.auc(scores, bad), 0.01);
        assertEquals(0.125, (double) defaults / bad.length, 0.01);
        assertEquals((double) defaults / bad.length, expected / bad.length, 0.01);
    }

    @Test
    void theDemoModelIsExactInFixedPointAndUsesEveryBand() {
        Model model = TestModels.sample("small-business");
        Compiled compiled = ModelCompiler.compile(model);
        List<Answer> answers = FixedPointScorer.of(compiled)
                .answers(MANY.stream().map(Business::rows).toList());
        int differing = 0;
        for (int k = 0; k < answers.size(); k++) {
            differing += answers.get(k)
                            .equals(PlainScorer.of(model).answer(MANY.get(k).rows()))
                    ? 0
                    : 1;
        }
        assertEquals(5, new HashSet<>(answers).size());
        // A score can be on the other side of a threshold only within the bound of Accuracy.
        assertTrue(differing <= 5, differing + " bands differ");
        assertEquals(44, compiled.program().width(), 1.0);
        assertFalse(compiled.toString().contains("0.65"));
    }
}
