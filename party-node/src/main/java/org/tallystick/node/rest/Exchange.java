package org.tallystick.node.rest;

import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.access.AccessFailure;
import org.tallystick.node.access.Caller;

/**
 * One request and its one response. All of it runs on the request's event loop but the handler, which has a virtual
 * thread of its own, and a streamed response, which is written from there.
 */
final class Exchange {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    /** How long the rest of a refused body is thrown away, so that its sender can read why. */
    private static final Duration LINGER = Duration.ofSeconds(2);

    /** Stands in the figures for a client that went before it was answered. */
    private static final int CLIENT_GONE = 499;

    private final Desk desk;
    private final Route route;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Map<String, String> path;
    private final MultiMap query;
    private final Context context;
    private final long began = System.nanoTime();
    private Optional<Caller> caller = Optional.empty();
    private boolean answered;
    private boolean over;
    private long deadline = -1;

    private Exchange(Desk desk, Route route, HttpServerRequest request, Map<String, String> path, MultiMap query) {
        this.desk = desk;
        this.route = route;
        this.request = request;
        this.response = request.response();
        this.path = path;
        this.query = query;
        this.context = desk.vertx().getOrCreateContext();
    }

    /** Answers a request of a route. */
    static void begin(Desk desk, Route route, HttpServerRequest request, Map<String, String> path, MultiMap query) {
        Exchange exchange = new Exchange(desk, route, request, path, query);
        exchange.watch();
        exchange.begin();
    }

    /** Answers a request that has no route. */
    static void refuse(Desk desk, HttpServerRequest request, Problem problem) {
        Route none = Route.open("none", call -> Reply.problem(problem));
        Exchange exchange = new Exchange(desk, none, request, Map.of(), MultiMap.caseInsensitiveMultiMap());
        exchange.watch();
        Optional<Problem> refusal =
                desk.gate().enter(new Callers.Known(), request).refusal();
        exchange.answer(Reply.problem(refusal.orElse(problem)));
    }

    private void watch() {
        desk.connections().requestBegan(request.connection());
        response.endHandler(v -> ended(response.getStatusCode()));
        response.closeHandler(v -> ended(response.ended() ? response.getStatusCode() : CLIENT_GONE));
        response.exceptionHandler(e -> LOG.debug("a response broke off"));
        request.exceptionHandler(e -> LOG.debug("a request broke off"));
    }

    private void ended(int status) {
        if (over) {
            return;
        }
        over = true;
        answered = true;
        desk.vertx().cancelTimer(deadline);
        desk.connections().requestEnded(request.connection());
        desk.metrics().request(route.method().name(), route.path(), status, System.nanoTime() - began);
    }

    private void begin() {
        Gatekeeper.Entry entry = desk.gate().enter(route.callers(), request);
        if (entry.refusal().isPresent()) {
            answer(Reply.problem(entry.refusal().get()));
            return;
        }
        caller = entry.caller();
        switch (route.body()) {
            case NONE -> run(new byte[0], Optional.empty());
            case JSON -> collect();
            case STREAM -> stream();
        }
    }

    private void collect() {
        int limit = desk.settings().limits().jsonBytes();
        Call head = call(new byte[0], Optional.empty());
        if (!head.mediaType("Content-Type").equals("application/json")) {
            answer(Reply.problem(unsupported("application/json")));
        } else if (declared() > limit) {
            answer(Reply.problem(RequestStream.tooLarge(limit)));
        } else {
            proceed();
            limitTo(desk.settings().deadlines().stall(), RequestStream.tooSlow());
            Buffer body = Buffer.buffer((int) Math.max(256, declared()));
            request.handler(piece -> {
                if (body.length() + piece.length() <= limit) {
                    body.appendBuffer(piece);
                } else {
                    answer(Reply.problem(RequestStream.tooLarge(limit)));
                }
            });
            request.endHandler(end -> {
                if (!answered) {
                    run(body.getBytes(), Optional.empty());
                }
            });
        }
    }

    private void stream() {
        long limit = desk.settings().limits().uploadBytes();
        if (declared() > limit) {
            answer(Reply.problem(RequestStream.tooLarge(limit)));
            return;
        }
        proceed();
        RequestStream body = RequestStream.of(
                context, request, limit, desk.settings().deadlines().stall());
        run(new byte[0], Optional.of(body));
    }

