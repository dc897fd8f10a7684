package org.tallystick.node.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.tallystick.models.Business;
import org.tallystick.models.Dataset;
import org.tallystick.models.DatasetReader;
import org.tallystick.models.Learning;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.cli.RestClient;
import org.tallystick.node.config.Role;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tally train}: learns a model from a data-set file, on shares held by four nodes on this machine. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description = {
            "Splits a data set among four nodes on this machine, learns a model on shares as the data-set file says,",
            "and shows coefficients, loss, AUC, KS and confusion counts. tally score uses the model file."
        })
public final class TrainCommand implements Callable<Integer> {
    private static final List<String> FLAGS = List.of("-Xmx1500m", "-XX:+UseSerialGC");

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DATASET.yaml", description = "The data-set file; docs/datasets.md describes it.")
    private Path file;

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            description = "Where the CSV file is (default: beside the data-set file).")
    private Optional<Path> data = Optional.empty();

    @Option(
            names = "--out",
            paramLabel = "MODEL.json",
            description = "Where to write the model (default: NAME.json here).")
    private Optional<Path> out = Optional.empty();

    @Option(
            names = "--folder",
            paramLabel = "FOLDER",
            description = "Make the consortium here, and leave its files and logs (default: temporary).")
    private Optional<Path> folder = Optional.empty();

    @Option(names = "--json", description = "Print one JSON object instead of a report.")
    private boolean json;

    @Override
    public Integer call() {
        Dataset dataset;
        DatasetReader.Split split;
        try {
            dataset = Dataset.read(file);
            Learning.plan(dataset, Role.ids(), Role.BANK.id(), TrainingGroup.LABEL);
            Path beside = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of(""));
            split = DatasetReader.split(dataset, data.orElse(beside));
        } catch (IllegalArgumentException e) {
            throw new NodeFailure(e.getMessage(), "correct the file; docs/datasets.md describes the format", e);
        }
        if (split.learning().isEmpty()) {
            throw new NodeFailure("no row to learn from", "correct rows and training.test in " + file);
        }
        TrainingGroup group = new TrainingGroup(folder.orElseGet(TrainCommand::temporary), folder.isPresent());
        Thread cleaning = new Thread(group::close);
        Runtime.getRuntime().addShutdownHook(cleaning);
        try {
            JsonNode result = learn(group, dataset, split);
            Optional<Path> model = Optional.ofNullable(result.get("result").get("model"))
                    .map(learnt -> write(out.orElse(Path.of(dataset.name() + ".json")), learnt));
            new TrainReport(spec.commandLine().getOut(), json).print(dataset.name(), result, model);
            Runtime.getRuntime().removeShutdownHook(cleaning);
            group.close();
            return 0;
        } catch (RuntimeException e) {
            // Nodes and files vanish under a training that is being stopped: that is no fault to report.
            throw group.isClosing() ? new NodeFailure("interrupted", "start again", e) : e;
        }
    }

    private JsonNode learn(TrainingGroup group, Dataset dataset, DatasetReader.Split split) {
        RestClient bank = group.start(dataset, split, FLAGS);
        ObjectNode request = Learning.request(dataset, TrainingGroup.LABEL);
        subjects(request.putArray("learning"), split.learning());
        subjects(request.putArray("testing"), split.testing());
        String id = bank.post("/v1/trainings", request).get("id").asText();
        JsonNode state = awaitEnd(group, bank, id);
        if (!state.get("status").asText().equals("done")) {
            throw new NodeFailure(
                    "the training failed: "
                            + state.path("problem").path("detail").asText(),
                    state.path("problem").path("remedy").asText("start again"));
        }
        return state;
    }

    private static void subjects(ArrayNode array, List<Business> businesses) {
        businesses.forEach(business -> array.add(business.id()));
    }

    /** A node that has ended is started again, and the training goes on where it was. */
    private JsonNode awaitEnd(TrainingGroup group, RestClient bank, String id) {
        JsonNode state = bank.get("/v1/trainings/" + id);
        try (ProgressBar bar = new ProgressBarBuilder()
                .setTaskName("learning")
                .setInitialMax(1)
                .setUpdateIntervalMillis(200)
                .build()) {
            while (state.get("status").asText().equals("running")) {
                TimeUnit.MILLISECONDS.sleep(100);
                group.restartEnded(FLAGS);
                state = asked(bank, id).orElse(state);
                int proposals = state.get("proposals").asInt();
                bar.setExtraMessage(proposals > 1 ? "taken up again, " + (proposals - 1) + " times so far" : "");
                bar.maxHint(Math.max(1, state.get("steps").asLong()));
                bar.stepTo(state.get("step").asLong());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NodeFailure("interrupted", "start again", e);
        }
        return state;
    }

    /** Empty while the bank's node is being started again. */
    private static Optional<JsonNode> asked(RestClient bank, String id) {
        try {
            RestClient.Reply reply = bank.tryGet("/v1/trainings/" + id);
            return reply.status() == 200 ? Optional.of(reply.body()) : Optional.empty();
        } catch (NodeFailure e) {
            return Optional.empty();
        }
    }

    private static Path write(Path file, JsonNode model) {
        try {
            return Files.writeString(file, model.toPrettyString() + "\n");
        } catch (IOException e) {
            throw new NodeFailure("the file " + file + " cannot be written", "name another with --out", e);
        }
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("tallystick-train");
        } catch (IOException e) {
            throw new NodeFailure("no temporary folder can be made", "free space, or set java.io.tmpdir", e);
        }
    }
}
