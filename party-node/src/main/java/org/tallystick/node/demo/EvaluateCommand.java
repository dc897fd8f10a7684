package org.tallystick.node.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.tallystick.models.Dataset;
import org.tallystick.models.DatasetReader;
import org.tallystick.models.EvaluatedModel;
import org.tallystick.models.Feature;
import org.tallystick.models.Model;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.cli.RestClient;
import org.tallystick.node.config.Role;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tally evaluate}: judges a model by the rows of a data set, on shares held by four nodes on this machine. */
@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        description = {
            "Splits a data set among four nodes on this machine and judges a model on shares by the rows that",
            "training.test sets aside, or by all rows where it sets none aside: AUC, KS, confusion counts, deciles.",
            "No score leaves the computation."
        })
public final class EvaluateCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DATASET.yaml", description = "The data-set file; docs/datasets.md describes it.")
    private Path file;

    @Option(
            names = "--model",
            paramLabel = "MODEL.json",
            description = "The model file, as tally train writes it (default: the one that the data-set file names).")
    private Optional<Path> model = Optional.empty();

    @Option(
            names = "--threshold",
            paramLabel = "PD",
            description = "The probability of default from which a business is called bad (default: the model's own).")
    private Optional<Double> threshold = Optional.empty();

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            description = "Where the CSV file is (default: beside the data-set file).")
    private Optional<Path> data = Optional.empty();

    @Option(
            names = "--folder",
            paramLabel = "FOLDER",
            description = "Make the consortium here, and leave its files and logs (default: temporary).")
    private Optional<Path> folder = Optional.empty();

    @Option(
            names = "--group",
            paramLabel = "FOLDER",
            description = {
                "Use the consortium that tally train --folder has left here, with the tables in it and what owners",
                "keep of their evidence."
            })
    private Optional<Path> group = Optional.empty();

    @Option(names = "--json", description = "Print one JSON object instead of a report.")
    private boolean json;

    @Override
    public Integer call() {
        Dataset dataset;
        DatasetReader.Split split;
        String text;
        try {
            dataset = Dataset.read(file);
            text = modelText(dataset);
            require(dataset, Model.parse(text));
            Path beside = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of(""));
            split = judging(DatasetReader.split(dataset, data.orElse(beside)));
        } catch (IllegalArgumentException e) {
            throw new NodeFailure(
                    e.getMessage(), "correct the file; docs/datasets.md and docs/models.md describe them", e);
        }
        if (folder.isPresent() && group.isPresent()) {
            throw new NodeFailure("--folder makes a group, and --group uses one that is there", "give one of them");
        }
        TrainingGroup nodes = TrainingGroup.in(group.isPresent() ? group : folder);
        return nodes.use(() -> {
            RestClient bank = group.isPresent()
                    ? nodes.startAgain(TrainCommand.FLAGS)
                    : nodes.start(dataset, split, TrainCommand.FLAGS);
            JsonNode state = evaluate(nodes, bank, text, split);
            PrintWriter out = spec.commandLine().getOut();
            new EvaluateReport(out, json).print(state.get("name").asText(), state.get("result"));
            return 0;
        });
    }

    private String modelText(Dataset dataset) {
        Path path = model.or(dataset::model)
                .orElseThrow(() -> new NodeFailure(
                        "no model: " + file + " names none", "give --model FILE, such as tally train has written"));
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new NodeFailure("the model file " + path + " cannot be read", "give another with --model", e);
        }
    }

    /** Before a node starts: the model can be evaluated, and the data set has its columns. */
    private void require(Dataset dataset, Model parsed) {
        EvaluatedModel.of(parsed, probability());
        if (dataset.label().isEmpty()) {
            throw new IllegalArgumentException(file + ": no label says which businesses turned bad");
        }
        for (Feature feature : parsed.features()) {
            if (!dataset.columnNames().getOrDefault(feature.owner(), List.of()).contains(feature.column())) {
                throw new IllegalArgumentException(file + ": " + feature.owner() + " has no column " + feature.column()
                        + ", which the model " + parsed.name() + " asks for");
            }
            if (feature instanceof Feature.Kept && group.isEmpty()) {
                throw new NodeFailure(
                        "the model asks for what the " + feature.owner() + " node keeps of " + feature.column()
                                + " since the training",
                        "train with --folder FOLDER, and evaluate with --group and the same folder");
            }
        }
        if (!parsed.parties().equals(Role.ids())) {
            throw new IllegalArgumentException("the model's parties are " + parsed.parties() + ", not " + Role.ids());
        }
    }

    private OptionalDouble probability() {
        return threshold.isPresent() ? OptionalDouble.of(threshold.get()) : OptionalDouble.empty();
    }

    /** The rows set aside to judge by, or all where there are none. */
    private static DatasetReader.Split judging(DatasetReader.Split split) {
        return new DatasetReader.Split(List.of(), split.testing().isEmpty() ? split.learning() : split.testing());
    }

    private JsonNode evaluate(TrainingGroup nodes, RestClient bank, String text, DatasetReader.Split split) {
        ObjectNode request = JSON.createObjectNode();
        try {
            request.set("model", JSON.readTree(text));
        } catch (IOException e) {
            throw new IllegalStateException("a model that was parsed before", e);
        }
        threshold.ifPresent(pd -> request.put("threshold", pd));
        request.putObject("label").put("column", TrainingGroup.LABEL).put("bad", "1");
        TrainCommand.subjects(request.putArray("subjects"), split.testing());
        String id = bank.post("/v1/evaluations", request).get("id").asText();
        return nodes.awaitDone(bank, "/v1/evaluations/" + id, "evaluating", TrainCommand.FLAGS);
    }
}
