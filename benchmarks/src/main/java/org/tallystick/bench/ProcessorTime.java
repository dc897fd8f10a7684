package org.tallystick.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Processor time as Linux tells it; zero elsewhere. */
final class ProcessorTime {
    /** Linux counts in hundredths of a second, whatever its own clock does. */
    private static final double TICK = .01;

    private ProcessorTime() {}

    /** Seconds so far that processors of this virtual machine had work and its host let others run, all together. */
    static double stolen() {
        try {
            return stolen(Files.readString(Path.of("/proc/stat")));
        } catch (IOException e) {
            return 0;
        }
    }

    /** @param stat whose first line counts all processors: user, nice, system, idle, iowait, irq, softirq, steal */
    static double stolen(String stat) {
        return Long.parseLong(stat.split(" +", 10)[8]) * TICK;
    }

    /** Seconds of all threads of a process whose names match. */
    static double ofThreads(long process, String name) {
        double seconds = 0;
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(process), "task"))) {
            for (Path thread : threads.toList()) {
                seconds += ofThread(thread, name);
            }
        } catch (IOException e) {
            return 0;
        }
        return seconds;
    }

    /** A thread may end while it is looked at. */
    private static double ofThread(Path thread, String name) {
        try {
            if (!Files.readString(thread.resolve("comm")).strip().matches(name)) {
                return 0;
            }
            String line = Files.readString(thread.resolve("stat"));
            // After the name, which may hold anything, and from there the 12th and the 13th: user and system time.
            List<String> fields =
                    List.of(line.substring(line.lastIndexOf(')') + 2).split(" ", -1));
            return (Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12))) * TICK;
        } catch (IOException e) {
            return 0;
        }
    }
}
