package org.tallystick.node.transport;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tallystick.net.ProtocolAbort;

/**
 * What one peer has sent for runs that this node has not opened yet: bounded in bytes, in number and in time, so that a
 * peer can exhaust its own share alone. Guarded by the lock of {@link Sessions}.
 */
final class HeldData {
    private static final int OVERHEAD = 64;

    private final TransportConfig.Limits limits;
    private final long keptNanos;
    private final Map<SessionId, Held> runs = new LinkedHashMap<>();
    private long bytes;

    HeldData(TransportConfig.Limits limits, Duration kept) {
        this.limits = limits;
        this.keptNanos = kept.toNanos();
    }

    private record Piece(int number, boolean last, byte[] payload) {}

    /** What is held for one run. */
    private static final class Held {
        private final long since = System.nanoTime();
        private final List<Piece> pieces = new ArrayList<>();
        private long bytes;
        private boolean stopped;
        private boolean overflowed;
    }

    /** Keeps a piece; false when the peer has used up its share, in which case the run will end when it opens. */
    boolean add(SessionId id, int number, boolean last, byte[] payload) {
        Held run = run(id);
        if (run.overflowed || run.stopped) {
            return true;
        }
        long cost = (long) payload.length + OVERHEAD;
        if (bytes + cost > limits.held()) {
            bytes -= run.bytes;
            run.bytes = 0;
            run.pieces.clear();
            run.overflowed = true;
            return false;
        }
        run.pieces.add(new Piece(number, last, payload));
        run.bytes += cost;
        bytes += cost;
        return true;
    }

    void stop(SessionId id) {
        run(id).stopped = true;
    }

    /** Hands what is held for a run to its mesh. */
    void release(SessionId id, SessionMesh mesh, int peer) {
        Held run = runs.remove(id);
        if (run == null) {
            return;
        }
        bytes -= run.bytes;
        if (run.stopped) {
            mesh.end(ProtocolAbort.Reason.PEER_STOPPED, "another party stopped the run");
        } else if (run.overflowed) {
            mesh.end(
                    ProtocolAbort.Reason.MALFORMED,
                    "a peer sent more than the " + limits.held() + " bytes that may wait for a run to open");
        }
        for (Piece piece : run.pieces) {
            mesh.channel(peer).arrived(piece.number, piece.last, piece.payload);
        }
    }

    void expire(long now) {
        Iterator<Held> oldest = runs.values().iterator();
        while (oldest.hasNext()) {
            Held run = oldest.next();
            if (now - run.since < keptNanos) {
                return;
            }
            bytes -= run.bytes;
            oldest.remove();
        }
    }

    void clear() {
        runs.clear();
        bytes = 0;
    }

    private Held run(SessionId id) {
        Held run = runs.get(id);
        if (run == null) {
            if (runs.size() >= limits.heldSessions()) {
                SessionId oldest = runs.keySet().iterator().next();
                bytes -= runs.remove(oldest).bytes;
            }
            run = new Held();
            runs.put(id, run);
        }
        return run;
    }
}
