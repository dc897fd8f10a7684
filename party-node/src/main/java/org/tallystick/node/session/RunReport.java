package org.tallystick.node.session;

import java.util.Arrays;
import java.util.List;

/**
 * What one node saw of one run on the network.
 *
 * @param rounds how often this node went from sending to receiving; no more than the run's rounds, and at a party that
 *     receives in each of them, as the bank does in a score that is revealed to it, just those
 * @param sent bytes to each party, without the transport's framing
 * @param received bytes from each party
 * @param messages every message, when the node traces runs; the bytes shown are masked shares, digests and pads
 */
public record RunReport(int rounds, long[] sent, long[] received, long nanos, List<Message> messages) {
    /** One message: in which round, to or from whom, how long, and how it starts, in hexadecimal. */
    public record Message(int round, boolean sent, int peer, int bytes, String start) {}

    public long bytesSent() {
        return Arrays.stream(sent).sum();
    }

    public long bytesReceived() {
        return Arrays.stream(received).sum();
    }

    @Override
    public String toString() {
        return "RunReport[" + rounds + " rounds, " + bytesSent() + " bytes sent]";
    }
}
