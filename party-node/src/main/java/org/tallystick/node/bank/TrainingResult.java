package org.tallystick.node.bank;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import org.tallystick.models.TrainedModel;
import org.tallystick.node.config.Role;
import org.tallystick.node.session.RunReport;
import org.tallystick.node.session.Sessions;
import org.tallystick.training.Evaluation;
import org.tallystick.training.Training;

/** What a training brought, as JSON. */
final class TrainingResult {
    private static final ObjectMapper JSON = new ObjectMapper();

    private TrainingResult() {}

    static ObjectNode json(String name, Sessions.Trained trained) {
        Training.Outcome outcome = trained.outcome();
        ObjectNode json =
                JSON.createObjectNode().put("session", trained.proposal().hex());
        if (outcome.fit().isPresent()) {
            var coefficients = json.putArray("coefficients");
            TrainedModel.coefficients(outcome, Role.ids()).forEach(each -> {
                ObjectNode one = coefficients.addObject().put("name", each.name());
                if (!each.owner().isEmpty()) {
                    one.put("owner", each.owner());
                }
                one.put("value", each.value());
            });
        }
        json.set("learning", metrics(outcome.learning()));
        outcome.testing().ifPresent(testing -> json.set("testing", metrics(testing)));
        RunReport report = trained.report();
        json.put("rounds", report.rounds()).put("milliseconds", report.nanos() / 1e6);
        json.put("bytesSent", Arrays.stream(report.sent()).sum());
        if (outcome.fit().isPresent()) {
            json.set("model", model(name, outcome));
        }
        trained.model()
                .ifPresent(model -> json.putObject("stored")
                        .put("name", name)
                        .put("program", model.program().hex())
                        .put("digest", model.digest().hex()));
        return json;
    }

    private static JsonNode model(String name, Training.Outcome outcome) {
        try {
            return JSON.readTree(TrainedModel.of(outcome, name, Role.ids(), Role.BANK.id()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a model that was just written", e);
        }
    }

    static ObjectNode metrics(Evaluation.Result result) {
        ObjectNode json = JSON.createObjectNode().put("rows", result.rows()).put("bad", result.bad());
        json.put("auc", result.auc()).put("ks", result.ks());
        json.putObject("confusion")
                .put("tn", result.trueNegative())
                .put("fp", result.falsePositive())
                .put("fn", result.falseNegative())
                .put("tp", result.truePositive());
        var lift = json.putArray("lift");
        for (int decile = 0; decile < result.worst().length; decile++) {
            lift.add(result.lift(decile));
        }
        return json;
    }
}
