package org.tallystick.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
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
import org.tallystick.node.demo.Consortium;
import org.tallystick.node.demo.Governed;
import org.tallystick.node.demo.OwnTables;

/**
 * Four node processes under an agreement, to be killed: businesses with a consent each, a model that is garbled while
 * there is stock, and what plain arithmetic says of every business.
 */
final class KilledGroup implements AutoCloseable {
    static final String PURPOSE = "loan application";
    static final List<String> FLAGS =
            List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData");

    private static final String SAMPLE = "samples/small-business.json";

    /** Of a business: a request that is run again after kills takes its bits again, some four times. */
    private static final int BITS = 12;

    private static final int SIGNED_TOGETHER = 1000;

    /** Small runs, many side by side; stock that is soon made anew when kills have taken it. */
    private static final String SETTINGS = """
        batching: {window: 0ms, maxRows: 2, maxRuns: 8}
        garbled: {use: always, low: 64, full: 192}
        deadlines: {reconnect: 500ms}
        """;

    private final Cleanup cleanup;
    private final Path folder;
    private final Consortium nodes;
    private final List<String> flags;
    private final String model;
    private final List<Asked> asked;

    /**
     * A business, the consent to ask about it once, and what is to be answered.
     *
     * @param rank of the band that plain arithmetic puts it in
     */
    record Asked(String subject, String consent, int rank) {
        @Override
        public String toString() {
            return "Asked[]";
        }
    }

    private KilledGroup(
            Cleanup cleanup, Path folder, Consortium nodes, List<String> flags, String model, List<Asked> asked) {
        this.cleanup = cleanup;
        this.folder = folder;
        this.nodes = nodes;
        this.flags = flags;
        this.model = model;
        this.asked = asked;
    }

    /** Starts four nodes and puts the agreement in force. */
    static KilledGroup start(int businesses, long seed, List<String> flags) throws IOException {
        Path folder = Files.createTempDirectory("tally-kills");
        AtomicReference<Consortium> started = new AtomicReference<>();
        Cleanup cleanup = new Cleanup(() -> {
            Optional.ofNullable(started.get()).ifPresent(Consortium::close);
            Consortium.delete(folder);
        });
        try {
            List<Business> all = SyntheticBusinesses.generate(businesses, seed);
            write(folder, all);
            Consortium nodes = Consortium.start(folder, flags);
            started.set(nodes);
            String sample = sample();
            JsonNode model = nodes.client(Role.BANK).post("/v1/models", "application/json", sample);
            Governed people = new Governed(nodes::client, PURPOSE);
            people.agree(model, BITS);
            String name = model.get("name").asText();
            return new KilledGroup(cleanup, folder, nodes, flags, name, asked(people, sample, all));
        } catch (RuntimeException e) {
            cleanup.close();
            throw e;
        }
    }

    private static void write(Path folder, List<Business> businesses) throws IOException {
        List<Path> nodes = ConsortiumFolder.write(new ConsortiumFolder.Plan(
                folder, "kills", 0, Approval.ALL, false, IdKind.CREDIT_CODE, Agreements.ED25519));
        for (Path node : nodes) {
            Files.writeString(node.resolve(NodeConfigFile.NAME), SETTINGS, StandardOpenOption.APPEND);
        }
        OwnTables.load(folder, nodes, SyntheticBusinesses.COLUMNS, businesses);
    }

    private static String sample() {
        try (InputStream stream = Model.class.getResourceAsStream(SAMPLE)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Asked> asked(Governed people, String sample, List<Business> businesses) {
        List<String> subjects = businesses.stream().map(Business::id).toList();
        List<String> consents = new ArrayList<>();
        for (int from = 0; from < subjects.size(); from += SIGNED_TOGETHER) {
            int to = Math.min(subjects.size(), from + SIGNED_TOGETHER);
            consents.addAll(people.consents(subjects.subList(from, to)));
        }
        List<Answer> answers = FixedPointScorer.of(ModelCompiler.compile(Model.parse(sample)))
                .answers(businesses.stream().map(Business::rows).toList());
        List<Asked> all = new ArrayList<>();
        for (int k = 0; k < subjects.size(); k++) {
            all.add(new Asked(subjects.get(k), consents.get(k), ((Answer.Band) answers.get(k)).rank()));
        }
        return all;
    }

    Path folder() {
        return folder;
    }

    Path node(Role role) {
        return nodes.node(role);
    }

    RestClient client(Role role) {
        return nodes.client(role);
    }

    String model() {
        return model;
    }

    List<Asked> asked() {
        return asked;
    }

    /** SIGKILL, and the process's end. */
    void kill(Role role) throws InterruptedException {
        Process process = nodes.process(role);
        process.destroyForcibly();
        process.waitFor();
    }

    void restart(Role role) {
        nodes.restart(role, flags);
    }

    /** @throws NodeFailure when a node has ended by itself, or does not become ready */
    void awaitReady() {
        nodes.awaitReady();
    }

    /** Ends the four processes in good order; what they have written stays. */
    void stop() {
        nodes.close();
    }

    @Override
    public void close() {
        cleanup.close();
    }
}
