package org.tallystick.node.session;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.tallystick.net.Mesh;
import org.tallystick.net.ObservedMesh;

/** Counts what one run sends and receives, and when tracing keeps the size and the first bytes of every message. */
final class MeteredMesh extends ObservedMesh {
    private static final int SHOWN = 16;

    private final boolean tracing;
    private final long[] sent;
    private final long[] received;
    private final List<RunReport.Message> messages = new ArrayList<>();
    private int rounds;
    private boolean receiving;

    MeteredMesh(Mesh inner, boolean tracing) {
        super(inner);
        this.tracing = tracing;
        this.sent = new long[inner.parties()];
        this.received = new long[inner.parties()];
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

    @Override
    protected void sending(int peer, byte[] message) {
        receiving = false;
        sent[peer] += message.length;
        note(true, peer, message);
    }

    @Override
    protected void received(int peer, byte[] message) {
        if (!receiving) {
            receiving = true;
            rounds++;
        }
        received[peer] += message.length;
        note(false, peer, message);
    }
}
