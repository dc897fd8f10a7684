package org.tallystick.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.tallystick.bench.Job.Kind;
import picocli.CommandLine.Option;

/** All work that another system was measured at, in one run: four processes over TLS, beside its figures. */
final class CompareBenchmark implements Benchmark {
    private static final int CHUNK = 25_600;
    private static final int SIGNS = 1 << 20;
    private static final int SIGN_CHUNK = 1 << 18;

    @Option(
            names = "--warm-up",
            defaultValue = "40",
            description = "Seconds of warm-up; half of it before later works.")
    private double warmUp;

    @Option(names = "--repetitions", defaultValue = "15", description = "Measured repetitions of the large works.")
    private int repetitions;

    @Option(names = "--jvm", split = " ", description = "Flags of the parties' JVMs, instead of the usual ones.")
    private List<String> flags = ProcessGroup.FLAGS;

    /** One line. */
    private record Work(String title, String unit, Job job, List<Peer> peers) {}

    @Override
    public String name() {
        return "compare";
    }

    @Override
    public String summary() {
        return "Every work that another system was measured at, with how many times as fast this is.";
    }

    @Override
    public List<Result> run(Consumer<String> progress) throws IOException {
        List<Result> results = new ArrayList<>();
        try (ProcessGroup group = ProcessGroup.start(flags)) {
            double warming = warmUp;
            for (Work work : works()) {
                progress.accept(work.title() + " …");
                Spread seconds = Measurement.of(group, work.job(), warming);
                Job one = work.job();
                Traffic traffic = LocalGroup.traffic(Job.of(one.kind(), one.chunk(), one.chunk(), 1, 1));
                Map<String, Object> more = new LinkedHashMap<>();
                more.put("rows_a_run", one.chunk());
                more.put("rounds_of_a_run", traffic.rounds());
                more.put("bytes_a_unit", (double) traffic.total() / one.chunk());
                results.add(Result.of(work.title(), one.rows(), work.unit(), seconds)
                        .against(work.peers())
                        .with(more));
                warming = warmUp / 2;
            }
        }
        return results;
    }

    private List<Work> works() {
        List<Work> works = new ArrayList<>();
        for (int rows : new int[] {1, 1_000, 100_000}) {
            int times = rows == 100_000 ? repetitions : 300;
            works.add(new Work(
                    rows + (rows == 1 ? " row" : " rows") + " from shares",
                    "rows",
                    Job.of(Kind.FROM_SHARES, rows, Math.min(rows, CHUNK), 2, times),
                    rows == 100_000 ? with(Peers.score(rows), Peers.regression(rows)) : Peers.score(rows)));
        }
        int rows = 100_000;
        works.add(new Work(
                rows + " rows with inputs",
                "rows",
                Job.of(Kind.WITH_INPUTS, rows, CHUNK, 2, repetitions),
                Peers.scoreWithInputs(rows)));
        works.add(new Work(
                SIGNS + " signs of 64 bits",
                "signs",
                Job.of(Kind.SIGNS, SIGNS, SIGN_CHUNK, 2, repetitions),
                Peers.signs(SIGNS)));
        int learnt = 10_000;
        works.add(new Work(
                learnt + " rows, one epoch, three-piece sigmoid",
                "rows",
                Job.of(Kind.TRAIN_THREE_PIECE, learnt, learnt, 1, repetitions),
                Peers.train(learnt)));
        return works;
    }

    private static List<Peer> with(List<Peer> some, Peer other) {
        List<Peer> all = new ArrayList<>(some);
        all.add(other);
        return all;
    }
}
