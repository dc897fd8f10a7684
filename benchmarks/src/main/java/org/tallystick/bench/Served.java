package org.tallystick.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.tallystick.models.Business;
import org.tallystick.models.Model;
import org.tallystick.models.SyntheticBusinesses;
import org.tallystick.node.config.ConsortiumFolder;
import org.tallystick.node.config.ConsortiumFolder.Agreements;
import org.tallystick.node.config.NodeConfig;
import org.tallystick.node.config.NodeConfig.Approval;
import org.tallystick.node.config.NodeConfig.IdKind;
import org.tallystick.node.config.NodeConfigFile;
import org.tallystick.node.config.Role;
import org.tallystick.node.demo.Consortium;
import org.tallystick.node.demo.Governed;
import org.tallystick.node.demo.OwnTables;

/** Four whole nodes on this machine, with made-up businesses and an activated model, ready to be asked. */
final class Served implements AutoCloseable {
    private static final long SEED = 20_261_121;
    private static final String SAMPLE = "samples/small-business.json";

    private static final String PURPOSE = "benchmark";
    private static final int BITS = 9;
    private static final int SIGNED_TOGETHER = 1000;
    private static final int COMPLAINTS = 20;

    private final Cleanup cleanup;
    private final Consortium nodes;
    private final List<String> subjects;
    private final List<String> consents;
    private final String model;

    private Served(Cleanup cleanup, Consortium nodes, List<String> subjects, List<String> consents, String model) {
        this.cleanup = cleanup;
        this.nodes = nodes;
        this.subjects = subjects;
        this.consents = consents;
        this.model = model;
    }

    /** What a request must show: nothing, or an agreement at every agency and a consent of each business. */
    enum Governance {
        NONE,
        /** Consents signed one by one: a verification each at every agency. */
        SINGLE_CONSENTS,
        /** Consents that a registrar has signed a thousand at a time. */
        JOINT_CONSENTS
    }

    /** Without agreements: businesses are asked about again and again. */
    static Served start(int businesses, List<String> flags) throws IOException {
        return start(businesses, flags, Governance.NONE);
    }

    /** Under an agreement a business is asked about once, since a model answers once within a window. */
    static Served start(int businesses, List<String> flags, Governance governance) throws IOException {
        return start(businesses, flags, governance, NodeConfig.Use.AUTO);
    }

    /** With a bank that garbles when it is told to. */
    static Served start(int businesses, List<String> flags, Governance governance, NodeConfig.Use garbled)
            throws IOException {
        Path folder = Files.createTempDirectory("tally-bench");
        AtomicReference<Consortium> started = new AtomicReference<>();
        Cleanup cleanup = new Cleanup(() -> {
            Optional.ofNullable(started.get()).ifPresent(Consortium::close);
            Consortium.delete(folder);
        });
        try {
            List<Business> all = SyntheticBusinesses.generate(businesses, SEED);
            load(folder, all, governance != Governance.NONE, garbled);
            Consortium nodes = Consortium.start(folder, flags);
            started.set(nodes);
            JsonNode model = nodes.client(Role.BANK).post("/v1/models", "application/json", sample());
            List<String> subjects = all.stream().map(Business::id).toList();
            List<String> consents = governance == Governance.NONE
                    ? List.of()
                    : agreed(nodes, model, subjects, governance == Governance.JOINT_CONSENTS ? SIGNED_TOGETHER : 1);
            return new Served(
                    cleanup, nodes, subjects, consents, model.get("name").asText());
        } catch (RuntimeException e) {
            cleanup.close();
            throw e;
        }
    }

    /** An agreement in force at four nodes, and a consent of each business. */
    private static List<String> agreed(Consortium nodes, JsonNode model, List<String> subjects, int together) {
        Governed people = new Governed(nodes::client, PURPOSE);
        people.agree(model, BITS);
        List<String> consents = new ArrayList<>();
        for (int from = 0; from < subjects.size(); from += together) {
            consents.addAll(people.consents(subjects.subList(from, Math.min(subjects.size(), from + together))));
        }
        return consents;
    }

