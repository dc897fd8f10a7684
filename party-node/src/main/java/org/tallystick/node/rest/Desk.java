package org.tallystick.node.rest;

import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.tallystick.node.metrics.Metrics;

/** What all requests of a server share. */
record Desk(
        Vertx vertx,
        RestSettings settings,
        Gatekeeper gate,
        Connections connections,
        Metrics metrics,
        AtomicInteger underWay) {
    /** A place among the requests under way, to be left when done; empty when there are too many, or it stops. */
    Optional<Runnable> enter() {
        if (connections.draining()) {
            return Optional.empty();
        }
        if (underWay.incrementAndGet() > settings.limits().requests()) {
            underWay.decrementAndGet();
            return Optional.empty();
        }
        return Optional.of(underWay::decrementAndGet);
    }
}
