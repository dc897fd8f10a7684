package org.tallystick.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.tallystick.node.config.NodeConfig;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Concurrent callers of the bank's REST interface, on four whole nodes. The callers are on the same machine: what they
 * take of its cores is told, and the nodes do without.
 */
final class ServeBenchmark implements Benchmark {
    @Option(names = "--clients", split = ",", defaultValue = "1,8,32,64,128", description = "Clients at the same time.")
    private List<Integer> clients;

    @Option(names = "--seconds", defaultValue = "10", description = "How long each number of clients asks.")
    private double seconds;

    @Option(
            names = "--settle",
            defaultValue = "3",
            description = "Seconds that each number of clients asks before it is measured. Few are computed another way"
                    + " than many, which the compilers have not seen before.")
    private double settle;

    @Option(
            names = "--garbled",
            defaultValue = "AUTO",
            description = "When the bank computes answers in garbled circuits: ${COMPLETION-CANDIDATES}.")
    private NodeConfig.Use garbled;

    @Mixin
    private NodeOptions nodes = new NodeOptions();

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
        Floor before = floor(progress);
        List<Result> scores = scores(progress);
        Floor floor = before.least(floor(progress));
        List<Result> results = new ArrayList<>(floor.results());
        scores.forEach(score -> results.add(score.with(floor)));
        return results;
    }

    private Floor floor(Consumer<String> progress) throws IOException {
        progress.accept("the floor …");
        return Floor.of(nodes.flags(), nodes.warmUp() / 3);
    }

    private List<Result> scores(Consumer<String> progress) throws IOException, InterruptedException {
        List<Result> results = new ArrayList<>();
        progress.accept("starting four nodes with " + nodes.businesses() + " businesses …");
        int most = clients.stream().mapToInt(count -> count).max().orElse(1);
        try (Served served = Served.start(nodes.businesses(), nodes.flags(), Served.Governance.NONE, garbled);
                RestLoad load = new RestLoad(served, most)) {
            progress.accept("warming up …");
            report(load.run(most, nodes.warmUp()), served, progress);
            for (int count : clients) {
                progress.accept(count + " clients …");
                report(load.run(count, settle), served, progress);
                Map<String, Double> before = served.processorSeconds();
                Served.Runs runs = served.runs();
                double stolen = ProcessorTime.stolen();
                RestLoad.Seen seen = load.run(count, seconds);
                stolen = ProcessorTime.stolen() - stolen;
                Served.Runs since = served.runs().since(runs);
                results.add(result(count, seen, served.since(before)).and(figures(since, stolen / seen.seconds())));
                report(seen, served, progress);
            }
        }
        return results;
    }

    /** What went wrong is worth more than the figures. */
    private static void report(RestLoad.Seen seen, Served served, Consumer<String> progress) {
        seen.firstError().ifPresent(first -> {
            progress.accept(seen.errors() + " errors, the first: " + first);
            served.complaints().forEach(progress);
        });
    }

    /**
     * Requests at the same time share runs, and much of what a run costs it costs once, however many rows it has.
     *
     * @param stolen processors that the host of a virtual machine gave to others while they had work here
     */
    private static Map<String, Object> figures(Served.Runs runs, double stolen) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("rows_per_run", Math.round(10 * runs.rows() / runs.runs()) / 10.0);
        figures.put("processors_stolen", Math.round(100 * stolen) / 100.0);
        figures.put("garbled_share", Math.round(100 * runs.garbled() / runs.rows()) / 100.0);
        return figures;
    }

    /**
     * The time of one score is its latency; the rate counts all clients.
     *
     * @param processor seconds of processor time by process
     */
    static Result result(int clients, RestLoad.Seen seen, Map<String, Double> processor) {
        int answered = seen.latencies().length;
        double rate = answered / seen.seconds();
        Spread latency = Spread.of(seen.latencies());
        Map<String, Object> more = new LinkedHashMap<>();
        more.put("clients", clients);
        more.put("scores_per_second", rate);
        more.put("errors", seen.errors());
        double all = processor.values().stream().mapToDouble(each -> each).sum();
        more.put("processors_busy", Math.round(100 * all / seen.seconds()) / 100.0);
        Map<String, Long> each = new LinkedHashMap<>();
        processor.forEach((process, spent) -> each.put(process, Math.round(1e6 * spent / answered)));
        more.put("processor_us_per_score", each);
        return Result.of(
                        clients + (clients == 1 ? " client" : " clients") + " over REST",
                        latency.median() * rate,
                        "scores",
                        latency)
                .with(more);
    }
}
