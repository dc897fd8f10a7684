package org.tallystick.node.rest;

import static org.tallystick.node.access.AccessRole.AUDITOR;
import static org.tallystick.node.access.AccessRole.OPERATOR;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.tallystick.node.access.Access;
import org.tallystick.node.access.AccessFailure;
import org.tallystick.node.access.AccessRole;
import org.tallystick.node.access.ApiKeys;
import org.tallystick.node.access.Caller;
import org.tallystick.node.access.Users;

/** Log-ins, users and keys. */
final class AccessRoutes {
    static final String COOKIE = "; Path=/; Secure; HttpOnly; SameSite=Strict";

    private final Access access;
    private final ApiDescription api;
    private final String nodeRole;
    private final String cookieName;

    AccessRoutes(Access access, ApiDescription api, String nodeRole) {
        this.access = access;
        this.api = api;
        this.nodeRole = nodeRole;
        this.cookieName = Gatekeeper.cookieName(nodeRole);
    }

    List<Route> routes() {
        return List.of(
                Route.post("/v1/login", this::login).byEveryone(),
                Route.act("/v1/logout", this::logout).byAnyoneKnown(),
                Route.get("/v1/me", call -> Reply.json(200, me(caller(call)))).byAnyoneKnown(),
                Route.post("/v1/me/password", this::changePassword).byAnyoneKnown(),
                Route.get("/v1/users", this::users).by(OPERATOR, AUDITOR),
                Route.post("/v1/users", this::addUser).by(OPERATOR),
                Route.delete("/v1/users/{name}", this::disable).by(OPERATOR),
                Route.act("/v1/users/{name}/enable", this::enable).by(OPERATOR),
                Route.post("/v1/users/{name}/password", this::setPassword).by(OPERATOR),
                Route.post("/v1/users/{name}/roles", this::setRoles).by(OPERATOR),
                Route.get("/v1/keys", this::keys).by(OPERATOR, AUDITOR),
                Route.post("/v1/keys", this::addKey).by(OPERATOR),
                Route.delete("/v1/keys/{label}", this::revoke).by(OPERATOR));
    }

    /** What a failure of access is to a caller. */
    static Problem problem(AccessFailure failure) {
        Problem.Code code = switch (failure.kind()) {
            case WRONG -> Problem.Code.UNAUTHORIZED;
            case PAUSED -> Problem.Code.RATE_LIMITED;
            case BUSY -> Problem.Code.BUSY;
            case UNKNOWN -> Problem.Code.NOT_FOUND;
            case CONFLICT -> Problem.Code.CONFLICT;
            case INVALID -> Problem.Code.INVALID_REQUEST;
        };
        Problem problem = Problem.of(code, failure.getMessage(), failure.remedy());
        return failure.kind() == AccessFailure.Kind.PAUSED
                ? problem.with("retryAfter", failure.after().toSeconds())
                : problem;
    }

    private Reply login(Call call) {
        JsonNode body = api.checked("Login", Json.read(call.body()));
        boolean cookie = body.path("cookie").booleanValue();
        if (cookie && !Gatekeeper.CrossSite.isOwn(call.headers(), call.authority())) {
            throw new ServiceFailure(Gatekeeper.CrossSite.problem());
        }
        Access.LoggedIn in = access.login(text(body, "name"), text(body, "password"), cookie);
        ObjectNode json = me(in.caller());
        if (!cookie) {
            return Reply.json(200, json.put("token", in.token()));
        }
        return withCookie(in.token(), "", json);
    }

    private Reply withCookie(String value, String more, ObjectNode json) {
        String cookie = cookieName + "=" + value + COOKIE + more;
        return new Reply.Whole(200, "application/json", Map.of("Set-Cookie", cookie), Json.bytes(json));
    }

    private Reply logout(Call call) {
        access.logout(caller(call));
        return withCookie("", "; Max-Age=0", Json.object().put("ended", true));
    }

    private Reply changePassword(Call call) {
        JsonNode body = api.checked("ChangePassword", Json.read(call.body()));
        access.changePassword(caller(call), text(body, "current"), text(body, "password"));
        return Reply.json(200, Json.object().put("changed", true));
    }

