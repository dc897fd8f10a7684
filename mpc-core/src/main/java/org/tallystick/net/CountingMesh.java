package org.tallystick.net;

import java.util.ArrayList;
import java.util.List;

/** Counts messages, bytes and rounds of a whole in-process mesh; wrap all parties together. */
public final class CountingMesh implements Mesh {
    private final Mesh inner;
    private final RoundClock clock;
    private final Channel[] channels;
    private final long[] bytes;
    private final long[] messages;

    private CountingMesh(Mesh inner, RoundClock clock) {
        this.inner = inner;
        this.clock = clock;
        this.bytes = new long[inner.parties()];
        this.messages = new long[inner.parties()];
        this.channels = new Channel[inner.parties()];
        for (int peer = 0; peer < channels.length; peer++) {
            if (peer != inner.self()) {
                channels[peer] = new CountingChannel(peer, inner.to(peer));
            }
        }
    }

    public static List<CountingMesh> wrap(List<? extends Mesh> meshes) {
        RoundClock clock = new RoundClock(meshes.size());
        List<CountingMesh> wrapped = new ArrayList<>();
        for (Mesh mesh : meshes) {
            wrapped.add(new CountingMesh(mesh, clock));
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

    /** Bytes this party has sent to {@code peer}. */
    public long bytesSentTo(int peer) {
        return bytes[peer];
    }

    /** Bytes this party has sent to all. */
    public long bytesSent() {
        long sum = 0;
        for (long part : bytes) {
            sum += part;
        }
        return sum;
    }

    /** Messages this party has sent to all. */
    public long messagesSent() {
        long sum = 0;
        for (long part : messages) {
            sum += part;
        }
        return sum;
    }

    /** Rounds of the whole mesh's run: the longest chain of messages. */
    public int rounds() {
        return clock.rounds();
    }

    private final class CountingChannel implements Channel {
        private final int peer;
        private final Channel channel;

        CountingChannel(int peer, Channel channel) {
            this.peer = peer;
            this.channel = channel;
        }

        @Override
        public void send(byte[] message) {
            clock.sent(self(), peer);
            bytes[peer] += message.length;
            messages[peer]++;
            channel.send(message);
        }

        @Override
        public byte[] receive(int length) {
            byte[] message = channel.receive(length);
            clock.received(peer, self());
            return message;
        }
    }
}
