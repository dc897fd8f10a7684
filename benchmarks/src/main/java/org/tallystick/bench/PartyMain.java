package org.tallystick.bench;

import com.sun.management.OperatingSystemMXBean;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.tallystick.node.transport.Counters;
import org.tallystick.node.transport.Epoch;
import org.tallystick.node.transport.TlsMaterial;
import org.tallystick.node.transport.Transport;
import org.tallystick.node.transport.TransportConfig;
import org.tallystick.node.transport.TransportListener;
import org.tallystick.node.wire.ControlKind;

/**
 * One party as a process of its own, over the transport of a node. Takes a job a line on standard input, answers each
 * with a line on standard output, and ends with its input: so it never outlives whoever started it.
 */
final class PartyMain {
    /** How lines of answers start; whatever else a library prints is skipped. */
    static final String ANSWER = "= ";

    /** Four JVMs start at once, perhaps on a machine that has other work. */
    private static final int CONNECT_SECONDS = 120;

    static final String GROUP = "bench";
    static final List<String> ROLES = List.of("tax", "utility", "social", "bank");

    private PartyMain() {}

    /** @param args index of the party, folder with the certificates, then the ports of all parties */
    public static void main(String[] args) throws Exception {
        int self = Integer.parseInt(args[0]);
        TransportConfig config = config(self, Path.of(args[1]), List.of(args).subList(2, args.length));
        CompletableFuture<Epoch> live = new CompletableFuture<>();
        Vertx vertx = Vertx.vertx();
        try (Transport transport = Transport.start(vertx, config, listener(live))) {
            Epoch epoch = live.get(CONNECT_SECONDS, TimeUnit.SECONDS);
            MeshSessions sessions = new MeshSessions(transport, epoch.id(), self);
            try (Party party = new Party(
                    sessions, epoch.seeds(), Path.of(args[1]).resolve("shares" + self), transport.runThreads())) {
                serve(party, transport.counters());
            }
        } finally {
            vertx.close().await(10, TimeUnit.SECONDS);
        }
    }

    private static TransportConfig config(int self, Path folder, List<String> ports) throws IOException {
        List<TransportConfig.Party> parties = new ArrayList<>();
        for (int party = 0; party < ports.size(); party++) {
            int port = Integer.parseInt(ports.get(party));
            parties.add(new TransportConfig.Party(ROLES.get(party), "127.0.0.1", port));
        }
        String role = ROLES.get(self);
        TlsMaterial tls = TlsMaterial.ofFiles(
                folder.resolve(role + ".crt"), folder.resolve(role + ".key"), folder.resolve("authority.crt"));
        return TransportConfig.of(self, parties, GROUP, tls);
    }

    private static TransportListener listener(CompletableFuture<Epoch> live) {
        return new TransportListener() {
            @Override
            public void control(int peer, ControlKind kind, byte[] message) {}

            @Override
            public void ready(Epoch epoch) {
                live.complete(epoch);
            }
        };
    }

    private static void serve(Party party, Counters counters) throws IOException {
        System.out.println(ANSWER + "ready");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            long sentBefore = sent(counters);
            long processorBefore = processorNanos();
            double[] seconds = party.run(Job.parse(line));
            StringJoiner answer = new StringJoiner(" ", ANSWER, "");
            answer.add(Long.toString(sent(counters) - sentBefore));
            answer.add(Double.toString((processorNanos() - processorBefore) * 1e-9));
            answer.add(Long.toString(ProcessMemory.peakMiB()));
            for (double one : seconds) {
                answer.add(Double.toString(one));
            }
            System.out.println(answer);
        }
    }

    private static long processorNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static long sent(Counters counters) {
        long bytes = 0;
        for (int peer = 0; peer < ScoreWork.PARTIES; peer++) {
            bytes += counters.traffic(peer).bytesSent();
        }
        return bytes;
    }
}
