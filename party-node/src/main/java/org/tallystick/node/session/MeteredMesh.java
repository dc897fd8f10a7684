package org.tallystick.node.session;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.tallystick.net.Channel;
import org.tallystick.net.Mesh;

/** Counts what one run sends and receives, and when tracing keeps the size and the first bytes of every message. */
final class MeteredMesh implements Mesh {
    private static final int SHOWN = 16;

    private final Mesh inner;
    private final boolean tracing;
    private final Channel[] channels;
    private final long[] sent;
    private final long[] received;
    private final List<RunReport.Message> messages = new ArrayList<>();
    private int rounds;
    private boolean receiving;

    MeteredMesh(Mesh inner, boolean tracing) {
        this.inner = inner;
        this.tracing = tracing;
        this.sent = new long[inner.parties()];
        this.received = new long[inner.parties()];
        this.channels = new Channel[inner.parties()];
        for (int peer = 0; peer < channels.length; peer++) {
            if (peer != inner.self()) {
                channels[peer] = new MeteredChannel(peer, inner.to(peer));
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

    RunReport report(long nanos) {
        return new RunReport(rounds, sent.clone(), received.clone(), nanos, List.copyOf(messages));
    }

    private void note(boolean outgoing, int peer, byte[] message) {
        if (tracing) {
            String start = HexFormat.of().formatHex(Arrays.copyOf(message, Math.min(SHOWN, message.length)));
            messages.add(new RunReport.Message(rounds + (outgoing ? 1 : 0), outgoing, peer, message.length, start));
        }
    }

    private final class MeteredChannel implements Channel {
        private final int peer;
        private final Channel channel;

        MeteredChannel(int peer, Channel channel) {
            this.peer = peer;
            this.channel = channel;
        }

        @Override
        public void send(byte[] message) {
            receiving = false;
            sent[peer] += message.length;
            note(true, peer, message);
            channel.send(message);
        }

        @Override
        public byte[] receive(int length) {
            byte[] message = channel.receive(length);
            if (!receiving) {
                receiving = true;
                rounds++;
            }
            received[peer] += message.length;
            note(false, peer, message);
            return message;
        }
    }
}
