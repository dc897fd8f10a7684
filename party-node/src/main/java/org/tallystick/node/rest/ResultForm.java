package org.tallystick.node.rest;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.tallystick.node.rest.NodeService.Outcome;
import org.tallystick.node.rest.NodeService.ScoreResult;

/** The two forms of a job's results. */
enum ResultForm {
    NDJSON("application/x-ndjson") {
        @Override
        void write(Stream<ScoreResult> results, OutputStream out) throws IOException {
            for (Iterator<ScoreResult> rows = results.iterator(); rows.hasNext(); ) {
                out.write(Json.bytes(Json.result(rows.next())));
                out.write('\n');
            }
        }
    },
    CSV("text/csv") {
        @Override
        void write(Stream<ScoreResult> results, OutputStream out) throws IOException {
            CSVFormat format = CSVFormat.RFC4180.builder().setHeader(COLUMNS).get();
            try (CSVPrinter printer = new CSVPrinter(new OutputStreamWriter(out, StandardCharsets.UTF_8), format)) {
                for (Iterator<ScoreResult> rows = results.iterator(); rows.hasNext(); ) {
                    printer.printRecord(fields(rows.next()));
                }
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
    };

    private static final String[] COLUMNS = {
        "subject",
        "request_id",
        "band",
        "rank",
        "points",
        "pd_at_least",
        "pd_below",
        "session",
        "problem",
        "detail",
        "reasons",
        "answered_at"
    };

    private final String mediaType;

    ResultForm(String mediaType) {
        this.mediaType = mediaType;
    }

    String mediaType() {
        return mediaType;
    }

    /** Writes one line a result, as slowly as {@code out} takes them. */
    abstract void write(Stream<ScoreResult> results, OutputStream out) throws IOException;

    /** The form an Accept header asks for, {@code null} when there is none; the first of its types counts that fits. */
    static ResultForm accepted(String header) {
        if (header == null || header.isBlank()) {
            return NDJSON;
        }
        for (String range : header.split(",", 32)) {
            switch (range.split(";", 2)[0].strip().toLowerCase(Locale.ROOT)) {
                case "text/csv", "text/*" -> {
                    return CSV;
                }
                case "application/x-ndjson", "application/*", "*/*" -> {
                    return NDJSON;
                }
                default -> {}
            }
        }
        throw new ServiceFailure(Problem.of(
                Problem.Code.NOT_ACCEPTABLE,
                "results come as application/x-ndjson or text/csv",
                "ask for one of them with Accept"));
    }

    private static Object[] fields(ScoreResult result) {
        Object[] fields = new Object[COLUMNS.length];
        fields[0] = result.subject();
        fields[1] = result.requestId();
        switch (result.outcome()) {
            case Outcome.Answered(ScoreAnswer answer, String session, Optional<Instant> stored) -> {
                put(answer, fields);
                fields[7] = session;
                // Only of an earlier answer, from the bank's own record.
                fields[11] = stored.orElse(null);
            }
            case Outcome.Failed(Problem problem) -> {
                fields[8] = problem.code().id();
                fields[9] = problem.detail();
            }
        }
        return fields;
    }

    private static void put(ScoreAnswer answer, Object[] fields) {
        switch (answer) {
            case ScoreAnswer.Band(int rank, String name) -> {
                fields[2] = name;
                fields[3] = rank;
            }
            case ScoreAnswer.Points(long points) -> fields[4] = points;
            case ScoreAnswer.Pd(double atLeast, double below) -> {
                fields[5] = atLeast;
                fields[6] = below;
            }
            case ScoreAnswer.Explained(ScoreAnswer explained, List<String> reasons) -> {
                put(explained, fields);
                fields[10] = String.join(" ", reasons);
            }
        }
    }
}
