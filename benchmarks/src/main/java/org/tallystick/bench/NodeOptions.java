package org.tallystick.bench;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options of the benchmarks that start four whole nodes. */
final class NodeOptions {
    private static final int USUAL = 1000;

    /**
     * Pages of two mebibytes where the system has them, a young generation for single scores, of which next to nothing
     * survives, and for the virtual threads of each of four nodes its part of the processors.
     */
    private static final List<String> FLAGS = List.of(
            "-Xms768m",
            "-Xmx768m",
            "-XX:+UseSerialGC",
            "-Xmn96m",
            "-XX:+UseTransparentHugePages",
            "-Djdk.virtualThreadScheduler.parallelism="
                    + Math.max(1, Runtime.getRuntime().availableProcessors() / ScoreWork.PARTIES));

    @Option(
            names = "--warm-up",
            defaultValue = "30",
            description = "Seconds of warm-up; four compilers share the cores, and take most of it.")
    private double warmUp;

    @Option(
            names = "--businesses",
            description = "Made-up businesses to ask about (default: 1000, or as many as needed).")
    private Optional<Integer> businesses = Optional.empty();

    @Option(names = "--jvm", split = " ", description = "Flags of the nodes' JVMs, instead of the usual ones.")
    private List<String> flags = FLAGS;

    double warmUp() {
        return warmUp;
    }

    int businesses() {
        return businesses(USUAL);
    }

    /** @param otherwise how many, where the caller does not say */
    int businesses(int otherwise) {
        return businesses.orElse(otherwise);
    }

    List<String> flags() {
        return flags;
    }
}
