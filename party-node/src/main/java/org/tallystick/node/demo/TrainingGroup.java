package org.tallystick.node.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.tallystick.models.Business;
import org.tallystick.models.Dataset;
import org.tallystick.models.DatasetReader;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.cli.RestClient;
import org.tallystick.node.config.ConsortiumFolder;
import org.tallystick.node.config.NodeConfig.Approval;
import org.tallystick.node.config.NodeConfig.IdKind;
import org.tallystick.node.config.Role;

/** Four nodes on this machine with the columns of a data set, and the bank's labels beside its own columns. */
final class TrainingGroup implements AutoCloseable {
    /** The bank's column of labels: 1 for a bad business, 0 for another. */
    static final String LABEL = "turned_bad";

    private final Path folder;
    private final boolean lasting;
    private volatile Optional<Consortium> nodes = Optional.empty();
    private volatile boolean closing;

    /** @param lasting whether the folder stays when the nodes have ended */
    TrainingGroup(Path folder, boolean lasting) {
        this.folder = folder;
        this.lasting = lasting;
    }

    /** In a folder that stays, or in a temporary one. */
    static TrainingGroup in(Optional<Path> folder) {
        return new TrainingGroup(folder.orElseGet(TrainingGroup::temporary), folder.isPresent());
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("tallystick");
        } catch (IOException e) {
            throw new NodeFailure("no temporary folder can be made", "free space, or set java.io.tmpdir", e);
        }
    }

    /** Does something with the group and closes it, also when the process is being stopped. */
    <T> T use(Supplier<T> body) {
        Thread cleaning = new Thread(this::close);
        Runtime.getRuntime().addShutdownHook(cleaning);
        try {
            T result = body.get();
            Runtime.getRuntime().removeShutdownHook(cleaning);
            return result;
        } catch (RuntimeException e) {
            // Nodes and files vanish under what is being stopped: that is no fault to report.
            throw closing ? new NodeFailure("interrupted", "start again", e) : e;
        } finally {
            close();
        }
    }

    /** Starts the nodes of a group that was left with its tables, and returns the bank's REST client. */
    RestClient startAgain(List<String> flags) {
        return launch(flags);
    }

    /** Makes the group, starts its nodes and returns the bank's REST client. */
    RestClient start(Dataset dataset, DatasetReader.Split split, List<String> flags) {
        boolean codes = dataset.id().kind() == org.tallystick.models.IdKind.CREDIT_CODE;
        List<Path> folders = ConsortiumFolder.write(new ConsortiumFolder.Plan(
                folder, "training", 0, Approval.ALL, false, codes ? IdKind.CREDIT_CODE : IdKind.TEXT));
        Map<String, List<String>> columns = labelled(dataset.columnNames());
        List<Business> businesses = Stream.of(split.learning(), split.testing())
                .flatMap(List::stream)
                .map(TrainingGroup::labelled)
                .toList();
        OwnTables.load(folder, folders, columns, businesses);
        return launch(flags);
    }

    private RestClient launch(List<String> flags) {
        Consortium started = Consortium.of(folder);
        nodes = Optional.of(started);
        started.launch(flags);
        started.awaitReady();
        return started.client(Role.BANK);
    }

    /**
     * Shows a bar until what the bank's node tells at this path is at its end. A node that has ended by itself is
     * started again.
     *
     * @throws NodeFailure when it ends other than done
     */
    JsonNode awaitDone(RestClient bank, String path, String task, List<String> flags) {
        JsonNode state = bank.get(path);
        try (ProgressBar bar = new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(1)
                .setUpdateIntervalMillis(200)
                .build()) {
            while (state.get("status").asText().equals("running")) {
                TimeUnit.MILLISECONDS.sleep(100);
                restartEnded(flags);
                state = asked(bank, path).orElse(state);
                int proposals = state.path("proposals").asInt();
                bar.setExtraMessage(proposals > 1 ? "taken up again, " + (proposals - 1) + " times so far" : "");
                bar.maxHint(Math.max(1, state.get("steps").asLong()));
                bar.stepTo(state.get("step").asLong());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NodeFailure("interrupted", "start again", e);
        }
        if (!state.get("status").asText().equals("done")) {
            JsonNode problem = state.path("problem");
            throw new NodeFailure(
                    task + " failed: " + problem.path("detail").asText(),
                    problem.path("remedy").asText("start again"));
        }
        return state;
    }

    /** Empty while the bank's node is being started again. */
    private static Optional<JsonNode> asked(RestClient bank, String path) {
        try {
            RestClient.Reply reply = bank.tryGet(path);
            return reply.status() == 200 ? Optional.of(reply.body()) : Optional.empty();
        } catch (NodeFailure e) {
            return Optional.empty();
        }
    }

    private synchronized void restartEnded(List<String> flags) {
        if (!closing) {
            nodes.ifPresent(started -> started.restartEnded(flags));
        }
    }

    /** By role, with the label beside the bank's own. */
    static Map<String, List<String>> labelled(Map<String, List<String>> columns) {
        Map<String, List<String>> labelled = new LinkedHashMap<>(columns);
        List<String> bank = new ArrayList<>(columns.getOrDefault(Role.BANK.id(), List.of()));
        bank.add(LABEL);
        labelled.put(Role.BANK.id(), bank);
        return labelled;
    }

    /** The same of a business. */
    static Business labelled(Business business) {
        Map<String, Map<String, String>> rows = new HashMap<>(business.rows());
        Map<String, String> bank = new HashMap<>(rows.getOrDefault(Role.BANK.id(), Map.of()));
        bank.put(LABEL, business.bad().orElseThrow() ? "1" : "0");
        rows.put(Role.BANK.id(), bank);
        return new Business(business.id(), rows, business.bad());
    }

    @Override
    public synchronized void close() {
        closing = true;
        nodes.ifPresent(Consortium::close);
        nodes = Optional.empty();
        if (!lasting && Files.exists(folder)) {
            Consortium.delete(folder);
        }
    }
}
