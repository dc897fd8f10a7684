package org.tallystick.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.tallystick.bench.Job.Kind;
import picocli.CommandLine.Option;

/** One epoch of mini-batch descent over shares, with two sigmoids. */
final class TrainBenchmark implements Benchmark {
    @Option(names = "--rows", defaultValue = "10000", description = "Rows to learn from.")
    private int rows;

    @Option(names = "--repetitions", defaultValue = "15", description = "Measured epochs.")
    private int repetitions;

    @Option(names = "--warm-up", defaultValue = "30", description = "Seconds of warm-up before each measurement.")
    private double warmUp;

    @Option(names = "--jvm", split = " ", description = "Flags of the parties' JVMs, instead of the usual ones.")
    private List<String> flags = ProcessGroup.FLAGS;

    @Override
    public String name() {
        return "train";
    }

    @Override
    public String summary() {
        return "One epoch over 32 private columns in batches of 128, from shares; four processes over TLS.";
    }

    @Override
    public List<Result> run(Consumer<String> progress) throws IOException {
        List<Result> results = new ArrayList<>();
        try (Group group = ProcessGroup.start(flags)) {
            for (Kind kind : List.of(Kind.TRAIN_THREE_PIECE, Kind.TRAIN_ACCURATE)) {
                String sigmoid = kind == Kind.TRAIN_ACCURATE ? "sigmoid within 2^-10" : "three-piece sigmoid";
                progress.accept(sigmoid + " …");
                Job job = Job.of(kind, rows, rows, 1, repetitions);
                results.add(Result.of(
                                rows + " rows, one epoch, " + sigmoid, rows, "rows", Measurement.of(group, job, warmUp))
                        .with(LocalGroup.traffic(job))
                        .against(Peers.train(rows))
                        .with(Map.of("batch", TrainWork.BATCH, "party_flags", String.join(" ", flags))));
            }
        }
        return results;
    }
}
