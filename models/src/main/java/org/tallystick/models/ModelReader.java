package org.tallystick.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.tallystick.models.Model.Kind;
import org.tallystick.models.Model.Limits;
import org.tallystick.program.ColumnRule;
import org.tallystick.program.ColumnRule.Outside;
import org.tallystick.program.ColumnRule.Range;

/** From a model file's tree, already valid by the schema, to a {@link Model}. */
final class ModelReader {
    private static final String SCHEMA = "model-1.schema.json";

    private ModelReader() {}

    static Model read(Path file) {
        JsonNode tree = Schemas.read(file, new ObjectMapper(), SCHEMA);
        return inFile(file.toString(), tree);
    }

    static Model sample(String name) {
        String resource = "samples/" + name + ".json";
        try (InputStream stream = ModelReader.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new InvalidModel("no model called " + name + " is shipped");
            }
            return parse(resource, new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Model parse(String where, String json) {
        return inFile(where, Schemas.validated(where, json, new ObjectMapper(), SCHEMA));
    }

    private static Model inFile(String where, JsonNode tree) {
        try {
            return model(tree);
        } catch (IllegalArgumentException e) {
            throw new InvalidModel(where + ": " + e.getMessage());
        }
    }

    private static Model model(JsonNode tree) {
        Kind kind = Kind.valueOf(upper(tree.get("kind")));
        boolean logistic = kind == Kind.LOGISTIC;
        Limits limits = new Limits(
                tree.path("fractionBits").asInt(16),
                tree.path("weightBound").asDouble(logistic ? 64 : 256),
                tree.path("interceptBound").asDouble(logistic ? 64 : 2048),
                tree.path("thresholdBound").asDouble(logistic ? 64 : 2048));
        List<Feature> features = new ArrayList<>();
        for (JsonNode node : tree.get("features")) {
            features.add(feature(node, "/features/" + features.size()));
        }
        return new Model(
                tree.get("name").asText(),
                tree.get("version").asText(),
                kind,
                texts(tree.get("parties")),
                tree.get("bank").asText(),
                tree.path("weights").asText("private").equals("private"),
                limits,
                tree.get("intercept").asDouble(),
                features,
                numbersByName(tree.path("presence")),
                Optional.ofNullable(tree.get("points")).map(ModelReader::points),
                Optional.ofNullable(tree.get("bands")).map(ModelReader::bands),
                output(tree.get("output")),
                Optional.ofNullable(tree.get("reasons")).map(ModelReader::reasons));
    }

    private static Feature feature(JsonNode node, String path) {
        String name = node.get("name").asText();
        String owner = node.get("owner").asText();
        String column = node.path("column").asText(name);
        try {
            return switch (node.get("kind").asText()) {
                case "number" -> number(node, name, owner, column);
                case "bins" ->
                    new Feature.Bins(
                            name,
                            owner,
                            column,
                            node.get("unit").asText(),
                            range(node),
                            numbers(node.get("edges")),
                            numbers(node.get("weights")),
                            node.get("missingWeight").asDouble());
                case "kept" ->
                    new Feature.Kept(
                            name,
                            owner,
                            new ColumnRule.Kept(
                                    column,
                                    node.get("of").asText(),
                                    node.get("reach").asInt()),
                            node.get("weight").asDouble());
                default ->
                    new Feature.Category(
                            name,
                            owner,
                            column,
                            numbersByName(node.get("weights")),
                            node.get("otherWeight").asDouble(),
                            node.has("missingWeight")
                                    ? OptionalDouble.of(
                                            node.get("missingWeight").asDouble())
                                    : OptionalDouble.empty());
            };
        } catch (IllegalArgumentException e) {
            throw new InvalidModel("at " + path + " (" + name + "): " + e.getMessage());
        }
    }

    private static Feature number(JsonNode node, String name, String owner, String column) {
        return new Feature.Numeric(
                name,
                owner,
                new ColumnRule.Numeric(
                        column,
                        node.get("unit").asText(),
                        node.path("log").asBoolean(false),
                        node.path("mean").asDouble(0),
                        node.path("scale").asDouble(1),
                        range(node),
                        node.get("missingValue").asDouble()),
                node.get("weight").asDouble());
    }

    private static Range range(JsonNode node) {
        List<Double> ends = numbers(node.get("range"));
        return new Range(
                ends.get(0),
                ends.get(1),
                node.path("outside").asText("clip").equals("clip") ? Outside.CLIP : Outside.REJECT);
    }

    private static PointsScale points(JsonNode node) {
        return new PointsScale(
                node.get("base").asDouble(),
                node.get("odds").asDouble(),
                node.get("doubling").asDouble());
    }

    private static Bands bands(JsonNode node) {
        List<String> names = new ArrayList<>(texts(node.get("names")));
        List<Double> thresholds = new ArrayList<>(numbers(node.get("thresholds")));
        if (node.get("order").asText().equals("worst-first")) {
            Collections.reverse(names);
            Collections.reverse(thresholds);
        }
        return new Bands(
                Bands.Unit.valueOf(upper(node.get("on"))),
                names,
                thresholds,
                node.path("visibility").asText("private").equals("private"));
    }

    private static Output output(JsonNode node) {
        return switch (node.get("kind").asText()) {
            case "band" -> new Output.Band();
            case "points" -> new Output.Points();
            default -> {
                double step = node.get("step").asDouble();
                long steps = Math.round(1 / step);
                if (Math.abs(steps * step - 1) > 1e-9) {
                    throw new InvalidModel(
                            "at /output/step: 1 / " + step + " is not a whole number; use 0.01, 0.005, 0.05 …");
                }
                yield new Output.Pd((int) steps);
            }
        };
    }

    private static Reasons reasons(JsonNode node) {
        Map<String, String> reference = new TreeMap<>();
        node.get("reference")
                .properties()
                .forEach(entry -> reference.put(
                        entry.getKey(),
                        entry.getValue().isNull() ? "" : entry.getValue().asText()));
        return new Reasons(node.get("count").asInt(), reference);
    }

    private static String upper(JsonNode node) {
        return node.asText().toUpperCase(Locale.ROOT);
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(node -> texts.add(node.asText()));
        return texts;
    }

    private static List<Double> numbers(JsonNode array) {
        List<Double> numbers = new ArrayList<>();
        array.forEach(node -> numbers.add(node.asDouble()));
        return numbers;
    }

    private static Map<String, Double> numbersByName(JsonNode object) {
        Map<String, Double> numbers = new TreeMap<>();
        object.properties()
                .forEach(entry -> numbers.put(entry.getKey(), entry.getValue().asDouble()));
        return numbers;
    }
}
