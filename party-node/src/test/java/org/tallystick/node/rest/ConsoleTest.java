package org.tallystick.node.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.node.console.Chromium;
import org.tallystick.node.console.Page;
import org.tallystick.node.governance.TestGovernor;

/** The console in a browser: by what a person sees, with keys and clicks. */
@Tag("slow")
final class ConsoleTest {
    private static final String FIRST = "first-password-1";
    private static final String OWN = "correct horse battery";
    private static final List<String> VIEWS =
            List.of("agreements", "programs", "sessions", "budgets", "stops", "receipts", "statement", "health");
    private static final String ACCESSIBLE = resource("accessible.js");

    @TempDir
    private static Path profile;

    @TempDir
    private Path folder;

    private static Chromium browser;
    private TestGovernor governor;
    private LiveServer live;
    private Page page;

    private static String resource(String name) {
        try (InputStream stream = Chromium.class.getResourceAsStream(name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @BeforeAll
    static void startBrowser() throws IOException {
        Assumptions.assumeFalse(Chromium.isUnwanted(), "left out by -Dtest.browser=none");
        browser = Chromium.start(profile);
    }

    @AfterAll
    static void endBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void begin() {
        governor = new TestGovernor(folder);
        live = new LiveServer(new ConsoleNode(governor));
        page = browser.page();
        page.size(1180, 900);
    }

    @AfterEach
    void end() {
        page.close();
        live.close();
        governor.close();
    }

    private String address() {
        return "https://localhost:" + live.server.port();
    }

    /** A user with a password of their own. */
    private void user(String name, String... roles) {
        String body = "{\"name\": \"%s\", \"password\": \"%s\", \"roles\": [\"%s\"]}"
                .formatted(name, FIRST, String.join("\", \"", roles));
        assertEquals(201, live.post("/v1/users", body).statusCode());
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

    private void login(String name, String password) {
        page.open(address() + "/");
        page.type("Name", name);
        page.type("Password", password);
        page.press("Enter");
    }

    private void entered(String name, String... roles) {
        user(name, roles);
        login(name, OWN);
        page.untilShown("h1", "Asked of my data");
    }

    private void go(String view, String title) {
        page.value("location.hash = '#/" + view + "'");
        page.until("document.querySelector('h1')?.innerText === " + "'" + title + "'"
                + " && !document.querySelector('main[aria-busy]')");
    }

    private void assertAccessible(String where) {
        List<String> findings = page.value(ACCESSIBLE)
                .valueStream()
                .map(each -> where + ": " + each.textValue())
                .toList();
        assertEquals(List.of(), findings);
    }

    private void picture(String name) throws IOException {
        Path target = Path.of(System.getProperty("test.pictures", "target/console"));
        Files.createDirectories(target);
        byte[] png = page.picture();
        assertTrue(png.length < 150_000, name + " has " + png.length + " bytes");
        Files.write(target.resolve("console-" + name + ".png"), png);
    }

    @Test
    void aFirstPasswordIsChangedBeforeAnythingElse() {
        assertEquals(
                201,
                live.post(
                                "/v1/users",
                                "{\"name\": \"li.na\", \"password\": \"%s\", \"roles\": [\"auditor\"]}"
                                        .formatted(FIRST))
                        .statusCode());
        login("li.na", "wrong-password");
        page.untilShown("[role=alert]", "Not logged in, or wrong name or password.");
        page.untilShown("[role=alert]", "What to do:");
        assertAccessible("log-in");
        login("li.na", FIRST);
        page.untilShown("h1", "Change your password");
        assertAccessible("first password");
        page.type("Password until now", FIRST);
        page.type("New password", OWN);
        page.type("New password again", OWN + "!");
        page.press("Enter");
        page.untilShown("[role=alert]", "not the same");
        page.type("New password again", OWN);
        page.press("Enter");
        page.untilShown("h1", "Asked of my data");

        page.click("button", "Log out");
        page.untilShown(".note", "You are logged out.");
        assertEquals("", page.value("document.cookie").textValue());
    }

    @Test
    void anApproverReadsComparesAndSigns() throws IOException {
        entered("wang.fang", "approver", "data-officer");
        page.untilShown("article", "declared revenue");
        picture("agreements");
        page.click("article a", "Loans to small businesses");
        page.untilShown("h1", "Agreement");
        page.untilShown("section", "Your browser has computed the same hash from this text");
        page.value("document.querySelector('.findings').closest('section').scrollIntoView()");
        picture("agreement");
        page.click("a", "Compare with the revision before");
        page.untilShown("h1", "Compare revisions");
        page.untilShown("td", "supply chain credit");
        assertTrue(page.text("main").contains("Limit › bits a business"), page.text("main"));
        assertAccessible("comparison");
        go("agreement/" + governor.revision().hex(), "Agreement");
        decide("Propose", "proposed here");
        page.untilShown(".note", "you have proposed it here");
        assertFalse(page.text("main .buttons").contains("Approve and sign"));
        go("account", "Your account");
        page.click("button", "Log out");

        entered("zhao.min", "approver");
        go("agreement/" + governor.revision().hex(), "Agreement");
        decide("Approve and sign", "signed");
        decide("Put in force", "in force");
        go("agreement/" + governor.agreement().hex(), "Agreement");
        page.untilShown(".badge", "revoked");
    }

    private void decide(String change, String said) {
        page.click("main .buttons button", change);
        page.click("dialog button", change);
        page.untilShown("#said", said);
        page.until("!document.querySelector('dialog')");
    }

    @Test
    void receiptsAreVerifiedAndABusinessIsLookedUp() throws IOException {
        entered("li.na", "data-officer", "auditor");
        go("receipts/3", "Receipts");
        page.untilShown("main", "All receipts of its session");
        page.click("button", "Verify in the browser");
        page.untilShown("#said", "The receipt is in the signed log");
        assertFalse(page.text("main").contains("✕"), page.text("main"));
        picture("receipt");
        go("receipts", "Receipts");
        page.click("th a", "15");
        page.click("button", "Verify in the browser");
        page.untilShown("#said", "not proven");
        page.untilShown("li", "wrong");
        assertAccessible("a receipt that is not proven");

        go("budgets", "Budgets");
        page.type("Identifier of the business", "91350100M000100Y43");
        page.click("label", "List every use");
        page.press("Enter");
        page.untilShown("main", "0 bits told in the last 90 days");
        page.untilShown("td", "answered");
        assertAccessible("budget");
        assertTrue(page.requests().stream().noneMatch(each -> each.contains("91350100M000100Y43")));
        assertFalse(page.value("location.href").textValue().contains("9135"));

        go("stops", "Stops");
        page.type("Name", "vat paid");
        page.press("Enter");
        page.click("dialog button", "Stop");
        page.untilShown("th, td", "vat paid");

        go("statement/2026-11", "Statement");
        page.click("button", "中文");
        page.untilShown("figcaption", "各机构分成");
        page.until("!document.querySelector('main[aria-busy]')");
        picture("statement");
    }

    @Test
    void everyViewIsAccessibleInBothLanguagesLightDarkAndNarrow() {
        entered("li.na", "data-officer", "approver", "auditor", "operator");
        everyView("light");
        page.click("button", "中文");
        page.until("document.documentElement.lang === 'zh-CN'");
        page.dark(true);
        page.size(360, 740);
        everyView("中文, dark, narrow");
        assertEquals(
                List.of(),
                page.complaints().stream()
                        .filter(each -> !each.contains("\"source\":\"network\""))
                        .toList());
        List<String> elsewhere = page.requests().stream()
                .filter(each -> !each.startsWith(address()) && !each.matches("(blob|data):.*"))
                .toList();
        assertEquals(List.of(), elsewhere);
    }

    private void everyView(String how) {
        for (String view : VIEWS) {
            page.value("location.hash = '#/" + view + "'");
            page.until("location.hash === '#/" + view
                    + "' && document.querySelector('nav a[aria-current]')?.hash === '#/" + view
                    + "' && !document.querySelector('main[aria-busy]') && document.activeElement.tagName === 'H1'");
            assertAccessible(view + ", " + how);
        }
    }
}
