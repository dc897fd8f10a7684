package org.tallystick.models;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.tallystick.program.ColumnRule;
import org.tallystick.training.Prepared;
import org.tallystick.training.Prepared.Source;
import org.tallystick.training.Training;
import org.tallystick.training.Training.OwnedColumn;

/** The outcome of a training as a model file: a logistic regression whose output is whether the chance reaches 1/2. */
public final class TrainedModel {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The bound of weights and of the intercept in a model file that names none. */
    private static final double USUAL_BOUND = 64;

    private TrainedModel() {}

    /**
     * A model file's text.
     *
     * @param roles of the parties, in party order
     * @param bank one of them
     */
    public static String of(Training.Outcome outcome, String name, List<String> roles, String bank) {
        ObjectNode model = JSON.createObjectNode();
        model.put("tallystick", "model/1").put("name", name).put("version", "1").put("kind", "logistic");
        roles.forEach(model.putArray("parties")::add);
        model.put("bank", bank);
        Features features = new Features(roles);
        List<OwnedColumn> stored = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        for (int k = 0; k < outcome.weights().length; k++) {
            OwnedColumn column = outcome.columns().get(k);
            if (column.prepared().source() instanceof Source.Stored) {
                stored.add(column);
                theirs.add(outcome.weights()[k]);
            } else {
                features.add(column, outcome.weights()[k]);
            }
        }
        double intercept = outcome.intercept() - features.centre;
        model.put("intercept", intercept);
        if (!stored.isEmpty()) {
            fromTable(model, stored, theirs, intercept, roles).forEach(features.stored::add);
        }
        model.set("features", features.array());
        ObjectNode bands = model.putObject("bands").put("on", "pd").put("order", "best-first");
        bands.putArray("names").add("grant").add("decline");
        bands.putArray("thresholds").add(0.5);
        model.putObject("output").put("kind", "band");
        String text = model.toPrettyString() + "\n";
        Model.parse(text);
        return text;
    }

    /** The features of a table's columns, which no deviation bounds: limits are widened where a weight needs it. */
    private static List<ObjectNode> fromTable(
            ObjectNode model, List<OwnedColumn> columns, List<Double> theirs, double intercept, List<String> roles) {
        double[] weights = theirs.stream().mapToDouble(Double::doubleValue).toArray();
        StoredFeatures features = new StoredFeatures(roles, columns, weights);
        features.fraction().ifPresent(bits -> model.put("fractionBits", bits));
        double largest = DoubleStream.of(weights).map(Math::abs).max().orElseThrow();
        model.put("weightBound", Math.max(USUAL_BOUND, above(largest)));
        model.put("interceptBound", Math.max(USUAL_BOUND, above(Math.abs(intercept))));
        if (!features.presence().isEmpty()) {
            model.set("presence", features.presence());
        }
        return features.features();
    }

    /** The next power of two. */
    private static double above(double number) {
        return Math.scalb(1.0, Math.getExponent(number) + 1);
    }

    /** A coefficient as statisticians print it: of the raw number, or of an indicator. */
    public record Coefficient(String owner, String name, double value) {}

    /** All coefficients, the intercept last; a column of evidence counts as a number of its own. */
    public static List<Coefficient> coefficients(Training.Outcome outcome, List<String> roles) {
        List<Coefficient> all = new ArrayList<>();
        double centre = 0;
        for (int k = 0; k < outcome.weights().length; k++) {
            Prepared prepared = outcome.columns().get(k).prepared();
            double raw = outcome.weights()[k] / prepared.deviation();
            centre += raw * prepared.mean();
            String owner = roles.get(outcome.columns().get(k).owner());
            all.add(new Coefficient(owner, title(prepared.source()), raw));
        }
        all.add(new Coefficient("", "intercept", outcome.intercept() - centre));
        return all;
    }

    private static String title(Source source) {
        return source instanceof Source.Rule(String column, ColumnRule.Equals equals)
                ? column + "=" + equals.value()
                : source.column();
    }

    /** Gathers features; the indicators of one column become one. */
    private static final class Features {
        private final List<String> roles;
        private final Map<String, ObjectNode> byColumn = new LinkedHashMap<>();
        private final List<ObjectNode> stored = new ArrayList<>();
        private double centre;

        Features(List<String> roles) {
            this.roles = roles;
        }

        void add(OwnedColumn column, double weight) {
            Prepared prepared = column.prepared();
            String owner = roles.get(column.owner());
            String key = column.owner() + " " + prepared.source().column();
            switch (prepared.source()) {
                case Source.Rule(String name, ColumnRule.Numeric rule) ->
                    byColumn.put(key, number(feature(owner, name, "number"), rule, prepared, weight));
                case Source.Rule(String name, ColumnRule.Equals rule) -> {
                    ObjectNode node = byColumn.computeIfAbsent(
                            key, _ -> feature(owner, name, "category").put("otherWeight", 0));
                    node.withObject("/weights").put(rule.value(), weight / prepared.deviation());
                    centre += weight * prepared.mean() / prepared.deviation();
                }
                case Source.Kept(String name, ColumnRule.Kept rule) ->
                    byColumn.put(
                            key,
                            feature(owner, name, "kept")
                                    .put("of", rule.name())
                                    .put("reach", rule.reach())
                                    .put("weight", weight));
                case Source.Stored _ -> throw new IllegalArgumentException("features of a table are put together");
                case Source.Rule rule -> throw new InvalidModel("a trained column with the rule " + rule.rule());
                case Source.Bins bins -> {
                    byColumn.put(key, bins(feature(owner, bins.column(), "bins"), bins, weight / prepared.deviation()));
                    centre += weight * prepared.mean() / prepared.deviation();
                }
            }
        }

        private static ObjectNode feature(String owner, String name, String kind) {
            return JSON.createObjectNode().put("name", name).put("owner", owner).put("kind", kind);
        }

        private static ObjectNode number(ObjectNode node, ColumnRule.Numeric rule, Prepared prepared, double weight) {
            node.put("unit", "as imported");
            node.putArray("range").add(rule.range().min()).add(rule.range().max());
            return node.put("outside", "clip")
                    .put("missingValue", rule.missing())
                    .put("mean", prepared.mean())
                    .put("scale", prepared.deviation())
                    .put("weight", weight);
        }

        private static ObjectNode bins(ObjectNode node, Source.Bins bins, double weight) {
            node.put("unit", "as imported");
            int missing = bins.evidence().size() - 1;
            List<Double> edges = bins.edges();
            List<Double> evidence = bins.evidence().subList(0, missing);
            if (edges.isEmpty()) {
                // A model's bins have an edge; both sides of this one weigh the same.
                edges = List.of((bins.range().min() + bins.range().max()) / 2);
                evidence = List.of(evidence.getFirst(), evidence.getFirst());
            }
            double last = edges.getLast();
            // An edge lies inside the range; above the last one it makes no difference where the range ends.
            double end = Math.max(bins.range().max(), last + Math.max(1e-9, Math.ulp(last) * 4));
            node.putArray("range").add(bins.range().min()).add(end);
            node.put("outside", "clip");
            edges.forEach(node.putArray("edges")::add);
            ArrayNode weights = node.putArray("weights");
            evidence.forEach(one -> weights.add(weight * one));
            return node.put("missingWeight", weight * bins.evidence().get(missing));
        }

        ArrayNode array() {
            ArrayNode array = JSON.createArrayNode().addAll(stored);
            byColumn.values().forEach(array::add);
            return array;
        }
    }
}
