package org.tallystick.bench;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code tally bench}: runs a benchmark by its name, or lists them all. */
@Command(name = "bench", description = "Measures speed: runs the benchmark NAME, or lists all without one.")
final class Bench implements Runnable {
    private final List<Benchmark> benchmarks;

    @Spec
    private CommandSpec spec;

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "Print one JSON object.")
    private boolean json;

    private Bench(List<Benchmark> benchmarks) {
        this.benchmarks = benchmarks;
    }

    /** The command with one subcommand a benchmark. */
    static CommandLine command(List<Benchmark> benchmarks) {
        Bench bench = new Bench(benchmarks);
        CommandLine line = new CommandLine(bench);
        for (Benchmark benchmark : benchmarks) {
            CommandSpec options = CommandSpec.forAnnotatedObject(benchmark);
            CommandSpec run = CommandSpec.wrapWithoutInspection(bench.new Run(benchmark));
            run.usageMessage().description(benchmark.summary());
            run.mixinStandardHelpOptions(true);
            run.addMixin("options", options);
            line.addSubcommand(benchmark.name(), new CommandLine(run));
        }
        return line;
    }

    /** Lists them. */
    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        for (Benchmark benchmark : benchmarks) {
            out.printf("%-9s %s%n", benchmark.name(), benchmark.summary());
        }
        out.println("tally bench NAME --help lists the options of one.");
        out.flush();
    }

    /** One benchmark as a command. */
    private final class Run implements Callable<Integer> {
        private final Benchmark benchmark;

        Run(Benchmark benchmark) {
            this.benchmark = benchmark;
        }

        @Override
        public Integer call() throws Exception {
            PrintWriter out = spec.commandLine().getOut();
            PrintWriter err = spec.commandLine().getErr();
            List<Result> results = benchmark.run(line -> {
                err.println(line);
                err.flush();
            });
            Machine machine = Machine.here();
            if (json) {
                Report.json(out, benchmark.name(), machine, results);
            } else {
                benchmark.print(out, machine, results);
            }
            return benchmark.held(results) ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
        }
    }
}
