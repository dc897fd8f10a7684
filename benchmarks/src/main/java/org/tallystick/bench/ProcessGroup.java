package org.tallystick.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.tallystick.node.certs.DevelopmentAuthority;
import org.tallystick.node.certs.DevelopmentAuthority.Identity;
import org.tallystick.node.certs.DevelopmentAuthority.Validity;
import org.tallystick.node.certs.Pem;

/** Four parties, each a process of its own, joined by mutual TLS 1.3 on loopback. */
final class ProcessGroup implements Group {
    /** Flags of every party: no second core for the collector, memory touched once and kept. */
    static final List<String> FLAGS = List.of("-Xms768m", "-Xmx768m", "-XX:+UseSerialGC", "-Xmn512m");

    private final Path folder;
    private final List<Process> processes = new ArrayList<>();
    private final List<BufferedReader> outputs = new ArrayList<>();
    private final Cleanup cleanup = new Cleanup(this::end);
    private long next;

    private ProcessGroup(Path folder) {
        this.folder = folder;
    }

    /** Starts the four, and waits until they are connected. */
    static ProcessGroup start(List<String> flags) throws IOException {
        ProcessGroup group = new ProcessGroup(Files.createTempDirectory("tally-bench"));
        try {
            group.certificates();
            List<String> ports = freePorts();
            for (int self = 0; self < ScoreWork.PARTIES; self++) {
                group.startParty(self, flags, ports);
            }
            for (int self = 0; self < ScoreWork.PARTIES; self++) {
                group.answer(self);
            }
            return group;
        } catch (IOException | RuntimeException e) {
            group.close();
            throw e;
        }
    }

    private void certificates() throws IOException {
        Validity validity = Validity.of(Duration.ofDays(1));
        DevelopmentAuthority authority = DevelopmentAuthority.create(PartyMain.GROUP, validity);
        Files.writeString(folder.resolve("authority.crt"), authority.certificatePem());
        for (String role : PartyMain.ROLES) {
            Identity identity = authority.issue(role, validity);
            Files.writeString(folder.resolve(role + ".crt"), identity.certificatePem());
            Pem.writeSecret(folder.resolve(role + ".key"), identity.keyPem());
        }
    }

    private static List<String> freePorts() throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        List<String> ports = new ArrayList<>();
        for (int party = 0; party < ScoreWork.PARTIES; party++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            sockets.add(socket);
            ports.add(Integer.toString(socket.getLocalPort()));
        }
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        return ports;
    }

    private void startParty(int self, List<String> flags, List<String> ports) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        // Lets short runs live on the event loop.
        command.addAll(List.of("--add-opens", "java.base/java.lang=ALL-UNNAMED"));
        // Netty would start the flight recorder, which takes most of a second in each of four processes.
        command.add("-Dio.netty.jfr.enabled=false");
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), PartyMain.class.getName()));
        command.add(Integer.toString(self));
        command.add(folder.toString());
        command.addAll(ports);
        Process process = new ProcessBuilder(command)
                .redirectError(folder.resolve("party" + self + ".log").toFile())
                .start();
        processes.add(process);
        outputs.add(process.inputReader(StandardCharsets.US_ASCII));
    }

    /** The next line of a party; its log, should it have ended. */
    private String answer(int self) throws IOException {
        StringBuilder other = new StringBuilder();
        for (String line = outputs.get(self).readLine();
                line != null;
                line = outputs.get(self).readLine()) {
            if (line.startsWith(PartyMain.ANSWER)) {
                return line.substring(PartyMain.ANSWER.length());
            }
            other.append(line).append('\n');
        }
        String log = Files.readString(folder.resolve("party" + self + ".log"));
        throw new IOException("party " + self + " has ended:\n" + other + log.strip());
    }

    @Override
    public double[] run(Job job) {
        return runAll(job).seconds();
    }

    /**
     * What a job took.
     *
     * @param seconds of each repetition, as the bank saw them
     * @param framedBytes sent by all parties with the transport's framing, preparation included
     * @param processorSeconds of all parties, preparation included
     * @param peakMiB the most memory that any party has had resident since it started
     */
    record Outcome(double[] seconds, long framedBytes, double processorSeconds, long peakMiB) {}

    Outcome runAll(Job job) {
        Job numbered = job.from(next);
        next += numbered.runs();
        try {
            for (Process process : processes) {
                process.outputWriter(StandardCharsets.US_ASCII)
                        .append(numbered.line())
                        .append('\n')
                        .flush();
            }
            long bytes = 0;
            double processor = 0;
            long peak = 0;
            double[] seconds = new double[0];
            for (int self = 0; self < ScoreWork.PARTIES; self++) {
                String[] parts = answer(self).split(" ", -1);
                bytes += Long.parseLong(parts[0]);
                processor += Double.parseDouble(parts[1]);
                peak = Math.max(peak, Long.parseLong(parts[2]));
                seconds = Arrays.stream(parts, 3, parts.length)
                        .mapToDouble(Double::parseDouble)
                        .toArray();
            }
            return new Outcome(seconds, bytes, processor, peak);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the parties and deletes what they had. */
    @Override
    public void close() {
        cleanup.close();
    }

    private void end() {
        for (Process process : processes) {
            try {
                process.outputWriter(StandardCharsets.US_ASCII).close();
            } catch (IOException e) {
                process.destroy();
            }
        }
        for (Process process : processes) {
            end(process);
        }
        Cleanup.delete(folder);
    }

    private static void end(Process process) {
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
