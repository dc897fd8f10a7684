package org.tallystick.node.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
import org.tallystick.models.CreditCode;
import org.tallystick.models.SyntheticBusinesses;
import org.tallystick.node.certs.Signing;
import org.tallystick.node.cli.RestClient;
import org.tallystick.node.cli.Tally;
import org.tallystick.node.config.ConsortiumFolder;
import org.tallystick.node.config.NodeConfig.Approval;
import org.tallystick.node.config.NodeConfigFile;
import org.tallystick.node.config.Role;
import org.tallystick.node.session.Hash;
import org.tallystick.node.transport.EpochId;
import org.tallystick.node.wire.Proposal;
import picocli.CommandLine;

/** What people get wrong, put to four real processes by REST and by command line: clear errors, nothing else harmed. */
@Tag("slow")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class BadInputTest {
    private static final String MODEL = DemoData.synthetic(1).model();
    private static final List<Role> AGENCIES = List.of(Role.TAX, Role.UTILITY, Role.SOCIAL_SECURITY);
    private static final int OUTSIDE = 3;
    private static final int NOT_A_NUMBER = 5;

    @TempDir
    private static Path temporary;

    private static LiveGroup group;
    private static List<Business> businesses;

    @BeforeAll
    static void start() {
        businesses = new ArrayList<>(SyntheticBusinesses.generate(12, 5));
        businesses.set(OUTSIDE, LiveGroup.with(businesses.get(OUTSIDE), "utility", "bills_in_arrears", "13"));
        businesses.set(NOT_A_NUMBER, LiveGroup.with(businesses.get(NOT_A_NUMBER), "bank", "balance", "plenty"));
        group = LiveGroup.make(temporary.resolve("group"), Approval.LISTED, "")
                .load(SyntheticBusinesses.COLUMNS, businesses);
        group.start();
    }

    @AfterAll
    static void stop() {
        group.close();
    }

    private static RestClient.Reply post(String path, String body) {
        return group.bank().tryPost(path, "application/json", body);
    }

    private static void problem(RestClient.Reply reply, int status, String code, String words) {
        String text = reply.body().toString();
        assertEquals(status, reply.status(), text);
        assertEquals(code, reply.body().path("code").asText(), text);
        assertTrue(reply.body().path("detail").asText().contains(words), text);
        assertFalse(reply.body().path("remedy").asText().isBlank(), text);
    }

    // ---- models

    @Test
    @Order(1)
    void aProgramRunsOnlyWhereItIsApproved() {
        RestClient.Reply refused = post("/v1/models", MODEL);
        problem(refused, 409, "refused", "not approved");
        String hash = refused.body().at("/details/program").asText();
        problem(
                post(
                        "/v1/scores",
                        LiveGroup.request("small-business")
                                .put("subject", businesses.get(0).id())
                                .toString()),
                404,
                "unknown_model",
                "small-business");

        approve(hash);
        assertEquals("small-business", group.activate(MODEL));
        assertTrue(answered(0));
    }

    private static void approve(String hash) {
        for (Role role : AGENCIES) {
            LiveGroup.await(
                    () -> group.client(role).tryGet("/v1/programs/" + hash).status() == 200,
                    () -> role + " does not list the program");
            RestClient.Reply approval = group.client(role)
                    .tryPost("/v1/programs/" + hash + "/approve", "application/json", "{\"by\": \"the data office\"}");
            assertEquals(200, approval.status(), () -> approval.body().toString());
        }
    }

    private static boolean answered(int business) {
        RestClient.Reply reply =
                group.score("small-business", businesses.get(business).id());
        Answer oracle =
                LiveGroup.oracle(MODEL, List.of(businesses.get(business))).getFirst();
        return reply.status() == 200 && DemoResult.agrees(oracle, reply.body());
    }

    @Test
    @Order(2)
    void modelsThatCannotBeComputedAreRejected() {
        String huge = MODEL.replace("\"range\": [10, 1000000]", "\"range\": [-1e17, 1e17]")
                .replace(
                        "\"missingValue\": 5000, \"log\": true, \"mean\": 8.5",
                        "\"missingValue\": 5000, \"mean\": 8.5");
        problem(post("/v1/models", huge), 422, "model_rejected", "kwh");
        problem(post("/v1/models", MODEL.replace("-3.25", "-32.5")), 422, "model_rejected", "interceptBound");
        problem(
                post("/v1/models", MODEL.replace("\"weight\": 0.14", "\"weight\": 9")),
                422,
                "model_rejected",
                "weightBound");
        problem(
                post("/v1/models", MODEL.replace("\"kind\": \"logistic\"", "\"kind\": \"oracle\"")),
                422,
                "model_rejected",
                "kind");
        problem(post("/v1/models", "[1, 2]"), 400, "invalid_request", "not a JSON object");
        assertTrue(answered(0));
    }

    @Test
    @Order(2)
    void aColumnThatAnAgencyLacksIsNamedInItsLog() {
        String other = MODEL.replace("\"name\": \"small-business\"", "\"name\": \"with-water\"")
                .replace("\"name\": \"kwh\"", "\"name\": \"water\"");
        String hash = post("/v1/models", other).body().at("/details/program").asText();
        approve(hash);
        String name = group.activate(other);

        problem(group.score(name, businesses.get(0).id()), 409, "refused", "utility");

        group.awaitLog(Role.UTILITY, "column water is not among this owner's columns");
    }

    @Test
    @Order(2)
    void aWithdrawnProgramIsRefusedAtOnce() {
        String hash = model("small-business").get("program").asText();
        String path = "/v1/programs/" + hash;
        ObjectNode me = LiveGroup.JSON.createObjectNode().put("by", "me");
        group.client(Role.UTILITY).post(path + "/withdraw", me);

        problem(group.score("small-business", businesses.get(0).id()), 409, "refused", "utility");

        group.client(Role.UTILITY).post(path + "/approve", me);
        assertTrue(answered(0));
    }

    // ---- subjects and rows

    @Test
    @Order(3)
    void subjectsAreChecked() {
        String id = businesses.get(0).id();
        String wrong = id.substring(0, 17) + (id.endsWith("0") ? "1" : "0");
        String unknown = CreditCode.of(id.substring(0, 2) + "110101" + id.substring(8, 17));

        problem(group.score("small-business", wrong), 422, "invalid_subject", "character 18");
        problem(group.score("small-business", unknown), 404, "unknown_subject", "no row");
        problem(group.score("small-business", businesses.get(NOT_A_NUMBER).id()), 422, "unusable_row", "balance");
        ObjectNode job = LiveGroup.request("small-business");
        job.putArray("subjects").add(id).add(wrong);
        RestClient.Reply rejected = post("/v1/jobs", job.toString());
        problem(rejected, 422, "invalid_subject", "character 18");
        assertEquals(2, rejected.body().at("/details/row").asInt());
    }

    @Test
    @Order(4)
    void aRefusedRowDoesNotHarmTheOthers() {
        problem(group.score("small-business", businesses.get(OUTSIDE).id()), 409, "refused", "utility");

        List<String> subjects = businesses.stream().map(Business::id).toList();
        List<JsonNode> rows = group.finished(group.startJob("small-business", subjects));

        assertEquals(
                subjects, rows.stream().map(row -> row.get("subject").asText()).toList());
        for (int k = 0; k < rows.size(); k++) {
            JsonNode row = rows.get(k);
            switch (k) {
                case OUTSIDE -> assertEquals("refused", row.at("/problem/code").asText(), row::toString);
                case NOT_A_NUMBER ->
                    assertEquals("unusable_row", row.at("/problem/code").asText(), row::toString);
                default ->
                    assertTrue(
                            DemoResult.agrees(
                                    LiveGroup.oracle(MODEL, List.of(businesses.get(k)))
                                            .getFirst(),
                                    row),
                            row::toString);
            }
        }
        group.awaitLog(Role.UTILITY, "column bills_in_arrears: value outside the model's declared range 0 to 12");
        assertFalse(group.log(Role.UTILITY).contains(businesses.get(OUTSIDE).id()), "a log names a subject");
    }

    @Test
    @Order(5)
    void theCommandLineScoresOneAndMany() throws IOException {
        String node = group.node(Role.BANK).toString();
        Outcome one = tally(
                "score",
                "--node",
                node,
                "--model",
                "small-business",
                businesses.get(1).id());
        assertEquals(0, one.code(), one::err);
        assertTrue(one.out().startsWith(businesses.get(1).id() + ": band "), one::out);

        Outcome wrong = tally("score", "--node", node, "--model", "small-business", "12345");
        assertEquals(1, wrong.code());
        assertTrue(wrong.err().startsWith("error: ") && wrong.err().contains("; do: "), wrong::err);

        Path csv = temporary.resolve("ask.csv");
        Path out = temporary.resolve("answers.csv");
        StringBuilder text = new StringBuilder("subject\n");
        businesses.forEach(business -> text.append(business.id()).append('\n'));
        LiveGroup.write(csv, text.toString());
        Outcome many = tally(
                "score", "--node", node, "--model", "small-business", "--csv", csv.toString(), "--out", out.toString());
        assertEquals(1, many.code(), many::err);
        assertTrue(many.out().contains("10 of 12 scored"), many::out);
        List<String> lines = Files.readAllLines(out);
        assertEquals(13, lines.size());
        assertTrue(lines.get(1 + OUTSIDE).contains("refused"), () -> lines.get(1 + OUTSIDE));

        Outcome column =
                tally("score", "--node", node, "--model", "small-business", "--csv", csv.toString(), "--id", "code");
        assertEquals(1, column.code());
        assertTrue(column.err().contains("has no column \"code\""), column::err);
    }

    // ---- starting and loading

    private record Outcome(int code, String out, String err) {}

    private static Outcome tally(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line =
                Tally.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        int code = line.execute(arguments);
        return new Outcome(code, out.toString(), err.toString());
    }

    @Test
    @Order(6)
    void aSecondNodeInTheSamePlaceIsTurnedAway() {
        Outcome sameFolder = tally("node", group.node(Role.TAX).toString());
        assertEquals(1, sameFolder.code());
        assertTrue(sameFolder.err().contains("is open in another process"), sameFolder::err);

        Path other = temporary.resolve("other");
        ConsortiumFolder.write(new ConsortiumFolder.Plan(other, "demo", 0, Approval.LISTED, false));
        Outcome peerPort = tally("node", at(other, Role.TAX).toString());
        assertEquals(1, peerPort.code());
        assertTrue(peerPort.err().contains("cannot listen on 127.0.0.1:"), peerPort::err);
        assertTrue(peerPort.err().contains("; do: "), peerPort::err);

        Outcome restPort = tally("node", at(other, Role.BANK).toString());
        assertEquals(1, restPort.code());
        assertTrue(restPort.err().contains("the REST interface cannot listen at 127.0.0.1:"), restPort::err);
    }

    /** A new node's folder, at the addresses of the running one. */
    private static Path at(Path other, Role role) {
        Path node = other.resolve(role.id());
        Path yaml = node.resolve(NodeConfigFile.NAME);
        int ownPort = NodeConfigFile.read(node).listen().port() - role.ordinal();
        int takenPort = NodeConfigFile.read(group.node(role)).listen().port() - role.ordinal();
        String text = LiveGroup.text(yaml);
        for (int k = 0; k < 8; k++) {
            text = text.replace("127.0.0.1:" + (ownPort + k), "127.0.0.1:" + (takenPort + k));
        }
        LiveGroup.write(yaml, text);
        return node;
    }

    @Test
    @Order(7)
    void nothingIsImportedUnderARunningNode() {
        Path csv = temporary.resolve("more.csv");
        LiveGroup.write(csv, "subject,kwh\nx,1\n");

        Outcome locked = tally("import", "--node", group.node(Role.UTILITY).toString(), csv.toString());

        assertEquals(1, locked.code());
        assertTrue(locked.err().contains("is in use by another process; do: stop the node"), locked::err);
        assertTrue(answered(2));
    }

    @Test
    @Order(8)
    void wrongFilesAreNotImported() {
        Path other = temporary.resolve("fresh");
        ConsortiumFolder.write(new ConsortiumFolder.Plan(other, "demo", 0, Approval.LISTED, false));
        String node = other.resolve("tax").toString();
        imports(node, "code,sales\na,1\n", "there is no column subject");
        imports(node, "subject,sales\na,1\nb,2\na,3\n", "line 4, column subject: the same identifier as in line 2");
        imports(node, "subject,sales\na,1\n", "");
        imports(node, "subject,sales\nb,many\n", "column sales");
        imports(node, "subject\nc\n", "sales");
    }

    private static void imports(String node, String csv, String error) {
        Path file = temporary.resolve("in.csv");
        LiveGroup.write(file, csv);
        Outcome outcome = tally("import", "--node", node, file.toString());
        assertEquals(error.isEmpty() ? 0 : 1, outcome.code(), outcome::err);
        assertTrue(outcome.err().contains(error), outcome::err);
    }

    // ---- proposals

    /** Written by hand with the bank's own keys, sent to the agencies' processes over TLS. */
    @Test
    @Order(9)
    void proposalsThatAreNotQuiteRightAreRefusedByEachAgency() throws IOException {
        JsonNode known = model("small-business");
        Hash program = Hash.parse(known.get("program").asText());
        Hash digest = Hash.parse(known.get("digest").asText());
        Hash other = Hash.parse(model("with-water").get("digest").asText());
        String subject = businesses.get(0).id();
        group.kill(Role.BANK);
        try (BankInDisguise bank = new BankInDisguise(group)) {
            for (Role agency : AGENCIES) {
                assertEquals(
                        "PROGRAM_NOT_APPROVED", bank.answerOf(agency, bank.proposal("demo", other, digest, subject)));
                assertEquals("MODEL_UNKNOWN", bank.answerOf(agency, bank.proposal("demo", program, program, subject)));
                assertEquals("MODEL_UNKNOWN", bank.answerOf(agency, bank.proposal("demo", program, other, subject)));
                assertEquals("GROUP", bank.answerOf(agency, bank.proposal("demos", program, digest, subject)));
                assertEquals(
                        "EPOCH",
                        bank.answerOf(
                                agency,
                                bank.proposal("demo", program, digest, subject)
                                        .setEpoch(ByteString.copyFrom(new byte[EpochId.BYTES]))));
                assertEquals(
                        "SIGNATURE",
                        bank.answerOf(agency, bank.proposal("demo", program, digest, subject), Signing.generate()));
                assertEquals(
                        "MALFORMED",
                        bank.answerOf(
                                agency,
                                bank.proposal("demo", program, digest, subject).setProposer(0)));
            }
            // Nothing but what was wrong in each of them stood against it.
            Proposal.Builder right = bank.proposal("demo", program, digest, subject);
            for (Role agency : AGENCIES) {
                assertEquals("ACCEPTED", bank.answerOf(agency, right));
                assertEquals("REPEATED", bank.answerOf(agency, right));
            }
        }
        group.restart(Role.BANK);
        group.awaitReady();
        assertTrue(answered(0));
    }

    private static JsonNode model(String name) {
        return group.bank()
                .get("/v1/models")
                .at("/models")
                .valueStream()
                .filter(model -> model.get("name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
