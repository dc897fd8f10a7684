package org.tallystick.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints what a benchmark has measured, for people or for programs. */
final class Report {
    private static final double NANO = 1e-9;

    private Report() {}

    static void print(PrintWriter out, String name, Machine machine, List<Result> results) {
        out.printf(
                Locale.ROOT,
                "%s on %d cores of %s, %d MiB%n%s%n",
                name,
                machine.cores(),
                machine.processor(),
                machine.memoryMiB(),
                machine.jdk());
        if (!machine.flags().isEmpty()) {
            out.println(String.join(" ", machine.flags()));
        }
        out.println();
        List<String[]> table = new ArrayList<>();
        table.add(new String[] {"work", "median", "min .. max (runs)", "p99", "a second", "rounds", "bytes a unit"});
        for (Result result : results) {
            table.add(row(result));
        }
        int[] widths = widths(table);
        for (int k = 0; k < table.size(); k++) {
            out.println(line(table.get(k), widths));
            if (k > 0) {
                details(out, results.get(k - 1));
            }
        }
        out.flush();
    }

    private static String[] row(Result result) {
        Spread seconds = result.seconds();
        return new String[] {
            result.work(),
            time(seconds.median()),
            time(seconds.low()) + " .. " + time(seconds.high()) + " (" + seconds.runs() + ")",
            time(seconds.p99()),
            number(result.rate()) + " " + result.unit(),
            result.traffic().map(traffic -> Integer.toString(traffic.rounds())).orElse(""),
            result.traffic()
                    .map(traffic -> number(traffic.total() / result.amount()))
                    .orElse("")
        };
    }

    private static void details(PrintWriter out, Result result) {
        result.traffic().ifPresent(traffic -> {
            List<String> parties = new ArrayList<>();
            for (long bytes : traffic.bytesSent()) {
                parties.add(String.format(Locale.ROOT, "%,d", bytes));
            }
            out.printf(Locale.ROOT, "    bytes sent %,d: by party %s%n", traffic.total(), String.join(" / ", parties));
        });
        result.more().forEach((name, value) -> out.println("    " + name + ": " + value));
        for (Peer peer : result.peers()) {
            out.printf(
                    Locale.ROOT,
                    "    %s: %s; this is %.2f times as fast%n",
                    peer.source(),
                    time(peer.seconds()),
                    result.speedup(peer));
        }
    }

    private static int[] widths(List<String[]> table) {
        int[] widths = new int[table.getFirst().length];
        for (String[] row : table) {
            for (int c = 0; c < widths.length; c++) {
                widths[c] = Math.max(widths[c], row[c].length());
            }
        }
        return widths;
    }

    private static String line(String[] row, int[] widths) {
        StringBuilder line = new StringBuilder(String.format("%-" + widths[0] + "s", row[0]));
        for (int c = 1; c < row.length; c++) {
            line.append("  ").append(" ".repeat(widths[c] - row[c].length())).append(row[c]);
        }
        return line.toString().stripTrailing();
    }

    /** A time with three digits that count, in the unit that suits it. */
    static String time(double seconds) {
        if (seconds >= 1) {
            return digits(seconds) + " s";
        }
        if (seconds >= 1e-3) {
            return digits(seconds * 1e3) + " ms";
        }
        return seconds >= 1e-6 ? digits(seconds * 1e6) + " µs" : digits(seconds / NANO) + " ns";
    }

    static String number(double value) {
        if (value >= 1e9) {
            return digits(value / 1e9) + " G";
        }
        if (value >= 1e6) {
            return digits(value / 1e6) + " M";
        }
        return value >= 1e4 ? digits(value / 1e3) + " k" : digits(value);
    }

    private static String digits(double value) {
        if (value >= 100) {
            return String.format(Locale.ROOT, "%.0f", value);
        }
        return String.format(Locale.ROOT, value >= 10 ? "%.1f" : "%.2f", value);
    }

    /** One object. Times are in seconds. */
    static void json(PrintWriter out, String name, Machine machine, List<Result> results) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("benchmark", name);
        report.put(
                "machine",
                Map.of(
                        "processor", machine.processor(),
                        "cores", machine.cores(),
                        "memory_mib", machine.memoryMiB(),
                        "jdk", machine.jdk(),
                        "flags", machine.flags()));
        report.put("results", results.stream().map(Report::json).toList());
        try {
            out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(report));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps of numbers and text have a JSON form", e);
        }
        out.flush();
    }

    private static Map<String, Object> json(Result result) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("work", result.work());
        json.put("runs", result.seconds().runs());
        json.put("median_s", result.seconds().median());
        json.put("min_s", result.seconds().low());
        json.put("max_s", result.seconds().high());
        json.put("p99_s", result.seconds().p99());
        json.put("unit", result.unit());
        json.put("units_per_run", result.amount());
        json.put("units_per_second", result.rate());
        result.traffic().ifPresent(traffic -> {
            json.put("rounds", traffic.rounds());
            json.put("bytes_per_party", traffic.bytesSent());
            json.put("bytes", traffic.total());
            json.put("bytes_per_unit", traffic.total() / result.amount());
        });
        json.putAll(result.more());
        json.put(
                "peers",
                result.peers().stream()
                        .map(peer -> Map.of(
                                "source",
                                peer.source(),
                                "seconds",
                                peer.seconds(),
                                "times_as_fast",
                                result.speedup(peer)))
                        .toList());
        return json;
    }
}
