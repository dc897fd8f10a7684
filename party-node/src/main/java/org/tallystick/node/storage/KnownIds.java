package org.tallystick.node.storage;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.commons.collections4.bloomfilter.EnhancedDoubleHasher;
import org.apache.commons.collections4.bloomfilter.Hasher;
import org.apache.commons.collections4.bloomfilter.Shape;
import org.apache.commons.collections4.bloomfilter.SimpleBloomFilter;
import org.tallystick.random.Primitives;

/**
 * Tells ids that are new from those that may have been used, so that the database is not asked about each new one. It
 * forgets none, and takes one new one in a hundred for used, for each million that were added. 1.2 MB a million ids.
 */
final class KnownIds {
    private static final int LAYER_IDS = 1_000_000;
    private static final Shape LAYER = Shape.fromNP(LAYER_IDS, .01);

    /** Not the library's layers: those compare whole filters. */
    private final List<SimpleBloomFilter> layers = new ArrayList<>();

    /** Ids in the last layer. */
    private int ids = LAYER_IDS;

    private final Function<String, List<String>> stored;

    /** Stored ids up to this one have been added. */
    private String learnt = "";

    private boolean complete;

    /** @param stored some of the ids that are stored, from the one that follows; none at the end */
    KnownIds(Function<String, List<String>> stored) {
        this.stored = stored;
    }

    void add(String id) {
        Hasher hasher = hasher(id);
        synchronized (layers) {
            if (ids == LAYER_IDS) {
                layers.add(new SimpleBloomFilter(LAYER));
                ids = 0;
            }
            layers.getLast().merge(hasher);
            ids++;
        }
    }

    /** Adds some more of those that were stored before. By one thread at a time. */
    void learn() {
        List<String> some = stored.apply(learnt);
        some.forEach(this::add);
        if (!some.isEmpty()) {
            learnt = some.getLast();
            return;
        }
        synchronized (layers) {
            complete = true;
        }
    }

    /** Whether all that were stored before have been added. */
    boolean isComplete() {
        synchronized (layers) {
            return complete;
        }
    }

    /** Whether the id may have been used; until all are here, any may. */
    boolean mayHave(String id) {
        Hasher hasher = hasher(id);
        synchronized (layers) {
            return !complete || layers.stream().anyMatch(layer -> layer.contains(hasher));
        }
    }

    /** By SHA-256: whoever chooses ids makes them collide no more than chance does. */
    private static Hasher hasher(String id) {
        return new EnhancedDoubleHasher(Primitives.sha256().digest(id.getBytes(StandardCharsets.UTF_8)));
    }
}
