package org.tallystick.bench;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.tallystick.node.NodeFailure;
import picocli.CommandLine.Option;

/** The inner loops by JMH, each in a JVM of its own. */
final class KernelsBenchmark implements Benchmark {
    @Option(names = "--iterations", defaultValue = "5", description = "Measured seconds of each kernel.")
    private int iterations;

    /** How much of what one call does. */
    private record Kernel(String work, double amount, String unit) {}

    private static final Map<String, Kernel> KERNELS = kernels();

    private static Map<String, Kernel> kernels() {
        double bytes = 8.0 * Kernels.WORDS;
        Map<String, Kernel> kernels = new LinkedHashMap<>();
        kernels.put("generator", new Kernel("AES-CTR generator, 64 KiB", bytes, "bytes"));
        kernels.put("universalHash", new Kernel("universal hash, 64 KiB", bytes, "bytes"));
        kernels.put("bitSlice", new Kernel("44 bit planes of 8 192 elements", Kernels.WORDS, "elements"));
        kernels.put("sign", new Kernel("Ed25519 signature", 1, "signatures"));
        kernels.put("verify", new Kernel("Ed25519 check", 1, "checks"));
        return kernels;
    }

    @Override
    public String name() {
        return "kernels";
    }

    @Override
    public String summary() {
        return "Inner loops on one core, by JMH: generator, hash, bit planes, signatures.";
    }

    @Override
    public List<Result> run(Consumer<String> progress) {
        List<Result> results = new ArrayList<>();
        for (Map.Entry<String, Kernel> kernel : KERNELS.entrySet()) {
            progress.accept(kernel.getValue().work() + " …");
            Kernel what = kernel.getValue();
            results.add(Result.of(what.work(), what.amount(), what.unit(), measure(kernel.getKey())));
        }
        return results;
    }

    private Spread measure(String method) {
        // Several builds may measure on one machine, each in a folder of its own.
        System.setProperty("jmh.ignoreLock", "true");
        Options options = new OptionsBuilder()
                .include("^" + Kernels.class.getName().replace(".", "\\.") + "\\." + method + "$")
                .forks(1)
                .warmupIterations(3)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(iterations)
                .measurementTime(TimeValue.seconds(1))
                .verbosity(VerboseMode.SILENT)
                .build();
        try {
            return spread(new Runner(options).run().iterator().next());
        } catch (RunnerException e) {
            throw new NodeFailure(
                    "the kernel " + method + " was not measured: " + e.getMessage(),
                    "run it again with --verbose; a JVM of its own must be able to start",
                    e);
        }
    }

    private static Spread spread(RunResult result) {
        List<Double> seconds = new ArrayList<>();
        Iterator<Map.Entry<Double, Long>> raw =
                result.getPrimaryResult().getStatistics().getRawData();
        while (raw.hasNext()) {
            Map.Entry<Double, Long> entry = raw.next();
            for (long k = 0; k < entry.getValue(); k++) {
                seconds.add(entry.getKey());
            }
        }
        return Spread.of(seconds.stream().mapToDouble(second -> second).toArray());
    }
}
