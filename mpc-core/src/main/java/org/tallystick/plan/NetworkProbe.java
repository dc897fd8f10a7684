package org.tallystick.plan;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.tallystick.net.Mesh;
import org.tallystick.net.ProtocolAbort;

/**
 * Measures a group's network over a mesh: from each party to each other, one link after the other, a short message
 * there and back a few times, then a long one. The least time of each counts, since all that disturbs makes it longer.
 * Then all tell all, and everybody has the same figures: those of the worst link. And since a round waits for the
 * latest of several messages, which is later than any one link has it, rounds of all are taken, and their median.
 *
 * <p>Costs {@value #PINGS} round trips and one of {@value #BULK} bytes a link, direction and pass, where that takes
 * little time one of {@value #LARGE}, and from {@value #FEW_ROUNDS} rounds up to {@value #MANY_ROUNDS}. What a peer
 * tells is not checked but for its form; it moves the choice of a way and nothing else.
 */
public final class NetworkProbe {
    private static final int PASSES = 3;
    private static final int PINGS = 3;
    private static final int MANY_PINGS = 64;
    private static final int FEW_ROUNDS = 5;
    private static final int MANY_ROUNDS = 101;
    private static final double ROUNDS_SECONDS = 0.2;
    private static final int SPENT_MILLIS = 5;
    private static final int BULK = 1 << 18;
    private static final int LARGE = 1 << 22;

    /** Seconds of a long message that lateness of some microseconds would spoil. */
    private static final double SHORT = 0.01;

    private NetworkProbe() {}

    /**
     * All parties call it together, on a mesh of its own.
     *
     * @throws ProtocolAbort when a peer is lost, or what it tells is no network
     */
    public static Network measure(Mesh mesh) {
        double[] roundTrip = new double[mesh.parties()];
        double[] bitsPerSecond = new double[mesh.parties()];
        Arrays.fill(roundTrip, Double.MAX_VALUE);
        for (int pass = 0; pass < PASSES; pass++) {
            for (int from = 0; from < mesh.parties(); from++) {
                for (int to = 0; to < mesh.parties(); to++) {
                    if (from != to && mesh.self() == from) {
                        roundTrip[to] = Math.min(roundTrip[to], leastSeconds(mesh, to, 1, PINGS));
                        bitsPerSecond[to] = Math.max(bitsPerSecond[to], bandwidth(mesh, to, roundTrip[to]));
                    } else if (from != to && mesh.self() == to) {
                        answer(mesh, from, 1, PINGS);
                        answer(mesh, from, BULK, 1);
                        boolean more = mesh.to(from).receive(1)[0] != 0;
                        answer(mesh, from, LARGE, more ? 1 : 0);
                    }
                }
            }
        }
        double[] worst = {0, Double.MAX_VALUE};
        for (int to = 0; to < mesh.parties(); to++) {
            if (to != mesh.self()) {
                worst[0] = Math.max(worst[0], roundTrip[to]);
                worst[1] = Math.min(worst[1], bitsPerSecond[to]);
            }
        }
        Network links = agreed(mesh, worst);
        int rounds = (int) Math.clamp(ROUNDS_SECONDS / links.oneWaySeconds(), FEW_ROUNDS, MANY_ROUNDS);
        double round = medianRound(mesh, rounds);
        return agreed(mesh, new double[] {Math.max(links.roundTripSeconds(), 2 * round), links.bitsPerSecond()});
    }

    private static double medianRound(Mesh mesh, int rounds) {
        double[] seconds = new double[rounds];
        for (int k = 0; k < rounds; k++) {
            long start = System.nanoTime();
            for (int peer = 0; peer < mesh.parties(); peer++) {
                if (peer != mesh.self()) {
                    mesh.to(peer).send(new byte[1]);
                }
            }
            for (int peer = 0; peer < mesh.parties(); peer++) {
                if (peer != mesh.self()) {
                    mesh.to(peer).receive(1);
                }
            }
            seconds[k] = (System.nanoTime() - start) * 1e-9;
        }
        Arrays.sort(seconds);
        return seconds[rounds / 2];
    }

    /**
     * The round trip of each link, the same at all: measured by short messages there and back, pairs side by side, and
     * told to all. Four parties call it together, in the middle of what they have to do. The first message of a link
     * may find the partner late; a link that is short is then asked many times, since busy processors make most of its
     * messages late and not all; one that is long, twice. Costs ten round trips of long links or some
     * {@value #SPENT_MILLIS} ms for each of three steps, and per link at most {@value #MANY_PINGS} bytes each way, and
     * 24 bytes to each.
     *
     * @throws ProtocolAbort when a peer is lost, or what it tells is no time
     */
    public static RoundTrips roundTrips(Mesh mesh) {
        if (mesh.parties() != 4) {
            throw new IllegalArgumentException("four parties have a partner each, not " + mesh.parties());
        }
        double[] seconds = new double[RoundTrips.links(mesh.parties())];
        for (int step = 1; step < mesh.parties(); step++) {
            int partner = mesh.self() ^ step;
            if (mesh.self() < partner) {
                answerAll(mesh, partner);
            } else {
                seconds[RoundTrips.link(partner, mesh.self())] = leastOfMany(mesh, partner);
            }
        }
        tell(mesh, seconds);
        try {
            return new RoundTrips(seconds);
        } catch (IllegalArgumentException e) {
            throw new ProtocolAbort(ProtocolAbort.Reason.MALFORMED, "a peer tells of " + e.getMessage());
        }
    }

