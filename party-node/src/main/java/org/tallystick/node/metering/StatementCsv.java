package org.tallystick.node.metering;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** A statement's lines as CSV (RFC 4180), one a line, amounts in the currency's smallest unit. */
public final class StatementCsv {
    private StatementCsv() {}

    /** @param agencies the roles whose shares have a column, in order */
    public static String of(Statement statement, List<String> agencies) {
        StringBuilder out = new StringBuilder();
        try (CSVPrinter csv = new CSVPrinter(out, CSVFormat.RFC4180)) {
            List<Object> head = new ArrayList<>(List.of(
                    "month",
                    "agreement",
                    "program",
                    "model",
                    "purpose",
                    "kind",
                    "price",
                    "sessions",
                    "rows",
                    "charged",
                    "currency",
                    "amount"));
            agencies.forEach(agency -> head.add("share " + agency));
            csv.printRecord(head);
            for (Statement.Line line : statement.lines()) {
                Statement.Key key = line.key();
                List<Object> cells = new ArrayList<>(List.of(
                        statement.month(),
                        key.agreement(),
                        key.program(),
                        key.model(),
                        plain(key.purpose()),
                        key.kind(),
                        key.price(),
                        line.sessions(),
                        line.rows(),
                        line.charged(),
                        line.currency(),
                        line.amount()));
                agencies.forEach(agency -> cells.add(line.shares().getOrDefault(agency, 0L)));
                csv.printRecord(cells);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString();
    }

    /** A purpose is the bank's text: a spreadsheet must not take it for a formula. */
    private static String plain(String text) {
        return !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    }
}
