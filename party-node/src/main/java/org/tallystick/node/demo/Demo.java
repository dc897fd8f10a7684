package org.tallystick.node.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.tallystick.models.Answer;
import org.tallystick.models.Business;
import org.tallystick.models.Compiled;
import org.tallystick.models.FixedPointScorer;
import org.tallystick.models.Model;
import org.tallystick.models.ModelCompiler;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.cli.RestClient;
import org.tallystick.node.config.ConsortiumFolder;
import org.tallystick.node.config.NodeConfig.Approval;
import org.tallystick.node.config.NodeConfig.IdKind;
import org.tallystick.node.config.Role;
import org.tallystick.program.Prediction;
import org.tallystick.protocol.Cost;
import org.tallystick.protocol.rep4.Rep4Cost;

/** One demonstration, step by step. */
final class Demo implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SINGLES = 200;
    private static final long SINGLES_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final List<String> FLAGS = List.of("-Xmx768m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=4");

    private final DemoData data;
    private final Path folder;
    private final DemoReport report;
    private volatile Optional<Consortium> consortium = Optional.empty();
    private volatile boolean closing;
    private boolean kept;

    Demo(DemoData data, Path folder, PrintWriter out, boolean json) {
        this.data = data;
        this.folder = folder;
        this.report = new DemoReport(out, json);
    }

    /** Runs it all; false when an answer differs from the plaintext scorer's. */
    boolean run() {
        Compiled compiled = ModelCompiler.compile(Model.parse(data.model()));
        report.title(data.name(), compiled);
        long start = System.nanoTime();
        load();
        report.step("made a consortium and loaded each node's own columns", start);
        start = System.nanoTime();
        Consortium nodes = Consortium.of(folder);
        consortium = Optional.of(nodes);
        nodes.launch(FLAGS);
        nodes.awaitReady();
        report.step("started four nodes, connected by mutual TLS 1.3", start);
        RestClient bank = nodes.client(Role.BANK);
        start = System.nanoTime();
        JsonNode model = bank.post("/v1/models", "application/json", data.model());
        report.step("activated the model: shared out, bounds checked inside the computation", start);
        String name = model.get("name").asText();

        JsonNode first = score(bank, name, data.businesses().getFirst().id());
        List<JsonNode> seen = sessions(nodes, first);
        long[] latencies = singles(bank, name);
        List<Answer> oracle = FixedPointScorer.of(compiled)
                .answers(data.businesses().stream().map(Business::rows).toList());
        start = System.nanoTime();
        Map<String, JsonNode> answers = all(bank, name);
        double seconds = (System.nanoTime() - start) / 1e9;
        DemoResult result = new DemoResult(data.businesses(), oracle, answers, latencies, seconds, cost(compiled));
        report.result(result, compiled);
        report.oneBusiness(data.businesses().getFirst(), first, seen, compiled);
        LogDemo.Audited audited = new LogDemo(folder).run(nodes);
        report.audit(audited);
        report.end(result, compiled, audited);
        return result.agreed() == result.scored() && audited.honest().agree();
    }

    private static Cost cost(Compiled compiled) {
        return Prediction.of(compiled.program(), new Rep4Cost(), 1);
    }

    /** Each node's columns go into its own database, and into no other. */
    private void load() {
        IdKind kind = data.creditCodes() ? IdKind.CREDIT_CODE : IdKind.TEXT;
        List<Path> nodes =
                ConsortiumFolder.write(new ConsortiumFolder.Plan(folder, "demo", 0, Approval.ALL, true, kind));
        OwnTables.load(folder, nodes, data.columns(), data.businesses());
    }

    private static ObjectNode request(String model) {
        return JSON.createObjectNode().put("model", model).put("purpose", "loan application");
    }

    private static JsonNode score(RestClient bank, String model, String subject) {
        return bank.post("/v1/scores", request(model).put("subject", subject));
    }

    /** The times of single scores in a row, ascending; half of the time is for warming up. */
    private long[] singles(RestClient bank, String model) {
        long begin = System.nanoTime();
        List<Long> latencies = new ArrayList<>();
        for (int k = 0; latencies.size() < SINGLES; k++) {
            String subject = data.businesses().get(k % data.businesses().size()).id();
            long start = System.nanoTime();
            boolean warm = k >= SINGLES || start - begin > SINGLES_NANOS / 2;
            if (start - begin > SINGLES_NANOS && !latencies.isEmpty()) {
                break;
            }
            score(bank, model, subject);
            if (warm) {
                latencies.add(System.nanoTime() - start);
            }
        }
        return latencies.stream().mapToLong(Long::longValue).sorted().toArray();
    }

    private Map<String, JsonNode> all(RestClient bank, String model) {
        ObjectNode request = request(model);
        var subjects = request.putArray("subjects");
        data.businesses().forEach(business -> subjects.add(business.id()));
        String job = bank.post("/v1/jobs", request).get("id").asText();
        while (true) {
            JsonNode state = bank.get("/v1/jobs/" + job);
            String status = state.get("status").asText();
            if (status.equalsIgnoreCase("failed")) {
                throw new NodeFailure("the job failed: " + state, "look at the nodes' logs in " + folder);
            }
            if (status.equalsIgnoreCase("done")) {
                break;
            }
            pause();
        }
        Map<String, JsonNode> answers = new HashMap<>();
        try {
            for (String line : bank.getText("/v1/jobs/" + job + "/results", "application/x-ndjson")
                    .split("\n")) {
                JsonNode row = JSON.readTree(line);
                answers.put(row.get("subject").asText(), row);
            }
        } catch (IOException e) {
            throw new NodeFailure("the bank's results cannot be read", "look at its log in " + folder, e);
        }
        return answers;
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(10);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NodeFailure("interrupted", "start again", e);
        }
    }

    /** What each node says of the run that scored one business. */
    private static List<JsonNode> sessions(Consortium nodes, JsonNode answer) {
        List<JsonNode> sessions = new ArrayList<>();
        for (Role role : Role.values()) {
            sessions.add(nodes.client(role)
                    .get("/v1/sessions/" + answer.get("session").asText()));
        }
        return sessions;
    }

    /** Leaves the nodes running and the folder in place. */
    void keep() {
        kept = true;
        consortium.ifPresent(nodes -> report.kept(folder, nodes));
        consortium.ifPresent(Consortium::release);
    }

    boolean isClosing() {
        return closing;
    }

    @Override
    public synchronized void close() {
        closing = true;
        consortium.ifPresent(Consortium::close);
        consortium = Optional.empty();
        if (!kept && Files.exists(folder)) {
            Consortium.delete(folder);
        }
    }
}
