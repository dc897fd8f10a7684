package org.tallystick.net;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Emulates a network: every message arrives one latency after its last bit has left, and bits leave one after the other
 * at the given bandwidth, per peer. Close it when the run is over.
 */
public final class DelayingMesh implements Mesh, AutoCloseable {
    private final Mesh inner;
    private final DelayingChannel[] channels;

    public DelayingMesh(Mesh inner, Duration oneWay, double bitsPerSecond) {
        this.inner = inner;
        this.channels = new DelayingChannel[inner.parties()];
        for (int peer = 0; peer < channels.length; peer++) {
            if (peer != inner.self()) {
                channels[peer] = new DelayingChannel(inner.to(peer), oneWay.toNanos(), 8e9 / bitsPerSecond);
            }
        }
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

    /** Delivers what is still under way, then ends the writers. */
    @Override
    public void close() {
        for (DelayingChannel channel : channels) {
            if (channel != null) {
                channel.close();
            }
        }
    }

    private static final class DelayingChannel implements Channel {
        private record Delayed(byte[] message, long arrival) {}

        private static final Delayed END = new Delayed(new byte[0], 0);

        private final Channel channel;
        private final long latency;
        private final double nanosPerByte;
        private final LinkedBlockingQueue<Delayed> queue = new LinkedBlockingQueue<>();
        private final Thread writer;
        private long lineFree = System.nanoTime();

        DelayingChannel(Channel channel, long latency, double nanosPerByte) {
            this.channel = channel;
            this.latency = latency;
            this.nanosPerByte = nanosPerByte;
            this.writer = Thread.ofVirtual().start(this::deliver);
        }

        @Override
        public void send(byte[] message) {
            long start = Math.max(lineFree, System.nanoTime());
            lineFree = start + (long) (message.length * nanosPerByte);
            queue.add(new Delayed(message, lineFree + latency));
        }

        @Override
        public byte[] receive(int length) {
            return channel.receive(length);
        }

        void close() {
            queue.add(END);
            try {
                writer.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void deliver() {
            try {
                for (Delayed next = queue.take(); next != END; next = queue.take()) {
                    for (long wait = next.arrival - System.nanoTime();
                            wait > 0;
                            wait = next.arrival - System.nanoTime()) {
                        LockSupport.parkNanos(wait);
                    }
                    channel.send(next.message);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
