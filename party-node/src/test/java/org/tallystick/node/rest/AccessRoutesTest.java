package org.tallystick.node.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tallystick.node.access.AccessRole;

/** Log-ins, users, keys, roles and rates over HTTPS. */
final class AccessRoutesTest {
    private static final String FIRST = "first-password-1";
    private static final String OWN = "correct horse battery";
    private static final String ONE = "{\"model\": \"sme\", \"purpose\": \"loan\", \"subject\": \"S1\"}";

    private LiveServer live = new LiveServer();

    @AfterEach
    void close() {
        live.close();
    }

    private HttpResponse<String> post(String token, String path, String json) {
        return live.send(live.open(path)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    private HttpResponse<String> get(String token, String path) {
        return live.send(live.open(path).header("Authorization", "Bearer " + token));
    }

    private HttpResponse<String> login(String name, String password) {
        return live.send(live.open("/v1/login")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"name\": \"" + name + "\", \"password\": \"" + password + "\"}")));
    }

    private JsonNode follows(String path, String method, HttpResponse<String> response) {
        JsonNode json = LiveServer.json(response);
        String pointer = "/paths/" + path.replace("/", "~1") + "/" + method + "/responses/" + response.statusCode()
                + "/content/application~1json/schema";
        assertFalse(live.api.tree().at(pointer).isMissingNode(), () -> pointer + ": " + response.body());
        assertEquals(List.of(), live.api.schema(pointer).validate(json), json::toString);
        return json;
    }

    private static String code(HttpResponse<String> response) {
        return response.statusCode() + " "
                + LiveServer.json(response).path("code").textValue();
    }

    /** A user with a password of the user's own; the token of a session. */
    private String user(String name, String... roles) {
        String body = "{\"name\": \"%s\", \"password\": \"%s\", \"roles\": [\"%s\"]}"
                .formatted(name, FIRST, String.join("\", \"", roles));
        follows("/v1/users", "post", live.post("/v1/users", body));
        String token =
                follows("/v1/login", "post", login(name, FIRST)).get("token").textValue();
        assertEquals("403 forbidden", code(get(token, "/v1/sessions")), "a first password is enough");
        assertTrue(LiveServer.json(get(token, "/v1/me")).get("provisional").booleanValue());
        HttpResponse<String> changed =
                post(token, "/v1/me/password", "{\"current\": \"" + FIRST + "\", \"password\": \"" + OWN + "\"}");
        follows("/v1/me/password", "post", changed);
        return token;
    }

    @Test
    void aUsersWay() {
        String token = user("li.na", "auditor", "operator");

        JsonNode me = follows("/v1/me", "get", get(token, "/v1/me"));
        assertEquals("li.na", me.get("name").textValue());
        assertEquals("[\"operator\",\"auditor\"]", me.get("roles").toString());
        assertEquals("session", me.get("by").textValue());
        assertEquals("bank", me.get("node").textValue());
        assertEquals(200, get(token, "/v1/sessions").statusCode());
        assertEquals("403 forbidden", code(post(token, "/v1/scores", ONE)));
        JsonNode users = follows("/v1/users", "get", get(token, "/v1/users"));
        assertEquals("token", users.at("/users/0/createdBy").textValue());
        assertEquals(
                "[\"approver\"]",
                follows(
                                "/v1/users/{name}/roles",
                                "post",
                                live.post("/v1/users/li.na/roles", "{\"roles\": [\"approver\"]}"))
                        .get("roles")
                        .toString());
        HttpResponse<String> forbidden = get(token, "/v1/users");
        assertEquals("403 forbidden", code(forbidden));
        assertEquals(
                "operator", LiveServer.json(forbidden).at("/details/roles/0").textValue());
        assertTrue(follows("/v1/logout", "post", post(token, "/v1/logout", ""))
                .get("ended")
                .booleanValue());
        assertEquals("401 unauthorized", code(get(token, "/v1/me")));
        HttpResponse<String> disabled = live.send(live.to("/v1/users/li.na").DELETE());
        assertFalse(
                follows("/v1/users/{name}", "delete", disabled).get("enabled").booleanValue());
        assertEquals("401 unauthorized", code(login("li.na", OWN)));
        follows("/v1/users/{name}/enable", "post", live.post("/v1/users/li.na/enable", ""));
        follows(
                "/v1/users/{name}/password",
                "post",
                live.post("/v1/users/li.na/password", "{\"password\": \"" + FIRST + "\"}"));
        assertEquals(200, login("li.na", FIRST).statusCode());
        assertEquals("404 not_found", code(live.send(live.to("/v1/users/wang").DELETE())));
        assertEquals(
                "400 invalid_request", code(live.send(live.to("/v1/users/Wang").DELETE())));
        assertEquals("409 conflict", code(live.post("/v1/users", """
            {"name": "li.na", "password": "another-password", "roles": ["client"]}\
            """)));
    }

