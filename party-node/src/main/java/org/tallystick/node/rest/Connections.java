package org.tallystick.node.rest;

import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The open connections. One without a request for too long is closed, however slowly its next request's head trickles
 * in; one too many is closed at once. Used on the server's event loop alone.
 */
final class Connections {
    private final int most;
    private final long idleNanos;
    private final Map<HttpConnection, State> open = new HashMap<>();

    private static final class State {
        private int requests;
        private long idleSince = System.nanoTime();
    }

    Connections(int most, Duration idle) {
        this.most = most;
        this.idleNanos = idle.toNanos();
    }

    void opened(HttpConnection connection) {
        if (open.size() >= most) {
            connection.close();
            return;
        }
        open.put(connection, new State());
        connection.closeHandler(v -> open.remove(connection));
    }

    void requestBegan(HttpConnection connection) {
        State state = open.get(connection);
        if (state != null) {
            state.requests++;
        }
    }

    void requestEnded(HttpConnection connection) {
        State state = open.get(connection);
        if (state != null) {
            state.requests--;
            state.idleSince = System.nanoTime();
        }
    }

    /** Closes what has been without a request for too long. */
    void sweep() {
        long now = System.nanoTime();
        open.entrySet().stream()
                .filter(each -> each.getValue().requests == 0 && now - each.getValue().idleSince > idleNanos)
                .map(Map.Entry::getKey)
                .toList()
                .forEach(HttpConnection::close);
    }

    int count() {
        return open.size();
    }
}
