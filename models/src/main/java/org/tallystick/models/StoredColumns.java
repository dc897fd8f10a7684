package org.tallystick.models;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.tallystick.program.ColumnRule;
import org.tallystick.program.Operation;
import org.tallystick.program.Program;
import org.tallystick.training.TrainingPlan;
import org.tallystick.training.TrainingPlan.Treatment;

/**
 * What a stored table of shares has to learn from: the columns that agencies bring to the program it was stored by.
 *
 * @param id of the table
 */
public record StoredColumns(String id, Program program) {
    /**
     * The columns that a request takes, in the order of the program.
     *
     * @param asked by role, raw columns by {@code name}; an agency that is not there gives all
     * @param bank whose columns are not in the table
     */
    List<TrainingPlan.Column> chosen(JsonNode asked, int bank) {
        List<TrainingPlan.Column> chosen = new ArrayList<>();
        for (int owner = 0; owner < program.parties().size(); owner++) {
            if (owner != bank) {
                String role = program.parties().get(owner);
                List<Operation.Column> all = columnsOf(owner);
                chosen.addAll(asked.has(role) ? named(owner, all, asked.get(role)) : stored(owner, all));
            }
        }
        return chosen;
    }

    private List<Operation.Column> columnsOf(int owner) {
        return program.operations().stream()
                .filter(operation -> operation instanceof Operation.Input input && input.owner() == owner)
                .flatMap(operation -> ((Operation.Input) operation).columns().stream())
                .toList();
    }

    private List<TrainingPlan.Column> named(int owner, List<Operation.Column> all, JsonNode names) {
        Set<String> wanted = new TreeSet<>();
        for (JsonNode each : names) {
            if (each.has("treat")) {
                throw new IllegalArgumentException("column " + each.get("name").asText()
                        + ": the columns of a table enter as they are stored; leave 'treat' out");
            }
            wanted.add(each.get("name").asText());
        }
        Set<String> found = new HashSet<>();
        List<Operation.Column> chosen = new ArrayList<>();
        for (Operation.Column column : all) {
            Set<String> raw = ColumnRule.parse(column.meaning()).columns();
            // Whether the owner has a row at all goes with any of its columns.
            if (!wanted.isEmpty() && wanted.containsAll(raw)) {
                chosen.add(column);
                found.addAll(raw);
            }
        }
        wanted.removeAll(found);
        if (!wanted.isEmpty()) {
            throw new IllegalArgumentException(
                    "the table has no column of " + program.parties().get(owner) + " made of " + wanted);
        }
        return stored(owner, chosen);
    }

    private static List<TrainingPlan.Column> stored(int owner, List<Operation.Column> columns) {
        return columns.stream()
                .map(column -> new TrainingPlan.Column(
                        owner,
                        column.name(),
                        new Treatment.Stored(
                                column.meaning(),
                                column.scale(),
                                column.bounds().low(),
                                column.bounds().high())))
                .toList();
    }
}
