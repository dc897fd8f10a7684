package org.tallystick.node.rest;

import static org.tallystick.node.access.AccessRole.APPROVER;
import static org.tallystick.node.access.AccessRole.AUDITOR;
import static org.tallystick.node.access.AccessRole.CLIENT;
import static org.tallystick.node.access.AccessRole.DATA_OFFICER;
import static org.tallystick.node.access.AccessRole.OPERATOR;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.tallystick.node.rest.NodeService.Bank;
import org.tallystick.node.rest.NodeService.How;
import org.tallystick.node.rest.NodeService.Job;
import org.tallystick.node.rest.NodeService.Outcome;
import org.tallystick.node.rest.NodeService.ScoreRequest;
import org.tallystick.node.rest.NodeService.ScoreResult;

/** What the bank's node answers: scores, jobs and models. */
final class BankRoutes {
    private static final int MOST_TRAININGS = 100;

    /** Of one request, as the description has it. */
    private static final int MOST_ROWS = 1000;

    private final NodeService service;
    private final ApiDescription api;
    private final int jobRows;

    BankRoutes(NodeService service, ApiDescription api, int jobRows) {
        this.service = service;
        this.api = api;
        this.jobRows = jobRows;
    }

    List<Route> routes() {
        return List.of(
                Route.post("/v1/scores", this::score).by(CLIENT),
                Route.get("/v1/plan", this::plan).by(CLIENT, OPERATOR),
                Route.upload("/v1/jobs", this::createJob).by(CLIENT),
                Route.upload("/v1/tables", this::storeTable).by(CLIENT, DATA_OFFICER),
                Route.get("/v1/jobs/{id}", this::job).by(CLIENT, OPERATOR, DATA_OFFICER),
                Route.get("/v1/jobs/{id}/results", this::results).by(CLIENT),
                Route.get("/v1/models", this::models).by(CLIENT, OPERATOR, DATA_OFFICER, APPROVER, AUDITOR),
                Route.post("/v1/models", this::activate).by(DATA_OFFICER),
                Route.post("/v1/trainings", this::train).by(DATA_OFFICER),
                Route.get("/v1/trainings", this::trainings).by(DATA_OFFICER, OPERATOR),
                Route.get("/v1/trainings/{id}", this::training).by(DATA_OFFICER, OPERATOR),
                Route.act("/v1/trainings/{id}/stop", this::stopTraining).by(DATA_OFFICER, OPERATOR),
                Route.post("/v1/evaluations", this::evaluate).by(DATA_OFFICER),
                Route.get("/v1/evaluations/{id}", this::evaluation).by(DATA_OFFICER, OPERATOR));
    }

    private Bank bank() {
        return service.bank()
                .orElseThrow(() -> new ServiceFailure(Problem.of(
                        Problem.Code.NOT_FOUND,
                        "this is the " + service.role() + " agency's node; scores, jobs and models are the bank's",
                        "ask the bank's node")));
    }

    private Reply score(Call call) {
        Bank bank = bank();
        JsonNode body = Json.read(call.body());
        boolean several = body.has("rows");
        api.checked(several ? "ScoreRows" : "ScoreOne", body);
        if (several) {
            return results(bank.score(requests(body)));
        }
        ScoreResult result = bank.score(List.of(request(body, body))).getFirst();
        if (result.outcome() instanceof Outcome.Failed(Problem problem)) {
            throw new ServiceFailure(problem);
        }
        return Reply.json(200, Json.result(result));
    }

    private static Reply results(List<ScoreResult> results) {
        ObjectNode json = Json.object();
        json.put(
                "answered",
                results.stream()
                        .filter(result -> result.outcome() instanceof Outcome.Answered)
                        .count());
        var rows = json.putArray("results");
        results.forEach(result -> rows.add(Json.result(result)));
        return Reply.json(200, json);
    }

    private static List<ScoreRequest> requests(JsonNode body) {
        List<ScoreRequest> requests = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (JsonNode row : body.get("rows")) {
            ScoreRequest request = request(body, row);
            if (request.requestId().isPresent() && !ids.add(request.requestId().get())) {
                throw Checks.invalid(
                        "at /rows/" + requests.size() + ": the requestId is there twice", "give each row its own");
            }
            requests.add(request);
        }
        return requests;
    }

    private static ScoreRequest request(JsonNode body, JsonNode row) {
        return new ScoreRequest(
                Optional.ofNullable(row.get("requestId")).map(JsonNode::textValue),
                body.get("model").textValue(),
                body.get("purpose").textValue(),
                row.get("subject").textValue(),
                Optional.ofNullable(row.get("consent")).map(JsonNode::textValue),
                Optional.ofNullable(body.get("force")).flatMap(how -> How.of(how.textValue())));
    }

    private Reply plan(Call call) {
        Bank bank = bank();
        call.knowsOnly(List.of("model", "rows"));
        int rows = call.query("rows")
                .map(text -> Checks.number("rows", text, MOST_ROWS))
                .orElse(1);
        return Reply.json(200, Json.plan(bank.plan(Checks.name(call, "model"), rows)));
    }

