package org.tallystick.node.session;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.tallystick.training.Prepared;
import org.tallystick.training.TrainingPlan;

/**
 * What this node keeps for trainings, durably and sealed: the state of those under way, by the proposal that began
 * them, and what it has made of its own columns and tells nobody.
 */
public interface TrainingStore {
    /** Writes a content. */
    @FunctionalInterface
    interface Content {
        void writeTo(DataOutputStream out) throws IOException;
    }

    /** Reads a content. */
    @FunctionalInterface
    interface Reader<T> {
        T readFrom(DataInputStream in) throws IOException;
    }

    /** Keeps a content of a training under a name; durable when this returns. */
    void put(Hash training, String name, Content content);

    /** What is kept under a name. */
    <T> Optional<T> get(Hash training, String name, Reader<T> reader);

    /** The names of what is kept of a training, ascending. */
    List<String> names(Hash training);

    /** The trainings of which anything is kept. */
    List<Hash> trainings();

    void remove(Hash training, String name);

    /** Forgets a training. */
    void clear(Hash training);

    /** Forgets all trainings. */
    void clearAll();

    /**
     * Keeps what this node has made of a column, durably.
     *
     * @param plan hash of the plan
     * @return the name it has from now on, a salted commitment to it
     */
    Hash keep(Hash plan, TrainingPlan.Column column, Prepared prepared);

    /** What this node keeps under a name, made of this column. */
    Optional<Prepared> kept(Hash name, String column);
}
