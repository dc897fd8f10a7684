package org.tallystick.node.session;

import java.util.List;
import org.tallystick.node.certs.Signing;

/**
 * Who this node is in its group.
 *
 * @param group the group's id
 * @param self this party's index
 * @param key this node's signing key
 * @param publicKeys every party's signing key, in party order
 */
public record Identity(String group, int self, Signing key, List<byte[]> publicKeys) {
    public Identity {
        publicKeys = List.copyOf(publicKeys);
    }

    int parties() {
        return publicKeys.size();
    }
}
