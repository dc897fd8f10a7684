package org.tallystick.node.storage;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.tallystick.node.TestPorts;
import org.tukaani.xz.XZInputStream;

/**
 * A PostgreSQL server of this process, from a Maven artifact: unpacked into a temporary folder, started when first
 * asked for, gone with the process. PostgreSQL does not run as root, so root starts it as user 65534, "nobody".
 */
public final class TestPostgres {
    public static final String USER = "tally";
    public static final String PASSWORD = "a password for tests";

    private static final String ARCHIVE = "/postgres-linux-x86_64.txz";
    private static final String NOBODY = "65534";
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final Path folder;
    private final int port;
    private final Process server;

    private static final class Only {
        private static final TestPostgres SERVER = start();
    }

    private TestPostgres(Path folder, int port, Process server) {
        this.folder = folder;
        this.port = port;
        this.server = server;
    }

    /** The address of a new, empty database. */
    public static String newDatabase() {
        return Only.SERVER.create("");
    }

    /** The address of a new database with all that is in another one, to which nobody may be connected. */
    static String copyOf(String url) {
        return Only.SERVER.create(" TEMPLATE " + url.substring(url.lastIndexOf('/') + 1));
    }

    /** Ends all connections to a database, as a server that is started again does. */
    static void hangUp(String url) {
        Only.SERVER.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"
                + url.substring(url.lastIndexOf('/') + 1) + "'");
    }

    private String create(String template) {
        String name = "state" + NUMBER.incrementAndGet();
        execute("CREATE DATABASE " + name + template);
        return url(name);
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    private void execute(String sql) {
        try (Connection connection = DriverManager.getConnection(url("postgres"), USER, PASSWORD);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static TestPostgres start() {
        try {
            Path folder = Files.createTempDirectory("tally-postgres");
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            unpack(folder);
            Path data = Files.createDirectory(folder.resolve("data"));
            Path password = Files.writeString(folder.resolve("password"), PASSWORD + "\n");
            boolean root = output("id", "-u").strip().equals("0");
            if (root) {
                output("chown", NOBODY + ":" + NOBODY, data.toString());
            }
            List<String> as =
                    root ? List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups") : List.of();
            String bin = folder.resolve("bin") + "/";
            output(with(
                    as,
                    bin + "initdb",
                    "--pgdata=" + data,
                    "--username=" + USER,
                    "--pwfile=" + password,
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--no-sync"));
            int port = TestPorts.free();
            // What is stored need not survive the machine, and a Unix socket would want a folder.
            Process server = new ProcessBuilder(with(
                            as,
                            bin + "postgres",
                            "-D",
                            data.toString(),
                            "-p",
                            "" + port,
                            "-c",
                            "listen_addresses=127.0.0.1",
                            "-c",
                            "unix_socket_directories=",
                            "-c",
                            "shared_buffers=16MB",
                            "-c",
                            "fsync=off"))
                    .redirectErrorStream(true)
                    .start();
            TestPostgres postgres = new TestPostgres(folder, port, server);
            Runtime.getRuntime().addShutdownHook(new Thread(postgres::stop));
            awaitReady(server);
            return postgres;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void unpack(Path folder) throws IOException {
        Process tar = new ProcessBuilder("tar", "-x", "--no-same-owner", "-C", folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (InputStream archive = TestPostgres.class.getResourceAsStream(ARCHIVE);
                InputStream plain = new XZInputStream(archive);
                OutputStream to = tar.getOutputStream()) {
            plain.transferTo(to);
        }
        await(tar, "tar");
    }

    private static void awaitReady(Process server) throws IOException {
        BufferedReader log = server.inputReader(StandardCharsets.UTF_8);
        StringBuilder said = new StringBuilder();
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            said.append(line).append('\n');
            if (line.contains("ready to accept connections")) {
                Thread.ofVirtual().start(() -> log.lines().forEach(any -> {}));
                return;
            }
        }
        throw new IllegalStateException("PostgreSQL did not start:\n" + said);
    }

    private static List<String> with(List<String> as, String... command) {
        List<String> all = new ArrayList<>(as);
        all.addAll(List.of(command));
        return all;
    }

    private static String output(String... command) throws IOException {
        return output(List.of(command));
    }

    private static String output(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (await(process, command.getFirst()) != 0) {
            throw new IllegalStateException(String.join(" ", command) + ":\n" + text);
        }
        return text;
    }

    private static int await(Process process, String name) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            throw new IOException("interrupted while " + name + " was at work", e);
        }
    }

    private void stop() {
        try {
            // A fast shutdown: it does not wait for connections.
            output("kill", "-INT", "" + server.pid());
            if (!server.waitFor(10, TimeUnit.SECONDS)) {
                server.destroyForcibly().waitFor();
            }
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            server.destroyForcibly();
        }
    }
}
