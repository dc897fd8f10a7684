package org.tallystick.node.rest;

import static org.tallystick.node.access.AccessRole.APPROVER;
import static org.tallystick.node.access.AccessRole.AUDITOR;
import static org.tallystick.node.access.AccessRole.DATA_OFFICER;
import static org.tallystick.node.access.AccessRole.OPERATOR;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.tallystick.node.rest.NodeService.Agency;

/** What an agency's node answers: the programs that it is asked to take part in. */
final class AgencyRoutes {
    private final NodeService service;
    private final ApiDescription api;

    AgencyRoutes(NodeService service, ApiDescription api) {
        this.service = service;
        this.api = api;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/v1/programs", this::programs).by(OPERATOR, DATA_OFFICER, APPROVER, AUDITOR),
                Route.get("/v1/programs/{hash}", this::program).by(OPERATOR, DATA_OFFICER, APPROVER, AUDITOR),
                Route.post("/v1/programs/{hash}/approve", this::approve).by(APPROVER),
                Route.post("/v1/programs/{hash}/withdraw", this::withdraw).by(APPROVER));
    }

    private Agency agency() {
        return service.agency()
                .orElseThrow(() -> new ServiceFailure(Problem.of(
                        Problem.Code.NOT_FOUND,
                        "this is the " + service.role() + "'s node; programs are approved at the agencies'",
                        "ask an agency's node")));
    }

    private Reply programs(Call call) {
        ObjectNode json = Json.object();
        var programs = json.putArray("programs");
        agency().programs().forEach(program -> programs.add(Json.program(program)));
        return Reply.json(200, json);
    }

    private Reply program(Call call) {
        Agency agency = agency();
        String hash = Checks.hash(call, "hash");
        return agency.program(hash)
                .map(program -> Reply.json(200, Json.programText(program)))
                .orElseThrow(() -> new ServiceFailure(Problem.notFound("program", hash)));
    }

    private Reply approve(Call call) {
        Agency agency = agency();
        String hash = Checks.hash(call, "hash");
        JsonNode body = api.checked("Approve", Json.read(call.body()));
        return decided(hash, agency.approve(hash, by(call, body)));
    }

    private Reply withdraw(Call call) {
        Agency agency = agency();
        String hash = Checks.hash(call, "hash");
        JsonNode body = api.checked("Approve", Json.read(call.body()));
        return decided(hash, agency.withdraw(hash, by(call, body)));
    }

    /** Whoever logged in decides under that name; the node's own token is nobody, so it says who decides. */
    private static String by(Call call, JsonNode body) {
        if (!call.principal().isToken()) {
            return call.principal().name();
        }
        if (!body.has("by")) {
            throw Checks.invalid("at /by: it is missing", "say who decides, since the node's own token does not");
        }
        return body.get("by").textValue();
    }

    private static Reply decided(String hash, Optional<NodeService.Program> program) {
        return program.map(known -> Reply.json(200, Json.program(known)))
                .orElseThrow(() -> new ServiceFailure(Problem.notFound("program", hash)));
    }
}