    /** The least of many short messages there and back; each says whether it is the last. */
    private static double leastOfMany(Mesh mesh, int peer) {
        double least = ask(mesh, peer, false);
        long begun = System.nanoTime();
        boolean last = false;
        for (int k = 2; !last; k++) {
            last = k == MANY_PINGS || System.nanoTime() - begun > SPENT_MILLIS * 1_000_000L;
            least = Math.min(least, ask(mesh, peer, last));
        }
        return least;
    }

    private static double ask(Mesh mesh, int peer, boolean last) {
        long start = System.nanoTime();
        mesh.to(peer).send(new byte[] {(byte) (last ? 1 : 0)});
        mesh.to(peer).receive(1);
        return (System.nanoTime() - start) * 1e-9;
    }

    private static void answerAll(Mesh mesh, int peer) {
        boolean last = false;
        for (int k = 0; k < MANY_PINGS && !last; k++) {
            last = mesh.to(peer).receive(1)[0] != 0;
            mesh.to(peer).send(new byte[1]);
        }
    }

    /** Each tells all others of its links to the parties below it. */
    private static void tell(Mesh mesh, double[] seconds) {
        int self = mesh.self();
        byte[] own = bytes(Arrays.copyOfRange(seconds, RoundTrips.links(self), RoundTrips.links(self + 1)));
        for (int peer = 0; peer < mesh.parties() && self > 0; peer++) {
            if (peer != self) {
                mesh.to(peer).send(own.clone());
            }
        }
        for (int peer = 1; peer < mesh.parties(); peer++) {
            if (peer != self) {
                ByteBuffer.wrap(mesh.to(peer).receive(Double.BYTES * peer))
                        .asDoubleBuffer()
                        .get(seconds, RoundTrips.links(peer), peer);
            }
        }
    }

    private static byte[] bytes(double... numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(Double.BYTES * numbers.length);
        bytes.asDoubleBuffer().put(numbers);
        return bytes.array();
    }

    /** What is too short to be told from the round trip is asked again with a longer message. */
    private static double bandwidth(Mesh mesh, int peer, double roundTrip) {
        double seconds = leastSeconds(mesh, peer, BULK, 1) - roundTrip;
        boolean more = seconds < SHORT;
        mesh.to(peer).send(new byte[] {(byte) (more ? 1 : 0)});
        double rest = more ? leastSeconds(mesh, peer, LARGE, 1) - roundTrip : seconds;
        // A clock may be too coarse for the difference; then the link is faster than can be seen.
        return 8.0 * (more ? LARGE : BULK) / Math.max(rest, 1e-9);
    }

    private static double leastSeconds(Mesh mesh, int peer, int bytes, int times) {
        double[] seconds = new double[times];
        for (int k = 0; k < times; k++) {
            byte[] message = new byte[bytes];
            long start = System.nanoTime();
            mesh.to(peer).send(message);
            mesh.to(peer).receive(1);
            seconds[k] = (System.nanoTime() - start) * 1e-9;
        }
        return Arrays.stream(seconds).min().orElseThrow();
    }

    private static void answer(Mesh mesh, int peer, int bytes, int times) {
        for (int k = 0; k < times; k++) {
            mesh.to(peer).receive(bytes);
            mesh.to(peer).send(new byte[1]);
        }
    }

    private static Network agreed(Mesh mesh, double[] own) {
        for (int peer = 0; peer < mesh.parties(); peer++) {
            if (peer != mesh.self()) {
                mesh.to(peer).send(bytes(own));
            }
        }
        double[] worst = own.clone();
        for (int peer = 0; peer < mesh.parties(); peer++) {
            if (peer != mesh.self()) {
                ByteBuffer told = ByteBuffer.wrap(mesh.to(peer).receive(16));
                worst[0] = Math.max(worst[0], told.getDouble());
                worst[1] = Math.min(worst[1], told.getDouble());
            }
        }
        try {
            return new Network(worst[0], worst[1]);
        } catch (IllegalArgumentException e) {
            throw new ProtocolAbort(ProtocolAbort.Reason.MALFORMED, "a peer tells of " + e.getMessage());
        }
    }
}
