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
 * forgets none, and takes one new one in a hundred for used for each of its layers, which are made as they are needed;
 * when {@value #MOST_LAYERS} are full any id may have been used. 10 bits an id. For a database that nobody else writes.
 */
final class KnownIds {
    static final int MOST_LAYERS = 16;

    /** Not the library's layers: those compare whole filters. */
    private final List<SimpleBloomFilter> layers = new ArrayList<>();

    private final int layerIds;
    private final Shape shape;

    /** Ids in the last layer. */
    private int ids;

    private final Function<String, List<String>> stored;

    /** Stored ids up to this one have been added. */
    private String learnt = "";

    private boolean learning;
    private boolean complete;

    /**
     * @param learning whether to look up the ids that are stored; if not, any id may have been used
     * @param layerIds of each layer
     * @param stored some of the ids that are stored, from the one that follows; none at the end
     */
    KnownIds(boolean learning, int layerIds, Function<String, List<String>> stored) {
        this.learning = learning;
        this.layerIds = layerIds;
        this.shape = Shape.fromNP(layerIds, .01);
        this.stored = stored;
    }

    void add(String id) {
        Hasher hasher = hasher(id);
        synchronized (layers) {
            if (isGivenUp() || contains(hasher)) {
                return;
            }
            if (layers.isEmpty() || ids == layerIds) {
                if (layers.size() == MOST_LAYERS) {
                    giveUp();
                    return;
                }
                layers.add(new SimpleBloomFilter(shape));
                ids = 0;
            }
            layers.getLast().merge(hasher);
            ids++;
        }
    }

    /** Adds some more of those that were stored before, while it {@link #isLearning}. By one thread at a time. */
    void learn() {
        List<String> some = stored.apply(learnt);
        some.forEach(this::add);
        if (!some.isEmpty()) {
            learnt = some.getLast();
            return;
        }
        synchronized (layers) {
            complete = learning;
            learning = false;
        }
    }

    /** From now on any id may have been used. */
    void giveUp() {
        synchronized (layers) {
            learning = false;
            complete = false;
            layers.clear();
        }
    }

    private boolean isGivenUp() {
        return !learning && !complete;
    }

    /** Whether there may be more that were stored before. */
    boolean isLearning() {
        synchronized (layers) {
            return learning;
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
            return !complete || contains(hasher);
        }
    }

    private boolean contains(Hasher hasher) {
        return layers.stream().anyMatch(layer -> layer.contains(hasher));
    }

    /** By SHA-256, so that ids that are alike collide no more than others do. */
    private static Hasher hasher(String id) {
        return new EnhancedDoubleHasher(Primitives.sha256().digest(id.getBytes(StandardCharsets.UTF_8)));
    }
}
