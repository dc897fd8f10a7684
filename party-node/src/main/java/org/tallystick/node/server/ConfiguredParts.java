package org.tallystick.node.server;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.certs.Pem;
import org.tallystick.node.certs.Signing;
import org.tallystick.node.config.NodeConfig;
import org.tallystick.node.config.Role;
import org.tallystick.node.session.Identity;
import org.tallystick.node.session.Policy;
import org.tallystick.node.storage.StateLocation;

/** What a node's parts want to know, out of its configuration and the files that this names. */
final class ConfiguredParts {
    private ConfiguredParts() {}

    /**
     * This node among the parties, with its own key.
     *
     * @throws NodeFailure when the key is not the one that the parties know
     */
    static Identity identity(NodeConfig config) {
        List<byte[]> keys = config.parties().stream()
                .map(party -> HexFormat.of().parseHex(party.signingKey()))
                .toList();
        Signing key = Signing.read(config.signingKey());
        if (!HexFormat.of().formatHex(key.publicKey()).equals(config.own().signingKey())) {
            throw new NodeFailure(
                    "the key in " + config.signingKey() + " is not the one that node.yaml lists for "
                            + config.role().id(),
                    "put the right key there, or correct parties in every node's node.yaml");
        }
        return new Identity(config.group().id(), config.self(), key, keys);
    }

    /** What sessions it takes part in. */
    static Policy policy(NodeConfig config) {
        return new Policy(
                config.policy().floor(),
                config.policy().maxRows(),
                config.policy().tableRows(),
                Set.of(),
                Role.BANK.ordinal(),
                config.limits().sessions(),
                new Policy.Stock(config.policy().stock(), config.limits().stockBytes()));
    }

    /** Where its state is, when that is no file of its own. */
    static Optional<StateLocation> location(NodeConfig config) {
        return config.database()
                .map(database -> new StateLocation(
                        database.url(),
                        database.user(),
                        Pem.readSecret(database.passwordFile()).strip()));
    }
}
