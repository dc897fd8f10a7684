package org.tallystick.node.server;

import java.io.IOException;
import java.util.List;
import org.tallystick.node.config.NodeConfig;
import org.tallystick.node.transport.TlsMaterial;
import org.tallystick.node.transport.TransportConfig;

/** What {@code node.yaml} says about the connections to peers. */
final class TransportSettings {
    private TransportSettings() {}

    /** @throws IOException when a file under {@code tls} cannot be used */
    static TransportConfig of(NodeConfig config) throws IOException {
        List<TransportConfig.Party> parties = config.parties().stream()
                .map(party -> new TransportConfig.Party(
                        party.role().id(),
                        party.address().host(),
                        party.address().port(),
                        party.fingerprint()))
                .toList();
        TlsMaterial tls = TlsMaterial.ofFiles(
                config.tls().certificate(), config.tls().key(), config.tls().authority());
        return new TransportConfig(
                config.self(),
                parties,
                config.group().id(),
                config.listen().host(),
                config.listen().port(),
                tls,
                TransportConfig.Limits.DEFAULT.withFrame(config.limits().frameBytes()),
                TransportConfig.Timing.DEFAULT
                        .withHello(config.deadlines().connect())
                        .withLongestRetry(config.deadlines().reconnect()),
                "tallystick");
    }
}
