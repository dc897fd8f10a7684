package org.tallystick.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;
import org.tallystick.bench.Served.Governance;
import org.tallystick.node.NodeFailure;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * What agreements, consents and budgets cost: two groups of four whole nodes are asked in turns, one without
 * agreements, one under an agreement with a consent of each business. Both write receipts. Nobody is asked about twice
 * under the agreement, since a repeat would be refused or served from what is stored.
 */
final class GovernanceBenchmark implements Benchmark {
    private static final double SETTLE = 2;

    /** Scores a second that the businesses suffice for, unless the caller says how many; measured were 1 900. */
    private static final double MOST_A_SECOND = 5000;

    @Option(names = "--clients", defaultValue = "64", description = "Clients at the same time.")
    private int clients;

    @Option(names = "--seconds", defaultValue = "10", description = "How long each group is asked in a round.")
    private double seconds;

    @Option(names = "--rounds", defaultValue = "5", description = "Rounds; each asks both groups.")
    private int rounds;

    @Option(
            names = "--consents",
            defaultValue = "JOINT_CONSENTS",
            description = "How consents are signed: SINGLE_CONSENTS or JOINT_CONSENTS.")
    private Governance governance;

    @Mixin
    private NodeOptions nodes = new NodeOptions();

    @Override
    public String name() {
        return "governance";
    }

    @Override
    public String summary() {
        return "Scores a second under an agreement with consents and budgets, beside scores without.";
    }

    @Override
    public List<Result> run(Consumer<String> progress) throws IOException, InterruptedException {
        int businesses = nodes.businesses(enough());
        progress.accept("starting twice four nodes with " + businesses + " businesses …");
        try (Served without = Served.start(businesses, nodes.flags());
                Served with = Served.start(businesses, nodes.flags(), governance);
                RestLoad free = new RestLoad(without, clients);
                RestLoad governed = new RestLoad(with, clients)) {
            progress.accept("warming up …");
            measured(without, free, nodes.warmUp());
            measured(with, governed, nodes.warmUp());
            List<Round> freely = new ArrayList<>();
            List<Round> agreed = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                progress.accept("round " + (round + 1) + " …");
                freely.add(measured(without, free, seconds));
                agreed.add(measured(with, governed, seconds));
            }
            double[] ratios = new double[rounds];
            Arrays.setAll(
                    ratios,
                    round -> agreed.get(round).rate() / freely.get(round).rate());
            return List.of(
                    result("without agreements", freely, Map.of()),
                    result(
                            "under an agreement, with consents",
                            agreed,
                            Map.of("ratio", Spread.of(ratios).median())));
        }
    }

    private int enough() {
        return (int) (MOST_A_SECOND * (SETTLE + nodes.warmUp() + rounds * (SETTLE + seconds)));
    }

    /** What a group did in a round, and the processor time that went to it. */
    private record Round(RestLoad.Seen seen, Map<String, Double> processor) {
        double rate() {
            return seen.latencies().length / seen.seconds();
        }
    }

    /** After some seconds that do not count: the other group has had the processors before. */
    private Round measured(Served nodes, RestLoad load, double time) throws InterruptedException {
        load.run(clients, SETTLE);
        Map<String, Double> before = nodes.processorSeconds();
        RestLoad.Seen seen = load.run(clients, time);
        Map<String, Double> processor = nodes.since(before);
        if (seen.seconds() < time) {
            throw new NodeFailure(
                    "every business has been asked about before the time was over, and none is asked about twice",
                    "name more of them with --businesses");
        }
        return new Round(seen, processor);
    }

    private Result result(String work, List<Round> all, Map<String, Object> more) {
        double[] latencies = all.stream()
                .flatMapToDouble(round -> DoubleStream.of(round.seen().latencies()))
                .toArray();
        double rate = Spread.of(all.stream().mapToDouble(Round::rate).toArray()).median();
        Spread latency = Spread.of(latencies);
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("scores_per_second", rate);
        figures.put(
                "errors", all.stream().mapToLong(round -> round.seen().errors()).sum());
        Map<String, Long> processor = new LinkedHashMap<>();
        for (String process : all.getFirst().processor().keySet()) {
            double spent = all.stream()
                    .mapToDouble(round -> round.processor().get(process))
                    .sum();
            processor.put(process, Math.round(1e6 * spent / latencies.length));
        }
        figures.put("processor_us_per_score", processor);
        figures.putAll(more);
        return Result.of(clients + " clients, " + work, latency.median() * rate, "scores", latency)
                .with(figures);
    }
}
