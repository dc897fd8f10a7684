package org.tallystick.node.audit;

import java.util.List;

/**
 * What an auditor must know for sure: the group, its parties' names and their public keys, in order. The last party is
 * the bank.
 */
public record AuditKeys(String group, List<String> names, List<byte[]> keys) {
    public AuditKeys {
        names = List.copyOf(names);
        keys = List.copyOf(keys);
        if (names.size() != keys.size() || names.isEmpty()) {
            throw new IllegalArgumentException(names.size() + " names and " + keys.size() + " keys");
        }
    }

    int parties() {
        return keys.size();
    }

    int bank() {
        return keys.size() - 1;
    }

    byte[] of(int party) {
        return keys.get(party);
    }

    String name(int party) {
        return names.get(party);
    }
}
