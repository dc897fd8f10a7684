package org.tallystick.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.tallystick.bench.Job.Kind;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How long one score takes, and what of that is the machine's own floor. */
final class LatencyBenchmark implements Benchmark {
    private static final int WARMING = 16;
    private static final double SECONDS = 10;

    @Option(names = "--repetitions", defaultValue = "1000", description = "Scores in a row.")
    private int repetitions;

    @Option(
            names = "--rest",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Measure over REST too (default).")
    private boolean rest;

    @Mixin
    private NodeOptions nodes = new NodeOptions();

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
        Floor floor;
        try (ProcessGroup group = ProcessGroup.start(nodes.flags())) {
            results.add(score(group, Kind.FROM_SHARES, "one score from shares, protocol alone", progress)
                    .against(Peers.score(1)));
            results.add(score(group, Kind.WITH_INPUTS, "one score with inputs, protocol alone", progress));
            results.add(messages(
                    group,
                    Kind.ROUNDS,
                    ScoreWork.ROUNDS + " rounds of 64 bytes between all pairs, nothing computed",
                    progress));
            results.add(messages(group, Kind.PING, "64 bytes there and back between two processes", progress));
            progress.accept("the floor …");
            floor = Floor.of(group, repetitions, nodes.warmUp() / 2);
        }
        results.addAll(floor.results());
        if (rest) {
            results.add(overRest(floor, progress));
        }
        return results;
    }

    private Result score(Group group, Kind kind, String work, Consumer<String> progress) {
        progress.accept(work + " …");
        Job job = Job.of(kind, 1, 1, 1, repetitions);
        return Result.of(work, 1, "scores", Measurement.of(group, job, nodes.warmUp()))
                .with(LocalGroup.traffic(job));
    }

    private Result messages(Group group, Kind kind, String work, Consumer<String> progress) {
        progress.accept(work + " …");
        Job job = Job.of(kind, 1, 1, 1, repetitions);
        return Result.of(work, 1, "times", Measurement.of(group, job, nodes.warmUp() / 2));
    }

    /** A whole score as a bank's system sees it: request, consent of four nodes, records, computation, answer. */
    private Result overRest(Floor floor, Consumer<String> progress) throws IOException, InterruptedException {
        progress.accept("one score over REST, four whole nodes …");
        try (Served served = Served.start(nodes.businesses(), nodes.flags());
                RestLoad load = new RestLoad(served, WARMING)) {
            // Many at first, so that the compilers see enough of it.
            load.run(WARMING, nodes.warmUp());
            load.run(1, nodes.warmUp() / 3);
            Map<String, Double> before = served.processorSeconds();
            RestLoad.Seen seen = load.run(1, SECONDS);
            if (seen.errors() > 0) {
                throw new IllegalStateException(seen.errors() + " scores over REST failed");
            }
            return ServeBenchmark.result(1, seen, served.since(before)).with(floor);
        }
    }
}
