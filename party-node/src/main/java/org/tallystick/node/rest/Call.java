package org.tallystick.node.rest;

import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tallystick.node.access.Caller;
import org.tallystick.node.access.Principal;

/**
 * What a handler is told of a request. Nothing of it has been checked but the caller, the media type and the size.
 *
 * @param caller who calls; always there unless the route is open to everyone
 * @param authority the host and port that the request was sent to
 * @param body the whole body; empty unless the route takes JSON
 * @param stream the body as it arrives; present when the route takes a stream
 */
record Call(
        Map<String, String> path,
        MultiMap query,
        MultiMap headers,
        Optional<Caller> caller,
        String authority,
        byte[] body,
        Optional<RequestStream> stream) {
    /** Whether somebody known calls; always so unless the route is open to everyone. */
    boolean authorised() {
        return caller.isPresent();
    }

    /** Who calls a route that is not open to everyone. */
    Principal principal() {
        return caller.orElseThrow(() -> new IllegalStateException("an open route asks who calls"))
                .principal();
    }

    String path(String name) {
        return path.get(name);
    }

    /** A parameter of the query; {@code invalid_request} when it is there twice. */
    Optional<String> query(String name) {
        List<String> values = query.getAll(name);
        if (values.size() > 1) {
            throw new ServiceFailure(Problem.of(
                    Problem.Code.INVALID_REQUEST, "the parameter \"" + name + "\" is there twice", "give it once"));
        }
        return values.stream().findFirst();
    }

    /** Refuses parameters of the query other than these. */
    void knowsOnly(List<String> names) {
        for (String name : query.names()) {
            if (!names.contains(name)) {
                throw new ServiceFailure(Problem.of(
                        Problem.Code.INVALID_REQUEST,
                        "there is no parameter \"" + Json.shortened(name) + "\"",
                        names.isEmpty() ? "leave it out" : "the parameters are " + names));
            }
        }
    }

    /** The media type of a header without its parameters, in lower case; empty when there is no such header. */
    String mediaType(String header) {
        String value = headers.get(header);
        return value == null ? "" : value.split(";", 2)[0].strip().toLowerCase(java.util.Locale.ROOT);
    }

    @Override
    public String toString() {
        return "Call[" + path + "]";
    }
}