    @Test
    void anAuditorReadsWhoMayDoWhatAndChangesNothing() {
        String token = user("li.na", "auditor");

        assertEquals(
                "li.na",
                follows("/v1/users", "get", get(token, "/v1/users"))
                        .at("/users/0/name")
                        .textValue());
        assertEquals(
                0,
                follows("/v1/keys", "get", get(token, "/v1/keys")).get("keys").size());
        assertEquals("403 forbidden", code(post(token, "/v1/keys", "{}")));
        assertEquals("403 forbidden", code(post(token, "/v1/users", "{}")));
        assertEquals("403 forbidden", code(post(token, "/v1/users/li.na/roles", "{}")));
    }

    @Test
    void aSystemsKey() {
        HttpResponse<String> made = live.post("/v1/keys", "{\"label\": \"los-1\", \"role\": \"client\", \"days\": 30}");
        String secret = follows("/v1/keys", "post", made).get("secret").textValue();

        assertEquals(200, post(secret, "/v1/scores", ONE).statusCode());
        assertEquals("403 forbidden", code(post(secret, "/v1/keys", "{}")));
        assertEquals(
                "key:los-1", LiveServer.json(get(secret, "/v1/me")).get("name").textValue());
        HttpResponse<String> all = live.get("/v1/keys");
        assertFalse(all.body().contains(secret));
        assertEquals(
                "los-1", follows("/v1/keys", "get", all).at("/keys/0/label").textValue());
        HttpResponse<String> revoked = live.send(live.to("/v1/keys/los-1").DELETE());
        assertTrue(follows("/v1/keys/{label}", "delete", revoked).has("revokedAt"));
        assertEquals("401 unauthorized", code(post(secret, "/v1/scores", ONE)));
        assertEquals(
                "400 invalid_request",
                code(live.post("/v1/keys", "{\"label\": \"a\", \"role\": \"approver\", \"days\": 1}")));
    }

    @Test
    void whoeverIsLoggedInDecidesUnderThatName() {
        live.node.isBank = false;
        String token = user("li.na", "approver");
        String approve = "/v1/programs/" + FakeNode.HASH + "/approve";

        assertEquals(
                "li.na",
                LiveServer.json(post(token, approve, "{\"by\": \"wang\"}"))
                        .at("/approval/by")
                        .textValue());
        assertEquals(
                "li.na",
                LiveServer.json(post(token, approve, "{}")).at("/approval/by").textValue());
        assertEquals("400 invalid_request", code(live.post(approve, "{}")));
    }

