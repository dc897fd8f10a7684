package org.tallystick.node.server;

import java.util.List;
import org.tallystick.node.config.NodeConfig;
import org.tallystick.node.transport.TlsMaterial;
import org.tallystick.node.transport.TransportConfig;

/** What {@code node.yaml} says about the connections to peers. */
final class TransportSettings {
    private TransportSettings() {}

    static TransportConfig of(NodeConfig config, TlsMaterial tls) {
        List<TransportConfig.Party> parties = config.parties().stream()
                .map(party -> new TransportConfig.Party(
                        party.role().id(),
                        party.address().host(),
                        party.address().port(),
                        party.fingerprint()))
                .toList();
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
