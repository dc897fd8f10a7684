package org.tallystick.node.rest;

import io.vertx.core.http.HttpMethod;

/**
 * One operation of the interface.
 *
 * @param path as in the description, parameters in braces
 * @param open whether it answers callers without a token
 */
record Route(HttpMethod method, String path, boolean open, BodyKind body, Handler handler) {
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

    static Route get(String path, Handler handler) {
        return new Route(HttpMethod.GET, path, false, BodyKind.NONE, handler);
    }

    static Route open(String path, Handler handler) {
        return new Route(HttpMethod.GET, path, true, BodyKind.NONE, handler);
    }

    static Route post(String path, Handler handler) {
        return new Route(HttpMethod.POST, path, false, BodyKind.JSON, handler);
    }

    /** One whose path says all. */
    static Route act(String path, Handler handler) {
        return new Route(HttpMethod.POST, path, false, BodyKind.NONE, handler);
    }

    static Route upload(String path, Handler handler) {
        return new Route(HttpMethod.POST, path, false, BodyKind.STREAM, handler);
    }
}
