package org.tallystick.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.tallystick.program.ColumnRule;
import org.tallystick.program.ColumnRule.Outside;
import org.tallystick.program.ColumnRule.Range;
import org.tallystick.training.TrainingPlan.Column;
import org.tallystick.training.TrainingPlan.Treatment;

/**
 * What an owner works out about its own columns before a training, from its own rows alone. Plain numbers, no shares.
 */
public final class Preparation {
    /** A text that fewer rows have is nobody's business but its owner's. */
    static final int RARE = 5;

    /** A rule's range reaches so far. */
    private static final double LARGEST = 1e18;

    private Preparation() {}

    /** @throws ColumnRule.BadValue if a cell is not there, or is no number where one is wanted */
    static void check(Column column, List<Optional<Map<String, String>>> rows) {
        for (Optional<Map<String, String>> row : rows) {
            if (column.treatment() instanceof Treatment.Categories) {
                cell(column.name(), row);
            } else {
                number(column.name(), row);
            }
        }
    }

    /** The edges of a column's quantile bins: between them, and beyond the outermost, lie about as many rows each. */
    public static List<Double> edges(Column column, int bins, List<Optional<Map<String, String>>> rows) {
        double[] known = numbers(column.name(), rows);
        List<Double> edges = new ArrayList<>();
        for (int k = 1; k < bins && known.length > 0; k++) {
            double edge = known[(int) ((long) known.length * k / bins)];
            if (edge > known[0] && (edges.isEmpty() || edge > edges.getLast())) {
                edges.add(edge);
            }
        }
        return edges;
    }

    /**
     * Indicators of a column's bins, row by row: bin b of row r at b · rows + r; the last bin is for missing values.
     */
    public static long[] indicators(Column column, List<Double> edges, List<Optional<Map<String, String>>> rows) {
        long[] indicators = new long[(edges.size() + 2) * rows.size()];
        for (int row = 0; row < rows.size(); row++) {
            indicators[Prepared.bin(column.name(), edges, rows.get(row)) * rows.size() + row] = 1;
        }
        return indicators;
    }

    /**
     * A column of evidence.
     *
     * @param counts of bad rows by bin, and in all
     */
    public static Prepared evidence(
            Column column,
            List<Double> edges,
            List<Optional<Map<String, String>>> rows,
            BinCounts.Counts counts,
            double limit) {
        long[] badInBin = counts.badInBin();
        double bad = counts.bad();
        long[] rowsInBin = new long[badInBin.length];
        rows.forEach(row -> rowsInBin[Prepared.bin(column.name(), edges, row)]++);
        double good = rows.size() - bad;
        List<Double> evidence = new ArrayList<>();
        for (int k = 0; k < badInBin.length; k++) {
            // Half a row on either side keeps an empty side finite; a withheld bin says nothing.
            double evident = badInBin[k] == BinCounts.WITHHELD || rowsInBin[k] == 0
                    ? 0
                    : Math.log((badInBin[k] + .5) / bad / ((rowsInBin[k] - badInBin[k] + .5) / good));
            evidence.add(evident);
        }
        double[] known = numbers(column.name(), rows);
        Range range = known.length == 0 || known[0] == known[known.length - 1]
                ? new Range(-LARGEST, LARGEST, Outside.CLIP)
                : new Range(known[0], known[known.length - 1], Outside.CLIP);
        return standardised(new Prepared.Source.Bins(column.name(), range, edges, evidence), rows, limit);
    }

    /** A column of numbers, or the indicators of a column of texts. */
    public static List<Prepared> prepare(Column column, List<Optional<Map<String, String>>> rows, double limit) {
        return switch (column.treatment()) {
            case Treatment.Standardised(double clip) -> List.of(number(column, clip, rows, limit));
            case Treatment.Categories(int most) -> categories(column, most, rows, limit);
            case Treatment.Evidence _ ->
                throw new IllegalArgumentException("evidence needs the counts of bad rows: " + column);
            case Treatment.Stored _ -> throw new IllegalArgumentException("a stored column is prepared: " + column);
        };
    }

