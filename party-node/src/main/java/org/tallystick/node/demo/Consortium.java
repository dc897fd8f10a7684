package org.tallystick.node.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.cli.RestClient;
import org.tallystick.node.cli.Tally;
import org.tallystick.node.config.Role;

/** Four node processes of one group on this machine, in a folder that {@code init} has written. */
public final class Consortium implements AutoCloseable {
    /** A system property: more flags for the JVMs of all nodes, after all others, with a space between two. */
    static final String NODE_FLAGS = "tallystick.node.jvm";

    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration STOP = Duration.ofSeconds(10);
    private static final int LOG_LINES = 12;
    private static final int MOST_RESTARTS = 8;
    private static final int DELETIONS = 20;

    private final Path folder;
    private final List<Process> processes = new ArrayList<>();
    private final List<RestClient> clients = new ArrayList<>();
    private boolean closed;
    private int restarts;

    private Consortium(Path folder) {
        this.folder = folder;
    }

    /** Starts the four nodes and waits until they are connected. */
    public static Consortium start(Path folder, List<String> jvmFlags) {
        Consortium consortium = of(folder);
        try {
            consortium.launch(jvmFlags);
            consortium.awaitReady();
            return consortium;
        } catch (RuntimeException e) {
            consortium.close();
            throw e;
        }
    }

    /** A group that is not started yet, for those who may have to close it before it is ready. */
    static Consortium of(Path folder) {
        return new Consortium(folder);
    }

    /** Starts the four nodes; {@link #awaitReady} waits for them. */
    void launch(List<String> jvmFlags) {
        for (Role role : Role.values()) {
            clients.add(RestClient.of(node(role)));
            add(role, jvmFlags);
        }
    }

    private synchronized void add(Role role, List<String> jvmFlags) {
        if (closed) {
            throw new NodeFailure("stopped while it was starting", "start again");
        }
        processes.add(startNode(role, jvmFlags));
    }

    /** The folder of one node. */
    public Path node(Role role) {
        return folder.resolve(role.id());
    }

    public RestClient client(Role role) {
        return clients.get(role.ordinal());
    }

    /** A node's process, for those who want to end it. */
    public Process process(Role role) {
        return processes.get(role.ordinal());
    }

    /** Starts a node again that has ended. */
    public void restart(Role role, List<String> jvmFlags) {
        processes.set(role.ordinal(), startNode(role, jvmFlags));
    }

    /** Starts nodes again that have ended by themselves; not for ever. */
    synchronized void restartEnded(List<String> jvmFlags) {
        for (Role role : Role.values()) {
            if (!closed && !process(role).isAlive()) {
                if (++restarts > MOST_RESTARTS) {
                    throw new NodeFailure(
                            "the " + role.id() + " node has ended:\n" + tail(role),
                            "settle what its log says and start again");
                }
                restart(role, jvmFlags);
            }
        }
    }

    private Process startNode(Role role, List<String> jvmFlags) {
        try {
            return new ProcessBuilder(command(node(role), jvmFlags))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log(role).toFile()))
                    .start();
        } catch (IOException e) {
            throw new NodeFailure("the " + role.id() + " node cannot be started", "check the installation of Java", e);
        }
    }

    /** What starts a node's process, by the Java and the classes of this one. */
    static List<String> command(Path node, List<String> jvmFlags) {
        List<String> command = java();
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(jvmFlags);
        Stream.of(System.getProperty(NODE_FLAGS, "").split(" "))
                .filter(flag -> !flag.isEmpty())
                .forEach(command::add);
        command.addAll(List.of(Tally.class.getName(), "node", node.toString()));
        return command;
    }

    /** The Java of this process, with the flags that nodes need too. */
    static List<String> java() {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--enable-native-access")
                        || flag.startsWith("-XX:AOTCache=")
                        || flag.startsWith("-Xlog:aot")
                        || flag.startsWith("--sun-misc")
                        || flag.startsWith("--add-opens")
                        || flag.startsWith("-Dio.netty"))
                .forEach(command::add);
        return command;
    }

    private Path log(Role role) {
        return node(role).resolve("node.log");
    }

    /** Waits until all nodes say that they are ready. */
    public void awaitReady() {
        long deadline = System.nanoTime() + START.toNanos();
        for (Role role : Role.values()) {
            while (!isReady(role)) {
                if (!process(role).isAlive() || System.nanoTime() > deadline) {
                    throw new NodeFailure(
                            "the " + role.id() + " node " + (process(role).isAlive() ? "is not ready" : "has ended")
                                    + ":\n" + tail(role),
                            "settle what its log says and start again");
                }
                pause();
            }
        }
    }

    private boolean isReady(Role role) {
        try {
            return client(role).tryGet("/ready").status() == 200;
        } catch (NodeFailure e) {
            return false;
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NodeFailure("interrupted", "start again", e);
        }
    }

    private String tail(Role role) {
        try {
            List<String> lines = Files.readAllLines(log(role), StandardCharsets.UTF_8);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
        } catch (IOException e) {
            return "(no log)";
        }
    }

    /** Leaves the processes running; they are no longer this object's. */
    public void release() {
        processes.clear();
    }

    /** The process numbers, in party order. */
    public List<Long> pids() {
        return processes.stream().map(Process::pid).toList();
    }

    @Override
    public synchronized void close() {
        closed = true;
        clients.forEach(RestClient::close);
        processes.forEach(Process::destroy);
        for (Process process : processes) {
            try {
                if (!process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                    process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                process.destroyForcibly();
            }
        }
        processes.clear();
    }

    /** Removes a folder with all that is in it; again, should somebody who is stopping write to it meanwhile. */
    public static void delete(Path folder) {
        for (int attempt = 1; Files.exists(folder); attempt++) {
            try {
                deleteOnce(folder);
            } catch (IOException | UncheckedIOException e) {
                if (attempt == DELETIONS) {
                    throw new NodeFailure("the folder " + folder + " cannot be removed", "remove it by hand", e);
                }
                pause();
            }
        }
    }

    private static void deleteOnce(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
