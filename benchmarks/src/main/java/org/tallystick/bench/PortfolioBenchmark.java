package org.tallystick.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.tallystick.bench.Job.Kind;
import picocli.CommandLine.Option;

/** Whole portfolios: from the share store, and with their inputs; and signs alone. Four processes over TLS. */
final class PortfolioBenchmark implements Benchmark {
    /** A node's heap. */
    private static final List<String> FLAGS =
            List.of("-Xms512m", "-Xmx512m", "-XX:+UseSerialGC", "-Xmn340m", "-XX:MaxDirectMemorySize=256m");

    private static final int SIGN_CHUNK = 1 << 18;

    @Option(
            names = "--rows",
            split = ",",
            defaultValue = "100000,1000000,10000000",
            description = "Rows of the portfolios from the store.")
    private List<Integer> rows;

    @Option(
            names = "--input-rows",
            defaultValue = "100000",
            description = "Rows of the portfolio with its inputs; 0 leaves it out.")
    private int inputRows;

    @Option(
            names = "--signs",
            defaultValue = "1048576",
            description = "Numbers whose signs are found; 0 leaves them out.")
    private int signs;

    @Option(names = "--chunk", defaultValue = "16384", description = "Rows of one run: a segment of the table.")
    private int chunk;

    @Option(names = "--in-flight", defaultValue = "3", description = "Runs at a time.")
    private int inFlight;

    @Option(names = "--repetitions", defaultValue = "9", description = "Measured repetitions; fewer of a million rows.")
    private int repetitions;

    @Option(names = "--warm-up", defaultValue = "30", description = "Seconds of warm-up; a third of it later on.")
    private double warmUp;

    @Option(names = "--jvm", split = " ", description = "Flags of the parties' JVMs, instead of the usual ones.")
    private List<String> flags = FLAGS;

    @Override
    public String name() {
        return "portfolio";
    }

    @Override
    public String summary() {
        return "Portfolios of millions of rows from the share store, with a heap of 512 MB a node; signs of 64 bits.";
    }

    @Override
    public List<Result> run(Consumer<String> progress) throws IOException {
        List<Result> results = new ArrayList<>();
        try (ProcessGroup group = ProcessGroup.start(flags)) {
            double warming = warmUp;
            for (int count : rows) {
                results.add(measured(group, Kind.FROM_STORE, count, chunk, warming, progress));
                warming = warmUp / 3;
            }
            if (inputRows > 0) {
                results.add(measured(group, Kind.WITH_INPUTS, inputRows, chunk, warmUp, progress));
            }
            if (signs > 0) {
                results.add(measured(group, Kind.SIGNS, signs, Math.min(signs, SIGN_CHUNK), warmUp, progress));
            }
        }
        return results;
    }

    private Result measured(
            ProcessGroup group, Kind kind, int count, int most, double warming, Consumer<String> progress) {
        progress.accept(title(kind, count) + " …");
        int times = Math.max(1, Math.min(repetitions, 10_000_000 / count));
        Job job = Job.of(kind, count, Math.min(most, count), inFlight, times);
        Measurement.warmUp(group, job, warming);
        ProcessGroup.Outcome outcome = group.runAll(job);
        Map<String, Object> more = new LinkedHashMap<>();
        more.put("rows_a_run", job.chunk());
        more.put("runs_in_flight", job.inFlight());
        more.put("processor_us_a_unit", 1e6 * outcome.processorSeconds() / ((double) times * count));
        more.put("most_memory_of_a_party_mib", outcome.peakMiB());
        more.put("party_flags", String.join(" ", flags));
        // A portfolio's traffic is that of its runs; one run is counted.
        Traffic traffic = LocalGroup.traffic(Job.of(kind, job.chunk(), job.chunk(), 1, 1));
        more.put("rounds_of_a_run", traffic.rounds());
        more.put("bytes_a_row", (double) traffic.total() / job.chunk());
        return Result.of(title(kind, count), count, kind == Kind.SIGNS ? "signs" : "rows", Spread.of(outcome.seconds()))
                .against(peers(kind, count))
                .with(more);
    }

    private static List<Peer> peers(Kind kind, int count) {
        return switch (kind) {
            case FROM_STORE -> Peers.score(count);
            case SIGNS -> Peers.signs(count);
            default -> Peers.scoreWithInputs(count);
        };
    }

    private static String title(Kind kind, int count) {
        return switch (kind) {
            case FROM_STORE -> count + " rows from the store";
            case SIGNS -> count + " signs of 64 bits";
            default -> count + " rows with inputs";
        };
    }
}
