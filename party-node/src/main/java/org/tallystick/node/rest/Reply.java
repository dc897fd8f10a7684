package org.tallystick.node.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What a handler answers. */
sealed interface Reply {
    /** A response as a whole. */
    record Whole(int status, String mediaType, Map<String, String> headers, byte[] body) implements Reply {}

    /** A response of any length, written as slowly as the client takes it. */
    record Stream(String mediaType, Writer writer) implements Reply {}

    /** Writes a stream; runs on the virtual thread of the request. */
    interface Writer {
        void write(OutputStream out) throws IOException;
    }

    static Reply json(int status, JsonNode body) {
        return new Whole(status, "application/json", Map.of(), Json.bytes(body));
    }

    static Reply text(String mediaType, String body) {
        return new Whole(200, mediaType, Map.of(), body.getBytes(StandardCharsets.UTF_8));
    }

    static Reply problem(Problem problem) {
        Map<String, String> headers = switch (problem.code()) {
            case UNAUTHORIZED -> Map.of("WWW-Authenticate", "Bearer");
            case RATE_LIMITED -> Map.of("Retry-After", "" + problem.details().getOrDefault("retryAfter", 1L));
            case BUSY, NOT_READY, RUN_ABORTED -> Map.of("Retry-After", "1");
            default -> Map.of();
        };
        return new Whole(
                problem.code().status(), "application/problem+json", headers, Json.bytes(Json.problem(problem)));
    }
}
