package org.tallystick.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** On what was measured. */
record Machine(String processor, int cores, long memoryMiB, String jdk, List<String> flags) {
    private static final Path CPU = Path.of("/proc/cpuinfo");
    private static final Path MEMORY = Path.of("/proc/meminfo");

    static Machine here() {
        Runtime.Version version = Runtime.version();
        return new Machine(
                field(CPU, "model name").orElse(System.getProperty("os.arch")),
                Runtime.getRuntime().availableProcessors(),
                field(MEMORY, "MemTotal")
                        .map(text -> Long.parseLong(text.replaceAll("\\D", "")) >> 10)
                        .orElse(0L),
                System.getProperty("java.vm.vendor") + " " + version,
                ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                        .filter(flag -> flag.startsWith("-X") || flag.startsWith("-D"))
                        .toList());
    }

    private static java.util.Optional<String> field(Path file, String name) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst();
        } catch (IOException e) {
            return java.util.Optional.empty();
        }
    }
}
