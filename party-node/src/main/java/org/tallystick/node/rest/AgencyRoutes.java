package org.tallystick.node.rest;

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
                Route.get("/v1/programs", this::programs),
                Route.get("/v1/programs/{hash}", this::program),
                Route.post("/v1/programs/{hash}/approve", this::approve),
                Route.post("/v1/programs/{hash}/withdraw", this::withdraw));
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
        return decided(hash, agency.approve(hash, body.get("by").textValue()));
    }

    private Reply withdraw(Call call) {
        Agency agency = agency();
        String hash = Checks.hash(call, "hash");
        JsonNode body = api.checked("Approve", Json.read(call.body()));
        return decided(hash, agency.withdraw(hash, body.get("by").textValue()));
    }

    private static Reply decided(String hash, Optional<NodeService.Program> program) {
        return program.map(known -> Reply.json(200, Json.program(known)))
                .orElseThrow(() -> new ServiceFailure(Problem.notFound("program", hash)));
    }
}
