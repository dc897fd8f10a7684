package org.tallystick.net;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * A network between all parties of one process, with a latency and a bandwidth for each link and direction. The bits of
 * a link leave one after the other, whatever messages they belong to, and a message is there one latency after its last
 * bit has left; links and directions do not disturb each other. Wrap all parties together.
 *
 * <p>Unlike {@link DelayingMesh} it has no threads: the receiver itself waits until the message is due, so a message is
 * late by microseconds, which matters where a round trip has a hundred of them.
 */
public final class EmulatedNetwork implements Mesh {
    /** A wait that is longer is slept, but for so many nanoseconds: a sleeper wakes up tens of microseconds late. */
    private static final long AWAKE = 200_000;

    private final Mesh inner;
    private final Channel[] channels;

    private EmulatedNetwork(Mesh inner, Channel[] channels) {
        this.inner = inner;
        this.channels = channels;
    }

    /**
     * @param meshes all parties, in order
     * @param oneWay how long a bit is under way
     * @param bitsPerSecond that a party can send to one other party
     */
    public static List<Mesh> wrap(List<? extends Mesh> meshes, Duration oneWay, double bitsPerSecond) {
        if (oneWay.isNegative() || !(bitsPerSecond > 0)) {
            throw new IllegalArgumentException("a network of " + oneWay + " and " + bitsPerSecond + " bits a second");
        }
        int parties = meshes.size();
        Line[][] lines = new Line[parties][parties];
        for (int from = 0; from < parties; from++) {
            for (int to = 0; to < parties; to++) {
                lines[from][to] = new Line(oneWay.toNanos(), 8e9 / bitsPerSecond);
            }
        }
        List<Mesh> wrapped = new ArrayList<>();
        for (int self = 0; self < parties; self++) {
            Channel[] channels = new Channel[parties];
            for (int peer = 0; peer < parties; peer++) {
                if (peer != self) {
                    channels[peer] =
                            new EmulatedChannel(meshes.get(self).to(peer), lines[self][peer], lines[peer][self]);
                }
            }
            wrapped.add(new EmulatedNetwork(meshes.get(self), channels));
        }
        return List.copyOf(wrapped);
    }

    @Override
    public int self() {
        return inner.self();
    }

    @Override
    public int parties() {
        return inner.parties();
    }

    @Override
    public Channel to(int peer) {
        return channels[peer];
    }

    /** One direction of a link. The sender's thread says when each message is due, the receiver's waits for it. */
    private static final class Line {
        private final long latency;
        private final double nanosPerByte;
        private final ConcurrentLinkedQueue<Long> due = new ConcurrentLinkedQueue<>();
        private long free = System.nanoTime();

        Line(long latency, double nanosPerByte) {
            this.latency = latency;
            this.nanosPerByte = nanosPerByte;
        }

        void leaves(int bytes) {
            free = Math.max(free, System.nanoTime()) + (long) (bytes * nanosPerByte);
            due.add(free + latency);
        }

        @SuppressWarnings("ThreadPriorityCheck") // not for being right: those with work to do go first
        void await() {
            long at = due.remove();
            for (long left = at - System.nanoTime(); left > 0; left = at - System.nanoTime()) {
                if (left > AWAKE) {
                    LockSupport.parkNanos(left - AWAKE);
                } else {
                    Thread.yield();
                }
            }
        }
    }

    private record EmulatedChannel(Channel channel, Line out, Line in) implements Channel {
        @Override
        public void send(byte[] message) {
            out.leaves(message.length);
            channel.send(message);
        }

        @Override
        public byte[] receive(int length) {
            byte[] message = channel.receive(length);
            in.await();
            return message;
        }
    }
}
