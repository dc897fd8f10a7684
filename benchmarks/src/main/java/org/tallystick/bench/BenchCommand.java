package org.tallystick.bench;

import java.util.List;
import org.tallystick.node.cli.TallyCommand;

/** Adds {@code tally bench} to the command line. */
public final class BenchCommand implements TallyCommand {
    @Override
    public Object command() {
        return Bench.command(List.of(
                new ScoreBenchmark(),
                new PortfolioBenchmark(),
                new CompareBenchmark(),
                new TrainBenchmark(),
                new LatencyBenchmark(),
                new ServeBenchmark(),
                new GovernanceBenchmark(),
                new GarbleBenchmark(),
                new PlanBenchmark(),
                new ReceiptsBenchmark(),
                new KillsBenchmark(),
                new KernelsBenchmark()));
    }
}
