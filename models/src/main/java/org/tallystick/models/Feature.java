package org.tallystick.models;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.tallystick.program.ColumnRule;
import org.tallystick.program.ColumnRule.Range;
import org.tallystick.program.ColumnRule.Term;

/**
 * One feature of a model: a raw column of one owner, and what it adds to the score. A feature becomes one column for a
 * number, and for bins and categories one indicator column each, of which exactly one is 1.
 *
 * <p>Weights may be private to the bank: {@code toString} prints none.
 */
public sealed interface Feature {
    String name();

    /** The role of the party that holds the raw column. */
    String owner();

    String column();

    /** The feature's columns with their weights, in a fixed order that depends on nothing private. */
    List<Term> terms();

    /** weight · (the number, transformed as the rule says). */
    record Numeric(String name, String owner, ColumnRule.Numeric rule, double weight) implements Feature {
        public Numeric {
            InvalidModel.requireFinite(weight, "feature " + name + ", weight");
        }

        @Override
        public String column() {
            return rule.column();
        }

        @Override
        public List<Term> terms() {
            return List.of(new Term(weight, rule));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** weight · (what the owner has made of the column and keeps to itself, by name). */
    record Kept(String name, String owner, ColumnRule.Kept rule, double weight) implements Feature {
        public Kept {
            InvalidModel.requireFinite(weight, "feature " + name + ", weight");
        }

        @Override
        public String column() {
            return rule.column();
        }

        @Override
        public List<Term> terms() {
            return List.of(new Term(weight, rule));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * A weight for each bin of a number: below the first edge, from each edge to the next, from the last edge on; and
     * one for a missing value.
     */
    record Bins(
            String name,
            String owner,
            String column,
            String unit,
            Range range,
            List<Double> edges,
            List<Double> weights,
            double missingWeight)
            implements Feature {
        public Bins {
            edges = List.copyOf(edges);
            weights = List.copyOf(weights);
            String label = "feature " + name + ", ";
            if (weights.size() != edges.size() + 1) {
                throw new InvalidModel(label + edges.size() + " edges make " + (edges.size() + 1)
                        + " bins, but weights has " + weights.size() + " numbers; give one weight a bin");
            }
            for (int k = 0; k < edges.size(); k++) {
                double edge = edges.get(k);
                if (!(edge > range.min() && edge < range.max()) || k > 0 && edge <= edges.get(k - 1)) {
                    throw new InvalidModel(label + "edge " + edge + " must lie inside the range " + range.min() + " to "
                            + range.max() + " and above the edge before it");
                }
            }
            weights.forEach(weight -> InvalidModel.requireFinite(weight, label + "weights"));
            InvalidModel.requireFinite(missingWeight, label + "missingWeight");
        }

        @Override
        public List<Term> terms() {
            List<Term> terms = new ArrayList<>();
            for (int k = 0; k < weights.size(); k++) {
                double from = k == 0 ? Double.NEGATIVE_INFINITY : edges.get(k - 1);
                double below = k == edges.size() ? Double.POSITIVE_INFINITY : edges.get(k);
                terms.add(new Term(weights.get(k), new ColumnRule.Within(column, unit, range, from, below)));
            }
            terms.add(new Term(missingWeight, new ColumnRule.Missing(column)));
            return terms;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * A weight for each listed text, and {@code otherWeight} for any other; a missing value counts as another text
     * unless it has a weight of its own.
     */
    record Category(
            String name,
            String owner,
            String column,
            Map<String, Double> weights,
            double otherWeight,
            OptionalDouble missingWeight)
            implements Feature {
        public Category {
            weights = Collections.unmodifiableMap(new TreeMap<>(weights));
            String label = "feature " + name + ", ";
            weights.values().forEach(weight -> InvalidModel.requireFinite(weight, label + "weights"));
            InvalidModel.requireFinite(otherWeight, label + "otherWeight");
            missingWeight.ifPresent(weight -> InvalidModel.requireFinite(weight, label + "missingWeight"));
        }

        @Override
        public List<Term> terms() {
            List<Term> terms = new ArrayList<>();
            weights.forEach((value, weight) -> terms.add(new Term(weight, new ColumnRule.Equals(column, value))));
            boolean missingIsOther = missingWeight.isEmpty();
            terms.add(
                    new Term(otherWeight, new ColumnRule.Other(column, List.copyOf(weights.keySet()), missingIsOther)));
            missingWeight.ifPresent(weight -> terms.add(new Term(weight, new ColumnRule.Missing(column))));
            return terms;
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
