package org.tallystick.net;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Keeps a copy of all one party sends and receives: for secrecy tests and for showing a run to people. */
public final class RecordingMesh extends ObservedMesh {
    private final List<Entry> entries = Collections.synchronizedList(new ArrayList<>());

    /** One message, in the order in which this party sent or received it. */
    public record Entry(boolean sent, int peer, byte[] message) {
        @Override
        public String toString() {
            return (sent ? "to " : "from ") + peer + ": " + message.length + " bytes";
        }
    }

    public RecordingMesh(Mesh inner) {
        super(inner);
    }

    public List<Entry> entries() {
        synchronized (entries) {
            return List.copyOf(entries);
        }
    }

    @Override
    protected void sending(int peer, byte[] message) {
        entries.add(new Entry(true, peer, message.clone()));
    }

    @Override
    protected void received(int peer, byte[] message) {
        entries.add(new Entry(false, peer, message.clone()));
    }
}
