package org.tallystick.node.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
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
import org.tallystick.node.console.Axe;
import org.tallystick.node.console.Chromium;
import org.tallystick.node.console.Page;
import org.tallystick.node.governance.TestGovernor;

/** People and keys in the console of the bank's node: added, shown once, changed, let in no more. */
@Tag("slow")
final class ConsoleUsersTest {
    @TempDir
    private static Path profile;

    @TempDir
    private static Path rules;

    @TempDir
    private Path folder;

    private static Chromium browser;
    private static Axe axe;
    private TestGovernor governor;
    private LiveServer live;
    private Visitor visitor;
    private Page page;

    @BeforeAll
    static void startBrowser() throws IOException {
        Assumptions.assumeFalse(Chromium.isUnwanted(), "left out by -Dtest.browser=none");
        browser = Chromium.start(profile);
        axe = Axe.install(rules);
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
        live = new LiveServer(new ConsoleNode(governor, true));
        page = browser.page();
        page.size(1180, 900);
        visitor = new Visitor(live, page);
    }

    @AfterEach
    void end() {
        visitor.close();
        governor.close();
    }

    /** Whether a text is anywhere in the page or in what the browser keeps for it. */
    private boolean isLeft(String secret) {
        return page.value("JSON.stringify([document.documentElement.outerHTML,"
                        + " [...document.querySelectorAll('input, textarea')].map(each => each.value),"
                        + " location.href, {...localStorage}, {...sessionStorage}, history.state])")
                .textValue()
                .contains(secret);
    }

    private void assertAccessible(String where) {
        visitor.assertAccessible(where);
        assertEquals(List.of(), axe.violations(page), where);
    }

    @Test
    void aUserIsAddedWithAPasswordThatIsShownOnce() {
        visitor.entered("chen.wei", "operator");
        visitor.go("users", "Users");
        page.click("form button", "Add");
        page.untilShown("[role=alert]", "Fill this in: Name");
        page.type("Name", "wang.fang");
        page.click("button", "Make one up");
        page.click("form button.main", "Add");
        page.untilShown("[role=alert]", "Choose at least one role.");
        page.click("label", "approver");
        page.click("form button.main", "Add");
        page.untilShown("h3", "wang.fang is added");
        page.untilShown("td", "has to change the password");
        String first = page.text(".secret");
        assertTrue(first.matches("([a-z2-9]{4}-){3}[a-z2-9]{4}"), first);
        page.until("document.activeElement.innerText === 'wang.fang is added'");
        assertAccessible("a user added");
        page.value("scrollTo(0, 0)");
        visitor.picture("users");

        visitor.go("health", "Health");
        assertFalse(isLeft(first));
        visitor.logout();
        visitor.login("wang.fang", first);
        page.untilShown("h1", "Change your password");
    }

    @Test
    void aUserIsChangedAndDisabled() {
        visitor.user("wang.fang", "approver");
        visitor.entered("chen.wei", "operator");
        visitor.go("users", "Users");
        page.click("th a", "wang.fang");
        page.untilShown("h2", "Change the roles");
        page.click("label", "auditor");
        page.click("button", "Give these roles");
        page.untilShown("dd", "approver, auditor");

        page.type("New password", "tall pine by the river");
        page.click("button", "Set the password");
        page.untilShown(".secret", "tall pine by the river");
        page.click("button", "Take it off the page");
        page.until("!document.querySelector('.secret')");
        assertFalse(isLeft("tall pine"));

        page.click("button", "Disable");
        page.click("dialog button", "Disable");
        page.untilShown("dd", "disabled");
        page.until("document.activeElement.tagName === 'H1'");
        assertAccessible("a user disabled");
        String login = "{\"name\": \"wang.fang\", \"password\": \"tall pine by the river\"}";
        assertEquals(401, live.post("/v1/login", login).statusCode());
        page.click("button", "Enable");
        page.click("dialog button", "Enable");
        page.untilShown("h2", "Change the roles");
        assertEquals(200, live.post("/v1/login", login).statusCode());

        visitor.go("user/chen.wei", "User");
        page.untilShown(".note", "This is you.");
        assertFalse(page.text("main").contains("Disable"));
    }

