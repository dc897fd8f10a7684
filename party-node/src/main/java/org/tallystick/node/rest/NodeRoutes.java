package org.tallystick.node.rest;

import static org.tallystick.node.access.AccessRole.APPROVER;
import static org.tallystick.node.access.AccessRole.AUDITOR;
import static org.tallystick.node.access.AccessRole.CLIENT;
import static org.tallystick.node.access.AccessRole.DATA_OFFICER;
import static org.tallystick.node.access.AccessRole.OPERATOR;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.tallystick.node.metrics.Metrics;
import org.tallystick.node.rest.NodeService.Health;
import org.tallystick.node.rest.NodeService.Readiness;

/** What every node answers. */
final class NodeRoutes {
    private static final int DEFAULT_SESSIONS = 100;
    private static final int MAX_SESSIONS = 1000;

    private final NodeService service;
    private final Metrics metrics;
    private final ApiDescription api;
    private final BooleanSupplier stopping;
    private final Remembered<Health> health;

    NodeRoutes(NodeService service, Metrics metrics, ApiDescription api, BooleanSupplier stopping) {
        this.service = service;
        this.metrics = metrics;
        this.api = api;
        this.stopping = stopping;
        // Callers without a token must not be able to make the node write to its disk at will.
        this.health = new Remembered<>(Duration.ofSeconds(1), service::health);
    }

    List<Route> routes() {
        return List.of(
                Route.get("/v1/tables", this::tables).by(CLIENT, OPERATOR, DATA_OFFICER, AUDITOR),
                Route.get("/v1/tables/{id}", this::table).by(CLIENT, OPERATOR, DATA_OFFICER, AUDITOR),
                Route.act("/v1/tables/{id}/delete", this::deleteTable).by(OPERATOR, DATA_OFFICER),
                Route.get("/v1/sessions", this::sessions).by(OPERATOR, DATA_OFFICER, APPROVER, AUDITOR),
                Route.get("/v1/sessions/{id}", this::session).by(OPERATOR),
                Route.get("/v1/certificates", call -> Reply.json(200, json(service.certificates())))
                        .by(OPERATOR, AUDITOR),
                Route.act("/v1/certificates/reload", call -> Reply.json(200, json(service.reloadCertificates())))
                        .by(OPERATOR),
                Route.open("/health", this::health),
                Route.open("/ready", this::ready),
                Route.get("/metrics", call -> Reply.text("text/plain; version=0.0.4; charset=utf-8", metrics.text()))
                        .by(OPERATOR),
                Route.open("/openapi.yaml", call -> Reply.text("application/yaml", api.text())));
    }

    private static ObjectNode json(NodeService.Certificates certificates) {
        ObjectNode json = Json.object()
                .put("fingerprint", certificates.fingerprint())
                .put("notAfter", certificates.notAfter().toString());
        certificates.refused().forEach(json.putArray("refused")::add);
        return json;
    }

    private Reply tables(Call call) {
        ObjectNode json = Json.object();
        var tables = json.putArray("tables");
        service.tables().forEach(table -> tables.add(Json.table(table)));
        return Reply.json(200, json);
    }

    private Reply table(Call call) {
        String id = Checks.table(call, "id");
        return known(id, service.table(id));
    }

    private Reply deleteTable(Call call) {
        String id = Checks.table(call, "id");
        return known(id, service.deleteTable(id));
    }

    private static Reply known(String id, Optional<NodeService.Table> table) {
        return table.map(found -> Reply.json(200, Json.table(found)))
                .orElseThrow(() -> new ServiceFailure(Problem.notFound("table", id)));
    }

    private Reply sessions(Call call) {
        call.knowsOnly(List.of("limit"));
        int limit = call.query("limit")
                .map(text -> Checks.number("limit", text, MAX_SESSIONS))
                .orElse(DEFAULT_SESSIONS);
        ObjectNode json = Json.object();
        var sessions = json.putArray("sessions");
        service.sessions(limit).forEach(session -> sessions.add(Json.session(session)));
        return Reply.json(200, json);
    }

    private Reply session(Call call) {
        String id = Checks.id(call, "id");
        return service.session(id)
                .map(session -> Reply.json(200, Json.sessionTrace(session)))
                .orElseThrow(() -> new ServiceFailure(Problem.notFound("session", id)));
    }

    private Reply health(Call call) {
        Health now = health.get();
        boolean works = now.storageWritable() && now.receiptsWritable();
        ObjectNode json = Json.object().put("status", works ? "ok" : "failing");
        if (call.authorised()) {
            json.put("role", service.role())
                    .put("storageWritable", now.storageWritable())
                    .put("receiptsWritable", now.receiptsWritable());
            now.warnings().forEach(json.putArray("warnings")::add);
        }
        return Reply.json(works ? 200 : 503, json);
    }

    private Reply ready(Call call) {
        Readiness now = service.readiness();
        boolean ready = now.ready() && !stopping.getAsBoolean();
        ObjectNode json = Json.object().put("status", ready ? "ready" : now.ready() ? "stopping" : "not_ready");
        if (call.authorised()) {
            json.put("role", service.role()).put("epochLive", now.epochLive());
            now.missing().forEach(json.putArray("missing")::add);
        }
        return Reply.json(ready ? 200 : 503, json);
    }
}
