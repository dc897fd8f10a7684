package org.tallystick.models;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.tallystick.program.ColumnRule;
import org.tallystick.training.Prepared.Source;
import org.tallystick.training.Training.OwnedColumn;
import org.tallystick.training.TrainingPlan;

/**
 * Columns of a stored table as features of a model file, put together again from their rules so that the model's
 * program asks for the very same columns, and the table serves it.
 */
final class StoredFeatures {
    private final List<String> roles;
    private final List<OwnedColumn> columns;
    private final double[] weights;
    private final List<ObjectNode> features = new ArrayList<>();
    private final ObjectNode presence = JsonNodeFactory.instance.objectNode();
    private OptionalInt fraction = OptionalInt.empty();

    /** @throws InvalidModel if no model file can say what the columns are */
    StoredFeatures(List<String> roles, List<OwnedColumn> columns, double[] weights) {
        this.roles = roles;
        this.columns = columns;
        this.weights = weights;
        for (int next = 0; next < columns.size(); ) {
            next = add(next);
        }
    }

    /** @throws InvalidModel if no model file could say what is learnt */
    static void check(TrainingPlan plan, List<String> roles) {
        List<OwnedColumn> columns = plan.stored().stream()
                .map(column -> new OwnedColumn(column.owner(), Source.Stored.of(column)))
                .toList();
        new StoredFeatures(roles, columns, new double[columns.size()]);
    }

    List<ObjectNode> features() {
        return features;
    }

    /** Weights by role, of an owner that has no row. */
    ObjectNode presence() {
        return presence;
    }

    /** The fraction bits that the model's numbers must have; absent where there are none. */
    OptionalInt fraction() {
        return fraction;
    }

    private Source.Stored at(int index) {
        return (Source.Stored) columns.get(index).prepared().source();
    }

    /** Adds the feature that begins at a column; where the next one begins. */
    private int add(int from) {
        Source.Stored first = at(from);
        return switch (first.rule()) {
            case ColumnRule.Numeric rule -> {
                number(from, first, rule);
                yield from + 1;
            }
            case ColumnRule.Kept rule -> {
                scaled(first);
                feature(from, first.column(), rule.column(), "kept")
                        .put("of", rule.name())
                        .put("reach", rule.reach())
                        .put("weight", weights[from]);
                yield from + 1;
            }
            case ColumnRule.Absent _ -> {
                presence.put(roles.get(columns.get(from).owner()), weights[from]);
                yield from + 1;
            }
            case ColumnRule.Within rule -> bins(from, rule);
            case ColumnRule.Equals rule -> category(from, rule.column());
            case ColumnRule.Other rule -> category(from, rule.column());
            default ->
                throw new InvalidModel("column " + first.column()
                        + " of the table is one that no model file describes; take a table that was stored by a model"
                        + " file with private weights, or leave the learnt weights with nobody");
        };
    }

    private void number(int from, Source.Stored column, ColumnRule.Numeric rule) {
        scaled(column);
        ObjectNode node = feature(from, column.column(), rule.column(), "number");
        range(node.put("unit", rule.unit()), rule.range());
        node.put("log", rule.log())
                .put("mean", rule.mean())
                .put("scale", rule.scale())
                .put("missingValue", rule.missing())
                .put("weight", weights[from]);
    }

    private int bins(int from, ColumnRule.Within rule) {
        int end = from;
        List<Double> edges = new ArrayList<>();
        while (end < columns.size()
                && at(end).rule() instanceof ColumnRule.Within bin
                && bin.column().equals(rule.column())) {
            edges.add(bin.below());
            end++;
        }
        requireEnd(end, from, new ColumnRule.Missing(rule.column()));
        ObjectNode node = feature(from, without(at(end).column(), ": missing"), rule.column(), "bins");
        range(node.put("unit", rule.unit()), rule.range());
        edges.subList(0, edges.size() - 1).forEach(node.putArray("edges")::add);
        var array = node.putArray("weights");
        for (int k = from; k < end; k++) {
            array.add(weights[k]);
        }
        node.put("missingWeight", weights[end]);
        return end + 1;
    }

    private int category(int from, String raw) {
        int end = from;
        ObjectNode values = JsonNodeFactory.instance.objectNode();
        while (end < columns.size()
                && at(end).rule() instanceof ColumnRule.Equals value
                && value.column().equals(raw)) {
            values.put(value.value(), weights[end]);
            end++;
        }
        if (end == columns.size()
                || !(at(end).rule() instanceof ColumnRule.Other other
                        && other.column().equals(raw))) {
            throw incomplete(from);
        }
        ObjectNode node = feature(from, without(at(end).column(), ": any other"), raw, "category");
        node.set("weights", values);
        node.put("otherWeight", weights[end]);
        if (other.missing()) {
            return end + 1;
        }
        requireEnd(end + 1, from, new ColumnRule.Missing(raw));
        node.put("missingWeight", weights[end + 1]);
        return end + 2;
    }

    private void requireEnd(int end, int from, ColumnRule rule) {
        if (end == columns.size() || !at(end).rule().equals(rule)) {
            throw incomplete(from);
        }
    }

    private InvalidModel incomplete(int from) {
        return new InvalidModel("column " + at(from).column()
                + " of the table is without those that belong to it; take all columns that are made of its raw column");
    }

    private static String without(String name, String end) {
        return name.endsWith(end) ? name.substring(0, name.length() - end.length()) : name;
    }

    private void scaled(Source.Stored column) {
        if (fraction.isPresent() && fraction.getAsInt() != column.scale()) {
            throw new InvalidModel("column " + column.column()
                    + " of the table has other fraction bits than the numbers before it, which no model file has");
        }
        fraction = OptionalInt.of(column.scale());
    }

    private ObjectNode feature(int from, String name, String raw, String kind) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("name", name)
                .put("owner", roles.get(columns.get(from).owner()))
                .put("column", raw)
                .put("kind", kind);
        features.add(node);
        return node;
    }

    private static void range(ObjectNode node, ColumnRule.Range range) {
        node.putArray("range").add(range.min()).add(range.max());
        node.put("outside", range.outside() == ColumnRule.Outside.CLIP ? "clip" : "reject");
    }
}
