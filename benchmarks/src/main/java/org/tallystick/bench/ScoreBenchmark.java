package org.tallystick.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.tallystick.bench.Job.Kind;
import picocli.CommandLine.Option;

/** Scoring batches: four parties in one process, and four processes over TLS. */
final class ScoreBenchmark implements Benchmark {
    private static final int MEASURED_ROWS = 200_000;
    private static final int FEWEST = 7;
    private static final int MOST = 500;

    @Option(names = "--rows", split = ",", defaultValue = "1,1000,100000", description = "Rows of a batch.")
    private List<Integer> rows;

    @Option(
            names = "--where",
            split = ",",
            defaultValue = "LOCAL,PROCESSES",
            description = "LOCAL: four parties in one process. PROCESSES: four processes, TLS on loopback.")
    private List<Where> where;

    @Option(names = "--chunk", defaultValue = "25000", description = "Rows of one run; larger batches take several.")
    private int chunk;

    @Option(names = "--in-flight", defaultValue = "2", description = "Runs at a time.")
    private int inFlight;

    @Option(names = "--repetitions", description = "Measured repetitions; by default 7 to 500, by the rows.")
    private int repetitions;

    @Option(
            names = "--warm-up",
            defaultValue = "30",
            description = "Seconds of warm-up of a group; a third of it before each later work.")
    private double warmUp;

    @Option(names = "--jvm", split = " ", description = "Flags of the parties' JVMs, instead of the usual ones.")
    private List<String> flags = ProcessGroup.FLAGS;

    /** How the parties are joined. */
    enum Where {
        LOCAL,
        PROCESSES
    }

    @Override
    public String name() {
        return "score";
    }

    @Override
    public String summary() {
        return "Batches of rows: 32 private features, private weights, private threshold; with and without inputs.";
    }

    @Override
    public List<Result> run(Consumer<String> progress) throws IOException {
        List<Result> results = new ArrayList<>();
        for (Where one : where) {
            try (Group group = one == Where.LOCAL ? new LocalGroup(false) : ProcessGroup.start(flags)) {
                double warming = warmUp;
                for (int count : rows) {
                    for (Kind kind : List.of(Kind.FROM_SHARES, Kind.WITH_INPUTS)) {
                        progress.accept(title(one, kind, count) + " …");
                        results.add(measure(group, one, kind, count, warming));
                        warming = warmUp / 3;
                    }
                }
            }
        }
        return results;
    }

    private Result measure(Group group, Where place, Kind kind, int count, double warming) {
        int times = repetitions > 0 ? repetitions : Math.clamp(MEASURED_ROWS / count, FEWEST, MOST);
        Job job = Job.of(kind, count, Math.min(chunk, count), inFlight, times);
        Spread seconds = Measurement.of(group, job, warming);
        Map<String, Object> more = new LinkedHashMap<>();
        if (job.chunks() > 1) {
            more.put("rows_a_run", job.chunk());
            more.put("runs_in_flight", job.inFlight());
        }
        if (place == Where.PROCESSES) {
            more.put("party_flags", String.join(" ", flags));
        }
        return Result.of(title(place, kind, count), count, "rows", seconds)
                .with(LocalGroup.traffic(job))
                .against(kind == Kind.FROM_SHARES ? Peers.score(count) : Peers.scoreWithInputs(count))
                .with(more);
    }

    private static String title(Where place, Kind kind, int count) {
        String parties = place == Where.LOCAL ? "one process" : "four processes, TLS";
        String inputs = kind == Kind.FROM_SHARES ? "from shares" : "with inputs";
        return count + (count == 1 ? " row, " : " rows, ") + inputs + ", " + parties;
    }
}
