package org.tallystick.node.transport;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.tallystick.net.ProtocolAbort;

/**
 * The runs of this node: those that are open, those that peers have begun before this node, and those lately closed.
 * The event loop hands frames in; a lock, never held while waiting, orders that against opening and closing.
 */
final class Sessions {
    /** Closed runs remembered, so that what comes late for them is dropped and their id is not taken again. */
    private static final int REMEMBERED = 1 << 14;

    private final int self;
    private final TransportConfig.Limits limits;
    private final Counters counters;
    private final Executor eventLoop;
    private final Gate[] gates;
    private final HeldData[] held = new HeldData[TransportConfig.PARTIES];
    private final ConcurrentHashMap<SessionId, SessionMesh> open = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<SessionId> closed = new LinkedHashSet<>();
    private Optional<EpochId> epoch = Optional.empty();

    Sessions(TransportConfig config, Counters counters, Executor eventLoop, Gate[] gates) {
        this.self = config.self();
        this.limits = config.limits();
        this.counters = counters;
        this.eventLoop = eventLoop;
        this.gates = gates.clone();
        for (int peer = 0; peer < held.length; peer++) {
            held[peer] = new HeldData(limits, config.timing().held());
        }
    }

    int self() {
        return self;
    }

    TransportConfig.Limits limits() {
        return limits;
    }

    Gate gate(int peer) {
        return gates[peer];
    }

    void execute(Runnable task) {
        eventLoop.execute(task);
    }

    /** Opens a run of the live epoch and hands it what peers have sent ahead. */
    SessionMesh open(SessionId id, EpochId of, Duration deadline) {
        lock.lock();
        try {
            if (!epoch.equals(Optional.of(of))) {
                throw new ProtocolAbort(
                        ProtocolAbort.Reason.PEER_LOST, "the connection epoch " + of + " is over, or not live yet");
            }
            if (open.containsKey(id) || closed.contains(id)) {
                throw new IllegalStateException("session " + id + " has been opened before");
            }
            SessionMesh mesh = new SessionMesh(this, id, deadline);
            for (int peer = 0; peer < held.length; peer++) {
                if (peer != self) {
                    held[peer].release(id, mesh, peer);
                }
            }
            open.put(id, mesh);
            return mesh;
        } finally {
            lock.unlock();
        }
    }

    /** A piece of a message. Event loop. */
    void data(int peer, SessionId id, int number, boolean last, byte[] payload) {
        SessionMesh mesh = open.get(id);
        if (mesh == null) {
            lock.lock();
            try {
                mesh = open.get(id);
                if (mesh == null) {
                    if (!closed.contains(id) && !held[peer].add(id, number, last, payload)) {
                        counters.rejected(Rejection.FLOOD);
                    }
                    return;
                }
            } finally {
                lock.unlock();
            }
        }
        mesh.channel(peer).arrived(number, last, payload);
    }

    /** A peer has stopped a run. Event loop. */
    void stopped(int peer, SessionId id) {
        lock.lock();
        try {
            SessionMesh mesh = open.get(id);
            if (mesh != null) {
                mesh.end(ProtocolAbort.Reason.PEER_STOPPED, "another party stopped the run");
            } else if (!closed.contains(id)) {
                held[peer].stop(id);
            }
        } finally {
            lock.unlock();
        }
    }

    /** This node stops a run; nothing of it is sent or received any more. */
    void stop(SessionId id) {
        SessionMesh mesh = open.get(id);
        if (mesh != null) {
            mesh.end(ProtocolAbort.Reason.STOPPED, "this party stopped the run");
        }
    }

    void closed(SessionMesh mesh) {
        lock.lock();
        try {
            if (open.remove(mesh.id(), mesh)) {
                closed.add(mesh.id());
                if (closed.size() > REMEMBERED) {
                    closed.remove(closed.iterator().next());
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** A run's peers have sent it more than it may leave unread. */
    void flooded(SessionMesh mesh) {
        counters.rejected(Rejection.FLOOD);
        mesh.end(
                ProtocolAbort.Reason.MALFORMED,
                "peers sent more than the " + limits.session() + " bytes that may wait unread");
    }

    void epochLive(EpochId id) {
        lock.lock();
        try {
            epoch = Optional.of(id);
        } finally {
            lock.unlock();
        }
    }

    /** Ends every run: when this returns none can send any more. */
    void epochEnded(ProtocolAbort.Reason reason, String message) {
        List<SessionMesh> ending;
        lock.lock();
        try {
            epoch = Optional.empty();
            ending = new ArrayList<>(open.values());
            for (HeldData data : held) {
                data.clear();
            }
        } finally {
            lock.unlock();
        }
        ending.forEach(mesh -> mesh.end(reason, message));
    }

    /** Runs that are open. */
    int count() {
        return open.size();
    }

    long unsentBytes() {
        return open.values().stream().mapToLong(SessionMesh::unsent).sum();
    }

    /** Keeps the deadlines. Event loop. */
    void tick(long now) {
        open.values().forEach(mesh -> mesh.tick(now));
        lock.lock();
        try {
            for (HeldData data : held) {
                data.expire(now);
            }
        } finally {
            lock.unlock();
        }
    }
}
