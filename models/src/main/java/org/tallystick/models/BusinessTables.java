package org.tallystick.models;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** Writes businesses as one CSV file a party, each with the subject and that party's own columns alone. */
public final class BusinessTables {
    /** The column that names the subject in every table. */
    public static final String SUBJECT = "subject";

    /** The labels' file. */
    public static final String LABELS = "labels.csv";

    private static final CSVFormat FORMAT =
            CSVFormat.RFC4180.builder().setRecordSeparator("\n").get();

    private BusinessTables() {}

    /**
     * Writes {@code <role>.csv} for every role in {@code columns}, and {@code labels.csv} (subject, bad: 1 or 0) if any
     * business has a label. A party without a row about a business has none in its file.
     *
     * @param columns by role, its columns in order
     * @return the rows written, by file name
     */
    public static Map<String, Integer> write(
            Path folder, Map<String, List<String>> columns, Iterable<Business> businesses) throws IOException {
        Files.createDirectories(folder);
        Map<String, Integer> written = new LinkedHashMap<>();
        for (Map.Entry<String, List<String>> party : columns.entrySet()) {
            String file = party.getKey() + ".csv";
            written.put(file, table(folder.resolve(file), party.getKey(), party.getValue(), businesses));
        }
        int labels = labels(folder.resolve(LABELS), businesses);
        if (labels == 0) {
            Files.delete(folder.resolve(LABELS));
        } else {
            written.put(LABELS, labels);
        }
        return written;
    }

    private static int table(Path file, String role, List<String> columns, Iterable<Business> businesses)
            throws IOException {
        int rows = 0;
        try (BufferedWriter text = Files.newBufferedWriter(file);
                CSVPrinter csv = new CSVPrinter(text, FORMAT)) {
            List<String> cells = new ArrayList<>(List.of(SUBJECT));
            cells.addAll(columns);
            csv.printRecord(cells);
            for (Business business : businesses) {
                Map<String, String> row = business.rows().get(role);
                if (row != null) {
                    cells.clear();
                    cells.add(business.id());
                    columns.forEach(column -> cells.add(row.get(column)));
                    csv.printRecord(cells);
                    rows++;
                }
            }
        }
        return rows;
    }

    private static int labels(Path file, Iterable<Business> businesses) throws IOException {
        int rows = 0;
        try (BufferedWriter text = Files.newBufferedWriter(file);
                CSVPrinter csv = new CSVPrinter(text, FORMAT)) {
            csv.printRecord(SUBJECT, "bad");
            for (Business business : businesses) {
                if (business.bad().isPresent()) {
                    csv.printRecord(business.id(), business.bad().get() ? "1" : "0");
                    rows++;
                }
            }
        }
        return rows;
    }
}
