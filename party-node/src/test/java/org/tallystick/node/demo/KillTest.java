package org.tallystick.node.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.models.Answer;
import org.tallystick.models.Business;
import org.tallystick.models.SyntheticBusinesses;
import org.tallystick.node.audit.Receipt;
import org.tallystick.node.cli.RestClient;
import org.tallystick.node.cli.Tally;
import org.tallystick.node.config.NodeConfig.Approval;
import org.tallystick.node.config.NodeConfigFile;
import org.tallystick.node.config.Role;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Outcome;
import org.tallystick.node.storage.ReceiptLog;
import org.tallystick.node.storage.StorageKey;
import org.tallystick.node.wire.ProposalRows;
import picocli.CommandLine;

/**
 * Four real processes, one of them ended without warning. No call hangs, errors name who is missing, nothing is lost
 * and nothing is charged twice.
 */
@Tag("slow")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class KillTest {
    private static final String MODEL = DemoData.synthetic(1).model();
    /** The same with nothing private in it, so that no node keeps shares of it. */
    private static final String PUBLIC = MODEL.replace("\"name\": \"small-business\"", "\"name\": \"public\"")
            .replace("\"weights\": \"private\"", "\"weights\": \"public\"")
            .replace("\"thresholds\":", "\"visibility\": \"public\", \"thresholds\":");

    private static final List<Business> BUSINESSES = SyntheticBusinesses.generate(800, 7);
    private static final List<String> SUBJECTS =
            BUSINESSES.stream().map(Business::id).toList();
    private static final List<Answer> ORACLE = LiveGroup.oracle(MODEL, BUSINESSES);
    /** The requests that were answered, as agencies know them, with the run that answered. */
    private static final Map<String, String> ANSWERED = new HashMap<>();

    @TempDir
    private static Path temporary;

    private static Path oldBackup;
    private static LiveGroup group;
    private static String model;
    private static String publicModel;

    @BeforeAll
    static void start() throws IOException {
        // Small chunks, so that a job is long enough to be caught in the middle. Garbled while stock lasts, and
        // bit-sliced while it is
        // made anew.
        String settings = "batching:\n  jobChunk: 4\ngarbled:\n  use: always\n";
        group = LiveGroup.make(temporary.resolve("group"), Approval.ALL, settings)
                .load(SyntheticBusinesses.COLUMNS, BUSINESSES);
        for (Role role : Role.values()) {
            Path file = group.node(role).resolve(NodeConfigFile.NAME);
            Files.writeString(file, LiveGroup.text(file).replace("stock: 1024", "stock: 4096"));
        }
        group.start();
        model = group.activate(MODEL);
        publicModel = group.activate(PUBLIC);
    }

    @AfterAll
    static void stop() {
        group.close();
    }

    @Test
    @Order(1)
    void aRetryGetsTheStoredAnswerAndDoesNotRunAgain() {
        ObjectNode request =
                LiveGroup.request(model).put("subject", SUBJECTS.get(0)).put("requestId", "retried-1");

        RestClient.Reply first = group.score(request);
        String run = latestRun(Role.TAX);
        RestClient.Reply again = group.score(request);

        assertEquals(200, first.status(), () -> first.body().toString());
        assertEquals(first.body(), again.body());
        assertEquals(first.body().get("session").asText(), run);
        assertEquals(run, latestRun(Role.TAX));
        assertTrue(
                DemoResult.agrees(ORACLE.get(0), first.body()),
                () -> first.body().toString());
        ANSWERED.put(wireRequest("retried-1"), first.body().get("session").asText());
        RestClient.Reply other = group.score(request.put("subject", SUBJECTS.get(1)));
        assertEquals(409, other.status());
        assertEquals("conflict", other.body().get("code").asText());
    }

    private static String latestRun(Role role) {
        return group.client(role)
                .get("/v1/sessions?limit=1")
                .get("sessions")
                .get(0)
                .get("id")
                .asText();
    }

    @Test
    @Order(2)
    void aMissingAgencyIsNamed() throws IOException {
        group.kill(Role.TAX);
        LiveGroup.await(
                () -> group.bank().tryGet("/ready").status() != 200, () -> "the bank does not see that tax is gone");

        ObjectNode request =
                LiveGroup.request(model).put("subject", SUBJECTS.get(2)).put("requestId", "while-away");
        RestClient.Reply without = group.score(request);

        assertEquals(503, without.status(), () -> without.body().toString());
        assertEquals("not_ready", without.body().get("code").asText());
        assertEquals("[\"tax\"]", without.body().at("/details/missing").toString());
        assertTrue(
                without.body().get("detail").asText().contains("tax"),
                () -> without.body().toString());
        RestClient.Reply ready = group.client(Role.UTILITY).tryGet("/ready");
        assertEquals(503, ready.status());
        assertTrue(ready.body().toString().contains("tax"), () -> ready.body().toString());

        oldBackup = Files.copy(
                group.node(Role.TAX).resolve("state").resolve(ReceiptLog.FILE), temporary.resolve("old-backup"));
        group.restart(Role.TAX);
        group.awaitReady();
        RestClient.Reply with = group.score(request);
        assertEquals(200, with.status(), () -> with.body().toString());
        assertTrue(
                DemoResult.agrees(ORACLE.get(2), with.body()), () -> with.body().toString());
        ANSWERED.put(wireRequest("while-away"), with.body().get("session").asText());
    }

    @Test
    @Order(3)
    void aJobSurvivesTheEndOfAnAgency() {
        String job = caughtInTheMiddle(Role.UTILITY);

        LiveGroup.await(
                () -> group.bank().tryGet("/ready").status() != 200,
                () -> "the bank does not see that utility is gone");
        assertEquals("running", group.job(job).get("status").asText());
        RestClient.Reply single = group.score(model, SUBJECTS.get(0));
        assertEquals(503, single.status(), () -> single.body().toString());
        group.restart(Role.UTILITY);
        group.awaitReady();

        complete(job);
    }

    @Test
    @Order(4)
    void aJobAndAnAnswerSurviveTheEndOfTheBank() {
        String job = group.startJob(model, SUBJECTS);
        LiveGroup.await(() -> group.job(job).get("done").asInt() > 0, () -> "no row is done: " + group.job(job));
        ObjectNode request =
                LiveGroup.request(model).put("subject", SUBJECTS.get(3)).put("requestId", "just-before");
        RestClient.Reply before = group.score(request);
        group.kill(Role.BANK);
        assertEquals(200, before.status(), () -> before.body().toString());

        group.restart(Role.BANK);
        group.awaitReady();

        assertEquals(before.body(), group.score(request).body());
        ANSWERED.put(wireRequest("just-before"), before.body().get("session").asText());
        complete(job);
        ObjectNode publicly =
                LiveGroup.request(publicModel).put("subject", SUBJECTS.get(3)).put("requestId", "public");
        RestClient.Reply answer = group.score(publicly);
        assertEquals(200, answer.status(), () -> answer.body().toString());
        assertTrue(
                DemoResult.agrees(ORACLE.get(3), answer.body()),
                () -> answer.body().toString());
        ANSWERED.put(wireRequest("public"), answer.body().get("session").asText());
    }

    private static List<String> howScoresWereComputed(Role role) {
        List<String> all = new ArrayList<>();
        group.client(role)
                .get("/v1/sessions?limit=1000")
                .get("sessions")
                .forEach(session -> all.add(session.path("how").asText()));
        return all;
    }

    /** Starts a job and kills a node while the job is under way. */
    private static String caughtInTheMiddle(Role victim) {
        String job = group.startJob(model, SUBJECTS);
        LiveGroup.await(() -> group.job(job).get("done").asInt() > 0, () -> "no row is done: " + group.job(job));
        group.kill(victim);
        return job;
    }

    /** The job ends well, was really interrupted, and answers every row once and rightly. */
    private static void complete(String job) {
        List<JsonNode> rows = group.finished(job);
        JsonNode state = group.job(job);
        assertEquals("done", state.get("status").asText(), state::toString);
        assertEquals(SUBJECTS.size(), state.get("done").asInt());
        assertEquals(0, state.get("failed").asInt());
        assertEquals(
                SUBJECTS, rows.stream().map(row -> row.get("subject").asText()).toList());
        IntStream.range(0, rows.size())
                .forEach(k -> assertTrue(
                        DemoResult.agrees(ORACLE.get(k), rows.get(k)),
                        () -> rows.get(k).toString()));
        rows.forEach(row -> ANSWERED.put(
                wireRequest(row.get("requestId").asText()), row.get("session").asText()));
    }

    @Test
    @Order(5)
    void scoresAreGarbledWhileThereIsStock() {
        ObjectNode request = LiveGroup.request(model).put("subject", SUBJECTS.get(4));
        LiveGroup.await(
                () -> {
                    RestClient.Reply answer = group.score(request.put("requestId", "garbled-" + ANSWERED.size()));
                    assertEquals(200, answer.status(), () -> answer.body().toString());
                    assertTrue(
                            DemoResult.agrees(ORACLE.get(4), answer.body()),
                            () -> answer.body().toString());
                    ANSWERED.put(
                            wireRequest("garbled-" + ANSWERED.size()),
                            answer.body().get("session").asText());
                    return howScoresWereComputed(Role.BANK).getFirst().equals("garbled");
                },
                () -> "no score was garbled");
        assertTrue(howScoresWereComputed(Role.SOCIAL_SECURITY).contains("garbled"));
        JsonNode plan = group.bank().get("/v1/plan?model=" + model + "&rows=2");
        assertEquals(2, plan.get("rows").asInt());
        assertTrue(plan.get("reasons").asText().contains("garbled.use"), plan::toString);
        for (String way : List.of("bit_sliced", "garbled")) {
            RestClient.Reply forced =
                    group.score(request.put("requestId", "forced-" + way).put("force", way));
            assertEquals(200, forced.status(), () -> forced.body().toString());
            ANSWERED.put(
                    wireRequest("forced-" + way), forced.body().get("session").asText());
            assertEquals(way, howScoresWereComputed(Role.BANK).getFirst());
        }
    }

    /** After all these kills the logs still agree; and an old backup is found out, by the node and by the audit. */
    @Test
    @Order(6)
    void theLogsAgreeAndAnOldBackupIsFoundOut() throws IOException {
        Audited agreed = audited();
        assertEquals(0, agreed.code(), agreed::text);
        Path log = group.node(Role.TAX).resolve("state").resolve(ReceiptLog.FILE);
        Path newest = temporary.resolve("newest");
        group.kill(Role.TAX);
        Files.copy(log, newest);
        Files.copy(oldBackup, log, StandardCopyOption.REPLACE_EXISTING);
        Files.delete(log.resolveSibling("receipts.heads"));
        group.restart(Role.TAX);
        group.awaitReady();
        LiveGroup.await(
                () -> group.client(Role.TAX).get("/health").toString().contains("not those it has signed"),
                () -> "the node does not notice: " + group.client(Role.TAX).get("/health"));

        Audited found = audited();
        assertEquals(3, found.code(), found::text);
        assertTrue(found.text().contains("tax: TRUNCATED") && found.text().contains("tax: LOST"), found::text);
        found.text()
                .lines()
                .filter(line -> line.matches("[a-z-]+: [A-Z_]+: .*"))
                .forEach(line -> assertTrue(line.startsWith("tax: "), line));

        group.kill(Role.TAX);
        Files.copy(newest, log, StandardCopyOption.REPLACE_EXISTING);
        group.restart(Role.TAX);
        group.awaitReady();
        LiveGroup.await(() -> audited().code() == 0, () -> audited().text());
    }

    private record Audited(int code, String text) {}

    private static Audited audited() {
        StringWriter out = new StringWriter();
        CommandLine line = Tally.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
        List<String> command =
                new ArrayList<>(List.of("audit", "--group", group.node(Role.TAX).toString()));
        for (Role role : Role.values()) {
            String file = temporary.resolve(role.id() + ".export").toString();
            assertEquals(0, line.execute("receipts", "--node", group.node(role).toString(), file), out::toString);
            command.add(file);
        }
        return new Audited(line.execute(command.toArray(String[]::new)), out.toString());
    }

    @Test
    @Order(7)
    void nodesStopCleanlyAndTheirReceiptsSayWhatHappened() {
        for (Role role : Role.values()) {
            group.process(role).destroy();
        }
        for (Role role : Role.values()) {
            LiveGroup.ended(group.process(role));
            assertEquals(143, group.process(role).exitValue(), () -> group.log(role));
            assertFalse(group.log(role).contains("Exception"), () -> group.log(role));
        }
        for (Role role : List.of(Role.TAX, Role.UTILITY, Role.SOCIAL_SECURITY)) {
            check(role);
        }
    }

    /** Each answered request has the release of the run that answered it, and others only of runs nobody had from. */
    private static void check(Role role) {
        Set<Hash> voided = new HashSet<>();
        Set<Hash> authorised = new HashSet<>();
        Map<Hash, List<String>> requests = new HashMap<>();
        Map<String, List<String>> released = new HashMap<>();
        StorageKey key =
                StorageKey.openOrCreate(group.node(role).resolve("keys").resolve(StorageKey.FILE));
        try (ReceiptLog log = ReceiptLog.open(group.node(role).resolve("state"), key)) {
            log.read(0, entry -> {
                switch (entry.receipt()) {
                    case Receipt.Accepted accepted ->
                        requests.put(accepted.session(), requests(log.attachment(entry.index())));
                    case Receipt.Authorised each -> authorised.add(each.session());
                    case Receipt.Ended(long _, Hash session, Outcome outcome) -> {
                        if (outcome.kind() == Outcome.Kind.NOTHING_LEFT) {
                            voided.add(session);
                        }
                    }
                    case Receipt.Refused _, Receipt.Event _ -> {}
                }
                return true;
            });
        }
        assertTrue(requests.keySet().containsAll(authorised), () -> role + " authorised what it did not accept");
        authorised.removeAll(voided);
        authorised.forEach(session -> requests.get(session)
                .forEach(request -> released.computeIfAbsent(request, any -> new ArrayList<>())
                        .add(session.hex())));
        Set<String> answering = new HashSet<>(ANSWERED.values());
        int repeated = 0;
        for (Map.Entry<String, String> answer : ANSWERED.entrySet()) {
            List<String> runs = released.getOrDefault(answer.getKey(), List.of());
            assertTrue(runs.contains(answer.getValue()), () -> role + " has no release of an answer");
            assertTrue(
                    runs.stream().filter(answering::contains).count() == 1,
                    () -> role + " released a request in two runs that both answered");
            repeated += runs.size() - 1;
        }
        // At most the two chunks in flight at each of two kills.
        assertTrue(repeated <= 16, role + " released " + repeated + " rows in vain");
        assertEquals(ANSWERED.keySet(), released.keySet(), () -> role + " released what nobody got");
    }

    private static List<String> requests(Optional<byte[]> rows) {
        try {
            return ProposalRows.parseFrom(rows.orElse(new byte[0])).getRowsList().stream()
                    .map(row -> HexFormat.of().formatHex(row.getRequest().toByteArray()))
                    .toList();
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    /** As the bank names a request to the others. */
    private static String wireRequest(String id) {
        return Hash.over("tallystick/request/1", id.getBytes(StandardCharsets.UTF_8))
                .hex()
                .substring(0, 32);
    }
}
