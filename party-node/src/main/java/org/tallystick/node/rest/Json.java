package org.tallystick.node.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.tallystick.node.rest.NodeService.Job;
import org.tallystick.node.rest.NodeService.Model;
import org.tallystick.node.rest.NodeService.Outcome;
import org.tallystick.node.rest.NodeService.Program;
import org.tallystick.node.rest.NodeService.ProgramText;
import org.tallystick.node.rest.NodeService.ScoreResult;
import org.tallystick.node.rest.NodeService.Session;
import org.tallystick.node.rest.NodeService.SessionTrace;
import org.tallystick.node.rest.NodeService.Trace;

/** JSON as the interface speaks it: strict when it reads, and the records of {@link NodeService} when it writes. */
final class Json {
    /** Names and lengths of a hostile document stay within this. */
    static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(32)
                    .maxNameLength(256)
                    .maxNumberLength(64)
                    .maxStringLength(1 << 20)
                    .build())
            .build();

    private static final ObjectMapper MAPPER =
            new ObjectMapper(FACTORY).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static final int MAX_SHOWN = 200;

    private Json() {}

    /** The document, or {@code invalid_request} with the place where it is not JSON. */
    static JsonNode read(byte[] body) {
        try {
            JsonNode tree = MAPPER.readTree(body);
            if (tree.isMissingNode()) {
                throw new ServiceFailure(
                        Problem.of(Problem.Code.INVALID_REQUEST, "the body is empty", "send a JSON document"));
            }
            return tree;
        } catch (JsonProcessingException e) {
            throw notJson(e);
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory", e);
        }
    }

    /** The parser's own words may repeat what it read, so they are not told. */
    static ServiceFailure notJson(JsonProcessingException e) {
        String where = e.getLocation() == null
                ? ""
                : ", line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr();
        return new ServiceFailure(Problem.of(
                Problem.Code.INVALID_REQUEST,
                "the body is not JSON, or has a field twice or a value too long" + where,
                "correct it there"));
    }

    static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree that cannot be written", e);
        }
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Text of a caller as an error may repeat it. */
    static String shortened(String text) {
        return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
    }

    static ObjectNode problem(Problem problem) {
        ObjectNode json = object().put(
                        "type", "urn:tallystick:problem:" + problem.code().id())
                .put("title", problem.code().title())
                .put("status", problem.code().status())
                .put("code", problem.code().id())
                .put("detail", problem.detail())
                .put("remedy", problem.remedy());
        if (!problem.details().isEmpty()) {
            json.set("details", MAPPER.valueToTree(problem.details()));
        }
        return json;
    }

    static ObjectNode result(ScoreResult result) {
        ObjectNode json = object().put("requestId", result.requestId()).put("subject", result.subject());
        switch (result.outcome()) {
            case Outcome.Answered(ScoreAnswer answer, String session, Optional<Instant> stored) -> {
                json.set("answer", answer(answer));
                json.put("session", session);
                stored.ifPresent(at -> json.put("stored", true).put("answeredAt", at.toString()));
            }
            case Outcome.Failed(Problem problem) -> json.set("problem", problem(problem));
        }
        return json;
    }

    private static ObjectNode answer(ScoreAnswer answer) {
        ObjectNode json = object();
        switch (answer) {
            case ScoreAnswer.Band(int rank, String name) ->
                json.putObject("band").put("rank", rank).put("name", name);
            case ScoreAnswer.Points(long points) -> json.put("points", points);
            case ScoreAnswer.Pd(double atLeast, double below) ->
                json.putObject("pd").put("atLeast", atLeast).put("below", below);
            case ScoreAnswer.Explained(ScoreAnswer explained, List<String> features) -> {
                json.setAll(answer(explained));
                ArrayNode reasons = json.putArray("reasons");
                for (String feature : features) {
                    reasons.addObject().put("rank", reasons.size()).put("feature", feature);
                }
            }
        }
        return json;
    }

    static ObjectNode job(Job job) {
        ObjectNode json = object().put("id", job.id())
                .put("model", job.model())
                .put("purpose", job.purpose())
                .put("status", job.status().name().toLowerCase(Locale.ROOT))
                .put("rows", job.rows())
                .put("done", job.done())
                .put("failed", job.failed())
                .put("createdAt", job.createdAt().toString())
                .put("changedAt", job.changedAt().toString());
        job.table().ifPresent(table -> json.put("table", table));
        job.problem().ifPresent(problem -> json.set("problem", problem(problem)));
        return json;
    }

    static ObjectNode table(NodeService.Table table) {
        return object().put("id", table.id())
                .put("name", table.name())
                .put("asOf", table.asOf().toString())
                .put("program", table.program())
                .put("rows", table.rows())
                .put("whole", table.whole())
                .put("createdAt", table.createdAt().toString());
    }

    static ObjectNode plan(NodeService.Plan plan) {
        return object().put("model", plan.model())
                .put("rows", plan.rows())
                .put("how", plan.how().id())
                .put("reasons", plan.reasons());
    }

    static ObjectNode model(Model model) {
        return object().put("name", model.name())
                .put("program", model.program())
                .put("digest", model.digest())
                .put("output", model.output())
                .put("activatedAt", model.activatedAt().toString());
    }

    static ObjectNode program(Program program) {
        ObjectNode json = object().put("hash", program.hash())
                .put("name", program.name())
                .put("offeredAt", program.offeredAt().toString());
        program.approval()
                .ifPresent(approval -> json.putObject("approval")
                        .put("by", approval.by())
                        .put("at", approval.at().toString()));
        return json;
    }

    static ObjectNode programText(ProgramText text) {
        ObjectNode json = object();
        json.set("program", program(text.program()));
        text.inputs().forEach(json.putArray("inputs")::add);
        text.operations().forEach(json.putArray("operations")::add);
        text.answers().forEach(json.putArray("answers")::add);
        ArrayNode columns = json.putArray("columns");
        text.facts()
                .columns()
                .forEach(column -> columns.addObject()
                        .put("owner", column.owner())
                        .put("name", column.name())
                        .put("meaning", column.meaning())
                        .put("low", column.low())
                        .put("high", column.high())
                        .put("scale", column.scale()));
        ArrayNode tells = json.putArray("tells");
        text.facts()
                .tells()
                .forEach(each -> tells.addObject().put("party", each.party()).put("bits", each.bits()));
        return json;
    }

    static ObjectNode session(Session session) {
        ObjectNode json = object().put("id", session.id())
                .put("kind", session.kind())
                .put("program", session.program())
                .put("purpose", session.purpose())
                .put("rows", session.rows())
                .put("rounds", session.rounds())
                .put("milliseconds", session.nanos() / 1e6)
                .put("endedAt", session.endedAt().toString());
        session.how().ifPresent(how -> json.put("how", how));
        var traffic = json.putArray("traffic");
        session.traffic()
                .forEach(peer -> traffic.addObject()
                        .put("role", peer.role())
                        .put("sent", peer.sent())
                        .put("received", peer.received()));
        return json;
    }

    static ObjectNode sessionTrace(SessionTrace traced) {
        ObjectNode json = object();
        json.set("session", session(traced.session()));
        traced.trace().ifPresent(trace -> json.set("trace", trace(trace)));
        return json;
    }

    private static ObjectNode trace(Trace trace) {
        ObjectNode json = object();
        var held = json.putArray("held");
        trace.held().forEach(row -> {
            ObjectNode values = held.addObject().put("subject", row.subject()).putObject("values");
            row.values().forEach(value -> values.put(value.column(), value.encoded()));
        });
        var messages = json.putArray("messages");
        trace.messages()
                .forEach(message -> messages.addObject()
                        .put("round", message.round())
                        .put("direction", message.sent() ? "sent" : "received")
                        .put("peer", message.peer())
                        .put("bytes", message.bytes())
                        .put("start", message.start()));
        return json;
    }
}
