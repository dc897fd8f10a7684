package org.tallystick.node.rest;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.tallystick.node.session.Hash;

/** Signed tokens that held when they were last shown, by their hashes: so many, those that were served last. */
final class HeldTokens {
    private final Set<Hash> names;

    HeldTokens(int most) {
        this.names = Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Hash, Boolean> eldest) {
                return size() > most;
            }
        }));
    }

    boolean contains(Hash name) {
        return names.contains(name);
    }

    /** It was served: all others go before it does. */
    void served(Hash name) {
        names.add(name);
    }

    /** It does not hold any more. */
    void remove(Hash name) {
        names.remove(name);
    }
}
