package org.tallystick.node.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tallystick.node.console.ConsoleFiles;
import org.tallystick.node.governance.Leakage;
import org.tallystick.node.session.Refusal;

/** How the console's files are served. */
final class ConsoleRoutesTest {
    private static LiveServer live;

    @BeforeAll
    static void start() {
        live = new LiveServer();
    }

    @AfterAll
    static void end() {
        live.close();
    }

    private static HttpResponse<String> get(String path) {
        return live.send(live.open(path));
    }

    private static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    @Test
    void thePageIsForEverybodyKeptByNobodyAndMayLoadOnlyItsOwn() {
        HttpResponse<String> page = get("/");

        assertEquals(200, page.statusCode());
        assertEquals("text/html; charset=utf-8", header(page, "Content-Type"));
        assertEquals("no-store", header(page, "Cache-Control"));
        assertEquals("nosniff", header(page, "X-Content-Type-Options"));
        assertEquals("no-referrer", header(page, "Referrer-Policy"));
        assertEquals("DENY", header(page, "X-Frame-Options"));
        String policy = header(page, "Content-Security-Policy");
        assertTrue(policy.startsWith("default-src 'none'; script-src 'self'; "), policy);
        assertTrue(policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'none'"), policy);
        assertFalse(policy.contains("unsafe"), policy);
        assertFalse(Pattern.compile("<script(?![^>]*src=)|<style|style=|\\son[a-z]+=")
                .matcher(page.body())
                .find());
    }

    @Test
    void everyFileIsServedAsWhatItIsAndOnceUnlessItChanges() {
        for (String name : ConsoleFiles.names()) {
            if (name.equals(ConsoleFiles.PAGE)) {
                continue;
            }
            HttpResponse<String> file = get("/console/" + name);
            String tag = header(file, "ETag");
            assertEquals(200, file.statusCode(), name);
            assertEquals("no-cache", header(file, "Cache-Control"), name);
            assertEquals("nosniff", header(file, "X-Content-Type-Options"), name);
            assertTrue(header(file, "Content-Security-Policy").startsWith("default-src 'none'"), name);
            assertTrue(tag.matches("\"[0-9a-f]{32}\""), tag);
            HttpResponse<String> again = live.send(live.open("/console/" + name).header("If-None-Match", "W/" + tag));
            assertEquals(304, again.statusCode(), name);
            assertEquals("", again.body(), name);
            assertEquals(tag, header(again, "ETag"), name);
            assertEquals(
                    200,
                    live.send(live.open("/console/" + name).header("If-None-Match", "\"other\""))
                            .statusCode(),
                    name);
        }
        assertEquals("text/javascript; charset=utf-8", header(get("/console/main.js"), "Content-Type"));
        assertEquals("text/css; charset=utf-8", header(get("/console/console.css"), "Content-Type"));
        assertEquals("image/svg+xml", header(get("/console/icon.svg"), "Content-Type"));
        assertEquals("application/json", header(get("/console/zh.json"), "Content-Type"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/console/",
                "/console",
                "/console/index.html",
                "/console/none.js",
                "/console/MAIN.JS",
                "/console/ConsoleFiles.class",
                "/console/%2e%2e/rest/openapi.yaml",
                "/console/..%2frest%2fopenapi.yaml",
                "/console/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
                "/console/..%5crest%5copenapi.yaml",
                "/console/main.js%00",
                "/console/%00",
                "/console/rest/openapi.yaml",
                "/index.html",
            })
    void nothingElseIsServed(String path) {
        HttpResponse<String> response = live.get(path);

        assertEquals(404, response.statusCode(), response::body);
        assertEquals("not_found", LiveServer.json(response).get("code").textValue());
    }

    @Test
    void dotsInAnAddressLeadNowhere() throws IOException {
        for (String path :
                new String[] {"/console/../../etc/passwd", "/console/..//rest/openapi.yaml", "/../main.js"}) {
            try (var socket = live.socket()) {
                socket.getOutputStream()
                        .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                                        + LiveServer.TOKEN + "\r\nConnection: close\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertTrue(answer.startsWith("HTTP/1.1 404 "), answer);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/console/main.js"})
    void itIsReadAndNothingElse(String path) {
        HttpResponse<String> head = live.send(live.open(path).method("HEAD", HttpRequest.BodyPublishers.noBody()));
        assertEquals(200, head.statusCode());
        assertEquals("", head.body());
        for (String method : new String[] {"POST", "PUT", "DELETE", "PATCH", "OPTIONS"}) {
            HttpResponse<String> response =
                    live.send(live.to(path).method(method, HttpRequest.BodyPublishers.noBody()));
            assertEquals(405, response.statusCode(), method);
        }
    }

    @Test
    void everyFindingAndEveryReasonOfARefusalHasItsWords() {
        for (String language : List.of("en", "zh")) {
            JsonNode words = LiveServer.json(get("/console/" + language + ".json"));
            for (Leakage.Concern concern : Leakage.Concern.values()) {
                assertTrue(words.has("finding." + concern.name().toLowerCase(Locale.ROOT)), concern.name());
            }
            for (Refusal.Reason reason : Refusal.Reason.values()) {
                assertTrue(words.has("reason." + reason.name()), reason.name());
            }
        }
    }
}
