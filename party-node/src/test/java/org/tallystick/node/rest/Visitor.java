package org.tallystick.node.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.tallystick.node.console.Chromium;
import org.tallystick.node.console.Page;

/** A person at the console of one node, in one tab. */
record Visitor(LiveServer live, Page page) implements AutoCloseable {
    static final String FIRST = "first-password-1";
    static final String OWN = "correct horse battery";
    private static final String ACCESSIBLE = resource("accessible.js");

    private static String resource(String name) {
        try (InputStream stream = Chromium.class.getResourceAsStream(name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String address() {
        return "https://localhost:" + live.server.port();
    }

    /** A user whose password was set by somebody else. */
    void newUser(String name, String... roles) {
        String body = "{\"name\": \"%s\", \"password\": \"%s\", \"roles\": [\"%s\"]}"
                .formatted(name, FIRST, String.join("\", \"", roles));
        assertEquals(201, live.post("/v1/users", body).statusCode());
    }

    /** A user with a password of their own. */
    void user(String name, String... roles) {
        newUser(name, roles);
        String login = "{\"name\": \"" + name + "\", \"password\": \"" + FIRST + "\"}";
        String token =
                LiveServer.json(live.post("/v1/login", login)).get("token").textValue();
        HttpRequest.Builder change = live.open("/v1/me/password")
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"current\": \"" + FIRST + "\", \"password\": \"" + OWN + "\"}"));
        assertEquals(200, live.send(change).statusCode());
    }

    void login(String name, String password) {
        page.open(address() + "/");
        page.type("Name", name);
        page.type("Password", password);
        page.press("Enter");
    }

    void logout() {
        page.click("button", "Log out");
        page.untilShown(".note", "You are logged out.");
    }

    /** A new user, who has logged in and sees the first view. */
    void entered(String name, String... roles) {
        user(name, roles);
        login(name, OWN);
        page.until("document.querySelector('nav a[aria-current]') && !document.querySelector('main[aria-busy]')");
    }

    /** Opens a view whose title is known. */
    void go(String view, String title) {
        page.value("location.hash = '#/" + view + "'");
        page.until("document.querySelector('h1')?.innerText === '" + title + "'"
                + " && !document.querySelector('main[aria-busy]')");
    }

    /** Opens another view than the one that is shown, whatever the language. */
    void go(String view) {
        page.value("document.querySelector('h1').dataset.before = 'yes'; location.hash = '#/" + view + "'");
        page.until("document.querySelector('h1:not([data-before])') && !document.querySelector('main[aria-busy]')");
    }

    void assertAccessible(String where) {
        List<String> findings = page.value(ACCESSIBLE)
                .valueStream()
                .map(each -> where + ": " + each.textValue())
                .toList();
        assertEquals(List.of(), findings);
    }

    /** Keeps what is on the screen, for the documentation. */
    void picture(String name) {
        Path target = Path.of(System.getProperty("test.pictures", "target/console"));
        byte[] png = page.picture();
        assertTrue(png.length < 150_000, name + " has " + png.length + " bytes");
        try {
            Files.createDirectories(target);
            Files.write(target.resolve("console-" + name + ".png"), png);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        page.close();
        live.close();
    }
}
