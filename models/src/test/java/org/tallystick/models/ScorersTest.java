package org.tallystick.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScorersTest {
    private static final List<Map<String, Map<String, String>>> ROWS = TestModels.smallRows(2000, 1);

    /**
     * Both scorers agree on every row that is not within the bound of a boundary, and there are answers of every kind.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "'kind': 'band'",
                "'kind': 'points'",
                "'kind': 'pd', 'step': 0.05",
            })
    void fixedAndPlainAgree(String output) {
        for (String weights : List.of("private", "public")) {
            Model model = TestModels.parse(TestModels.small(
                    "'kind': 'band'", output, "'intercept'", "'weights': '" + weights + "', 'intercept'"));
            PlainScorer plain = PlainScorer.of(model);
            FixedPointScorer fixed = FixedPointScorer.of(ModelCompiler.compile(model));
            List<Answer> answers = fixed.answers(ROWS);
            int differing = 0;
            Set<Answer> kinds = new HashSet<>();
            for (int k = 0; k < ROWS.size(); k++) {
                kinds.add(answers.get(k));
                differing += answers.get(k).equals(plain.answer(ROWS.get(k))) ? 0 : 1;
                assertEquals(answers.get(k), fixed.answer(ROWS.get(k)));
            }
            assertTrue(kinds.size() >= 3, kinds.toString());
            assertTrue(differing <= 1, differing + " answers differ");
        }
    }

    @Test
    void exactlyOneIndicatorOfAFeatureIsOne() {
        Model model = TestModels.parse(TestModels.small());
        for (Map<String, Map<String, String>> row : ROWS) {
            for (Feature feature : model.features().subList(2, 4)) {
                double ones = feature.terms().stream()
                        .mapToDouble(term -> term.rule().value(Optional.ofNullable(row.get(feature.owner()))))
                        .sum();
                assertEquals(1, ones, feature.name());
            }
        }
    }

    @Test
    void aScorecardIsTheSameModelInPoints() {
        Model model = TestModels.parse(TestModels.small(
                "'kind': 'logistic'", "'kind': 'scorecard'", "-1.5", "500", "'weight': -0.7", "'weight': 20.5"));
        PlainScorer plain = PlainScorer.of(model);
        Compiled compiled = ModelCompiler.compile(model);
        List<Answer> answers = FixedPointScorer.of(compiled).answers(ROWS);
        for (int k = 0; k < ROWS.size(); k++) {
            assertEquals(plain.answer(ROWS.get(k)), answers.get(k));
        }
        Map<String, Map<String, String>> rich = Map.of("bank", Map.of("flow", "999999"));
        Map<String, Map<String, String>> poor = Map.of("bank", Map.of("flow", "1"));
        assertTrue(plain.points(rich) > plain.points(poor) && plain.pd(rich) < plain.pd(poor));
    }

    /** Two features that are equally far but for the rounding of integers may change places. */
    @Test
    void reasonsAreTheFeaturesFarthestOnTheSideOfMoreRisk() {
        String[] scorecard = {
            "'kind': 'logistic'", "'kind': 'scorecard'", "-1.5", "500", "'weight': -0.7", "'weight': 20.5"
        };
        for (String[] edits :
                List.of(new String[0], new String[] {"'kind': 'band'", "'kind': 'points'"}, scorecard, new String[] {
                    "'intercept'", "'weights': 'public', 'intercept'"
                })) {
            Model model = TestModels.parse(TestModels.explained(edits));
            PlainScorer plain = PlainScorer.of(model);
            List<Answer> answers =
                    FixedPointScorer.of(ModelCompiler.compile(model)).answers(ROWS);
            long other = IntStream.range(0, ROWS.size())
                    .filter(k -> !reasons(plain.answer(ROWS.get(k))).equals(reasons(answers.get(k))))
                    .count();
            assertTrue(other <= ROWS.size() / 1000, other + " rows have other reasons");
        }
    }

    private static List<String> reasons(Answer answer) {
        return assertInstanceOf(Answer.Explained.class, answer).reasons();
    }

    /** A business like the reference profile has no reasons against it; one that is better in all has none either. */
    @Test
    void theReferenceItselfHasNoReasons() {
        Model model = TestModels.parse(TestModels.explained());
        FixedPointScorer scorer = FixedPointScorer.of(ModelCompiler.compile(model));
        Map<String, Map<String, String>> like = Map.of(
                "bank",
                Map.of("flow", "20000"),
                "tax",
                Map.of("sales", "610", "grade", "B"),
                "utility",
                Map.of("kwh", ""));
        Map<String, Map<String, String>> better = Map.of(
                "bank",
                Map.of("flow", "90000"),
                "tax",
                Map.of("sales", "800", "grade", "A"),
                "utility",
                Map.of("kwh", "5000"));
        // By 0.33 and by 0.8: kwh and flow are as before.
        Map<String, Map<String, String>> worse = Map.of(
                "bank",
                Map.of("flow", "20000"),
                "tax",
                Map.of("sales", "500", "grade", "C"),
                "utility",
                Map.of("kwh", ""));
        assertEquals(List.of(), reasons(scorer.answer(like)));
        assertEquals(List.of(), reasons(scorer.answer(better)));
        assertEquals(List.of("grade", "sales"), reasons(scorer.answer(worse)));
    }
}
