package org.tallystick.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** Concurrent callers of the bank's REST interface, on four whole nodes. */
final class ServeBenchmark implements Benchmark {
    @Option(names = "--clients", split = ",", defaultValue = "1,8,32,128", description = "Clients at the same time.")
    private List<Integer> clients;

    @Option(names = "--seconds", defaultValue = "10", description = "How long each number of clients asks.")
    private double seconds;

    @Option(names = "--businesses", defaultValue = "1000", description = "Made-up businesses to ask about.")
    private int businesses;

    @Option(names = "--warm-up", defaultValue = "20", description = "Seconds of warm-up before the first measurement.")
    private double warmUp;

    @Option(names = "--jvm", split = " ", description = "Flags of the nodes' JVMs, instead of the usual ones.")
    private List<String> flags = ProcessGroup.FLAGS;

    @Override
    public String name() {
        return "serve";
    }

    @Override
    public String summary() {
        return "Concurrent clients of the bank's REST interface, four whole nodes: scores a second, latency, errors.";
    }

    @Override
    public List<Result> run(Consumer<String> progress) throws IOException, InterruptedException {
        List<Result> results = new ArrayList<>();
        progress.accept("starting four nodes with " + businesses + " businesses …");
        int most = clients.stream().mapToInt(count -> count).max().orElse(1);
        try (Served served = Served.start(businesses, flags);
                RestLoad load = new RestLoad(served, most)) {
            progress.accept("warming up …");
            load.run(1, warmUp / 2);
            load.run(most, warmUp / 2);
            for (int count : clients) {
                progress.accept(count + " clients …");
                results.add(result(count, load.run(count, seconds)));
            }
        }
        return results;
    }

    /** The time of one score is its latency; the rate counts all clients. */
    static Result result(int clients, RestLoad.Seen seen) {
        double rate = seen.latencies().length / seen.seconds();
        Spread latency = Spread.of(seen.latencies());
        return Result.of(
                        clients + (clients == 1 ? " client" : " clients") + " over REST",
                        latency.median() * rate,
                        "scores",
                        latency)
                .with(Map.of("errors", seen.errors(), "scores_per_second", rate, "clients", clients));
    }
}
