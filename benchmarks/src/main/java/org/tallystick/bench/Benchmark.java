package org.tallystick.bench;

import java.io.IOException;
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
}
