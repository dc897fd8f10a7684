package org.tallystick.node.rest;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;

/**
 * The open connections. One without a request for too long is closed, however slowly its next request's head trickles
 * in; one too many is closed at once. Used on the server's event loop alone.
 */
final class Connections {
    private static final Duration LINGER = Duration.ofMillis(200);

    private final Vertx vertx;
    private final int most;
    private final long idleNanos;
    private final Map<HttpConnection, State> open = new HashMap<>();
    private final Promise<Void> drained = Promise.promise();
    private boolean draining;

    private static final class State {
        private int requests;
        private long idleSince = System.nanoTime();
    }

    Connections(Vertx vertx, int most, Duration idle) {
        this.vertx = vertx;
        this.most = most;
        this.idleNanos = idle.toNanos();
    }

    void opened(HttpConnection connection) {
        if (draining || open.size() >= most) {
            connection.close();
            return;
        }
        open.put(connection, new State());
        connection.closeHandler(v -> {
            open.remove(connection);
            tellDrained();
        });
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
            if (draining) {
                vertx.setTimer(LINGER.toMillis(), id -> closeIfIdle(connection, state));
            }
        }
    }

    /**
     * Takes no more connections and closes those without a request, the others soon after their last answer: a client
     * that sees the end of a connection before it has read an answer takes the answer for lost.
     *
     * @return done when no connection is left
     */
    Future<Void> drain() {
        draining = true;
        // Closing may take a connection from the map at once.
        new ArrayList<>(open.entrySet()).forEach(each -> closeIfIdle(each.getKey(), each.getValue()));
        tellDrained();
        return drained.future();
    }

    private static void closeIfIdle(HttpConnection connection, State state) {
        if (state.requests == 0) {
            connection.close();
        }
    }

    private void tellDrained() {
        if (draining && open.isEmpty()) {
            drained.tryComplete();
        }
    }

    boolean draining() {
        return draining;
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
