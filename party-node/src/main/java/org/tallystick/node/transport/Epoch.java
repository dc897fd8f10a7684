package org.tallystick.node.transport;

import java.util.Optional;
import org.tallystick.random.SharedSeed;

/**
 * A live connection epoch: all four nodes are connected and the holders of every seed this node knows have compared it.
 * Seed j is known to every party but j. The transport erases the seeds when the epoch ends, after it has ended every
 * run of the epoch.
 */
public final class Epoch {
    private final EpochId id;
    private final SharedSeed[] seeds;

    Epoch(EpochId id, SharedSeed[] seeds) {
        this.id = id;
        this.seeds = seeds.clone();
    }

    public EpochId id() {
        return id;
    }

    /** Seed j, the one that party j lacks; empty at party j itself. */
    public Optional<SharedSeed> seed(int j) {
        return Optional.ofNullable(seeds[j]);
    }

    /** All seeds in order, {@code null} at this party's own index. */
    public SharedSeed[] seeds() {
        return seeds.clone();
    }

    @Override
    public String toString() {
        return "Epoch[" + id + "]";
    }
}
