package org.tallystick.node.server;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A bounded cache: of more entries than {@code most}, those used longest ago are forgotten. For any threads. */
final class RecentlyUsed<K, V> {
    private final Map<K, V> entries;

    RecentlyUsed(int most) {
        entries = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }

    synchronized Optional<V> get(K key) {
        return Optional.ofNullable(entries.get(key));
    }

    synchronized void put(K key, V value) {
        entries.put(key, value);
    }

    synchronized void remove(K key) {
        entries.remove(key);
    }

    synchronized int size() {
        return entries.size();
    }
}
