package org.tallystick.bench;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.tallystick.net.CountingMesh;
import org.tallystick.net.InProcessMesh;
import org.tallystick.net.Mesh;

/** Four parties of one process. */
final class LocalSessions {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final boolean counting;
    private final ConcurrentHashMap<Long, Joined> open = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Long, Traffic> traffic = new ConcurrentHashMap<>();

    /** @param counting whether rounds and bytes are counted, which costs time */
    LocalSessions(boolean counting) {
        this.counting = counting;
    }

    private record Joined(List<? extends Mesh> meshes, AtomicInteger left) {}

    Sessions of(int self) {
        return new Sessions() {
            @Override
            public int self() {
                return self;
            }

            @Override
            public <T> T run(long number, Function<Mesh, T> body) {
                return runOne(self, number, body);
            }
        };
    }

    private <T> T runOne(int self, long number, Function<Mesh, T> body) {
        Joined joined = open.computeIfAbsent(number, key -> joined());
        Mesh mesh = joined.meshes().get(self);
        try {
            return body.apply(mesh);
        } catch (RuntimeException e) {
            InProcessMesh.stopPeers(mesh);
            throw e;
        } finally {
            if (joined.left().decrementAndGet() == 0) {
                open.remove(number);
                if (counting) {
                    traffic.put(number, traffic(joined.meshes()));
                }
            }
        }
    }

    private Joined joined() {
        List<Mesh> plain = InProcessMesh.of(ScoreWork.PARTIES, DEADLINE);
        return new Joined(counting ? CountingMesh.wrap(plain) : plain, new AtomicInteger(ScoreWork.PARTIES));
    }

    private static Traffic traffic(List<? extends Mesh> meshes) {
        long[] bytes = new long[meshes.size()];
        int rounds = 0;
        for (int party = 0; party < bytes.length; party++) {
            CountingMesh mesh = (CountingMesh) meshes.get(party);
            bytes[party] = mesh.bytesSent();
            rounds = Math.max(rounds, mesh.rounds());
        }
        return new Traffic(rounds, bytes);
    }

    /** What the runs from one number to before another have cost: the bytes of all, the rounds of the longest. */
    Traffic traffic(long from, long to) {
        long[] bytes = new long[ScoreWork.PARTIES];
        int rounds = 0;
        for (long number = from; number < to; number++) {
            Traffic one = traffic.get(number);
            rounds = Math.max(rounds, one.rounds());
            for (int party = 0; party < bytes.length; party++) {
                bytes[party] += one.bytesSent()[party];
            }
        }
        return new Traffic(rounds, bytes);
    }
}