    private static Prepared number(Column column, double clip, List<Optional<Map<String, String>>> rows, double limit) {
        double[] known = numbers(column.name(), rows);
        if (known.length == 0) {
            throw new ColumnRule.BadValue("column " + column.name()
                    + " has no number in the training rows; check the import, or leave the column out");
        }
        double low = quantile(known, clip);
        double high = quantile(known, 1 - clip);
        // A range needs two ends; a column that never varies is given room that changes none of its values.
        Range range = new Range(low, high > low ? high : low + Math.max(1, Math.abs(low) * 0x1p-40), Outside.CLIP);
        double mean = Arrays.stream(known)
                .map(value -> Math.clamp(value, range.min(), range.max()))
                .average()
                .orElse(0);
        var rule = new ColumnRule.Numeric(column.name(), "", false, 0, 1, range, mean);
        return standardised(new Prepared.Source.Rule(column.name(), rule), rows, limit);
    }

    private static List<Prepared> categories(
            Column column, int most, List<Optional<Map<String, String>>> rows, double limit) {
        Map<String, Integer> counts = new HashMap<>();
        rows.forEach(row -> cell(column.name(), row).ifPresent(text -> counts.merge(text, 1, Integer::sum)));
        List<String> frequent = counts.entrySet().stream()
                .sorted(Comparator.<Map.Entry<String, Integer>>comparingInt(entry -> -entry.getValue())
                        .thenComparing(Map.Entry::getKey))
                .limit(most)
                .skip(1)
                .filter(entry -> entry.getValue() >= RARE)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        return frequent.stream()
                .map(text -> standardised(
                        new Prepared.Source.Rule(column.name(), new ColumnRule.Equals(column.name(), text)),
                        rows,
                        limit))
                .toList();
    }

    /**
     * Mean and deviation over the training rows; a column that never varies is only centred, and one that reaches
     * beyond {@code limit} deviations is divided by more, so that no number is ever cut off.
     */
    private static Prepared standardised(
            Prepared.Source source, List<Optional<Map<String, String>>> rows, double limit) {
        Prepared raw = new Prepared(source, 0, 1);
        double[] values = rows.stream().mapToDouble(raw::number).toArray();
        double mean = Arrays.stream(values).average().orElse(0);
        double square = Arrays.stream(values)
                .map(x -> (x - mean) * (x - mean))
                .average()
                .orElse(0);
        double farthest =
                Arrays.stream(values).map(x -> Math.abs(x - mean)).max().orElse(0);
        double deviation = square > 1e-24 ? Math.sqrt(square) : 1;
        return new Prepared(source, mean, Math.max(deviation, farthest / limit));
    }

    /** Linear between the neighbouring values, as most statistics programs do. */
    private static double quantile(double[] ascending, double part) {
        double at = part * (ascending.length - 1);
        int below = (int) Math.floor(at);
        int above = Math.min(below + 1, ascending.length - 1);
        return ascending[below] + (at - below) * (ascending[above] - ascending[below]);
    }

    private static double[] numbers(String column, List<Optional<Map<String, String>>> rows) {
        return rows.stream()
                .map(row -> number(column, row))
                .filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble)
                .sorted()
                .toArray();
    }

    static OptionalDouble number(String column, Optional<Map<String, String>> row) {
        Optional<String> text = cell(column, row);
        if (text.isEmpty()) {
            return OptionalDouble.empty();
        }
        OptionalDouble number = ColumnRule.decimal(text.get());
        if (number.isEmpty()) {
            throw new ColumnRule.BadValue("column " + column
                    + ": not a number; write a decimal number such as 1250.5, or leave it empty if it is missing");
        }
        if (Math.abs(number.getAsDouble()) > LARGEST) {
            throw new ColumnRule.BadValue("column " + column + ": a number beyond 1e18; correct the record");
        }
        return number;
    }

    static Optional<String> cell(String column, Optional<Map<String, String>> row) {
        if (row.isPresent() && !row.get().containsKey(column)) {
            throw new ColumnRule.BadValue(
                    "column " + column + " is not among this owner's columns; add it to the owner's data source");
        }
        return row.map(cells -> cells.get(column)).map(String::strip).filter(text -> !text.isEmpty());
    }

    static ColumnRule.BadValue oneKind(TrainingPlan.Label label) {
        return new ColumnRule.BadValue("column " + label.column()
                + ": good ones or bad ones alone; it takes both to learn, and both to judge by");
    }

    static ColumnRule.BadValue tooFew(TrainingPlan.Label label, int fewest) {
        return new ColumnRule.BadValue("column " + label.column() + ": fewer than " + fewest
                + " good rows, or fewer than " + fewest + " bad ones; judge by more rows");
    }

    static ColumnRule.BadValue noLabel(TrainingPlan.Label label) {
        return new ColumnRule.BadValue(
                "column " + label.column() + ": a row without a label; leave such subjects out of the training");
    }
}
