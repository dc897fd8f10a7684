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
    /** Of the nodes' processes. */
    static final List<String> FLAGS = List.of("-Xmx1500m", "-XX:+UseSerialGC");

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
        TrainingGroup group = TrainingGroup.in(folder);
        return group.use(() -> {
            JsonNode result = learn(group, dataset, split);
            Optional<Path> model = Optional.ofNullable(result.get("result").get("model"))
                    .map(learnt -> write(out.orElse(Path.of(dataset.name() + ".json")), learnt));
            new TrainReport(spec.commandLine().getOut(), json).print(dataset.name(), result, model);
            return 0;
        });
    }

    private static JsonNode learn(TrainingGroup group, Dataset dataset, DatasetReader.Split split) {
        RestClient bank = group.start(dataset, split, FLAGS);
        ObjectNode request = Learning.request(dataset, TrainingGroup.LABEL);
        subjects(request.putArray("learning"), split.learning());
        subjects(request.putArray("testing"), split.testing());
        String id = bank.post("/v1/trainings", request).get("id").asText();
        return group.awaitDone(bank, "/v1/trainings/" + id, "learning", FLAGS);
    }

    static void subjects(ArrayNode array, List<Business> businesses) {
        businesses.forEach(business -> array.add(business.id()));
    }

    private static Path write(Path file, JsonNode model) {
        try {
            return Files.writeString(file, model.toPrettyString() + "\n");
        } catch (IOException e) {
            throw new NodeFailure("the file " + file + " cannot be written", "name another with --out", e);
        }
    }
}
