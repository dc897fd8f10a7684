package org.tallystick.node.governance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.tallystick.program.ColumnRule;
import org.tallystick.program.Operation;

/**
 * How many bits an agency's columns hold about one business, by what is declared of them. Columns that are made of the
 * same raw column tell of one value: they count once, as the widest of them or as the choice of one among them,
 * whichever is more. Ranges are declared, not measured: values that cluster hold less.
 */
final class ColumnBits {
    private static final double MOST = Long.SIZE;

    private ColumnBits() {}

    /** Columns that have a raw column in common, directly or through others. */
    private static final class Together {
        private final Set<String> raw = new HashSet<>();
        private final Set<String> meanings = new HashSet<>();
        private double widest;

        void add(Agreement.Column column, Set<String> names) {
            raw.addAll(names);
            double bits = ofColumn(column);
            widest = Math.max(widest, bits);
            if (bits > 0) {
                meanings.add(column.meaning());
            }
        }

        void add(Together other) {
            raw.addAll(other.raw);
            widest = Math.max(widest, other.widest);
            meanings.addAll(other.meanings);
        }

        double bits() {
            return Math.max(widest, log2(1.0 + meanings.size()));
        }
    }

    /** By owner. */
    static Map<String, Double> held(List<Agreement.Column> columns) {
        Map<String, List<Together>> groups = new TreeMap<>();
        for (Agreement.Column column : columns) {
            List<Together> own = groups.computeIfAbsent(column.owner(), owner -> new ArrayList<>());
            Set<String> names = raw(column);
            Together joined = new Together();
            joined.add(column, names);
            own.removeIf(group -> {
                boolean shares = group.raw.stream().anyMatch(names::contains);
                if (shares) {
                    joined.add(group);
                }
                return shares;
            });
            own.add(joined);
        }
        Map<String, Double> held = new TreeMap<>();
        groups.forEach((owner, own) ->
                held.put(owner, own.stream().mapToDouble(Together::bits).sum()));
        return held;
    }

    /**
     * Of its range, or of what its rule can give where that is less: a yes/no column holds 1 bit whatever is declared
     * of it, and three of them 3 in any sum.
     */
    private static double ofColumn(Agreement.Column column) {
        double range = ofRange(column.low(), column.high());
        try {
            return Math.min(
                    range,
                    switch (ColumnRule.parse(column.meaning())) {
                        case ColumnRule.Sum sum ->
                            Math.min(ofRange(sum.bounds(column.scale())), ofTerms(sum, column.scale()));
                        case ColumnRule.PrivateSum _ -> range;
                        case ColumnRule rule -> ofRange(rule.bounds(rule.fraction(column.scale())));
                    });
        } catch (IllegalArgumentException e) {
            return range;
        }
    }

    /** By raw column, as in {@link Together}. */
    private static double ofTerms(ColumnRule.Sum sum, int scale) {
        Map<Set<String>, Double> widest = new HashMap<>();
        Map<Set<String>, Integer> terms = new HashMap<>();
        for (ColumnRule rule : sum.counted(scale)) {
            Set<String> names = Set.copyOf(rule.columns());
            widest.merge(names, ofRange(rule.bounds(rule.fraction(scale / 2))), Math::max);
            terms.merge(names, 1, Integer::sum);
        }
        return widest.entrySet().stream()
                .mapToDouble(each -> Math.max(each.getValue(), log2(1.0 + terms.get(each.getKey()))))
                .sum();
    }

    private static Set<String> raw(Agreement.Column column) {
        try {
            Set<String> names = ColumnRule.parse(column.meaning()).columns();
            // What reads none tells whether there is a row at all: one value, under however many names.
            return names.isEmpty() ? Set.of("") : Set.copyOf(names);
        } catch (IllegalArgumentException e) {
            // No rule: a column of its own, which no node could encode.
            return Set.of(column.name());
        }
    }

    private static double ofRange(Operation.Interval range) {
        return ofRange(range.low(), range.high());
    }

    private static double ofRange(long low, long high) {
        return Math.min(MOST, log2((double) high - (double) low + 1));
    }

    private static double log2(double value) {
        return Math.log(value) / Math.log(2);
    }
}
