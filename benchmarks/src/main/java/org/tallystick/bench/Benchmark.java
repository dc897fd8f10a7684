package org.tallystick.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.Consumer;

/** One measurement that {@code tally bench NAME} runs. Its fields with picocli's {@code @Option} are its options. */
interface Benchmark {
    /** The name on the command line. */
    String name();

    /** What it measures, in one line. */
    String summary();

    /**
     * Measures, and leaves nothing running behind.
     *
     * @param progress takes a line now and then, for people who wait
     */
    List<Result> run(Consumer<String> progress) throws IOException, InterruptedException;

    /** Prints the results for people. */
    default void print(PrintWriter out, Machine machine, List<Result> results) {
        Report.print(out, name(), machine, results);
    }

    /** Whether what the benchmark is to show has been shown; if not, the command fails after it has printed all. */
    default boolean held(List<Result> results) {
        return true;
    }
}
