package org.tallystick.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.tallystick.bench.Job.Kind;
import org.tallystick.plan.Force;
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

    @Option(
            names = "--force",
            converter = ForceOption.class,
            description = "garbled: the end of the score out of garbled stock of single rows. bits: on bit slices"
                    + " (default), as all figures so far.")
    private Force force = Force.BITS;

    @Option(names = "--plan", description = "Say which way the planner would take for each batch, and why.")
    private boolean plan;

    @Option(names = "--round-trip", description = "For --plan: milliseconds, instead of what this process measures.")
    private Optional<Double> roundTrip = Optional.empty();

    @Option(names = "--mbits", description = "For --plan: Mbit/s of a link, instead of what this process measures.")
    private Optional<Double> megabits = Optional.empty();

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
        if (plan) {
            progress.accept("measuring this machine's rates …");
            progress.accept(PlannedScore.text(rows, roundTrip, megabits));
        }
        List<Kind> kinds = force == Force.GARBLED
                ? List.of(Kind.GARBLED_WITH_INPUTS)
                : List.of(Kind.FROM_SHARES, Kind.WITH_INPUTS);
        for (Where one : where) {
            try (Group group = one == Where.LOCAL ? new LocalGroup(false) : ProcessGroup.start(flags)) {
                double warming = warmUp;
                for (int count : rows) {
                    for (Kind kind : kinds) {
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
        int most = kind == Kind.GARBLED_WITH_INPUTS ? Math.min(chunk, GarbledWork.CHUNK) : chunk;
        Job job = Job.of(kind, count, Math.min(most, count), inFlight, times);
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
        String inputs = switch (kind) {
            case FROM_SHARES -> "from shares";
            case GARBLED_WITH_INPUTS -> "with inputs, garbled, stock in place";
            default -> "with inputs";
        };
        return count + (count == 1 ? " row, " : " rows, ") + inputs + ", " + parties;
    }
}
