package org.tallystick.node.storage;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a main class of the tests in a process of its own, which can be killed or denied disk space. */
public final class ChildJvm {
    private ChildJvm() {}

    public static Process start(Class<?> main, String... arguments) throws IOException {
        return process(command(main, arguments));
    }

    /** A process that cannot make any file larger than {@code kibibytes}. */
    public static Process startWithFileLimit(int kibibytes, Class<?> main, String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("bash", "-c", "ulimit -f " + kibibytes + "; exec \"$@\"", "limited"));
        command.addAll(command(main, arguments));
        return process(command);
    }

    private static List<String> command(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private static Process process(List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** All lines the process printed and prints until its end. A line cut short by its end is left out. */
    public static List<String> lines(BufferedReader out) throws IOException {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (int next = out.read(); next >= 0; next = out.read()) {
            if (next == '\n') {
                lines.add(line.toString());
                line.setLength(0);
            } else {
                line.append((char) next);
            }
        }
        return lines;
    }
}
