package org.tallystick.training;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.tallystick.program.ColumnRule;
import org.tallystick.program.Operation.Interval;

/**
 * A column as its owner has prepared it, from its own training rows: everything a later score needs to make the same
 * number of a raw cell. The number is (value − mean) / deviation.
 */
public record Prepared(Source source, double mean, double deviation) {
    /** What the number is made of. */
    public sealed interface Source {
        /** The raw column it reads; of a stored column, the name it has in its table. */
        String column();

        /** The value by a rule: a number within limits, or an indicator. */
        record Rule(String column, ColumnRule rule) implements Source {}

        /** What only the owner knows, under this name and between −reach and reach: mean 0, deviation 1. */
        record Kept(String column, ColumnRule.Kept rule) implements Source {}

        /** A column as a stored table has it: by this rule, scaled by 2^{@code scale}. Mean 0, deviation 1. */
        record Stored(String column, ColumnRule rule, int scale, Interval bounds) implements Source {
            /** @param column one that is stored */
            public static Prepared of(TrainingPlan.Column column) {
                var stored = (TrainingPlan.Treatment.Stored) column.treatment();
                return new Prepared(new Stored(column.name(), stored.rule(), stored.scale(), stored.bounds()), 0, 1);
            }
        }

        /**
         * The evidence of the value's bin, with one number a bin and the last for a missing value. Bins reach from each
         * edge to the next; below the first, and from the last on.
         */
        record Bins(String column, ColumnRule.Range range, List<Double> edges, List<Double> evidence)
                implements Source {
            public Bins {
                edges = List.copyOf(edges);
                evidence = List.copyOf(evidence);
            }
        }
    }

    /** The number of one row; no row at all counts as missing values. */
    public double number(Optional<Map<String, String>> row) {
        double value = switch (source) {
            case Source.Rule(String _, ColumnRule rule) -> rule.value(row);
            case Source.Kept(String _, ColumnRule.Kept rule) -> rule.value(row);
            case Source.Stored stored -> stored.rule().value(row);
            case Source.Bins bins -> bins.evidence().get(bin(bins.column(), bins.edges(), row));
        };
        return (value - mean) / deviation;
    }

    /** The number of the bin, the last for a missing value. */
    static int bin(String column, List<Double> edges, Optional<Map<String, String>> row) {
        OptionalDouble value = Preparation.number(column, row);
        if (value.isEmpty()) {
            return edges.size() + 1;
        }
        int bin = 0;
        while (bin < edges.size() && value.getAsDouble() >= edges.get(bin)) {
            bin++;
        }
        return bin;
    }
}
