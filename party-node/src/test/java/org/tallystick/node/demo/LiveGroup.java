package org.tallystick.node.demo;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.tallystick.models.Answer;
import org.tallystick.models.Business;
import org.tallystick.models.FixedPointScorer;
import org.tallystick.models.Model;
import org.tallystick.models.ModelCompiler;
import org.tallystick.models.SyntheticBusinesses;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.cli.RestClient;
import org.tallystick.node.config.ConsortiumFolder;
import org.tallystick.node.config.ConsortiumFolder.Agreements;
import org.tallystick.node.config.NodeConfig.Approval;
import org.tallystick.node.config.NodeConfig.IdKind;
import org.tallystick.node.config.NodeConfigFile;
import org.tallystick.node.config.Role;

/** The folder of a group with each node's own columns in its own database, and its four processes when started. */
final class LiveGroup implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();
    static final List<String> FLAGS = List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:-UsePerfData");
    static final String PURPOSE = "loan application";

    /** What any single step may take on a machine that does much else; only a hang takes longer. */
    static final Duration PATIENCE = Duration.ofSeconds(200);

    private final Path folder;
    private final List<Path> nodes;
    private Consortium processes;

    private LiveGroup(Path folder, List<Path> nodes) {
        this.folder = folder;
        this.nodes = nodes;
        NodeArchive.use();
    }

    /** Writes the folder; {@code settings} are lines for the end of every node.yaml. */
    static LiveGroup make(Path folder, Approval approve, String settings) {
        return make(folder, approve, settings, false);
    }

    /** The same; with {@code agreements} every use needs one, which the nodes sign with SM2. */
    static LiveGroup make(Path folder, Approval approve, String settings, boolean agreements) {
        Agreements suite = agreements ? Agreements.SM2 : Agreements.NONE;
        List<Path> nodes = ConsortiumFolder.write(
                new ConsortiumFolder.Plan(folder, "demo", 0, approve, false, IdKind.CREDIT_CODE, suite));
        for (Path node : nodes) {
            write(node.resolve(NodeConfigFile.NAME), settings, StandardOpenOption.APPEND);
        }
        return new LiveGroup(folder, nodes);
    }

    static void write(Path file, String text, StandardOpenOption... options) {
        try {
            Files.writeString(file, text, options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The business with one party's row made up, and one cell of it this value. */
    static Business with(Business business, String role, String column, String value) {
        Map<String, Map<String, String>> rows = new LinkedHashMap<>(business.rows());
        Map<String, String> row = new LinkedHashMap<>();
        SyntheticBusinesses.COLUMNS.get(role).forEach(name -> row.put(name, "1"));
        row.put(column, value);
        rows.put(role, row);
        return new Business(business.id(), rows, business.bad());
    }

    /** Gives each node its own columns. */
    LiveGroup load(Map<String, List<String>> columns, List<Business> businesses) {
        OwnTables.load(folder, nodes, columns, businesses);
        return this;
    }

    void start() {
        processes = Consortium.start(folder, FLAGS);
    }

    Path folder() {
        return folder;
    }

    Path node(Role role) {
        return nodes.get(role.ordinal());
    }

    RestClient client(Role role) {
        return processes.client(role);
    }

    RestClient bank() {
        return client(Role.BANK);
    }

    Process process(Role role) {
        return processes.process(role);
    }

    /** As the kernel or a careless operator would: no chance to tidy up. */
    void kill(Role role) {
        process(role).destroyForcibly();
        ended(process(role));
    }

    void restart(Role role) {
        processes.restart(role, FLAGS);
    }

    void awaitReady() {
        processes.awaitReady();
    }

    /** Waits until a node answers at all, whoever started it. */
    void awaitAnswer(Role role) {
        await(
                () -> {
                    try {
                        return client(role).tryGet("/ready").status() == 200;
                    } catch (NodeFailure e) {
                        return false;
                    }
                },
                () -> role.id() + " does not become ready");
    }

    static void ended(Process process) {
        try {
            assertTrue(process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS), "the process goes on");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** All that a node has printed. */
    String log(Role role) {
        return text(node(role).resolve("node.log"));
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for something that has to come; the message is asked for when it does not. */
    static void await(BooleanSupplier condition, Supplier<String> otherwise) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, otherwise);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    void awaitLog(Role role, String words) {
        await(() -> log(role).contains(words), () -> role.id() + " never said \"" + words + "\":\n" + log(role));
    }

    // ---- what a bank's caller asks

    String activate(String model) {
        return bank().post("/v1/models", "application/json", model).get("name").asText();
    }

    static ObjectNode request(String model) {
        return JSON.createObjectNode().put("model", model).put("purpose", PURPOSE);
    }

    RestClient.Reply score(String model, String subject) {
        return score(request(model).put("subject", subject));
    }

    RestClient.Reply score(ObjectNode request) {
        return bank().tryPost("/v1/scores", "application/json", request.toString());
    }

    String startJob(String model, List<String> subjects) {
        ObjectNode request = request(model);
        subjects.forEach(request.putArray("subjects")::add);
        return bank().post("/v1/jobs", request).get("id").asText();
    }

    JsonNode job(String id) {
        return bank().get("/v1/jobs/" + id);
    }

    /** Waits for the job's end; the rows of its results in order. */
    List<JsonNode> finished(String job) {
        await(() -> !job(job).get("status").asText().equals("running"), () -> "still running: " + job(job));
        List<JsonNode> rows = new ArrayList<>();
        try {
            for (String line : bank().getText("/v1/jobs/" + job + "/results", "application/x-ndjson")
                    .split("\n")) {
                rows.add(JSON.readTree(line));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }

    /** The plaintext scorer's answers. */
    static List<Answer> oracle(String model, List<Business> businesses) {
        return FixedPointScorer.of(ModelCompiler.compile(Model.parse(model)))
                .answers(businesses.stream().map(Business::rows).toList());
    }

    @Override
    public void close() {
        if (processes != null) {
            processes.close();
        }
    }
}
