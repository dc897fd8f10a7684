package org.tallystick.convert;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.tallystick.garble.Hashing;
import org.tallystick.garble.Labels;
import org.tallystick.garble.Offsets;
import org.tallystick.net.ProtocolAbort;

/**
 * A garbled function that waits for its inputs, at one party, for one use: labels for two inputs under one garbling
 * give both labels of a wire away. Made by {@link GarbledWorld#prepare}.
 */
public final class GarbledStock {
    /** What a garbler keeps. */
    record Made(Offsets offsets, Labels inputs, Labels outputs) {}

    /**
     * What the evaluator keeps.
     *
     * @param first number of the first row among those garbled under the key
     * @param commitments to labels; none where the way in has three inputs
     */
    record Received(byte[] key, int first, Hashing hashing, List<byte[]> tables, byte[] commitments) {}

    private final GarbledFunction function;
    private final Roles roles;
    private final int instances;
    private final byte[] context;
    private final Optional<Made> made;
    private final Optional<Received> received;
    private final AtomicBoolean used = new AtomicBoolean();

    GarbledStock(
            GarbledFunction function,
            Roles roles,
            int instances,
            byte[] context,
            Optional<Made> made,
            Optional<Received> received) {
        this.function = function;
        this.roles = roles;
        this.instances = instances;
        this.context = context;
        this.made = made;
        this.received = received;
    }

    public GarbledFunction function() {
        return function;
    }

    /** Who garbled it, and who evaluates. */
    public Roles roles() {
        return roles;
    }

    /** Rows that it computes, all in one run. */
    public int instances() {
        return instances;
    }

    /** Whether it has been used, in a run that ended well or not. */
    public boolean used() {
        return used.get();
    }

    /** Marks it as used. */
    void take() {
        if (!used.compareAndSet(false, true)) {
            throw new ProtocolAbort(
                    ProtocolAbort.Reason.STOPPED, "this stock has been used; a retry takes a new instance");
        }
    }

    byte[] context() {
        return context;
    }

    Made made() {
        return made.orElseThrow();
    }

    Received received() {
        return received.orElseThrow();
    }

    @Override
    public String toString() {
        return "GarbledStock[" + function + ", " + instances + " instances" + (used() ? ", used]" : "]");
    }
}
