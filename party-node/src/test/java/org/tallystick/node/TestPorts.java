package org.tallystick.node;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Ports for servers that are told theirs before they open it. They are below the range from which systems take the
 * ports of clients: one out of that range may be some other test's connection by the time its server asks for it.
 */
public final class TestPorts {
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private TestPorts() {}

    /** A port of loopback that is free now, and that this process was not given before. */
    public static int free() {
        SplittableRandom random = new SplittableRandom();
        for (int attempt = 0; attempt < 1000; attempt++) {
            int port = random.nextInt(10_000, 32_000);
            if (GIVEN.add(port) && isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port was found");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
