package org.tallystick.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tallystick.net.InProcessMesh;
import org.tallystick.net.Mesh;
import org.tallystick.protocol.rep4.Rep4;
import org.tallystick.random.SharedSeed;
import org.tallystick.training.Evaluation;
import org.tallystick.training.EvaluationPlan;
import org.tallystick.training.ModelEvaluation;

/** Evaluations on shares say of a model what plaintext scores and metrics say. */
@Tag("slow")
class EvaluatedModelTest {
    private static final List<String> ROLES = List.of("tax", "utility", "social-security", "bank");
    private static final int ROWS = 400;

    /** Rows of scores in one bin of 1/256 count as ties, which moves either figure by so much at most here. */
    private static final double TIES = .003;

    private static final String[] ONE_THRESHOLD = {
        "'names': ['A', 'B', 'C'], 'thresholds': [560, 480]", "'names': ['A', 'B'], 'thresholds': [520]"
    };

    private static Model small(String... edits) {
        List<String> all = new ArrayList<>(List.of(ONE_THRESHOLD));
        all.addAll(List.of(edits));
        return TestModels.parse(TestModels.small(all.toArray(String[]::new)));
    }

    /** A point a unit of logit, or nearly; higher is safer. */
    private static Model scorecard() {
        return small(
                "'logistic'", "'scorecard'", "-1.5", "597.25", "'doubling': 40", "'doubling': 0.7", "[520]", "[596.5]");
    }

    @Test
    void figuresAreThoseOfPlaintext() {
        check(small(), OptionalDouble.empty());
        check(small("'thresholds'", "'visibility': 'public', 'thresholds'"), OptionalDouble.empty());
        check(small("'intercept'", "'weights': 'public', 'intercept'"), OptionalDouble.empty());
        check(small("'kind': 'band'", "'kind': 'points'"), OptionalDouble.of(.4));
        check(scorecard(), OptionalDouble.empty());
        check(scorecard(), OptionalDouble.of(.7));
    }

    private static void check(Model model, OptionalDouble threshold) {
        List<Map<String, Map<String, String>>> subjects = TestModels.smallRows(ROWS, 3);
        PlainScorer scorer = PlainScorer.of(model);
        double own = threshold.isPresent()
                ? threshold.getAsDouble()
                : 1
                        / (1
                                + Math.exp(-model.points()
                                        .orElseThrow()
                                        .logit(model.bands()
                                                .orElseThrow()
                                                .thresholds()
                                                .getFirst())));
        Random random = new Random(8);
        double[] scores = new double[ROWS];
        boolean[] bad = new boolean[ROWS];
        boolean[] called = new boolean[ROWS];
        for (int row = 0; row < ROWS; row++) {
            double pd = scorer.pd(subjects.get(row));
            scores[row] = Math.log(pd / (1 - pd));
            called[row] = pd >= own;
            bad[row] = random.nextDouble() < pd;
        }
        Evaluation.Result result = secure(EvaluatedModel.of(model, threshold), subjects, bad);
        Metrics.Confusion confusion = Metrics.confusion(called, bad);
        assertTrue(confusion.tp() > 5 && confusion.tn() > 5 && confusion.fp() > 5 && confusion.fn() > 5);
        assertEquals(
                confusion,
                new Metrics.Confusion(
                        (int) result.trueNegative(), (int) result.falsePositive(), (int) result.falseNegative(), (int)
                                result.truePositive()));
        assertEquals(Metrics.auc(scores, bad), result.auc(), TIES);
        assertEquals(Metrics.ks(scores, bad), result.ks(), 3 * TIES);
    }

    private static Evaluation.Result secure(
            EvaluatedModel model, List<Map<String, Map<String, String>>> subjects, boolean[] bad) {
        EvaluationPlan plan = EvaluationPlan.decode(model.plan("bad", "1").encoding());
        List<Mesh> meshes = InProcessMesh.of(4, Duration.ofMinutes(2));
        return InProcessMesh.run(meshes, mesh -> {
                    String role = ROLES.get(mesh.self());
                    List<Optional<Map<String, String>>> rows = subjects.stream()
                            .map(subject -> Optional.ofNullable(subject.get(role)))
                            .toList();
                    boolean brings = !model.compiled().encoder(role).columns().isEmpty();
                    List<long[]> columns =
                            brings ? List.of(model.compiled().encoder(role).encode(rows)) : List.of();
                    Optional<ModelEvaluation.Secrets> secrets =
                            mesh.self() == plan.bank() ? Optional.of(secrets(model, bad)) : Optional.empty();
                    ModelEvaluation.Own own = new ModelEvaluation.Own(columns, secrets);
                    return new ModelEvaluation<>(rep4(mesh), plan, ROWS, own, (_, _) -> {}).run(() -> {});
                })
                .get(plan.bank())
                .orElseThrow();
    }

    private static ModelEvaluation.Secrets secrets(EvaluatedModel model, boolean[] bad) {
        long[] labels = new long[bad.length];
        for (int row = 0; row < bad.length; row++) {
            labels[row] = bad[row] ? 1 : 0;
        }
        return new ModelEvaluation.Secrets(labels, model.compiled().storedValues());
    }

    private static Rep4 rep4(Mesh mesh) {
        SharedSeed[] seeds = new SharedSeed[4];
        for (int j = 0; j < 4; j++) {
            if (j != mesh.self()) {
                byte[] seed = new byte[32];
                new Random(j).nextBytes(seed);
                seeds[j] = SharedSeed.of(seed);
            }
        }
        return new Rep4(mesh, seeds, ByteBuffer.allocate(32).array());
    }

    @Test
    void thePlanShowsNoPrivateNumber() {
        EvaluationPlan plan = EvaluatedModel.of(small(), OptionalDouble.empty()).plan("bad", "1");
        EvaluationPlan refitted = EvaluatedModel.of(small("-0.9", "0.4", "[520]", "[530]"), OptionalDouble.empty())
                .plan("bad", "1");
        assertEquals(plan, refitted);
        assertTrue(plan.hasPrivateNumbers());
    }

    @Test
    void aModelWithoutOneThresholdNeedsOne() {
        Model several = TestModels.parse(TestModels.small());
        assertTrue(assertThrows(InvalidModel.class, () -> EvaluatedModel.of(several, OptionalDouble.empty()))
                .getMessage()
                .contains("has 2 thresholds"));
        EvaluatedModel.of(several, OptionalDouble.of(.2));
        assertThrows(InvalidModel.class, () -> EvaluatedModel.of(several, OptionalDouble.of(1)));
        Model unscaled = small("'logistic'", "'scorecard'", "'points': {'base': 600, 'odds': 20, 'doubling': 40},", "");
        assertTrue(assertThrows(InvalidModel.class, () -> EvaluatedModel.of(unscaled, OptionalDouble.of(.2)))
                .getMessage()
                .contains("scale"));
    }
}
