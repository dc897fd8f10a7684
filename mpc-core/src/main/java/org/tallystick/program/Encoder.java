package org.tallystick.program;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.tallystick.program.ColumnRule.BadValue;
import org.tallystick.program.Operation.Column;
import org.tallystick.program.Operation.Interval;

/**
 * Turns an owner's raw rows into the columns a program's {@link Operation.Input} declares, by the rules that the
 * columns' meanings spell out. An owner needs the program alone, and runs exactly the rules it approved.
 */
public final class Encoder {
    private final List<Column> columns;
    private final List<ColumnRule> rules;
    private final Map<ColumnRule, KeptEncoders.Kept> kept;

    private Encoder(List<Column> columns, List<ColumnRule> rules, KeptEncoders keptEncoders) {
        this.columns = List.copyOf(columns);
        this.rules = List.copyOf(rules);
        this.kept = new HashMap<>();
        for (ColumnRule rule : rules) {
            if (rule instanceof ColumnRule.Kept named) {
                keptEncoders.find(named).ifPresent(found -> kept.put(named, found));
            }
        }
    }

    /** The encoder of the party with this role; no columns if the program asks nothing of it. */
    public static Encoder of(Program program, String role) {
        int party = program.parties().indexOf(role);
        if (party < 0) {
            throw new IllegalArgumentException(
                    "no party " + role + " in this program; its parties are " + program.parties());
        }
        return of(program, party);
    }

    /**
     * The encoder of a party; no columns if the program asks nothing of it.
     *
     * @throws IllegalArgumentException if a meaning is no rule, or its values do not fit the declared bounds
     */
    public static Encoder of(Program program, int party) {
        return of(program, party, KeptEncoders.none());
    }

    /** The same, where the party keeps what some columns' meanings name; without it such columns have no value. */
    public static Encoder of(Program program, int party, KeptEncoders kept) {
        List<Column> columns = columns(program, party);
        return of(columns, columns.stream().map(Encoder::ruleOf).toList(), kept);
    }

    /** The columns of all inputs of a party, in the order of the program. */
    public static List<Column> columns(Program program, int party) {
        return program.operations().stream()
                .filter(operation -> operation instanceof Operation.Input input && input.owner() == party)
                .flatMap(operation -> ((Operation.Input) operation).columns().stream())
                .toList();
    }

    /** An encoder with rules of its own in place of the columns' meanings: the bank, whose weights no meaning shows. */
    public static Encoder of(List<Column> columns, List<ColumnRule> rules) {
        return of(columns, rules, KeptEncoders.none());
    }

    private static Encoder of(List<Column> columns, List<ColumnRule> rules, KeptEncoders kept) {
        if (columns.size() != rules.size()) {
            throw new IllegalArgumentException(rules.size() + " rules for " + columns.size() + " columns");
        }
        for (int k = 0; k < columns.size(); k++) {
            Column column = columns.get(k);
            if (column.scale() < 0 || column.scale() > 62) {
                throw new IllegalArgumentException(
                        "column " + column.name() + ": a scale of " + column.scale() + " bits; 0 to 62 are possible");
            }
            if (rules.get(k) instanceof ColumnRule.PrivateSum) {
                continue;
            }
            Interval bounds = rules.get(k).bounds(column.scale());
            if (!column.bounds().contains(bounds.low()) || !column.bounds().contains(bounds.high())) {
                throw new IllegalArgumentException(
                        "column " + column.name() + ": its rule gives " + bounds.low() + " to "
                                + bounds.high() + ", outside its declared bounds "
                                + column.bounds().low() + " to "
                                + column.bounds().high());
            }
        }
        return new Encoder(columns, rules, kept);
    }

    private static ColumnRule ruleOf(Column column) {
        try {
            return ColumnRule.parse(column.meaning());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the meaning of column " + column.name() + ": " + e.getMessage(), e);
        }
    }

    /** The columns, in the order of their values. */
    public List<Column> columns() {
        return columns;
    }

    /** The rule of each column. */
    public List<ColumnRule> rules() {
        return rules;
    }

    /** The raw columns that must be in every row. */
    public Set<String> rawColumns() {
        Set<String> names = new TreeSet<>();
        rules.forEach(rule -> names.addAll(rule.columns()));
        return names;
    }

    /**
     * One value a column for one subject; empty if the owner has no row about it.
     *
     * @throws BadValue if a raw value is unusable; the message names its column and not the value
     */
    public long[] encode(Optional<Map<String, String>> row) {
        long[] values = new long[columns.size()];
        for (int k = 0; k < values.length; k++) {
            values[k] = encode(row, k);
        }
        return values;
    }

    /**
     * The values of many subjects, column after column.
     *
     * @throws BadValue as above, naming the row too, counted from 1
     */
    public long[] encode(List<Optional<Map<String, String>>> rows) {
        int count = rows.size();
        long[] values = new long[Math.multiplyExact(columns.size(), count)];
        for (int r = 0; r < count; r++) {
            try {
                for (int k = 0; k < columns.size(); k++) {
                    values[k * count + r] = encode(rows.get(r), k);
                }
            } catch (BadValue e) {
                throw new BadValue("row " + (r + 1) + ", " + e.getMessage());
            }
        }
        return values;
    }

    /** What is wrong with each unusable row, by its index from 0; empty if {@link #encode} takes them all. */
    public SortedMap<Integer, String> problems(List<Optional<Map<String, String>>> rows) {
        SortedMap<Integer, String> problems = new TreeMap<>();
        for (int r = 0; r < rows.size(); r++) {
            try {
                encode(rows.get(r));
            } catch (BadValue e) {
                problems.put(r, e.getMessage());
            }
        }
        return problems;
    }

    private long encode(Optional<Map<String, String>> row, int column) {
        ColumnRule rule = rules.get(column);
        int scale = columns.get(column).scale();
        if (!kept.containsKey(rule)) {
            return rule.encode(row, scale);
        }
        Interval bounds = rule.bounds(scale);
        return Math.clamp(ColumnRule.fixed(kept.get(rule).number(row), scale), bounds.low(), bounds.high());
    }
}
