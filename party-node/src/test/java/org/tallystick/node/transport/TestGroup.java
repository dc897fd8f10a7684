package org.tallystick.node.transport;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.tallystick.node.TestPorts;
import org.tallystick.node.wire.ControlKind;

/** Four transports of one group in this process, over real TLS on loopback. */
final class TestGroup implements AutoCloseable {
    static final String GROUP = "test";
    static final List<String> ROLES = List.of("tax", "utility", "social", "bank");

    /** What one node was told, in order. */
    static final class Listener implements TransportListener {
        record Control(int peer, ControlKind kind, byte[] message) {}

        final LinkedBlockingQueue<Control> control = new LinkedBlockingQueue<>();
        final LinkedBlockingQueue<Epoch> epochs = new LinkedBlockingQueue<>();
        final LinkedBlockingQueue<EpochId> ended = new LinkedBlockingQueue<>();

        @Override
        public void control(int peer, ControlKind kind, byte[] message) {
            control.add(new Control(peer, kind, message));
        }

        @Override
        public void ready(Epoch epoch) {
            epochs.add(epoch);
        }

        @Override
        public void ended(EpochId epoch, String reason) {
            ended.add(epoch);
        }
    }

    final Vertx vertx = Vertx.vertx();
    final TestAuthority authority = new TestAuthority();
    final List<TransportConfig.Party> parties;
    final List<Optional<Transport>> nodes = new ArrayList<>();
    final List<Listener> listeners = new ArrayList<>();
    static final TransportConfig.Timing TIMING = new TransportConfig.Timing(
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            Duration.ofSeconds(20),
            Duration.ofMillis(20),
            Duration.ofMillis(500),
            Duration.ofSeconds(30));

    private final TransportConfig.Limits limits;
    private final TransportConfig.Timing timing;

    TestGroup() throws IOException {
        this(TransportConfig.Limits.DEFAULT, TIMING);
    }

    TestGroup(TransportConfig.Limits limits, TransportConfig.Timing timing) throws IOException {
        this.limits = limits;
        this.timing = timing;
        List<TransportConfig.Party> all = new ArrayList<>();
        for (String role : ROLES) {
            all.add(new TransportConfig.Party(role, "127.0.0.1", TestPorts.free()));
            nodes.add(Optional.empty());
            listeners.add(new Listener());
        }
        parties = List.copyOf(all);
    }

    /** A group of four that are connected and agree. */
    static TestGroup started() throws IOException {
        return started(TransportConfig.Limits.DEFAULT);
    }

    static TestGroup started(TransportConfig.Limits limits) throws IOException {
        return started(limits, TIMING);
    }

    static TestGroup started(TransportConfig.Limits limits, TransportConfig.Timing timing) throws IOException {
        TestGroup group = new TestGroup(limits, timing);
        for (int party = 0; party < 4; party++) {
            group.start(party);
        }
        group.awaitEpoch();
        return group;
    }

    Transport start(int party) throws IOException {
        return start(party, config(party));
    }

    Transport start(int party, TransportConfig config) throws IOException {
        Transport transport = Transport.start(vertx, config, listeners.get(party));
        nodes.set(party, Optional.of(transport));
        return transport;
    }

    TransportConfig config(int party) {
        return config(party, authority.issue(PeerTrust.name(ROLES.get(party), GROUP)), GROUP);
    }

    TransportConfig config(int party, TlsMaterial tls, String group) {
        return new TransportConfig(
                party, parties, group, "127.0.0.1", parties.get(party).port(), tls, limits, timing, "test");
    }

    Transport node(int party) {
        return nodes.get(party).orElseThrow();
    }

    /** Waits until all four have one and the same live epoch. */
    EpochId awaitEpoch() {
        await(() -> {
            Optional<EpochId> first = node(0).epoch().map(Epoch::id);
            boolean same = nodes.stream()
                    .allMatch(node -> node.orElseThrow().epoch().map(Epoch::id).equals(first));
            return same && first.isPresent();
        });
        return node(0).epoch().orElseThrow().id();
    }

    List<SessionMesh> open(SessionId id, Duration deadline) {
        EpochId epoch = awaitEpoch();
        List<SessionMesh> meshes = new ArrayList<>();
        for (int party = 0; party < 4; party++) {
            meshes.add(node(party).open(id, epoch, deadline));
        }
        return meshes;
    }

    /** Waits for a condition, minutes at most. */
    static void await(Supplier<Boolean> condition) {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
        while (!condition.get()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited for three minutes");
            }
            java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    public void close() {
        nodes.forEach(node -> node.ifPresent(Transport::close));
        vertx.close();
    }
}
