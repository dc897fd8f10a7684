package org.tallystick.bench;

import java.util.List;
import picocli.CommandLine.Option;

/** Options of the benchmarks that start four whole nodes. */
final class NodeOptions {
    @Option(
            names = "--warm-up",
            defaultValue = "30",
            description = "Seconds of warm-up; four compilers share the cores, and take most of it.")
    private double warmUp;

    @Option(names = "--businesses", defaultValue = "1000", description = "Made-up businesses to ask about.")
    private int businesses;

    @Option(names = "--jvm", split = " ", description = "Flags of the nodes' JVMs, instead of the usual ones.")
    private List<String> flags = ProcessGroup.FLAGS;

    double warmUp() {
        return warmUp;
    }

    int businesses() {
        return businesses;
    }

    List<String> flags() {
        return flags;
    }
}
