package org.tallystick.node.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.models.Business;
import org.tallystick.models.SyntheticBusinesses;
import org.tallystick.node.cli.RestClient;
import org.tallystick.node.cli.Tally;
import org.tallystick.node.config.NodeConfig.Approval;
import org.tallystick.node.config.NodeConfigFile;
import org.tallystick.node.config.Role;
import org.tallystick.node.governance.Consent;
import org.tallystick.node.governance.ConsentToken;
import org.tallystick.node.governance.SignatureSuite;
import org.tallystick.node.wire.Proposal;

/** Four processes under an agreement: what is agreed is answered, all else is refused with its reason. */
@Tag("slow")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AgreementsTest {
    private static final int OWN = 14;
    private static final int PORTFOLIO = 64;
    private static final int LEARNING = 300;
    private static final String PURPOSE = LiveGroup.PURPOSE;
    private static final List<Role> AGENCIES = List.of(Role.TAX, Role.UTILITY, Role.SOCIAL_SECURITY);

    private static final AtomicInteger REQUESTS = new AtomicInteger();

    @TempDir
    private static Path temporary;

    private static DemoData data;
    private static LiveGroup group;
    private static Governed people;
    private static JsonNode model;

    @BeforeAll
    static void start() {
        data = DemoData.synthetic(OWN + PORTFOLIO + LEARNING);
        group = LiveGroup.make(temporary.resolve("group"), Approval.LISTED, "batching:\n  jobChunk: 16\n", true)
                .load(
                        TrainingGroup.labelled(SyntheticBusinesses.COLUMNS),
                        data.businesses().stream().map(TrainingGroup::labelled).toList());
        for (Role role : Role.values()) {
            Path settings = group.node(role).resolve(NodeConfigFile.NAME);
            String text = LiveGroup.text(settings).replace("tableRows: 0", "tableRows: 500");
            LiveGroup.write(settings, text.replace("{score: 100}", "{score: 100, training: 100, evaluation: 100}"));
        }
        group.start();
        people = new Governed(group::client, PURPOSE);
        model = people.activate(group.bank(), data.model());
    }

    @AfterAll
    static void stop() {
        group.close();
    }

    private static String subject(int business) {
        return data.businesses().get(business).id();
    }

    private static RestClient.Reply ask(int business, String purpose, String consent) {
        ObjectNode request = LiveGroup.JSON
                .createObjectNode()
                .put("model", model.get("name").asText())
                .put("purpose", purpose)
                .put("subject", subject(business))
                .put("requestId", "request-" + REQUESTS.incrementAndGet());
        if (!consent.isEmpty()) {
            request.put("consent", consent);
        }
        return group.bank().tryPost("/v1/scores", "application/json", request.toString());
    }

    private static String consented(int business) {
        return people.issued(people.consent(subject(business)));
    }

    private static void refused(String reason, RestClient.Reply reply) {
        assertEquals(409, reply.status(), () -> reply.body().toString());
        assertEquals(
                reason.toLowerCase(Locale.ROOT),
                reply.body().at("/details/reason").asText(),
                () -> reply.body().toString());
    }

    private static void answered(int business) {
        RestClient.Reply reply = ask(business, PURPOSE, consented(business));
        List<Business> one = List.of(data.businesses().get(business));
        assertEquals(200, reply.status(), () -> reply.body().toString());
        assertTrue(
                DemoResult.agrees(LiveGroup.oracle(data.model(), one).getFirst(), reply.body()),
                () -> reply.body().toString());
    }

    private static int told(Role agency, int business) {
        return people.officer(agency)
                .post("/v1/budgets", LiveGroup.JSON.createObjectNode().put("subject", subject(business)))
                .get("bitsTold")
                .asInt();
    }

    @Test
    @Order(1)
    void withoutAnAgreementNothingIsAnswered() {
        refused("AGREEMENT_MISSING", ask(0, PURPOSE, ""));
    }

    @Test
    @Order(2)
    void whatFourPartiesHaveSignedIsAnswered() {
        people.agree(model, 12);
        answered(0);
        JsonNode agreement = people.officer(Role.TAX).get("/v1/agreements/" + people.agreement());
        assertEquals("active", agreement.get("state").asText());
        int bits = agreement.at("/document/uses/0/bits").asInt();
        for (Role agency : AGENCIES) {
            assertEquals(bits, told(agency, 0));
        }
        // Whoever proposes cannot approve, and no role does both.
        RestClient.Reply reply = people.officer(Role.TAX)
                .tryPost("/v1/agreements/" + people.agreement() + "/suspend", "application/json", "");
        assertEquals(200, reply.status());
        RestClient.Reply resumed = people.officer(Role.TAX)
                .tryPost("/v1/agreements/" + people.agreement() + "/resume", "application/json", "");
        assertEquals(403, resumed.status());
        refused("AGREEMENT_SUSPENDED", ask(1, PURPOSE, consented(1)));
        people.approver(Role.TAX).post("/v1/agreements/" + people.agreement() + "/resume", "application/json", "");
        answered(1);
    }

    @Test
    @Order(3)
    void everythingElseIsRefusedWithItsReason() {
        refused("CONSENT_MISSING", ask(2, PURPOSE, ""));
        refused("CONSENT_OTHER", ask(2, PURPOSE, consented(3)));
        Consent consent = people.consent(subject(2));
        String forged = ConsentToken.issue(SignatureSuite.SM2.generate(), List.of(consent))
                .getFirst();
        refused("CONSENT_INVALID", ask(2, PURPOSE, forged));
        Consent late = new Consent(
                consent.subject(),
                consent.bank(),
                consent.purpose(),
                consent.program(),
                false,
                consent.nonce(),
                Instant.now().minusSeconds(1));
        refused("CONSENT_EXPIRED", ask(2, PURPOSE, people.issued(late)));
        refused("AGREEMENT_MISSING", ask(2, "marketing", consented(2)));
        JsonNode noted = people.officer(Role.UTILITY)
                .post(
                        "/v1/consents/withdraw",
                        LiveGroup.JSON.createObjectNode().put("withdrawal", people.withdrawn(consent)));
        assertTrue(noted.get("noted").asBoolean());
        refused("CONSENT_REVOKED", ask(2, PURPOSE, people.issued(consent)));
        assertEquals(0, told(Role.TAX, 2));
        ObjectNode stop =
                LiveGroup.JSON.createObjectNode().put("kind", "column").put("name", column());
        people.officer(Role.TAX).post("/v1/stops", stop);
        refused("STOPPED", ask(2, PURPOSE, consented(2)));
        people.approver(Role.TAX).post("/v1/stops/lift", stop);
        answered(2);
        givenAgain(2, ask(2, PURPOSE, consented(2)));
    }

    @Test
    @Order(3)
    void whoeverAsksAboutABusinessMeanwhileGetsTheSameAnswer() throws InterruptedException {
        List<RestClient.Reply> replies = Collections.synchronizedList(new ArrayList<>());
        List<Thread> callers = IntStream.range(0, 8)
                .mapToObj(k -> consented(11))
                .map(consent -> Thread.ofVirtual().unstarted(() -> replies.add(ask(11, PURPOSE, consent))))
                .toList();
        callers.forEach(Thread::start);
        for (Thread caller : callers) {
            caller.join();
        }
        assertEquals(callers.size(), replies.size());
        replies.forEach(
                reply -> assertEquals(200, reply.status(), () -> reply.body().toString()));
        assertEquals(
                1,
                replies.stream()
                        .map(reply -> reply.body().get("session"))
                        .distinct()
                        .count());
        assertEquals(told(Role.TAX, 0), told(Role.TAX, 11));
    }

    private static String column() {
        return people.officer(Role.TAX)
                .get("/v1/agreements/" + people.agreement())
                .at("/document/columns")
                .valueStream()
                .filter(each -> each.get("owner").asText().equals("tax"))
                .findFirst()
                .orElseThrow()
                .get("name")
                .asText();
    }

    @Test
    @Order(4)
    void plansAreShownApprovedAgreedOnAndRun() {
        List<Business> learntFrom =
                data.businesses().subList(OWN + PORTFOLIO, data.businesses().size());
        AgreedLearning learning = new AgreedLearning(group, people, learntFrom);
        JsonNode judged = learning.run();
        assertEquals(LEARNING, judged.get("rows").asInt(), judged::toString);
        assertTrue(judged.get("auc").asDouble() > .6, judged::toString);
        learning.auditedLogsAgree(temporary);
    }

    @Test
    @Order(5)
    void aNodeThatWasKilledKnowsWhatItHasTold() {
        String consent = consented(4);
        RestClient.Reply first = ask(4, PURPOSE, consent);
        assertEquals(200, first.status(), () -> first.body().toString());
        int told = told(Role.TAX, 4);
        assertTrue(told > 0);
        JsonNode receipts = people.officer(Role.UTILITY)
                .get("/v1/receipts?session=" + first.body().get("session").asText())
                .get("receipts");
        assertEquals("accepted", receipts.at("/0/kind").asText());
        assertEquals("authorised", receipts.at("/1/kind").asText());
        receipts.forEach(receipt -> assertTrue(receipt.has("proof") && receipt.has("head"), receipt::toString));
        group.kill(Role.TAX);
        group.restart(Role.TAX);
        group.awaitReady();
        assertEquals(told, told(Role.TAX, 4));
        assertEquals(
                first.body().get("session"), givenAgain(4, ask(4, PURPOSE, "")).get("session"));
        refused("CONSENT_OTHER", ask(5, PURPOSE, consent));
        answered(5);
    }

    /** The model with numbers that everybody sees, so that nothing of it is stored. */
    private static String publicly() {
        return data.model()
                .replace("\"name\": \"small-business\"", "\"name\": \"public\"")
                .replace("\"weights\": \"private\"", "\"weights\": \"public\"")
                .replace("\"thresholds\":", "\"visibility\": \"public\", \"thresholds\":");
    }

    /** Written by hand with the bank's own keys, since its node would not ask: each agency refuses by itself. */
    @Test
    @Order(6)
    void eachAgencyRefusesByItselfWhatTheBankMayNotAsk() throws IOException {
        JsonNode other = people.activate(group.bank(), publicly());
        String served = consented(7);
        assertEquals(200, ask(7, PURPOSE, served).status());
        Consent taken = people.consent(subject(8));
        for (Role agency : AGENCIES) {
            people.officer(agency)
                    .post(
                            "/v1/consents/withdraw",
                            LiveGroup.JSON.createObjectNode().put("withdrawal", people.withdrawn(taken)));
        }
        group.kill(Role.BANK);
        try (BankInDisguise bank = new BankInDisguise(group)) {
            for (Role agency : AGENCIES) {
                AskedAlone asked = new AskedAlone(bank, agency, people, model, data.businesses());
                asked.otherTerms(other);
                asked.otherConsents(taken);
                assertEquals("CONSENT_SPENT", asked.answer(7, served));
                assertEquals("ANSWERED", asked.answer(7, consented(7)));
                asked.whileItIsSuspendedOrStopped();
                // Nothing but what was wrong in each of them stood against it.
                Proposal.Builder right = asked.proposal(9, consented(9));
                assertEquals("ACCEPTED", bank.answerOf(agency, right));
                assertEquals("REPEATED", bank.answerOf(agency, right));
            }
        }
        group.restart(Role.BANK);
        group.awaitReady();
        answered(10);
    }

    /** Nobody but the bank says so: an answer that it has on record. */
    private static JsonNode givenAgain(int business, RestClient.Reply reply) {
        assertEquals(200, reply.status(), () -> reply.body().toString());
        assertTrue(reply.body().path("stored").asBoolean(), () -> reply.body().toString());
        List<Business> one = List.of(data.businesses().get(business));
        assertTrue(DemoResult.agrees(LiveGroup.oracle(data.model(), one).getFirst(), reply.body()));
        assertTrue(Instant.parse(reply.body().get("answeredAt").asText()).isBefore(Instant.now()));
        return reply.body();
    }

    @Test
    @Order(7)
    void portfoliosOfBusinessesThatWereAsked() {
        people.agreeOnTables(model);
        List<Business> asked = data.businesses().subList(OWN, OWN + PORTFOLIO);
        Portfolios portfolios = new Portfolios(group, people, model, asked, LiveGroup.oracle(data.model(), asked));
        List<JsonNode> first = portfolios.aJobWithAConsentOfEachRow();
        portfolios.aJobThatIsCutOffGoesOnWithItsConsents();
        // The bank's process was killed: what single scores have answered is on record too.
        givenAgain(0, ask(0, PURPOSE, ""));
        portfolios.aTableWithoutAConsentSaysOfWhom();
        portfolios.aTableOfThoseWhoHaveConsentedIsScoredOnceAndAnsweredAgain();
        portfolios.aSegmentOfWhichSomeWereAnsweredHasTheirAnswers();
        portfolios.whatWasAnsweredIsGivenAgain(first);
        portfolios.whatWasAnsweredOnAWithdrawnConsentIsNotGivenAgain();
    }

    /** One with a token, and a file with a column of them, of which one row has none. */
    @Test
    @Order(8)
    void theCommandLineBringsConsents() throws IOException {
        String bank = group.node(Role.BANK).toString();
        String name = model.get("name").asText();
        Path file = Files.writeString(
                temporary.resolve("asked.csv"),
                "subject,consent\n" + subject(12) + "," + consented(12) + "\n" + subject(13) + ",\n");
        Path answers = temporary.resolve("answers.csv");

        assertEquals(
                0,
                tally(
                        "score",
                        "--node",
                        bank,
                        "--model",
                        name,
                        "--purpose",
                        PURPOSE,
                        "--consent",
                        consented(11),
                        subject(11)));
        assertEquals(
                1,
                tally(
                        "score",
                        "--node",
                        bank,
                        "--model",
                        name,
                        "--purpose",
                        PURPOSE,
                        "--csv",
                        file.toString(),
                        "--out",
                        answers.toString()));

        List<String> lines = Files.readAllLines(answers);
        assertEquals(3, lines.size(), lines::toString);
        assertTrue(lines.get(1).startsWith(subject(12)) && !lines.get(1).contains("consent"), lines::toString);
        assertTrue(lines.get(2).contains("without the subject's consent"), lines::toString);
    }

    private static int tally(String... arguments) {
        return Tally.commandLine().execute(arguments);
    }

    @Test
    @Order(9)
    void whatIsRevokedIsOver() {
        people.approver(Role.SOCIAL_SECURITY)
                .post("/v1/agreements/" + people.agreement() + "/revoke", "application/json", "");
        refused("AGREEMENT_REVOKED", ask(6, PURPOSE, consented(6)));
    }

    /** It bears its program's hash, and what it lets be told is read in its program. */
    @Test
    @Order(10)
    void aModelOfPublicNumbersIsAgreedOnToo() {
        model = people.activate(group.bank(), publicly());
        assertEquals(model.get("program"), model.get("digest"));
        people.agree(model, 12);
        RestClient.Reply reply = ask(13, PURPOSE, consented(13));
        assertEquals(200, reply.status(), () -> reply.body().toString());
        List<Business> one = List.of(data.businesses().get(13));
        assertTrue(DemoResult.agrees(LiveGroup.oracle(publicly(), one).getFirst(), reply.body()));
    }
}
