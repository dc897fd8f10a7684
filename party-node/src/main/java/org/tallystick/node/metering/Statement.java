package org.tallystick.node.metering;

import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was used in a month (UTC), by this node's receipts.
 *
 * @param receipts how many receipts it was derived from
 */
public record Statement(YearMonth month, long receipts, List<Line> lines, List<DataSet> dataSets) {
    public Statement {
        lines = List.copyOf(lines);
        dataSets = List.copyOf(dataSets);
    }

    /** What makes a line: uses that differ in any of it are in different ones. */
    public record Key(String agreement, String program, String model, String purpose, String kind, long price) {}

    /**
     * Uses of one kind.
     *
     * @param sessions how many
     * @param rows that they were about
     * @param charged rows that are charged; the others were asked again under an id that was charged before
     * @param currency empty where nothing is charged, or the agreement is not known here
     * @param amount price times charged rows, in the currency's smallest unit
     * @param shares what each agency gets of it, by role
     */
    public record Line(
            Key key, long sessions, long rows, long charged, String currency, long amount, Map<String, Long> shares) {
        public Line {
            shares = Map.copyOf(shares);
        }
    }

    /**
     * What this node's columns of one program were used for: the figures that a registration of data as an asset asks
     * for.
     *
     * @param columns by their names in the program
     * @param revenue this node's own share
     * @param asOf the days of the tables that were read; empty for columns read at the time of use
     */
    public record DataSet(
            String program,
            List<String> columns,
            long rows,
            long charged,
            String currency,
            long revenue,
            Optional<LocalDate> firstUse,
            Optional<LocalDate> lastUse,
            List<LocalDate> asOf) {
        public DataSet {
            columns = List.copyOf(columns);
            asOf = List.copyOf(asOf);
        }
    }
}