    private Reply createJob(Call call) {
        Bank bank = bank();
        JobUpload upload = upload(call, List.of("model", "purpose"), true);
        String model = upload.text("model");
        String purpose = upload.text("purpose");
        String table = upload.text(JobUpload.TABLE);
        return started(
                table == null ? bank.createJob(model, purpose, upload.rows()) : bank.scoreTable(model, purpose, table));
    }

    private Reply storeTable(Call call) {
        Bank bank = bank();
        JobUpload upload = upload(call, List.of("model", "name", "asOf"), false);
        LocalDate asOf = Checks.day(upload.text("asOf"));
        return started(bank.storeTable(upload.text("model"), upload.text("name"), asOf, upload.rows()));
    }

    /** With CSV, the fields are parameters of the query. */
    private JobUpload upload(Call call, List<String> fields, boolean mayNameTable) {
        RequestStream body = call.stream().orElseThrow();
        return switch (call.mediaType("Content-Type")) {
            case "application/json" -> {
                call.knowsOnly(List.of());
                yield JobUpload.json(body, fields, mayNameTable, jobRows);
            }
            case "text/csv" -> {
                call.knowsOnly(fields);
                Map<String, String> texts = new HashMap<>();
                fields.forEach(field -> texts.put(field, Checks.name(call, field)));
                yield JobUpload.csv(texts, body, jobRows);
            }
            default ->
                throw new ServiceFailure(Problem.of(
                        Problem.Code.UNSUPPORTED_MEDIA_TYPE,
                        "the body is declared neither as application/json nor as text/csv",
                        "send it as one of them"));
        };
    }

    private static Reply started(Job job) {
        return new Reply.Whole(
                202, "application/json", Map.of("Location", "/v1/jobs/" + job.id()), Json.bytes(Json.job(job)));
    }

    private Reply job(Call call) {
        Bank bank = bank();
        String id = Checks.id(call, "id");
        return Reply.json(200, Json.job(bank.job(id).orElseThrow(() -> noJob(id))));
    }

    private Reply results(Call call) {
        Bank bank = bank();
        String id = Checks.id(call, "id");
        ResultForm form = ResultForm.accepted(call.headers().get("Accept"));
        Stream<ScoreResult> results = bank.results(id).orElseThrow(() -> noJob(id));
        return new Reply.Stream(form.mediaType(), out -> {
            try (results) {
                form.write(results, out);
            }
        });
    }

    private static ServiceFailure noJob(String id) {
        return new ServiceFailure(Problem.notFound("job", id));
    }

    private Reply models(Call call) {
        ObjectNode json = Json.object();
        var models = json.putArray("models");
        bank().models().forEach(model -> models.add(Json.model(model)));
        return Reply.json(200, json);
    }

    private Reply train(Call call) {
        Bank bank = bank();
        JsonNode body = Json.read(call.body());
        api.checked("NewTraining", body);
        if (body.path("offer").asBoolean()) {
            return Reply.json(200, bank.offerTraining(body));
        }
        String id = bank.train(body);
        ObjectNode started = bank.training(id).orElseThrow(() -> new ServiceFailure(Problem.notFound("training", id)));
        return new Reply.Whole(202, "application/json", Map.of("Location", "/v1/trainings/" + id), Json.bytes(started));
    }

    private Reply evaluate(Call call) {
        Bank bank = bank();
        JsonNode body = Json.read(call.body());
        api.checked("NewEvaluation", body);
        if (body.path("offer").asBoolean()) {
            return Reply.json(200, bank.offerEvaluation(body));
        }
        String id = bank.evaluate(body);
        Map<String, String> location = Map.of("Location", "/v1/evaluations/" + id);
        return new Reply.Whole(202, "application/json", location, Json.bytes(found(bank.evaluation(id), id)));
    }

    private Reply evaluation(Call call) {
        String id = Checks.id(call, "id");
        return Reply.json(200, found(bank().evaluation(id), id));
    }

    private static ObjectNode found(Optional<ObjectNode> evaluation, String id) {
        return evaluation.orElseThrow(() -> new ServiceFailure(Problem.notFound("evaluation", id)));
    }

    private Reply training(Call call) {
        Bank bank = bank();
        String id = Checks.id(call, "id");
        return Reply.json(
                200, bank.training(id).orElseThrow(() -> new ServiceFailure(Problem.notFound("training", id))));
    }

    private Reply trainings(Call call) {
        ObjectNode json = Json.object();
        json.putArray("trainings").addAll(bank().trainings(MOST_TRAININGS));
        return Reply.json(200, json);
    }

    private Reply stopTraining(Call call) {
        Bank bank = bank();
        String id = Checks.id(call, "id");
        return Reply.json(
                200, bank.stopTraining(id).orElseThrow(() -> new ServiceFailure(Problem.notFound("training", id))));
    }

    private Reply activate(Call call) {
        Bank bank = bank();
        if (!Json.read(call.body()).isObject()) {
            throw Checks.invalid("the body is not a JSON object", "send a model file");
        }
        return Reply.json(201, Json.model(bank.activate(call.body())));
    }
}
