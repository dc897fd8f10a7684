package org.tallystick.node.bank;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tallystick.models.Answer;
import org.tallystick.node.rest.NodeService.Outcome;
import org.tallystick.node.rest.Problem;
import org.tallystick.node.rest.ScoreAnswer;

/** Outcomes as the texts that the bank's records keep, and back. */
final class Answers {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What is kept of a problem's details: who refuses, and why. */
    private static final List<String> FACTS = List.of("role", "reason");

    private Answers() {}

    static ScoreAnswer of(Answer answer) {
        return switch (answer) {
            case Answer.Band band -> new ScoreAnswer.Band(band.rank(), band.name());
            case Answer.Points points -> new ScoreAnswer.Points(points.points());
            case Answer.Pd pd -> new ScoreAnswer.Pd(pd.atLeast(), pd.below());
            case Answer.Explained explained -> new ScoreAnswer.Explained(of(explained.answer()), explained.reasons());
        };
    }

    static String text(Outcome outcome) {
        ObjectNode node = JSON.createObjectNode();
        switch (outcome) {
            case Outcome.Answered answered -> {
                node.put("session", answered.session());
                answered.stored().ifPresent(at -> node.put("stored", at.toEpochMilli()));
                put(answered.answer(), node);
            }
            case Outcome.Failed failed -> {
                Problem problem = failed.problem();
                node.put("code", problem.code().name())
                        .put("detail", problem.detail())
                        .put("remedy", problem.remedy());
                FACTS.forEach(name -> Optional.ofNullable(problem.details().get(name))
                        .ifPresent(fact -> node.put(name, fact.toString())));
            }
        }
        return node.toString();
    }

    private static void put(ScoreAnswer answer, ObjectNode node) {
        switch (answer) {
            case ScoreAnswer.Band band -> node.put("rank", band.rank()).put("band", band.name());
            case ScoreAnswer.Points points -> node.put("points", points.points());
            case ScoreAnswer.Pd pd -> node.put("atLeast", pd.atLeast()).put("below", pd.below());
            case ScoreAnswer.Explained explained -> {
                put(explained.answer(), node);
                explained.reasons().forEach(node.putArray("reasons")::add);
            }
        }
    }

    static Outcome outcome(String text) {
        JsonNode node;
        try {
            node = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the state database holds an answer that cannot be read", e);
        }
        if (node.has("code")) {
            Problem problem = Problem.of(
                    Problem.Code.valueOf(node.get("code").asText()),
                    node.get("detail").asText(),
                    node.get("remedy").asText());
            for (String name : FACTS) {
                problem = node.has(name) ? problem.with(name, node.get(name).asText()) : problem;
            }
            return new Outcome.Failed(problem);
        }
        ScoreAnswer answer = answer(node);
        if (node.has("reasons")) {
            List<String> reasons = new ArrayList<>();
            node.get("reasons").forEach(reason -> reasons.add(reason.asText()));
            answer = new ScoreAnswer.Explained(answer, reasons);
        }
        return new Outcome.Answered(
                answer,
                node.get("session").asText(),
                node.has("stored")
                        ? Optional.of(Instant.ofEpochMilli(node.get("stored").asLong()))
                        : Optional.empty());
    }

    private static ScoreAnswer answer(JsonNode node) {
        if (node.has("band")) {
            return new ScoreAnswer.Band(
                    node.get("rank").asInt(), node.get("band").asText());
        }
        if (node.has("points")) {
            return new ScoreAnswer.Points(node.get("points").asLong());
        }
        return new ScoreAnswer.Pd(
                node.get("atLeast").asDouble(), node.get("below").asDouble());
    }
}
