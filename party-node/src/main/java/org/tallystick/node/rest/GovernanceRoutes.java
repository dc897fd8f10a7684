package org.tallystick.node.rest;

import static org.tallystick.node.access.AccessRole.APPROVER;
import static org.tallystick.node.access.AccessRole.AUDITOR;
import static org.tallystick.node.access.AccessRole.CLIENT;
import static org.tallystick.node.access.AccessRole.DATA_OFFICER;
import static org.tallystick.node.access.AccessRole.OPERATOR;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.tallystick.node.config.Role;
import org.tallystick.node.governance.Agreement;
import org.tallystick.node.governance.AgreementFormat;
import org.tallystick.node.governance.Governor;
import org.tallystick.node.governance.Leakage;
import org.tallystick.node.governance.Register;
import org.tallystick.node.governance.State;
import org.tallystick.node.governance.Stops;
import org.tallystick.node.session.Hash;

/** Agreements, stops, consents that are withdrawn, and budgets. */
final class GovernanceRoutes {
    private final Optional<Governor> governor;
    private final ApiDescription api;

    GovernanceRoutes(Optional<Governor> governor, ApiDescription api) {
        this.governor = governor;
        this.api = api;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/v1/agreements", this::agreements).by(DATA_OFFICER, APPROVER, AUDITOR, OPERATOR),
                Route.post("/v1/agreements", this::propose).by(DATA_OFFICER),
                Route.post("/v1/agreements/draft", this::draft).by(DATA_OFFICER),
                Route.get("/v1/agreements/{hash}", this::agreement).by(DATA_OFFICER, APPROVER, AUDITOR, OPERATOR),
                Route.act("/v1/agreements/{hash}/propose", call -> change(call, State.Change.PROPOSE))
                        .by(DATA_OFFICER),
                Route.act("/v1/agreements/{hash}/sign", call -> change(call, State.Change.SIGN))
                        .by(APPROVER),
                Route.act("/v1/agreements/{hash}/activate", call -> change(call, State.Change.ACTIVATE))
                        .by(APPROVER),
                Route.act("/v1/agreements/{hash}/suspend", call -> change(call, State.Change.SUSPEND))
                        .by(APPROVER, DATA_OFFICER),
                Route.act("/v1/agreements/{hash}/resume", call -> change(call, State.Change.RESUME))
                        .by(APPROVER),
                Route.act("/v1/agreements/{hash}/revoke", call -> change(call, State.Change.REVOKE))
                        .by(APPROVER),
                Route.get("/v1/stops", this::stops).by(DATA_OFFICER, APPROVER, AUDITOR, OPERATOR),
                Route.post("/v1/stops", this::stop).by(APPROVER, DATA_OFFICER),
                Route.post("/v1/stops/lift", this::lift).by(APPROVER),
                Route.post("/v1/consents/withdraw", this::withdraw).by(DATA_OFFICER, CLIENT, OPERATOR),
                Route.post("/v1/budgets", this::budget).by(DATA_OFFICER, AUDITOR));
    }

    private Governor governor() {
        return governor.orElseThrow(() -> new ServiceFailure(Problem.of(
                Problem.Code.NOT_FOUND,
                "this node asks for no agreements",
                "its operator can have it ask for them: governance.agreements in node.yaml")));
    }

    private Reply agreements(Call call) {
        ObjectNode json = Json.object();
        ArrayNode all = json.putArray("agreements");
        governor().agreements().forEach(entry -> all.add(summary(entry)));
        return Reply.json(200, json);
    }

    private static ObjectNode summary(Register.Entry entry) {
        Agreement agreement = entry.agreement();
        ObjectNode json = Json.object()
                .put("hash", entry.hash().hex())
                .put("id", agreement.id())
                .put("revision", agreement.revision())
                .put("title", agreement.title())
                .put("requester", agreement.requester())
                .put("state", entry.state().name().toLowerCase(Locale.ROOT))
                .put("validFrom", agreement.validFrom().toString())
                .put("validUntil", agreement.validUntil().toString())
                .put("offeredBy", role(entry.offeredBy()))
                .put("changedBy", entry.changedBy())
                .put("changedAt", entry.changedAt().toString());
        entry.proposedBy().ifPresent(by -> json.put("proposedBy", by));
        ArrayNode signed = json.putArray("signed");
        entry.signed()
                .forEach(each -> signed.addObject()
                        .put("party", role(each.party()))
                        .put("at", each.at().toString()));
        return json;
    }

    private static String role(int party) {
        return Role.values()[party].id();
    }

    private Reply agreement(Call call) {
        return Reply.json(200, whole(known(call)));
    }

    private Register.Entry known(Call call) {
        String hash = Checks.hash(call, "hash");
        return governor()
                .agreement(Hash.parse(hash))
                .orElseThrow(() -> new ServiceFailure(Problem.notFound("agreement", hash)));
    }

    private ObjectNode whole(Register.Entry entry) {
        ObjectNode json = summary(entry);
        json.set("document", AgreementFormat.json(entry.agreement()));
        json.put("canonical", AgreementFormat.text(entry.document()));
        ArrayNode findings = json.putArray("findings");
        for (Leakage.Finding finding : governor().findings(entry.agreement())) {
            ObjectNode each = findings.addObject()
                    .put("refuses", finding.refuses())
                    .put("code", finding.concern().name().toLowerCase(Locale.ROOT))
                    .put("text", finding.text());
            ObjectNode facts = each.putObject("facts");
            finding.facts().forEach(facts::put);
        }
        ObjectNode leakage = json.putObject("leakage");
        leakage.put("bitsTold", Leakage.told(entry.agreement()));
        ObjectNode held = leakage.putObject("bitsHeld");
        governor().held(entry.agreement()).forEach(held::put);
        return json;
    }

    private Reply draft(Call call) {
        JsonNode body = api.checked("AgreementDraft", Json.read(call.body()));
        Agreement agreement = attempt(() -> governor().draft((ObjectNode) body));
        ObjectNode json = Json.object();
        json.set("document", AgreementFormat.json(agreement));
        return Reply.json(200, json);
    }

    private Reply propose(Call call) {
        Governor there = governor();
        // Checked field by field by the format itself, which says what is wrong.
        byte[] document;
        try {
            document = AgreementFormat.encode(AgreementFormat.read(call.body()));
        } catch (AgreementFormat.BadAgreement e) {
            throw Checks.invalid(e.getMessage(), "correct the document");
        }
        return Reply.json(
                201,
                whole(attempt(() -> there.propose(document, call.principal().name()))));
    }

    private Reply change(Call call, State.Change change) {
        Register.Entry entry = known(call);
        return Reply.json(
                200,
                whole(attempt(() ->
                        governor().change(entry.hash(), change, call.principal().name()))));
    }

    /** What can be rejected. */
    private interface Attempt<T> {
        T run();
    }

    private static <T> T attempt(Attempt<T> attempt) {
        try {
            return attempt.run();
        } catch (Register.Rejected e) {
            throw new ServiceFailure(Problem.of(Problem.Code.CONFLICT, e.getMessage(), e.remedy()));
        }
    }

    private Reply stops(Call call) {
        ObjectNode json = Json.object();
        ArrayNode stops = json.putArray("stops");
        governor()
                .stops()
                .forEach(stop -> stops.addObject()
                        .put("kind", stop.kind())
                        .put("name", stop.name())
                        .put("by", stop.by())
                        .put("at", stop.at().toString())
                        .put(
                                "agreements",
                                governor().covered(Stops.Kind.of(stop.kind()).orElseThrow(), stop.name())));
        return Reply.json(200, json);
    }

    private Reply stop(Call call) {
        JsonNode body = api.checked("Stop", Json.read(call.body()));
        governor()
                .stop(kind(body), body.get("name").textValue(), call.principal().name());
        return stops(call);
    }

    private Reply lift(Call call) {
        JsonNode body = api.checked("Stop", Json.read(call.body()));
        String name = body.get("name").textValue();
        if (!governor().lift(kind(body), name, call.principal().name())) {
            throw new ServiceFailure(Problem.notFound("stop", name));
        }
        return stops(call);
    }

    private static Stops.Kind kind(JsonNode body) {
        return Stops.Kind.of(body.get("kind").textValue()).orElseThrow();
    }

    private Reply withdraw(Call call) {
        JsonNode body = api.checked("Withdrawal", Json.read(call.body()));
        boolean noted = governor().withdraw(body.get("withdrawal").textValue());
        return Reply.json(200, Json.object().put("noted", noted));
    }

    private Reply budget(Call call) {
        JsonNode body = api.checked("BudgetOf", Json.read(call.body()));
        Governor.Budget budget = governor().budget(body.get("subject").textValue());
        return Reply.json(200, Json.object().put("bitsTold", budget.taken()).put("windowDays", budget.windowDays()));
    }
}
