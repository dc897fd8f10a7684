package org.tallystick.node.rest;

import io.vertx.core.http.HttpMethod;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.tallystick.node.console.ConsoleFiles;
import org.tallystick.node.console.ConsoleFiles.ConsoleFile;

/** The console: one page at the root and the files that it loads. No part of the described interface. */
final class ConsoleRoutes {
    private static final Map<String, String> GUARDS = Map.of(
            "Content-Security-Policy", ConsoleFiles.POLICY,
            "Cross-Origin-Opener-Policy", "same-origin",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Referrer-Policy", "no-referrer",
            "Permissions-Policy", "camera=(), geolocation=(), microphone=()",
            "X-Frame-Options", "DENY");

    private final ConsoleFiles files;

    ConsoleRoutes(ConsoleFiles files) {
        this.files = files;
    }

    List<Route> routes() {
        return Stream.of(HttpMethod.GET, HttpMethod.HEAD)
                .flatMap(method -> Stream.of(
                        open(method, "/", call -> whole(200, files.page(), Map.of("Cache-Control", "no-store"))),
                        open(method, "/console/{file}", this::asset)))
                .toList();
    }

    private static Route open(HttpMethod method, String path, Route.Handler handler) {
        return new Route(method, path, new Callers.Everyone(), Route.BodyKind.NONE, handler);
    }

    private Reply asset(Call call) {
        ConsoleFile file = files.asset(call.path("file"))
                .orElseThrow(() -> new ServiceFailure(
                        Problem.of(Problem.Code.NOT_FOUND, "the console has no such file", "open / for the console")));
        // Kept by browsers and asked about each time: a new version is seen at once, an old one is not sent again.
        Map<String, String> headers = Map.of("Cache-Control", "no-cache", "ETag", file.tag());
        if (isKnown(file, call.headers().get("If-None-Match"))) {
            return whole(304, new ConsoleFile(file.mediaType(), file.tag(), new byte[0]), headers);
        }
        return whole(200, file, headers);
    }

    private static boolean isKnown(ConsoleFile file, String tags) {
        return tags != null
                && Arrays.stream(tags.split(","))
                        .map(String::strip)
                        .anyMatch(tag ->
                                tag.equals("*") || tag.replaceFirst("^W/", "").equals(file.tag()));
    }

    private static Reply whole(int status, ConsoleFile file, Map<String, String> more) {
        Map<String, String> headers = new HashMap<>(GUARDS);
        headers.putAll(more);
        return new Reply.Whole(status, file.mediaType(), Map.copyOf(headers), file.body());
    }
}
