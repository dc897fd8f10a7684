package org.tallystick.net;

import java.util.List;

/** Lets a test play a cheating party: what it sends is what {@link Tamper} makes of each message. */
public final class FaultyMesh implements Mesh {
    private final Mesh inner;
    private final Channel[] channels;
    private int sent;

    /** What leaves in place of a message: it unchanged, another, none, several. */
    @FunctionalInterface
    public interface Tamper {
        /**
         * @param index how many messages this party has sent before, to all peers together
         * @param to the peer the message is for
         */
        List<byte[]> replace(int index, int to, byte[] message);
    }

    public FaultyMesh(Mesh inner, Tamper tamper) {
        this.inner = inner;
        this.channels = new Channel[inner.parties()];
        for (int peer = 0; peer < channels.length; peer++) {
            if (peer != inner.self()) {
                channels[peer] = new FaultyChannel(peer, inner.to(peer), tamper);
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

    private final class FaultyChannel implements Channel {
        private final int peer;
        private final Channel channel;
        private final Tamper tamper;

        FaultyChannel(int peer, Channel channel, Tamper tamper) {
            this.peer = peer;
            this.channel = channel;
            this.tamper = tamper;
        }

        @Override
        public void send(byte[] message) {
            for (byte[] replacement : tamper.replace(sent++, peer, message)) {
                channel.send(replacement);
            }
        }

        @Override
        public byte[] receive(int length) {
            return channel.receive(length);
        }
    }
}
