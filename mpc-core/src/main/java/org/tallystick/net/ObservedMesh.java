package org.tallystick.net;

/**
 * A mesh around another that sees each message pass, and changes none: what counts, records and meters builds on it.
 */
public abstract class ObservedMesh implements Mesh {
    private final Mesh inner;
    private final Channel[] channels;

    protected ObservedMesh(Mesh inner) {
        this.inner = inner;
        this.channels = new Channel[inner.parties()];
        for (int peer = 0; peer < channels.length; peer++) {
            if (peer != inner.self()) {
                channels[peer] = new ObservedChannel(peer, inner.to(peer));
            }
        }
    }

    /** Before a message leaves. */
    protected abstract void sending(int peer, byte[] message);

    /** When a message has been received. */
    protected abstract void received(int peer, byte[] message);

    @Override
    public final int self() {
        return inner.self();
    }

    @Override
    public final int parties() {
        return inner.parties();
    }

    @Override
    public final Channel to(int peer) {
        return channels[peer];
    }

    private final class ObservedChannel implements Channel {
        private final int peer;
        private final Channel channel;

        ObservedChannel(int peer, Channel channel) {
            this.peer = peer;
            this.channel = channel;
        }

        @Override
        public void send(byte[] message) {
            sending(peer, message);
            channel.send(message);
        }

        @Override
        public byte[] receive(int length) {
            byte[] message = channel.receive(length);
            received(peer, message);
            return message;
        }
    }
}
