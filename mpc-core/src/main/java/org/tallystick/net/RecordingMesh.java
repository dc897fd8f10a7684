package org.tallystick.net;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Keeps a copy of all one party sends and receives: for secrecy tests and for showing a run to people. */
public final class RecordingMesh implements Mesh {
    private final Mesh inner;
    private final Channel[] channels;
    private final List<Entry> entries = Collections.synchronizedList(new ArrayList<>());

    /** One message, in the order in which this party sent or received it. */
    public record Entry(boolean sent, int peer, byte[] message) {
        @Override
        public String toString() {
            return (sent ? "to " : "from ") + peer + ": " + message.length + " bytes";
        }
    }

    public RecordingMesh(Mesh inner) {
        this.inner = inner;
        this.channels = new Channel[inner.parties()];
        for (int peer = 0; peer < channels.length; peer++) {
            if (peer != inner.self()) {
                channels[peer] = new RecordingChannel(peer, inner.to(peer));
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

    public List<Entry> entries() {
        synchronized (entries) {
            return List.copyOf(entries);
        }
    }

    private final class RecordingChannel implements Channel {
        private final int peer;
        private final Channel channel;

        RecordingChannel(int peer, Channel channel) {
            this.peer = peer;
            this.channel = channel;
        }

        @Override
        public void send(byte[] message) {
            entries.add(new Entry(true, peer, message.clone()));
            channel.send(message);
        }

        @Override
        public byte[] receive(int length) {
            byte[] message = channel.receive(length);
            entries.add(new Entry(false, peer, message.clone()));
            return message;
        }
    }
}
