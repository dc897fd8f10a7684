package org.tallystick.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.tallystick.program.Encoder;
import org.tallystick.program.Operation;
import org.tallystick.training.Evaluation;
import org.tallystick.training.Prepared.Source;
import org.tallystick.training.Training;
import org.tallystick.training.TrainingPlan;

/** Plans from a stored table, and the model files of what they teach. */
class StoredColumnsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TABLE = "0123456789abcdef0123456789abcdef";
    private static final List<String> ROLES = List.of("tax", "utility", "social-security", "bank");

    private static ObjectNode request(String reveal) {
        ObjectNode request = JSON.createObjectNode().put("name", "learnt").put("table", TABLE);
        request.putObject("training").put("method", "newton").put("reveal", reveal);
        request.putObject("label").put("column", "bad").put("bad", "1");
        request.putObject("columns");
        return request;
    }

    private static TrainingPlan plan(ObjectNode request, Model stored) {
        var table = new StoredColumns(TABLE, ModelCompiler.compile(stored).program());
        return Learning.requested(request, ROLES, "bank", Optional.of(table));
    }

    private static Training.Outcome outcome(TrainingPlan plan, double[] weights, double intercept) {
        List<Training.OwnedColumn> columns = plan.stored().stream()
                .map(column -> new Training.OwnedColumn(column.owner(), Source.Stored.of(column)))
                .toList();
        Evaluation.Result result = new Evaluation.Result(2, 1, 1, 1, 2, 1, new long[10][2]);
        return new Training.Outcome(
                columns, Optional.of(new Training.Fit(weights, intercept)), new TreeMap<>(), result, Optional.empty());
    }

    /** Features of every kind come back from their columns, to the letter. */
    @Test
    void aModelLearntFromATableAsksForTheTablesColumns() {
        Model stored = Model.sample("small-business");
        TrainingPlan plan = plan(request("bank"), stored);
        assertEquals(plan, TrainingPlan.decode(plan.encoding()));
        assertEquals(Optional.of(TABLE), plan.table());
        int count = plan.stored().size();
        double[] weights = new Random(1).doubles(count, -1, 1).toArray();
        weights[0] = 100;
        Training.Outcome outcome = outcome(plan, weights, -70);
        Model learnt = Model.parse(TrainedModel.of(outcome, "learnt", ROLES, "bank"));
        for (int party = 0; party < 3; party++) {
            List<Operation.Column> asked =
                    Encoder.columns(ModelCompiler.compile(learnt).program(), party);
            assertEquals(Encoder.columns(ModelCompiler.compile(stored).program(), party), asked);
        }
        // And the weights are where they belong.
        PlainScorer scorer = PlainScorer.of(learnt);
        for (Business business : SyntheticBusinesses.generate(50, 3)) {
            double score = -70;
            for (int k = 0; k < count; k++) {
                Training.OwnedColumn column = outcome.columns().get(k);
                Optional<Map<String, String>> row =
                        Optional.ofNullable(business.rows().get(ROLES.get(column.owner())));
                score += weights[k] * column.prepared().number(row);
            }
            assertEquals(score, scorer.score(business.rows()), 1e-6);
        }
    }

    @Test
    void columnsAreChosenByWhatTheyAreMadeOf() {
        ObjectNode request = request("bank");
        ObjectNode columns = (ObjectNode) request.get("columns");
        columns.putArray("tax").addObject().put("name", "vat_sales");
        columns.putArray("utility");
        columns.putArray("bank").addObject().put("name", "balance");
        TrainingPlan plan = plan(request, Model.sample("small-business"));
        List<String> names =
                plan.columnsOf(0).stream().map(TrainingPlan.Column::name).toList();
        assertEquals(List.of("vat_sales", "tax has no row"), names);
        assertEquals(List.of(), plan.columnsOf(1));
        assertTrue(plan.columnsOf(2).size() > 3);
        assertEquals(1, plan.broughtBy(3).size());
        assertEquals(List.of(), plan.broughtBy(2));
    }

    @Test
    void whatTheTableHasNotIsRefused() {
        Model stored = Model.sample("small-business");
        List<ObjectNode> wrong = new ArrayList<>();
        for (String name : List.of("none", "vat_sales")) {
            ObjectNode request = request("bank");
            ObjectNode column =
                    ((ObjectNode) request.get("columns")).putArray("tax").addObject();
            column.put("name", name);
            if (name.equals("vat_sales")) {
                column.putObject("treat").put("as", "standardised");
            }
            wrong.add(request);
        }
        ObjectNode role = request("bank");
        ((ObjectNode) role.get("columns")).putArray("customs");
        wrong.add(role);
        for (ObjectNode request : wrong) {
            assertThrows(IllegalArgumentException.class, () -> plan(request, stored), request::toString);
        }
    }
}
