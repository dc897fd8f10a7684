package org.tallystick.node.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.models.Answer;
import org.tallystick.models.Compiled;
import org.tallystick.models.Model;
import org.tallystick.models.ModelCompiler;
import org.tallystick.models.SyntheticBusinesses;
import org.tallystick.node.config.ConsortiumFolder;
import org.tallystick.node.config.NodeConfig;
import org.tallystick.node.config.NodeConfig.Approval;
import org.tallystick.node.config.NodeConfigFile;
import org.tallystick.node.config.Role;
import org.tallystick.node.governance.Consent;
import org.tallystick.node.governance.ConsentToken;
import org.tallystick.node.governance.SignatureSuite;
import org.tallystick.node.session.Hash;
import org.tallystick.program.ProgramHash;

/**
 * The interface as others meet it: a TypeScript client is generated from the description that a node serves, a flow of
 * all four parties' people is compiled against it and run ({@code src/test/client}); then made-up requests of all
 * kinds, none of which a node may fail at.
 */
@Tag("slow")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClientTest {
    private static final Path SOURCES = Path.of("src", "test", "client");
    private static final String BANK = "First Bank of Rong";
    private static final long SEED = 20_261_122;
    private static final int REQUESTS = 400;

    @TempDir
    private static Path temporary;

    private static DemoData data;
    private static LiveGroup group;

    @BeforeAll
    static void start() {
        data = DemoData.synthetic(6);
        group = LiveGroup.make(temporary.resolve("group"), Approval.ALL, "", true)
                .load(SyntheticBusinesses.COLUMNS, data.businesses());
        group.start();
    }

    @AfterAll
    static void stop() {
        group.close();
    }

    @Test
    @Order(1)
    void aGeneratedClientRunsTheWholeFlow() throws IOException {
        Path work = Files.createDirectory(temporary.resolve("client"));
        for (String file : List.of("package.json", "package-lock.json", "tsconfig.json", "flow.ts")) {
            Files.copy(SOURCES.resolve(file), work.resolve(file));
        }
        Files.writeString(work.resolve("openapi.yaml"), group.bank().getText("/openapi.yaml", "application/yaml"));
        Files.writeString(work.resolve("setup.json"), setup().toString());
        run(work, "npm", "ci", "--no-audit", "--no-fund");
        run(work, "npm", "run", "generate");
        run(work, "npm", "run", "build");
        JsonNode told = LiveGroup.JSON.readTree(run(work, "node", "out/flow.js", "setup.json"));

        List<Answer> expected = LiveGroup.oracle(data.model(), data.businesses());
        assertEquals(expected.size(), told.get("answers").size(), told::toString);
        for (int k = 0; k < expected.size(); k++) {
            assertTrue(DemoResult.agrees(expected.get(k), told.get("answers").get(k)), "answer " + k + ": " + told);
        }
        for (Role role : List.of(Role.TAX, Role.UTILITY, Role.SOCIAL_SECURITY)) {
            assertEquals(expected.size(), told.get("charged").get(role.id()).asInt(), told::toString);
        }
    }

    /** Where the nodes are, the model, and consents that the registrar has signed with SM2. */
    private static ObjectNode setup() throws IOException {
        ObjectNode setup = LiveGroup.JSON.createObjectNode();
        ObjectNode nodes = setup.putObject("nodes");
        for (Role role : Role.values()) {
            NodeConfig config = NodeConfigFile.read(group.node(role).resolve(NodeConfigFile.NAME));
            nodes.putObject(role.id())
                    .put("url", "https://localhost:" + config.rest().listen().port())
                    .put(
                            "token",
                            Files.readString(group.node(role).resolve(ConsortiumFolder.TOKEN))
                                    .strip());
        }
        SignatureSuite.Key registrar = SignatureSuite.SM2.generate();
        setup.set("model", LiveGroup.JSON.readTree(data.model()));
        setup.put("bank", BANK).put("purpose", LiveGroup.PURPOSE);
        setup.putObject("registrar")
                .put("suite", registrar.suite().id())
                .put("publicKey", HexFormat.of().formatHex(registrar.publicKey()));
        Compiled compiled = ModelCompiler.compile(Model.parse(data.model()));
        Hash program = Hash.of(ProgramHash.of(compiled.program()).bytes());
        ArrayNode businesses = setup.putArray("businesses");
        for (int k = 0; k < data.businesses().size(); k++) {
            String subject = data.businesses().get(k).id();
            String nonce = "%032x".formatted(k + 1);
            Instant end = Instant.now().plusSeconds(3600);
            Consent consent = new Consent(subject, BANK, LiveGroup.PURPOSE, program, false, nonce, end);
            businesses
                    .addObject()
                    .put("subject", subject)
                    .put(
                            "consent",
                            ConsentToken.issue(registrar, List.of(consent)).getFirst());
        }
        return setup;
    }

    /** What a program prints, which must end well. */
    private static String run(Path folder, String... command) throws IOException {
        Path out = folder.resolve("out.txt");
        Path errors = folder.resolve("errors.txt");
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment()
                .put(
                        "NODE_EXTRA_CA_CERTS",
                        group.folder().resolve("authority/ca.pem").toString());
        Process process;
        try {
            process = builder.redirectOutput(out.toFile())
                    .redirectError(errors.toFile())
                    .start();
        } catch (IOException e) {
            throw new AssertionError(
                    "the client is generated and run with Node.js: install it with its npm"
                            + " (apt-get install nodejs npm)",
                    e);
        }
        try {
            boolean ended = process.waitFor(LiveGroup.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            process.destroyForcibly();
            assertTrue(
                    ended && process.exitValue() == 0,
                    () -> String.join(" ", command) + ":\n" + LiveGroup.text(out) + LiveGroup.text(errors));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return LiveGroup.text(out);
    }

    @Test
    @Order(2)
    void noMadeUpRequestMakesANodeFail() {
        MadeUpRequests requests = MadeUpRequests.of(
                group.bank().getText("/openapi.yaml", "application/yaml"),
                SEED,
                data.businesses().getFirst().id());
        for (Role role : List.of(Role.BANK, Role.TAX)) {
            int accepted = 0;
            for (int k = 0; k < REQUESTS; k++) {
                MadeUpRequests.Request request = requests.next();
                var reply = group.client(role).send(request.method(), request.path(), request.type(), request.body());
                assertTrue(
                        reply.statusCode() != 500,
                        () -> role.id() + " fails with seed " + SEED + " at " + request + ": " + reply.body());
                accepted += reply.statusCode() < 300 ? 1 : 0;
                if (reply.statusCode() >= 400) {
                    assertTrue(
                            reply.body().contains("\"code\"") && reply.body().contains("\"remedy\""),
                            () -> "no problem: " + reply.statusCode() + " of " + request + ": " + reply.body());
                }
            }
            // Otherwise the requests would be too bad to get far.
            assertTrue(accepted > REQUESTS / 20, accepted + " were accepted");
            assertTrue(group.client(role).tryGet("/ready").status() == 200, () -> role.id() + " is not ready");
        }
    }
}
