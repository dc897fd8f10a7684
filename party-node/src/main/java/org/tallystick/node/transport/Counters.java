package org.tallystick.node.transport;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What the transport has done since it started; read at any time, from any thread. */
public final class Counters {
    private final Traffic[] traffic = new Traffic[TransportConfig.PARTIES];
    private final Map<Rejection, LongAdder> rejections = new EnumMap<>(Rejection.class);
    private final LongAdder epochs = new LongAdder();
    private final LongAdder disagreements = new LongAdder();

    Counters() {
        for (int peer = 0; peer < traffic.length; peer++) {
            traffic[peer] = new Traffic();
        }
        for (Rejection reason : Rejection.values()) {
            rejections.put(reason, new LongAdder());
        }
    }

    /** Bytes and frames exchanged with a party, and how often it was connected. */
    public Traffic traffic(int peer) {
        return traffic[peer];
    }

    public long rejections(Rejection reason) {
        return rejections.get(reason).sum();
    }

    /** Epochs that have gone live. */
    public long epochs() {
        return epochs.sum();
    }

    /** Epochs that failed because two holders of a seed held different ones. */
    public long disagreements() {
        return disagreements.sum();
    }

    void rejected(Rejection reason) {
        rejections.get(reason).increment();
    }

    void epochLive() {
        epochs.increment();
    }

    void disagreed() {
        disagreements.increment();
    }

    /** The traffic with one party. Bytes are those inside TLS, frame lengths included. */
    public static final class Traffic {
        private final LongAdder bytesSent = new LongAdder();
        private final LongAdder bytesReceived = new LongAdder();
        private final LongAdder framesSent = new LongAdder();
        private final LongAdder framesReceived = new LongAdder();
        private final LongAdder connections = new LongAdder();

        private Traffic() {}

        public long bytesSent() {
            return bytesSent.sum();
        }

        public long bytesReceived() {
            return bytesReceived.sum();
        }

        public long framesSent() {
            return framesSent.sum();
        }

        public long framesReceived() {
            return framesReceived.sum();
        }

        /** How often a connection was established: reconnections are one less. */
        public long connections() {
            return connections.sum();
        }

        void sent(long bytes) {
            bytesSent.add(bytes);
            framesSent.increment();
        }

        void received(long bytes) {
            bytesReceived.add(bytes);
        }

        void receivedFrame() {
            framesReceived.increment();
        }

        void connected() {
            connections.increment();
        }
    }
}
