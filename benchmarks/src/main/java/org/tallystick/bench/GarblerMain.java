package org.tallystick.bench;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;

/** The garbler as a process of its own: connects to the evaluator's port, and ends when it has sent all. */
final class GarblerMain {
    private GarblerMain() {}

    /** @param args port of the evaluator, times to garble in each of the repetitions, repetitions */
    public static void main(String[] args) throws Exception {
        int times = Integer.parseInt(args[1]);
        InetSocketAddress evaluator =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]));
        try (SocketChannel channel = SocketChannel.open(evaluator)) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            for (int run = 0; run < Integer.parseInt(args[2]); run++) {
                GarbleWork.garble(channel, GarbleWork.comparison(), GarbleWork.BATCH, times);
            }
        }
    }
}
