package org.tallystick.models;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;

/** Models and rows for tests. */
final class TestModels {
    private TestModels() {}

    static Model sample(String name) {
        Model model = Model.read(Path.of("samples", name + ".json"));
        assertEquals(model, Model.sample(name));
        return model;
    }

    static Model parse(String json) {
        return ModelReader.parse("test.json", json.replace('\'', '"'));
    }

    /** A small model with every kind of feature; {@code edits} are pairs of text to replace and its replacement. */
    static String small(String... edits) {
        String json = """
            {'tallystick': 'model/1', 'name': 'small', 'version': '1', 'kind': 'logistic',
             'parties': ['tax', 'utility', 'social-security', 'bank'], 'bank': 'bank', 'intercept': -1.5,
             'features': [
              {'name': 'flow', 'owner': 'bank', 'kind': 'number', 'unit': 'CNY', 'range': [1, 1000000], 'log': true,
               'mean': 9, 'scale': 2, 'missingValue': 5000, 'weight': -0.7},
              {'name': 'sales', 'owner': 'tax', 'kind': 'number', 'unit': 'CNY a year', 'range': [0, 900], 'outside': 'reject',
               'mean': 450, 'scale': 300, 'missingValue': 450, 'weight': -0.9},
              {'name': 'grade', 'owner': 'tax', 'kind': 'category', 'weights': {'A': -0.8, 'B': 0.1, 'C': 0.9},
               'otherWeight': 0.4, 'missingWeight': 0.2},
              {'name': 'kwh', 'owner': 'utility', 'kind': 'bins', 'unit': 'kWh', 'range': [0, 10000], 'edges': [100, 2000],
               'weights': [0.6, 0, -0.3], 'missingWeight': 0.15}],
             'presence': {'tax': 0.25, 'utility': -0.125},
             'points': {'base': 600, 'odds': 20, 'doubling': 40},
             'bands': {'on': 'points', 'order': 'best-first', 'names': ['A', 'B', 'C'], 'thresholds': [560, 480]},
             'output': {'kind': 'band'}}
            """;
        for (int k = 0; k < edits.length; k += 2) {
            if (!json.contains(edits[k])) {
                throw new IllegalArgumentException("nothing to replace: " + edits[k]);
            }
            json = json.replace(edits[k], edits[k + 1]);
        }
        return json;
    }

    /** The small model with reasons; a feature of each agency and one of the bank can be one. */
    static String explained(String... edits) {
        String[] all = Arrays.copyOf(edits, edits.length + 2);
        all[edits.length] = "'output'";
        all[edits.length + 1] = "'reasons': {'count': 2, 'reference': {'sales': 610, 'grade': 'B', 'kwh': null,"
                + " 'flow': '20000'}}, 'output'";
        return small(all);
    }

    /** Random rows for {@link #small}: some values missing, some rows absent. */
    static List<Map<String, Map<String, String>>> smallRows(int count, long seed) {
        Random random = new Random(seed);
        List<Map<String, Map<String, String>>> rows = new ArrayList<>();
        for (int k = 0; k < count; k++) {
            Map<String, Map<String, String>> row = new HashMap<>();
            row.put("bank", Map.of("flow", maybe(random, random.nextDouble() * 2e6)));
            row.put(
                    "tax",
                    Map.of(
                            "sales",
                            maybe(random, random.nextDouble() * 900),
                            "grade",
                            List.of("A", "B", "C", "D", "").get(random.nextInt(5))));
            row.put("utility", Map.of("kwh", maybe(random, random.nextDouble() * 12000 - 1000)));
            row.entrySet().removeIf(any -> random.nextInt(8) == 0);
            rows.add(row);
        }
        return rows;
    }

    private static String maybe(Random random, double value) {
        return random.nextInt(8) == 0 ? "" : Double.toString(value);
    }

    /** The standard model of the benchmarks: 32 numbers in [−8, 8], eight at each party, private weights. */
    static String standard(String output) {
        List<String> roles = List.of("tax", "utility", "social-security", "bank");
        Random random = new Random(7);
        StringJoiner features = new StringJoiner(",");
        for (int k = 0; k < 32; k++) {
            features.add("{'name': 'x" + k + "', 'owner': '" + roles.get(k / 8)
                    + "', 'kind': 'number', 'unit': '1', 'range': [-8, 8], 'missingValue': 0, 'weight': "
                    + (random.nextDouble() * 8 - 4) / 4 + "}");
        }
        return "{'tallystick': 'model/1', 'name': 'standard', 'version': '1', 'kind': 'logistic','parties': ['tax',"
                + " 'utility', 'social-security',"
                + " 'bank'], 'bank': 'bank',"
                + " 'intercept': 0.3,"
                + " 'weightBound':"
                + " 4,'features':"
                + " [" + features + "], 'points': {'base': 600, 'odds': 20, 'doubling': 20},"
                + "'bands': {'on': 'logit', 'order': 'best-first', 'names': ['1', '2', '3', '4', '5', '6', '7', '8'],"
                + "'thresholds': [-12, -8, -4, 0, 4, 8, 12]}, 'output': " + output + "}";
    }

    static List<Map<String, Map<String, String>>> standardRows(int count, long seed) {
        List<String> roles = List.of("tax", "utility", "social-security", "bank");
        Random random = new Random(seed);
        List<Map<String, Map<String, String>>> rows = new ArrayList<>();
        for (int r = 0; r < count; r++) {
            Map<String, Map<String, String>> row = new HashMap<>();
            for (int k = 0; k < 32; k++) {
                row.computeIfAbsent(roles.get(k / 8), role -> new HashMap<>())
                        .put("x" + k, Double.toString(random.nextDouble() * 16 - 8));
            }
            rows.add(row);
        }
        return rows;
    }
}
