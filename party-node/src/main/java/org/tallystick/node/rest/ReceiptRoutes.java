package org.tallystick.node.rest;

import static org.tallystick.node.access.AccessRole.APPROVER;
import static org.tallystick.node.access.AccessRole.AUDITOR;
import static org.tallystick.node.access.AccessRole.DATA_OFFICER;
import static org.tallystick.node.access.AccessRole.OPERATOR;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;

/** A node's receipts and what is told from them: statements of months, and of one business. */
final class ReceiptRoutes {
    private static final int DEFAULT_PAGE = 100;
    private static final int MAX_PAGE = 1000;

    private final NodeService service;
    private final ApiDescription api;

    ReceiptRoutes(NodeService service, ApiDescription api) {
        this.service = service;
        this.api = api;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/v1/receipts", this::page).by(OPERATOR, DATA_OFFICER, APPROVER, AUDITOR),
                Route.get(
                                "/v1/receipts/head",
                                call -> Reply.json(200, service.receipts().head()))
                        .by(OPERATOR, DATA_OFFICER, APPROVER, AUDITOR),
                Route.get("/v1/receipts/export", this::export).by(OPERATOR, AUDITOR),
                Route.act("/v1/receipts/go-on", this::goOn).by(OPERATOR),
                Route.get("/v1/receipts/{index}", this::receipt).by(OPERATOR, DATA_OFFICER, APPROVER, AUDITOR),
                Route.post("/v1/statements/subject", this::subject).by(DATA_OFFICER),
                Route.get("/v1/statements/{month}", this::statement).by(DATA_OFFICER, APPROVER, AUDITOR));
    }

    private Reply page(Call call) {
        Optional<String> session = call.query("session");
        if (session.isPresent()) {
            call.knowsOnly(List.of("session"));
            if (!Checks.HASH.matcher(session.get()).matches()) {
                throw Checks.invalid("session is no session's id", "write 64 lower-case hexadecimal digits");
            }
            return Reply.json(200, service.receipts().ofSession(session.get()));
        }
        call.knowsOnly(List.of("from", "limit"));
        Optional<Long> from = call.query("from").map(text -> number(text, "from", Long.MAX_VALUE));
        int limit = call.query("limit")
                .map(text -> (int) number(text, "limit", MAX_PAGE))
                .orElse(DEFAULT_PAGE);
        return Reply.json(200, service.receipts().page(from, Math.max(1, limit)));
    }

    private static long number(String text, String name, long most) {
        if (!text.matches("0|[1-9][0-9]{0,17}") || Long.parseLong(text) > most) {
            throw Checks.invalid(name + " is no number, or too large", "write a whole number of at most " + most);
        }
        return Long.parseLong(text);
    }

    private Reply receipt(Call call) {
        String index = call.path("index");
        return service.receipts()
                .receipt(number(index, "index", Long.MAX_VALUE))
                .map(json -> Reply.json(200, json))
                .orElseThrow(() -> new ServiceFailure(Problem.notFound("receipt", index)));
    }

    private Reply export(Call call) {
        return new Reply.Stream("application/octet-stream", service.receipts()::export);
    }

    private Reply goOn(Call call) {
        if (!service.receipts().goOn(call.principal().name())) {
            throw new ServiceFailure(Problem.of(
                    Problem.Code.CONFLICT, "this node's log of receipts contradicts nothing", "leave it as it is"));
        }
        return Reply.json(200, service.receipts().head());
    }

    private Reply subject(Call call) {
        JsonNode body = api.checked("SubjectAsked", Json.read(call.body()));
        return Reply.json(200, service.receipts().usesOf(body.get("subject").textValue()));
    }

    private Reply statement(Call call) {
        call.knowsOnly(List.of());
        YearMonth month = month(call.path("month"));
        return switch (call.mediaType("Accept")) {
            case "text/csv" ->
                Reply.text("text/csv; charset=utf-8", service.receipts().statementCsv(month));
            case "", "*/*", "application/*", "application/json" ->
                Reply.json(200, service.receipts().statement(month));
            default ->
                throw new ServiceFailure(Problem.of(
                        Problem.Code.NOT_ACCEPTABLE,
                        "statements come as application/json or text/csv",
                        "ask for one of these in Accept"));
        };
    }

    private static YearMonth month(String text) {
        try {
            YearMonth month = YearMonth.parse(text);
            if (month.getYear() >= 1970 && month.getYear() < 2200) {
                return month;
            }
        } catch (DateTimeException e) {
            throw Checks.invalid("the month in the path is none", "write one as 2026-11");
        }
        throw Checks.invalid("the month in the path is in another century", "write one as 2026-11");
    }
}
