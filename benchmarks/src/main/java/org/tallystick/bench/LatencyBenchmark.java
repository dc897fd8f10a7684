package org.tallystick.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.tallystick.bench.Job.Kind;
import picocli.CommandLine.Option;

/** How long one score takes, and what of that is the machine's own floor. */
final class LatencyBenchmark implements Benchmark {
    private static final int RECORD = 256;

    @Option(names = "--repetitions", defaultValue = "1000", description = "Scores in a row.")
    private int repetitions;

    @Option(names = "--warm-up", defaultValue = "30", description = "Seconds of warm-up before each measurement.")
    private double warmUp;

    @Option(
            names = "--rest",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Measure over REST too (default).")
    private boolean rest;

    @Option(names = "--jvm", split = " ", description = "Flags of the parties' JVMs, instead of the usual ones.")
    private List<String> flags = ProcessGroup.FLAGS;

    @Override
    public String name() {
        return "latency";
    }

    @Override
    public String summary() {
        return "One score at a time over four processes with TLS; and the floor: messages alone, a synced write.";
    }

    @Override
    public List<Result> run(Consumer<String> progress) throws IOException, InterruptedException {
        List<Result> results = new ArrayList<>();
        try (ProcessGroup group = ProcessGroup.start(flags)) {
            results.add(score(group, Kind.FROM_SHARES, "one score from shares, protocol alone", progress)
                    .against(Peers.score(1)));
            results.add(score(group, Kind.WITH_INPUTS, "one score with inputs, protocol alone", progress));
            results.add(messages(
                    group,
                    Kind.ROUNDS,
                    ScoreWork.ROUNDS + " rounds of 64 bytes between all pairs, nothing computed",
                    progress));
            results.add(messages(group, Kind.PING, "64 bytes there and back between two processes", progress));
        }
        if (rest) {
            results.add(overRest(progress));
        }
        progress.accept("synced writes …");
        results.add(Result.of("synced write of " + RECORD + " bytes", 1, "writes", syncedWrites()));
        return results;
    }

    private Result score(Group group, Kind kind, String work, Consumer<String> progress) {
        progress.accept(work + " …");
        Job job = Job.of(kind, 1, 1, 1, repetitions);
        return Result.of(work, 1, "scores", Measurement.of(group, job, warmUp)).with(LocalGroup.traffic(job));
    }

    private Result messages(Group group, Kind kind, String work, Consumer<String> progress) {
        progress.accept(work + " …");
        Job job = Job.of(kind, 1, 1, 1, repetitions);
        return Result.of(work, 1, "times", Measurement.of(group, job, warmUp / 2));
    }

    /** A whole score as a bank's system sees it: request, consent of four nodes, records, computation, answer. */
    private Result overRest(Consumer<String> progress) throws IOException, InterruptedException {
        progress.accept("one score over REST, four whole nodes …");
        try (Served served = Served.start(1000, flags);
                RestLoad load = new RestLoad(served, 1)) {
            load.run(1, 2 * warmUp);
            RestLoad.Seen seen = load.run(1, 10);
            if (seen.errors() > 0) {
                throw new IllegalStateException(seen.errors() + " scores over REST failed");
            }
            return Result.of("one score over REST, four whole nodes", 1, "scores", Spread.of(seen.latencies()));
        }
    }

    /** What a node's durable record costs at the least, in the folder for temporary files. */
    private static Spread syncedWrites() throws IOException {
        Path file = Files.createTempFile("tally-bench", ".log");
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
            double[] seconds = new double[200];
            for (int k = 0; k < seconds.length; k++) {
                long start = System.nanoTime();
                out.write(ByteBuffer.allocate(RECORD));
                out.force(false);
                seconds[k] = (System.nanoTime() - start) * 1e-9;
            }
            return Spread.of(seconds);
        } finally {
            Files.delete(file);
        }
    }
}