    private Reply users(Call call) {
        ObjectNode json = Json.object();
        var users = json.putArray("users");
        access.users().all().forEach(user -> users.add(json(user)));
        return Reply.json(200, json);
    }

    private Reply addUser(Call call) {
        JsonNode body = api.checked("NewUser", Json.read(call.body()));
        return Reply.json(
                201, json(access.users().add(by(call), text(body, "name"), roles(body), text(body, "password"))));
    }

    private Reply disable(Call call) {
        return Reply.json(200, json(access.disable(by(call), Checks.login(call, "name"))));
    }

    private Reply enable(Call call) {
        return Reply.json(200, json(access.users().enable(by(call), Checks.login(call, "name"))));
    }

    private Reply setPassword(Call call) {
        String name = Checks.login(call, "name");
        JsonNode body = api.checked("SetPassword", Json.read(call.body()));
        return Reply.json(200, json(access.setPassword(by(call), name, text(body, "password"))));
    }

    private Reply setRoles(Call call) {
        String name = Checks.login(call, "name");
        JsonNode body = api.checked("SetRoles", Json.read(call.body()));
        return Reply.json(200, json(access.users().setRoles(by(call), name, roles(body))));
    }

    private Reply keys(Call call) {
        ObjectNode json = Json.object();
        var keys = json.putArray("keys");
        access.keys().all().forEach(key -> keys.add(json(key)));
        return Reply.json(200, json);
    }

    private Reply addKey(Call call) {
        JsonNode body = api.checked("NewKey", Json.read(call.body()));
        ApiKeys.NewKey made = access.keys()
                .add(
                        by(call),
                        text(body, "label"),
                        AccessRole.of(text(body, "role")).orElseThrow(),
                        Duration.ofDays(body.get("days").intValue()));
        return Reply.json(201, json(made.key()).put("secret", made.secret()));
    }

    private Reply revoke(Call call) {
        return Reply.json(200, json(access.keys().revoke(by(call), Checks.login(call, "label"))));
    }

    private static Caller caller(Call call) {
        return call.caller().orElseThrow();
    }

    private static String by(Call call) {
        return call.principal().name();
    }

    private static String text(JsonNode body, String field) {
        return body.get(field).textValue();
    }

    private static Set<AccessRole> roles(JsonNode body) {
        Set<AccessRole> roles = EnumSet.noneOf(AccessRole.class);
        body.get("roles")
                .forEach(role -> roles.add(AccessRole.of(role.textValue()).orElseThrow()));
        return roles;
    }

    private ObjectNode me(Caller caller) {
        ObjectNode json = Json.object().put("name", caller.principal().name());
        put(json, caller.principal().roles());
        json.put("by", caller.by().name().toLowerCase(Locale.ROOT))
                .put("provisional", caller.provisional())
                .put("node", nodeRole);
        caller.until().ifPresent(until -> json.put("until", until.toString()));
        return json;
    }

    private static ObjectNode json(Users.User user) {
        ObjectNode json = Json.object().put("name", user.name());
        put(json, user.roles());
        json.put("enabled", user.enabled()).put("provisional", user.provisional());
        user.pausedUntil().ifPresent(until -> json.put("pausedUntil", until.toString()));
        return json.put("createdAt", user.createdAt().toString()).put("createdBy", user.createdBy());
    }

    private static ObjectNode json(ApiKeys.Key key) {
        ObjectNode json = Json.object()
                .put("label", key.label())
                .put("role", key.role().id())
                .put("createdAt", key.createdAt().toString())
                .put("createdBy", key.createdBy())
                .put("expiresAt", key.expiresAt().toString());
        key.revokedAt().ifPresent(at -> json.put("revokedAt", at.toString()));
        return json;
    }

    private static void put(ObjectNode json, Set<AccessRole> roles) {
        var array = json.putArray("roles");
        roles.stream().sorted().map(AccessRole::id).forEach(array::add);
    }
}
