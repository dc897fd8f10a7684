package org.tallystick.node.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.node.TestPorts;
import org.tallystick.node.config.ConsortiumFolder;
import org.tallystick.node.config.NodeConfig;
import org.tallystick.node.config.NodeConfig.Approval;
import org.tallystick.node.config.NodeConfigFile;
import org.tallystick.node.transport.TransportConfig;

final class TransportSettingsTest {
    @TempDir
    private Path temporary;

    private Path file;

    @BeforeEach
    void write() {
        file = ConsortiumFolder.write(
                        new ConsortiumFolder.Plan(temporary.resolve("group"), "demo", 0, Approval.LISTED, false))
                .getFirst()
                .resolve(NodeConfigFile.NAME);
    }

    private TransportConfig settings() {
        NodeConfig config = NodeConfigFile.read(file);
        return TransportSettings.of(config, CertificateFiles.open(config).material());
    }

    @Test
    void limitsAndDeadlinesReachTheTransport() throws IOException {
        TransportConfig usual = settings();
        assertEquals(TransportConfig.Limits.DEFAULT, usual.limits());
        assertEquals(TransportConfig.Timing.DEFAULT, usual.timing());

        Files.writeString(
                file,
                Files.readString(file) + "limits: {frameBytes: 600000}\ndeadlines: {connect: 3s, reconnect: 7s}\n");
        TransportConfig own = settings();

        assertEquals(TransportConfig.Limits.DEFAULT.withFrame(600_000), own.limits());
        assertEquals(600_000, own.limits().frame());
        assertEquals(Duration.ofSeconds(3), own.timing().hello());
        assertEquals(Duration.ofSeconds(7), own.timing().longestRetry());
    }

    /** As behind a forwarder: the others dial the published address, which is not this node's to take. */
    @Test
    void aNodeListensWhereItIsToldNotWhereItIsPublished() throws IOException {
        int published = NodeConfigFile.read(file).listen().port();
        int own = TestPorts.free();
        Files.writeString(
                file, Files.readString(file).replace("\nlisten: 127.0.0.1:" + published, "\nlisten: 127.0.0.1:" + own));
        try (ServerSocket forwarder = new ServerSocket(published, 1, InetAddress.getLoopbackAddress());
                NodeServer node = NodeServer.start(NodeConfigFile.read(file));
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), own)) {
            assertEquals(published, forwarder.getLocalPort());
            assertEquals(own, socket.getPort());
            assertNotEquals(published, own);
            assertEquals(false, node.firstReady().isDone());
        }
    }
}