    @Test
    void aCookieIsForTheNodesOwnPages() {
        user("li.na", "operator");
        String body = "{\"name\": \"li.na\", \"password\": \"" + OWN + "\", \"cookie\": true}";
        HttpRequest.Builder login = live.open("/v1/login")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        assertEquals("403 forbidden", code(live.send(login.copy())), "a page of another site can log somebody in");
        HttpResponse<String> in = live.send(login.header("X-Tally-Request", "1"));

        JsonNode json = follows("/v1/login", "post", in);
        assertFalse(json.has("token"), "a script can read the token");
        String set = in.headers().firstValue("Set-Cookie").orElseThrow();
        assertTrue(set.startsWith("__Host-tally-bank=tally_s_"), set);
        assertTrue(set.endsWith("; Path=/; Secure; HttpOnly; SameSite=Strict"), set);
        String cookie = set.substring(0, set.indexOf(';'));
        assertEquals(
                200, live.send(live.open("/v1/users").header("Cookie", cookie)).statusCode());
        String port = live.open("/").build().uri().getAuthority();
        for (Map.Entry<Map<String, String>, Integer> each : Map.of(
                        Map.<String, String>of(), 403,
                        Map.of("X-Tally-Request", "1"), 200,
                        Map.of("X-Tally-Request", "1", "Sec-Fetch-Site", "same-origin"), 200,
                        Map.of("X-Tally-Request", "1", "Sec-Fetch-Site", "same-site"), 403,
                        Map.of("X-Tally-Request", "1", "Origin", "https://" + port), 200,
                        Map.of("X-Tally-Request", "1", "Origin", "https://localhost:1"), 403,
                        Map.of("X-Tally-Request", "1", "Origin", "null"), 403)
                .entrySet()) {
            HttpRequest.Builder change = live.open("/v1/users/li.na/enable")
                    .header("Cookie", "other=1; " + cookie)
                    .POST(HttpRequest.BodyPublishers.noBody());
            each.getKey().forEach(change::header);
            assertEquals(each.getValue(), live.send(change).statusCode(), each::toString);
        }
        HttpResponse<String> out = live.send(live.open("/v1/logout")
                .header("Cookie", cookie)
                .header("X-Tally-Request", "1")
                .POST(HttpRequest.BodyPublishers.noBody()));
        assertTrue(out.headers().firstValue("Set-Cookie").orElseThrow().endsWith("; Max-Age=0"));
        assertEquals(
                401, live.send(live.open("/v1/users").header("Cookie", cookie)).statusCode());
    }

    @Test
    void wrongPasswordsArePaused() {
        user("li.na", "operator");
        for (int k = 0; k < 5; k++) {
            assertEquals("401 unauthorized", code(login("li.na", "wrong password")));
        }

        HttpResponse<String> paused = login("li.na", OWN);

        assertEquals("429 rate_limited", code(paused));
        assertEquals("1", paused.headers().firstValue("Retry-After").orElse(""));
    }

    /** Every route with every role: those it declares get in, the others do not. */
    @Test
    void everyRouteIsForItsRolesAlone() {
        Map<AccessRole, String> tokens = new TreeMap<>();
        for (AccessRole role : AccessRole.values()) {
            tokens.put(role, user(role.id(), role.id()));
        }
        List<Route> routes =
                RestServer.routes(live.settings, live.node, live.access, live.metrics, new AtomicBoolean());

        for (Route route : routes) {
            String path = route.path().replaceAll("\\{[a-z]+}", "!");
            if (route.callers() instanceof Callers.Everyone) {
                continue;
            }
            HttpRequest.Builder request = live.open(path)
                    .header("Content-Type", "application/json")
                    .method(route.method().name(), HttpRequest.BodyPublishers.ofString("{"));
            assertEquals("401 unauthorized", code(live.send(request.copy())), route::path);
            if (!(route.callers() instanceof Callers.Having having)) {
                continue;
            }
            tokens.forEach((role, token) -> {
                HttpResponse<String> response = live.send(request.copy().header("Authorization", "Bearer " + token));
                assertEquals(
                        having.roles().contains(role),
                        response.statusCode() != 403,
                        () -> role + " at " + route.method() + " " + route.path() + ": " + response.statusCode());
            });
        }
    }

    @Test
    void tooManyRequests() {
        live.close();
        // The next one after a quarter of an hour, so that none comes back however slow the machine is.
        live = new LiveServer(LiveServer.LIMITS, new RestSettings.Rates(0.001, 0.001), LiveServer.DEADLINES);
        for (int k = 0; k < 20; k++) {
            assertEquals(200, live.get("/v1/models").statusCode());
            assertEquals(401, live.send(live.open("/v1/models")).statusCode());
        }

        HttpResponse<String> known = live.get("/v1/models");
        HttpResponse<String> unknown = live.send(live.open("/health"));

        assertEquals("429 rate_limited", code(known));
        assertEquals("429 rate_limited", code(unknown));
        assertTrue(Integer.parseInt(known.headers().firstValue("Retry-After").orElseThrow()) >= 1);
    }
}
