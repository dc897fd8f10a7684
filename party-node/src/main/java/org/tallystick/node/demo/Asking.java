package org.tallystick.node.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tallystick.node.cli.RestClient;

/** A bank's system that asks for scores, with the businesses' consents where an agreement wants them. */
final class Asking {
    static final String PURPOSE = "loan application";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ROWS = 1000;

    private final RestClient bank;
    private final String model;
    private final Optional<Governed> people;

    Asking(RestClient bank, String model, Optional<Governed> people) {
        this.bank = bank;
        this.model = model;
        this.people = people;
    }

    private ObjectNode request(String purpose) {
        return JSON.createObjectNode().put("model", model).put("purpose", purpose);
    }

    /** One business's answer. */
    JsonNode one(String subject) {
        ObjectNode request = request(PURPOSE).put("subject", subject);
        people.ifPresent(agreed ->
                request.put("consent", agreed.consents(List.of(subject)).getFirst()));
        return bank.post("/v1/scores", request);
    }

    /** What the bank answers to one request, whatever it is. */
    RestClient.Reply reply(String purpose, String subject, Optional<String> consent) {
        ObjectNode request = request(purpose).put("subject", subject);
        consent.ifPresent(token -> request.put("consent", token));
        return bank.tryPost("/v1/scores", "application/json", request.toString());
    }

    /** The answers of many, by subject. */
    Map<String, JsonNode> many(List<String> subjects) {
        Map<String, JsonNode> answers = new HashMap<>();
        for (int from = 0; from < subjects.size(); from += ROWS) {
            List<String> some = subjects.subList(from, Math.min(subjects.size(), from + ROWS));
            ObjectNode request = request(PURPOSE);
            ArrayNode rows = request.putArray("rows");
            Optional<List<String>> consents = people.map(agreed -> agreed.consents(some));
            for (int k = 0; k < some.size(); k++) {
                ObjectNode row = rows.addObject().put("subject", some.get(k));
                int at = k;
                consents.ifPresent(tokens -> row.put("consent", tokens.get(at)));
            }
            bank.post("/v1/scores", request)
                    .get("results")
                    .forEach(row -> answers.put(row.get("subject").asText(), row));
        }
        return answers;
    }
}
