package org.tallystick.node.rest;

import io.vertx.core.http.HttpMethod;
import java.util.Set;
import org.tallystick.node.access.AccessRole;

/**
 * One operation of the interface.
 *
 * @param path as in the description, parameters in braces
 * @param callers who may call it: nobody with fewer than all roles until {@link #by} says so
 */
record Route(HttpMethod method, String path, Callers callers, BodyKind body, Handler handler) {
    /** Answers a call; blocks, on a virtual thread of its own. */
    interface Handler {
        /** @throws ServiceFailure for what the caller is to be told */
        Reply handle(Call call);
    }

    /** What a request brings. */
    enum BodyKind {
        NONE,
        /** A JSON document, read whole. */
        JSON,
        /** A stream, read by the handler. */
        STREAM
    }

    private static final Callers NOBODY = new Callers.Having(Set.of());

    static Route get(String path, Handler handler) {
        return new Route(HttpMethod.GET, path, NOBODY, BodyKind.NONE, handler);
    }

    static Route open(String path, Handler handler) {
        return new Route(HttpMethod.GET, path, new Callers.Everyone(), BodyKind.NONE, handler);
    }

    static Route post(String path, Handler handler) {
        return new Route(HttpMethod.POST, path, NOBODY, BodyKind.JSON, handler);
    }

    /** One whose path says all. */
    static Route act(String path, Handler handler) {
        return new Route(HttpMethod.POST, path, NOBODY, BodyKind.NONE, handler);
    }

    static Route delete(String path, Handler handler) {
        return new Route(HttpMethod.DELETE, path, NOBODY, BodyKind.NONE, handler);
    }

    static Route upload(String path, Handler handler) {
        return new Route(HttpMethod.POST, path, NOBODY, BodyKind.STREAM, handler);
    }

    /** This route for callers who have one of these roles. */
    Route by(AccessRole... roles) {
        return new Route(method, path, new Callers.Having(Set.of(roles)), body, handler);
    }

    /** This route for whoever shows a credential. */
    Route byAnyoneKnown() {
        return new Route(method, path, new Callers.Known(), body, handler);
    }

    /** This route for everybody. */
    Route byEveryone() {
        return new Route(method, path, new Callers.Everyone(), body, handler);
    }
}
