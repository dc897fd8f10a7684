package org.tallystick.node.demo;

import com.fasterxml.jackson.databind.JsonNode;
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
import org.tallystick.node.config.ConsortiumFolder.Agreements;
import org.tallystick.node.config.NodeConfig.Approval;
import org.tallystick.node.config.NodeConfig.IdKind;
import org.tallystick.node.config.Role;
import org.tallystick.program.Prediction;
import org.tallystick.protocol.Cost;
import org.tallystick.protocol.rep4.Rep4Cost;

/** One demonstration, step by step. */
final class Demo implements AutoCloseable {
    /** That may be told of a business within 90 days. */
    private static final int BITS = 12;

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
        Optional<Governed> people = people(nodes);
        JsonNode model = people.map(agencies -> agencies.activate(bank, data.model()))
                .orElseGet(() -> bank.post("/v1/models", "application/json", data.model()));
        report.step("activated the model: shared out, bounds checked inside the computation", start);
        String name = model.get("name").asText();
        people.ifPresent(all -> agree(all, model));
        Asking asking = new Asking(bank, name, people);
        List<String> subjects = data.businesses().stream().map(Business::id).toList();
        start = System.nanoTime();
        JsonNode first = asking.one(subjects.getFirst());
        long alone = System.nanoTime() - start;
        // At once: nodes keep what the newest runs held.
        List<JsonNode> seen = sessions(nodes, first);
        Map<String, JsonNode> answers = new HashMap<>(Map.of(subjects.getFirst(), first));
        long[] latencies = singles(asking, subjects, answers, alone);
        List<Answer> oracle = FixedPointScorer.of(compiled)
                .answers(data.businesses().stream().map(Business::rows).toList());
        people.filter(any -> subjects.size() > 1)
                .ifPresent(
                        agreed -> new Refusals(asking, agreed, subjects.getFirst(), subjects.getLast(), report).show());
        List<String> rest =
                subjects.stream().filter(each -> !answers.containsKey(each)).toList();
        start = System.nanoTime();
        answers.putAll(asking.many(rest));
        double seconds = (System.nanoTime() - start) / 1e9;
        DemoResult result =
                new DemoResult(data.businesses(), oracle, answers, latencies, rest.size(), seconds, cost(compiled));
        report.result(result, compiled);
        report.oneBusiness(data.businesses().getFirst(), first, seen, compiled);
        LogDemo.Audited audited = new LogDemo(folder).run(nodes);
        report.audit(audited);
        report.end(result, compiled, audited);
        return result.agreed() == result.scored() && audited.honest().agree();
    }

    /** Those of four nodes; real data of so few bits that no node would sign is scored without an agreement. */
    private Optional<Governed> people(Consortium nodes) {
        if (!data.agreements()) {
            report.note("without an agreement: the columns hold so little that answers would tell all of it");
            return Optional.empty();
        }
        return Optional.of(new Governed(nodes::client, Asking.PURPOSE));
    }

    private void agree(Governed people, JsonNode model) {
        long start = System.nanoTime();
        people.agree(model, BITS);
        report.step("drafted, signed and activated an agreement at four nodes", start);
    }

    private static Cost cost(Compiled compiled) {
        return Prediction.of(compiled.program(), new Rep4Cost(), 1);
    }

    /** Each node's columns go into its own database, and into no other. */
    private void load() {
        IdKind kind = data.creditCodes() ? IdKind.CREDIT_CODE : IdKind.TEXT;
        Agreements agreements = data.agreements() ? Agreements.ED25519 : Agreements.NONE;
        Approval approval = data.agreements() ? Approval.LISTED : Approval.ALL;
        List<Path> nodes =
                ConsortiumFolder.write(new ConsortiumFolder.Plan(folder, "demo", 0, approval, true, kind, agreements));
        OwnTables.load(folder, nodes, data.columns(), data.businesses());
    }

    /**
     * The times of single scores in a row, each of another business, ascending: of the second half of the time, the
     * first being for warming up; of one score at least.
     *
     * @param first how long the first business's took
     * @param answers where the answers go
     */
    private static long[] singles(Asking asking, List<String> subjects, Map<String, JsonNode> answers, long first) {
        long begin = System.nanoTime();
        List<Long> cold = new ArrayList<>(List.of(first));
        List<Long> warm = new ArrayList<>();
        for (String subject : subjects.subList(1, Math.max(1, (subjects.size() + 1) / 2))) {
            long start = System.nanoTime();
            if (warm.size() == SINGLES || start - begin > SINGLES_NANOS) {
                break;
            }
            answers.put(subject, asking.one(subject));
            (start - begin > SINGLES_NANOS / 2 ? warm : cold).add(System.nanoTime() - start);
        }
        List<Long> counted = warm.isEmpty() ? cold.subList(cold.size() - 1, cold.size()) : warm;
        return counted.stream().mapToLong(Long::longValue).sorted().toArray();
    }

    static void pause() {
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