    @Test
    void aKeyIsShownOnceAndRevoked() {
        visitor.entered("chen.wei", "operator");
        visitor.go("keys", "API keys");
        page.untilShown(".note", "No key was ever made.");
        page.type("Label", "los-1");
        page.type("Days it holds", "733");
        page.press("Enter");
        page.untilShown("[role=alert]", "This is not valid: Days it holds");
        page.type("Days it holds", "20");
        page.press("Enter");
        page.untilShown("h3", "The key “los-1” is made");
        page.untilShown("td", "ends within 20 days");
        String secret = page.text(".secret");
        assertTrue(secret.startsWith("tally_k_"), "what is shown is no key");
        assertAccessible("a key made");
        assertEquals(200, asks(secret));

        page.value("history.back()");
        page.until("!location.hash.includes('keys') && !document.querySelector('main[aria-busy]')");
        assertFalse(isLeft(secret));
        visitor.go("keys", "API keys");
        assertFalse(isLeft(secret));
        page.click("td button", "Revoke");
        page.click("dialog button", "Revoke");
        page.untilShown("td", "revoked");
        page.until("document.activeElement.className === 'scroll'");
        assertEquals(401, asks(secret));
    }

    private int asks(String secret) {
        return live.send(live.open("/v1/models").header("Authorization", "Bearer " + secret))
                .statusCode();
    }

    @Test
    void anAuditorSeesWhoMayDoWhatAndChangesNothing() {
        assertEquals(
                201,
                live.post("/v1/keys", "{\"label\": \"los-1\", \"role\": \"client\", \"days\": 30}")
                        .statusCode());
        visitor.entered("li.na", "auditor");
        visitor.go("keys", "API keys");
        page.untilShown("th", "los-1");
        assertEquals("", page.text("main form") + page.text("main td button"));
        visitor.go("user/li.na", "User");
        visitor.go("users", "Users");
        page.untilShown("th", "li.na");
        assertEquals("", page.text("main form"));
    }

    @Test
    void whatBreaksARuleIsFound() {
        visitor.entered("clerk", "client");
        page.value("document.querySelector('main').append(document.createElement('input'))");
        List<String> violations = axe.violations(page);
        assertEquals(1, violations.size(), violations::toString);
        assertTrue(violations.getFirst().startsWith("label: "), violations::toString);
    }

    @Test
    void aBanksSystemSeesModelsAndHealthAlone() {
        visitor.entered("clerk", "client");
        page.untilShown("h1", "Models");
        page.untilShown("th", "sme");
        assertEquals("Models\nHealth", page.text("nav"));
        assertAccessible("models");
        visitor.go("keys");
        assertEquals("Models", page.text("h1"));
    }

    @Test
    void onAPhoneTheMenuUnfoldsAndRowsStandBelowEachOther() {
        visitor.entered("clerk", "client");
        page.size(360, 740);
        page.until("!document.querySelector('nav ul').checkVisibility()");
        page.click("button", "Menu");
        page.until("document.querySelector('nav ul').checkVisibility()");
        assertAccessible("menu on a phone");
        page.press("Escape");
        page.until("!document.querySelector('nav ul').checkVisibility()"
                + " && document.activeElement.className === 'opener'");
        page.press("Enter");
        page.click("nav a", "Health");
        page.untilShown("h1", "Health");
        page.until("!document.querySelector('nav ul').checkVisibility()");
        visitor.go("models", "Models");
        page.until("document.querySelector('td').getBoundingClientRect().top"
                + " >= document.querySelector('tbody th').getBoundingClientRect().bottom - 1");
    }
}
