package org.tallystick.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tallystick.net.InProcessMesh;
import org.tallystick.protocol.clear.Clear;
import org.tallystick.protocol.clear.ClearVector;
import org.tallystick.training.Descent;
import org.tallystick.training.Keeping;
import org.tallystick.training.Prepared;
import org.tallystick.training.Training;
import org.tallystick.training.TrainingPlan;
import org.tallystick.training.TrainingPlan.Column;
import org.tallystick.training.TrainingPlan.Holder;
import org.tallystick.training.TrainingPlan.Treatment;

/** From rows by gradient descent to a model file that scores as the training did. */
class TrainedModelTest {
    private static final List<String> ROLES = List.of("tax", "utility", "social-security", "bank");
    private static final int ROWS = 300;

    private static TrainingPlan plan(Holder holder) {
        return new TrainingPlan(
                List.of(
                        new Column(0, "sales", new Treatment.Evidence(4, 2, holder)),
                        new Column(1, "zone", new Treatment.Categories(3)),
                        new Column(3, "flow", new Treatment.Standardised(.01))),
                new TrainingPlan.Label("bad", "1"),
                3,
                new TrainingPlan.Method.GradientDescent(
                        new Descent.Settings(5, 50, .5, .1, .5, .01, Descent.Link.ACCURATE, 7)),
                1,
                0,
                0,
                TrainingPlan.Reveal.BANK);
    }

    private static List<Map<String, Map<String, String>>> businesses() {
        Random random = new Random(9);
        List<Map<String, Map<String, String>>> all = new ArrayList<>();
        for (int row = 0; row < ROWS; row++) {
            double flow = random.nextGaussian();
            double sales = random.nextGaussian();
            boolean bad = -2 * flow - 1.5 * sales + random.nextGaussian() > 1;
            Map<String, Map<String, String>> rows = new HashMap<>();
            if (row % 7 > 0) {
                rows.put("tax", Map.of("sales", "" + sales));
            }
            rows.put("utility", Map.of("zone", "abc".substring(row % 3, row % 3 + 1)));
            rows.put("bank", Map.of("flow", "" + flow, "bad", bad ? "1" : "0"));
            all.add(rows);
        }
        return all;
    }

    @ParameterizedTest
    @EnumSource
    void whatDescentFindsScoresFromAFile(Holder holder) {
        Map<String, Prepared> kept = new ConcurrentHashMap<>();
        Training.Encoders encoders = (column, prepared) -> {
            String name = "%064x".formatted(column.owner() + 1);
            kept.put(name, prepared);
            return name;
        };
        var surroundings = new Training.Surroundings<ClearVector>((_, _, _) -> {}, Keeping.nothing(), encoders, ROLES);
        Training.Outcome outcome = InProcessMesh.run(InProcessMesh.of(4, Duration.ofMinutes(1)), mesh -> {
                    List<Optional<Map<String, String>>> rows = businesses().stream()
                            .map(each -> Optional.ofNullable(each.get(ROLES.get(mesh.self()))))
                            .toList();
                    var own = new Training.Own(rows, List.of());
                    return new Training<>(mesh, new Clear(mesh), plan(holder), own, surroundings)
                            .run()
                            .outcome();
                })
                .get(3)
                .orElseThrow();

        String file = TrainedModel.of(outcome, "learnt", ROLES, "bank");
        PlainScorer scorer = PlainScorer.of(
                Model.parse(file),
                rule -> Optional.ofNullable(kept.get(rule.name())).map(found -> found::number));

        long called =
                businesses().stream().filter(rows -> scorer.score(rows) >= 0).count();
        assertTrue(Math.abs(outcome.learning().calledBad() - called) <= 1, "called " + called);
        assertTrue(called > 30 && called < ROWS - 30, "called " + called);
        assertEquals(holder == Holder.OWNER, file.contains("\"kept\""), file);
        assertEquals(holder == Holder.BANK, file.contains("\"edges\""), file);
        assertFalse(holder == Holder.OWNER && kept.isEmpty());
        ModelCompiler.compile(Model.parse(file));
    }
}
