package org.tallystick.models;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.csv.DuplicateHeaderMode;

/**
 * Splits a data set's CSV file (RFC 4180, UTF-8, with a header) among its parties. Errors name file, line and column.
 */
public final class DatasetReader {
    private static final CSVFormat FORMAT = CSVFormat.RFC4180
            .builder()
            .setHeader()
            .setSkipHeaderRecord(true)
            .setTrim(true)
            .setIgnoreEmptyLines(true)
            .setDuplicateHeaderMode(DuplicateHeaderMode.DISALLOW)
            .get();

    private final Dataset dataset;
    private final Path file;
    private final Set<String> seen = new HashSet<>();
    private long line = 1;

    private DatasetReader(Dataset dataset, Path folder) {
        this.dataset = dataset;
        this.file = folder.resolve(dataset.file());
    }

    /**
     * All businesses of the data set, in the file's order.
     *
     * @param folder where the CSV file is
     * @throws InvalidModel if the file cannot be read or does not fit the data set
     */
    public static List<Business> read(Dataset dataset, Path folder) {
        List<Business> businesses = new ArrayList<>();
        forEach(dataset, folder, businesses::add);
        return businesses;
    }

    /** As {@link #read}, one at a time. */
    public static void forEach(Dataset dataset, Path folder, Consumer<Business> consumer) {
        new DatasetReader(dataset, folder).forEach((_, business) -> consumer.accept(business));
    }

    /** Those to learn from and those to judge the result by, each in the file's order. */
    public record Split(List<Business> learning, List<Business> testing) {}

    /**
     * All businesses with a label, split as the data set's training says.
     *
     * @throws InvalidModel as {@link #read}
     */
    public static Split split(Dataset dataset, Path folder) {
        Optional<Learning.Test> test = dataset.learning().flatMap(Learning::test);
        List<Business> all = new ArrayList<>();
        Set<Integer> testing = new HashSet<>();
        new DatasetReader(dataset, folder).forEach((row, business) -> {
            if (business.bad().isPresent()) {
                if (test.isPresent()
                        && test.get() instanceof Learning.Test.Rows rows
                        && holds(rows.conditions(), row)) {
                    testing.add(all.size());
                }
                all.add(business);
            }
        });
        if (test.isPresent() && test.get() instanceof Learning.Test.Part(double part, int seed)) {
            boolean[] bad = new boolean[all.size()];
            for (int k = 0; k < bad.length; k++) {
                bad[k] = all.get(k).bad().orElseThrow();
            }
            testing.addAll(StratifiedSplit.draw(bad, part, seed));
        }
        List<Business> learn = new ArrayList<>();
        List<Business> judge = new ArrayList<>();
        for (int k = 0; k < all.size(); k++) {
            (testing.contains(k) ? judge : learn).add(all.get(k));
        }
        return new Split(learn, judge);
    }

    private void forEach(BiConsumer<CSVRecord, Business> consumer) {
        try (Reader text = withoutMark(Files.newBufferedReader(file, StandardCharsets.UTF_8));
                CSVParser parser =
                        CSVParser.builder().setReader(text).setFormat(FORMAT).get()) {
            requireColumns(parser.getHeaderNames());
            for (CSVRecord row : parser) {
                line = parser.getCurrentLineNumber();
                if (!row.isConsistent()) {
                    throw problem(
                            "",
                            row.size() + " fields where the header has "
                                    + parser.getHeaderNames().size() + "; check its commas and quotes");
                }
                if (holds(dataset.rows(), row)) {
                    consumer.accept(row, business(row));
                }
            }
        } catch (NoSuchFileException e) {
            throw new InvalidModel(file + ": no such file; give the folder that holds " + dataset.file());
        } catch (InvalidModel e) {
            throw e;
        } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
            throw new InvalidModel(file + ": cannot be read as CSV in UTF-8: " + e.getMessage());
        }
    }

    private void requireColumns(List<String> header) {
        Set<String> needed = new TreeSet<>(Set.of(dataset.id().column()));
        dataset.label().ifPresent(label -> needed.add(label.column()));
        dataset.rows().forEach(condition -> needed.add(condition.column()));
        if (dataset.learning().flatMap(Learning::test).orElse(null) instanceof Learning.Test.Rows rows) {
            rows.conditions().forEach(condition -> needed.add(condition.column()));
        }
        dataset.parties().values().forEach(columns -> columns.forEach(column -> needed.add(column.source())));
        needed.removeAll(header);
        if (!needed.isEmpty()) {
            throw new InvalidModel(file + " line 1: no column " + needed + "; the header has " + header
                    + ". Correct the data-set file");
        }
    }

    private static boolean holds(List<Dataset.Condition> conditions, CSVRecord row) {
        return conditions.stream()
                .allMatch(condition -> row.get(condition.column()).equals(condition.equals()));
    }

    private Business business(CSVRecord row) {
        Dataset.Id id = dataset.id();
        String subject = row.get(id.column());
        id.kind().problem(subject).ifPresent(problem -> {
            throw problem(id.column(), problem);
        });
        if (!seen.add(subject)) {
            throw problem(id.column(), "this identifier is in an earlier row too; keep one row a subject");
        }
        Map<String, Map<String, String>> rows = new LinkedHashMap<>();
        dataset.parties().forEach((role, columns) -> {
            Map<String, String> cells = new LinkedHashMap<>();
            columns.forEach(column -> cells.put(column.name(), cell(row, column)));
            rows.put(role, cells);
        });
        return new Business(subject, rows, label(row));
    }

    private Optional<Boolean> label(CSVRecord row) {
        return dataset.label()
                .filter(label -> !isMissing(row.get(label.column())))
                .map(label -> row.get(label.column()).equals(label.bad()));
    }

    private String cell(CSVRecord row, Dataset.Column column) {
        String raw = row.get(column.source());
        if (isMissing(raw)) {
            return "";
        }
        try {
            return column.transform().apply(raw);
        } catch (IllegalArgumentException e) {
            throw problem(column.source(), e.getMessage());
        }
    }

    private boolean isMissing(String cell) {
        return cell.isEmpty() || dataset.missing().contains(cell);
    }

    /** Cells are the parties' data: a message says where, not what. */
    private InvalidModel problem(String column, String problem) {
        return new InvalidModel(
                file + " line " + line + (column.isEmpty() ? "" : ", column " + column) + ": " + problem);
    }

    /** Spreadsheets put a byte order mark before the first column's name. */
    private static Reader withoutMark(BufferedReader text) throws IOException {
        text.mark(1);
        if (text.read() != '\uFEFF') {
            text.reset();
        }
        return text;
    }
}
