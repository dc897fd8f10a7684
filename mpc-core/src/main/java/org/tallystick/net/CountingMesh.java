package org.tallystick.net;

import java.util.ArrayList;
import java.util.List;

/** Counts messages, bytes and rounds of a whole in-process mesh; wrap all parties together. */
public final class CountingMesh extends ObservedMesh {
    private final RoundClock clock;
    private final long[] bytes;
    private final long[] messages;

    private CountingMesh(Mesh inner, RoundClock clock) {
        super(inner);
        this.clock = clock;
        this.bytes = new long[inner.parties()];
        this.messages = new long[inner.parties()];
    }

    public static List<CountingMesh> wrap(List<? extends Mesh> meshes) {
        RoundClock clock = new RoundClock(meshes.size());
        List<CountingMesh> wrapped = new ArrayList<>();
        for (Mesh mesh : meshes) {
            wrapped.add(new CountingMesh(mesh, clock));
        }
        return List.copyOf(wrapped);
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

    @Override
    protected void sending(int peer, byte[] message) {
        clock.sent(self(), peer);
        bytes[peer] += message.length;
        messages[peer]++;
    }

    @Override
    protected void received(int peer, byte[] message) {
        clock.received(peer, self());
    }
}