    /** The length the request declares, -1 when it declares none. */
    private long declared() {
        String length = request.getHeader("Content-Length");
        try {
            return length == null ? -1 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    private void proceed() {
        if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            response.writeContinue();
        }
    }

    /** Answers with the problem unless something else is answered in time. */
    private void limitTo(Duration time, Problem problem) {
        desk.vertx().cancelTimer(deadline);
        deadline = desk.vertx().setTimer(Math.max(1, time.toMillis()), id -> answer(Reply.problem(problem)));
    }

    private Call call(byte[] body, Optional<RequestStream> stream) {
        String authority =
                request.authority() == null ? "" : request.authority().toString();
        return new Call(path, query, request.headers(), caller, authority, body, stream);
    }

    private void run(byte[] body, Optional<RequestStream> stream) {
        Optional<Runnable> place = desk.enter();
        if (place.isEmpty()) {
            answer(Reply.problem(Problem.busy()));
            return;
        }
        if (stream.isEmpty()) {
            // The handler is not interrupted: an interrupt in the middle of a write would close the database's file.
            limitTo(
                    desk.settings().deadlines().request(),
                    Problem.of(
                            Problem.Code.TIMED_OUT,
                            "the node did not answer within "
                                    + desk.settings().deadlines().request().toSeconds() + " s",
                            "ask again; with the same requestId it is charged once"));
        } else {
            desk.vertx().cancelTimer(deadline);
        }
        Call call = call(body, stream);
        Thread.ofVirtual().name("rest").start(() -> handle(call, place.get()));
    }

    private void handle(Call call, Runnable leave) {
        try {
            Reply reply;
            try {
                reply = route.handler().handle(call);
            } catch (ServiceFailure e) {
                if (e.getCause() != null) {
                    LOG.warn("{} {}: {}", route.method(), route.path(), e.getMessage(), e.getCause());
                }
                reply = Reply.problem(e.problem());
            } catch (AccessFailure e) {
                reply = Reply.problem(AccessRoutes.problem(e));
            } catch (NodeFailure e) {
                LOG.error("{} {}: {}", route.method(), route.path(), e.getMessage());
                reply = Reply.problem(Problem.storageUnavailable());
            }
            switch (reply) {
                case Reply.Whole whole -> context.runOnContext(v -> answer(whole));
                case Reply.Stream stream -> send(stream);
            }
        } catch (Throwable e) {
            String id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
            LOG.error("{} {} failed, id {}", route.method(), route.path(), id, e);
            context.runOnContext(v -> answer(Reply.problem(internal(id))));
        } finally {
            leave.run();
        }
    }

    private void send(Reply.Stream stream) {
        ResponseStream out = new ResponseStream(
                context, response, desk.settings().deadlines().stall());
        context.runOnContext(v -> {
            desk.vertx().cancelTimer(deadline);
            if (!answered) {
                answered = true;
                head(200, stream.mediaType());
                response.setChunked(true);
            }
        });
        try {
            stream.writer().write(out);
            out.end();
        } catch (IOException e) {
            LOG.info("{} {} broke off: {}", route.method(), route.path(), e.getMessage());
            context.runOnContext(v -> breakOff());
        } catch (RuntimeException e) {
            LOG.error("{} {} broke off", route.method(), route.path(), e);
            context.runOnContext(v -> breakOff());
        }
    }

    /**
     * Ends the response so that the client sees that it is not complete. With HTTP/1.1 that closes the connection, once
     * what is written has been taken; one whose client takes nothing is left to the server's idle time-out.
     */
    private void breakOff() {
        response.reset();
    }

    private void answer(Reply reply) {
        if (answered || !(reply instanceof Reply.Whole whole)) {
            return;
        }
        answered = true;
        head(whole.status(), whole.mediaType());
        whole.headers().forEach(response::putHeader);
        boolean bodyLeft = !request.isEnded();
        if (bodyLeft) {
            discardBody();
        }
        if (request.method().equals(HttpMethod.HEAD)) {
            response.putHeader("Content-Length", "" + whole.body().length).end();
        } else {
            response.end(Buffer.buffer(whole.body()));
        }
    }

    private void head(int status, String mediaType) {
        response.setStatusCode(status)
                .putHeader("Content-Type", mediaType)
                .putHeader("Cache-Control", "no-store")
                .putHeader("X-Content-Type-Options", "nosniff");
    }

    private void discardBody() {
        request.handler(piece -> {});
        request.resume();
        long timer = desk.vertx().setTimer(LINGER.toMillis(), id -> {
            if (request.version() == HttpVersion.HTTP_2) {
                response.reset();
            } else {
                request.connection().close();
            }
        });
        request.endHandler(v -> desk.vertx().cancelTimer(timer));
    }

    private static Problem unsupported(String wanted) {
        return Problem.of(
                Problem.Code.UNSUPPORTED_MEDIA_TYPE, "the body is not declared as " + wanted, "send it as " + wanted);
    }

    private static Problem internal(String id) {
        return Problem.of(
                        Problem.Code.INTERNAL,
                        "an error that the node did not expect",
                        "look for " + id + " in the node's log, or give it to its operator")
                .with("id", id);
    }
}
