package org.tallystick.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A data-set file: how one CSV file is split among parties, and which model scores it; see {@code docs/datasets.md}.
 *
 * @param model the model file that scores it, where there is one
 * @param file the CSV file's name, relative to a folder that is given when the data is read
 * @param label where the file says whether a business defaulted
 * @param rows conditions that a row must fulfil, all of them
 * @param missing texts that mean a missing value, besides an empty cell
 * @param parties by role, its columns in order
 * @param learning how a model is learnt from the rows, where it is to be
 */
public record Dataset(
        String name,
        Optional<Path> model,
        String file,
        Id id,
        Optional<Label> label,
        List<Condition> rows,
        Set<String> missing,
        Map<String, List<Column>> parties,
        Optional<Learning> learning) {
    /** The column that names the subject. */
    public record Id(String column, IdKind kind) {}

    /** The column that tells whether a business defaulted, and its text if it did. */
    public record Label(String column, String bad) {}

    /** A row counts if the column's text is exactly {@code equals}. */
    public record Condition(String column, String equals) {}

    /**
     * A party's column: its name there, the column of the file it comes from, and how.
     *
     * @param treatment how a training uses it, where it says so itself
     */
    public record Column(String name, String source, Transform transform, Optional<Learning.Use> treatment) {}

    public Dataset {
        rows = List.copyOf(rows);
        missing = Set.copyOf(missing);
        Map<String, List<Column>> copy = new LinkedHashMap<>();
        parties.forEach((role, columns) -> copy.put(role, List.copyOf(columns)));
        parties = Collections.unmodifiableMap(copy);
        parties.forEach((role, columns) -> {
            Set<String> names = new HashSet<>(Set.of(BusinessTables.SUBJECT));
            for (Column column : columns) {
                if (!names.add(column.name())) {
                    throw new InvalidModel("at /parties/" + role + ": a second column " + column.name()
                            + "; give each its own name ('" + BusinessTables.SUBJECT + "' is taken)");
                }
            }
        });
    }

    /**
     * Reads a data-set file.
     *
     * @throws InvalidModel if it cannot be read or is not valid; the message names the place in the file
     */
    public static Dataset read(Path file) {
        JsonNode tree = Schemas.read(file, new YAMLMapper(), "dataset-1.schema.json");
        try {
            return dataset(tree, file);
        } catch (IllegalArgumentException e) {
            throw new InvalidModel(file + ": " + e.getMessage());
        }
    }

    /** The name of each party's columns, in order. */
    public Map<String, List<String>> columnNames() {
        Map<String, List<String>> names = new LinkedHashMap<>();
        parties.forEach((role, columns) ->
                names.put(role, columns.stream().map(Column::name).toList()));
        return names;
    }

    private static Dataset dataset(JsonNode tree, Path file) {
        Map<String, List<Column>> parties = new LinkedHashMap<>();
        tree.get("parties").properties().forEach(party -> {
            List<Column> columns = new ArrayList<>();
            party.getValue().forEach(node -> columns.add(column(node)));
            parties.put(party.getKey(), columns);
        });
        List<Condition> rows = conditions(tree.path("rows"));
        Set<String> missing = new HashSet<>();
        tree.path("missing").forEach(node -> missing.add(node.asText()));
        JsonNode id = tree.get("id");
        return new Dataset(
                tree.get("name").asText(),
                Optional.ofNullable(tree.get("model"))
                        .map(node -> file.resolveSibling(node.asText()).normalize()),
                tree.get("file").asText(),
                new Id(id.get("column").asText(), IdKind.of(id.get("kind").asText())),
                Optional.ofNullable(tree.get("label"))
                        .map(node -> new Label(
                                node.get("column").asText(), node.get("bad").asText())),
                rows,
                missing,
                parties,
                Optional.ofNullable(tree.get("training")).map(Learning::of));
    }

    static List<Condition> conditions(JsonNode nodes) {
        List<Condition> conditions = new ArrayList<>();
        nodes.forEach(node -> conditions.add(
                new Condition(node.get("column").asText(), node.get("equals").asText())));
        return conditions;
    }

    private static Column column(JsonNode node) {
        String name = node.get("name").asText();
        JsonNode value = node.path("value");
        Transform transform = switch (node.get("as").asText()) {
            case "text" -> new Transform.Text();
            case "number" -> new Transform.Numeric();
            case "log" -> new Transform.Log();
            case "equals" -> new Transform.EqualTo(value.asText());
            case "greater-than" -> new Transform.GreaterThan(value.asDouble());
            case "first" -> new Transform.First(value.asInt());
            default -> new Transform.NaicsSector();
        };
        return new Column(
                name,
                node.path("column").asText(name),
                transform,
                Optional.ofNullable(node.get("treat")).map(Learning.Use::of));
    }
}