    /** Each node's columns into its own database. */
    private static void load(Path folder, List<Business> businesses, boolean governed, NodeConfig.Use garbled)
            throws IOException {
        Agreements agreements = governed ? Agreements.ED25519 : Agreements.NONE;
        List<Path> nodes = ConsortiumFolder.write(
                new ConsortiumFolder.Plan(folder, "bench", 0, Approval.ALL, false, IdKind.CREDIT_CODE, agreements));
        Files.writeString(
                nodes.get(Role.BANK.ordinal()).resolve(NodeConfigFile.NAME),
                "\ngarbled: {use: " + garbled.name().toLowerCase(Locale.ROOT) + "}\n",
                StandardOpenOption.APPEND);
        OwnTables.load(folder, nodes, SyntheticBusinesses.COLUMNS, businesses);
    }

    private static String sample() {
        try (InputStream stream = Model.class.getResourceAsStream(SAMPLE)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The bank's configuration, which says where its REST interface listens. */
    NodeConfig bank() {
        return NodeConfigFile.read(nodes.node(Role.BANK).resolve(NodeConfigFile.NAME));
    }

    String token() throws IOException {
        return Files.readString(nodes.node(Role.BANK).resolve(ConsortiumFolder.TOKEN))
                .strip();
    }

    /**
     * The processor time that each node, and this process, which holds the clients, have taken so far. What the nodes'
     * compilers took stands beside it: where it is much of the rest, the measurement came too early.
     */
    Map<String, Double> processorSeconds() {
        Map<String, Double> seconds = new LinkedHashMap<>();
        double compilers = 0;
        for (Role role : Role.values()) {
            double all = processorSeconds(nodes.process(role).toHandle());
            double compiler = ProcessorTime.ofThreads(nodes.process(role).pid(), "C[12] Compiler.*");
            seconds.put(role.id(), all - compiler);
            compilers += compiler;
        }
        seconds.put("compilers", compilers);
        seconds.put("clients", processorSeconds(ProcessHandle.current()));
        return seconds;
    }

    /** Scores that the bank has run, the rows in them, and how many of those were computed in garbled circuits. */
    record Runs(double runs, double rows, double garbled) {
        Runs since(Runs before) {
            return new Runs(runs - before.runs, rows - before.rows, garbled - before.garbled);
        }
    }

    /** So far, by the bank's own metrics. */
    Runs runs() {
        String metrics = nodes.client(Role.BANK).getText("/metrics", "text/plain");
        return new Runs(
                sum(metrics, "tally_run_rows_count{kind=\"score\""),
                sum(metrics, "tally_run_rows_sum{kind=\"score\""),
                sum(metrics, "tally_score_rows_total{how=\"garbled\""));
    }

    /** The last warnings, errors and epochs in each node's log. */
    List<String> complaints() {
        List<String> complaints = new ArrayList<>();
        for (Role role : Role.values()) {
            try (Stream<String> log = Files.lines(nodes.node(role).resolve("node.log"))) {
                List<String> lines = log.filter(line -> line.matches(".* (WARN|ERROR) .*|.* epoch .*"))
                        .toList();
                lines.stream()
                        .skip(Math.max(0, lines.size() - COMPLAINTS))
                        .forEach(line -> complaints.add(role.id() + ": " + line));
            } catch (IOException | UncheckedIOException e) {
                complaints.add(role.id() + ": its log cannot be read: " + e.getMessage());
            }
        }
        return complaints;
    }

    private static double sum(String metrics, String series) {
        return metrics.lines()
                .filter(line -> line.startsWith(series))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static double processorSeconds(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() * 1e-9;
    }

    /** What has been taken since then. */
    Map<String, Double> since(Map<String, Double> before) {
        Map<String, Double> spent = new LinkedHashMap<>();
        processorSeconds()
                .forEach((process, seconds) -> spent.put(process, Math.max(0, seconds - before.get(process))));
        return spent;
    }

    /**
     * The body of a request, the {@code number}-th of all that these nodes are asked.
     *
     * @return nothing when each business has been asked about that may be asked about once
     */
    Optional<String> request(String id, int number) {
        if (!consents.isEmpty() && number >= subjects.size()) {
            return Optional.empty();
        }
        int business = number % subjects.size();
        String consent = consents.isEmpty() ? "" : "\",\"consent\":\"" + consents.get(business);
        return Optional.of("{\"model\":\"" + model + "\",\"purpose\":\"" + PURPOSE + "\",\"subject\":\""
                + subjects.get(business) + "\",\"requestId\":\"" + id + consent + "\"}");
    }

    @Override
    public void close() {
        cleanup.close();
    }
}
