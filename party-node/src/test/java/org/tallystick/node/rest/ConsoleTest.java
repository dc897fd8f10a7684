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

/** The console in a browser: by what a person sees, with keys and clicks. */
@Tag("slow")
final class ConsoleTest {
    @TempDir
    private static Path profile;

    @TempDir
    private static Path rules;

    @TempDir
    private Path folder;

    private static Chromium browser;
    private static Axe axe;
    private TestGovernor governor;
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
        page = browser.page();
        page.size(1180, 900);
        visitor = new Visitor(new LiveServer(new ConsoleNode(governor)), page);
    }

    @AfterEach
    void end() {
        visitor.close();
        governor.close();
    }

    @Test
    void aFirstPasswordIsChangedBeforeAnythingElse() {
        visitor.newUser("li.na", "auditor");
        visitor.login("li.na", "wrong-password");
        page.untilShown("[role=alert]", "Not logged in, or wrong name or password.");
        page.untilShown("[role=alert]", "What to do:");
        visitor.assertAccessible("log-in");
        visitor.login("li.na", Visitor.FIRST);
        page.untilShown("h1", "Change your password");
        visitor.assertAccessible("first password");
        page.type("Password until now", Visitor.FIRST);
        page.type("New password", Visitor.OWN);
        page.type("New password again", Visitor.OWN + "!");
        page.press("Enter");
        page.untilShown("[role=alert]", "not the same");
        page.type("New password again", Visitor.OWN);
        page.press("Enter");
        page.untilShown("h1", "Asked of my data");

        page.click("button", "Log out");
        page.untilShown(".note", "You are logged out.");
        assertEquals("", page.value("document.cookie").textValue());
    }

    @Test
    void anApproverReadsComparesAndSigns() {
        visitor.entered("wang.fang", "approver", "data-officer");
        page.untilShown("article", "declared revenue");
        visitor.picture("agreements");
        page.click("article a", "Loans to small businesses");
        page.untilShown("h1", "Agreement");
        page.untilShown("section", "Your browser has computed the same hash from this text");
        page.value("document.querySelector('.findings').closest('section').scrollIntoView()");
        visitor.picture("agreement");
        page.click("a", "Compare with the revision before");
        page.untilShown("h1", "Compare revisions");
        page.untilShown("th", "supply chain credit");
        assertTrue(page.text("main").contains("Limit › bits a business"), page.text("main"));
        visitor.assertAccessible("comparison");
        visitor.go("agreement/" + governor.revision().hex(), "Agreement");
        decide("Propose", "proposed here");
        page.untilShown(".note", "you have proposed it here");
        assertFalse(page.text("main .buttons").contains("Approve and sign"));
        visitor.go("account", "Your account");
        page.click("button", "Log out");

        visitor.entered("zhao.min", "approver");
        visitor.go("agreement/" + governor.revision().hex(), "Agreement");
        decide("Approve and sign", "signed");
        decide("Put in force", "in force");
        visitor.go("agreement/" + governor.agreement().hex(), "Agreement");
        page.untilShown(".badge", "revoked");
    }

    private void decide(String change, String said) {
        page.click("main .buttons button", change);
        page.click("dialog button", change);
        page.untilShown("#said", said);
        page.until("!document.querySelector('dialog')");
    }

    @Test
    void receiptsAreVerifiedAndABusinessIsLookedUp() {
        visitor.entered("li.na", "data-officer", "auditor");
        visitor.go("receipts/3", "Receipts");
        page.untilShown("main", "All receipts of its session");
        page.click("button", "Verify in the browser");
        page.untilShown("#said", "The receipt is in the signed log");
        assertFalse(page.text("main").contains("✕"), page.text("main"));
        page.value("[...document.querySelectorAll('section')].at(-1).scrollIntoView()");
        visitor.picture("receipt");
        page.click("td a", "00000000");
        page.until(
                "/receipts.[0-9a-f]{64}$/.test(location.hash) && document.querySelectorAll('tbody tr').length === 3");
        visitor.go("receipts", "Receipts");
        page.click("th a", "15");
        page.click("button", "Verify in the browser");
        page.untilShown("#said", "not proven");
        page.untilShown("li", "wrong");
        visitor.assertAccessible("a receipt that is not proven");

        visitor.go("budgets", "Budgets");
        page.type("Identifier of the business", "91350100M000100Y43");
        page.click("label", "List every use");
        page.press("Enter");
        page.untilShown("main", "0 bits told in the last 90 days");
        page.untilShown("td", "answered");
        visitor.assertAccessible("budget");
        assertTrue(page.requests().stream().noneMatch(each -> each.contains("91350100M000100Y43")));
        assertFalse(page.value("location.href").textValue().contains("9135"));

        visitor.go("stops", "Stops");
        page.type("Name", "vat paid");
        page.press("Enter");
        page.click("dialog button", "Stop");
        page.untilShown("th, td", "vat paid");

        visitor.go("statement/2026-11", "Statement");
        page.click("button", "中文");
        page.untilShown("figcaption", "各机构分成");
        page.until("!document.querySelector('main[aria-busy]')");
        visitor.picture("statement");
    }

    @Test
    void everyViewIsAccessibleInBothLanguagesLightDarkAndNarrow() {
        visitor.user("wang.fang", "approver");
        visitor.entered("li.na", "data-officer", "approver", "auditor", "operator");
        everyView("light");
        page.click("button", "中文");
        page.until("document.documentElement.lang === 'zh-CN'");
        page.size(360, 740);
        everyView("中文, light, narrow");
        page.dark(true);
        page.until("document.getAnimations().length === 0");
        everyView("中文, dark, narrow");
        assertEquals(
                List.of(),
                page.complaints().stream()
                        .filter(each -> !each.contains("\"source\":\"network\""))
                        .toList());
        List<String> elsewhere = page.requests().stream()
                .filter(each -> !each.startsWith(visitor.address()) && !each.matches("(blob|data):.*"))
                .toList();
        assertEquals(List.of(), elsewhere);
    }

    private List<String> views() {
        return List.of(
                "programs",
                "program/" + governor.program().hex(),
                "agreements",
                "agreement/" + governor.revision().hex(),
                "compare/" + governor.revision().hex(),
                "sessions",
                "budgets",
                "stops",
                "receipts",
                "receipts/3",
                "statement/2026-11",
                "users",
                "user/wang.fang",
                "keys",
                "health",
                "account");
    }

    private void everyView(String how) {
        for (String view : views()) {
            visitor.go(view);
            visitor.assertAccessible(view + ", " + how);
            assertEquals(List.of(), axe.violations(page), view + ", " + how);
        }
    }
}
