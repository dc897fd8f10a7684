package org.tallystick.node.rest;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.access.Access;
import org.tallystick.node.console.ConsoleFiles;
import org.tallystick.node.metrics.Metrics;

/**
 * A node's REST interface: HTTPS by TLS 1.3, HTTP/1.1 and HTTP/2, as {@code openapi.yaml} describes it. Requests are
 * read on an event loop and handled on virtual threads.
 */
public final class RestServer {
    private static final Logger LOG = LoggerFactory.getLogger(RestServer.class);
    private static final int MAX_LINE = 4096;
    private static final int MAX_HEAD = 16 << 10;
    private static final int MAX_STREAMS = 256;
    private static final Duration START = Duration.ofSeconds(30);
    private static final Duration CLOSE = Duration.ofSeconds(5);
    private static final Duration SWEEP = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final Listener listener;
    private final AtomicBoolean stopping;

    private RestServer(Vertx vertx, Listener listener, AtomicBoolean stopping) {
        this.vertx = vertx;
        this.listener = listener;
        this.stopping = stopping;
    }

    /**
     * Listens; blocks until it does.
     *
     * @throws NodeFailure when it cannot, for example because the port is in use
     */
    public static RestServer start(
            Vertx vertx, RestSettings settings, NodeService service, Access access, Metrics metrics) {
        AtomicBoolean stopping = new AtomicBoolean();
        Connections connections = new Connections(
                vertx, settings.limits().connections(), settings.deadlines().idle());
        Desk desk = new Desk(
                vertx,
                settings,
                new Gatekeeper(access, settings.rates(), service.role()),
                connections,
                metrics,
                new AtomicInteger());
        metrics.gauge("tally_rest_under_way", "REST requests under way", Map.of(), desk.underWay()::get);
        List<Route> routes = new ArrayList<>(routes(settings, service, access, metrics, stopping));
        routes.addAll(new ConsoleRoutes(ConsoleFiles.load()).routes());
        Listener listener = new Listener(desk, List.copyOf(routes));
        String where = settings.host() + ":" + settings.port();
        try {
            await(vertx.deployVerticle(listener), START);
        } catch (ExecutionException | TimeoutException e) {
            throw new NodeFailure(
                    "the REST interface cannot listen at " + where + ": "
                            + (e.getCause() == null ? "no answer" : e.getCause().getMessage()),
                    "free the port, or name another address in rest.listen; check the certificate and its key",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NodeFailure("interrupted while starting to listen at " + where, "start again", e);
        }
        return new RestServer(vertx, listener, stopping);
    }

    /** The server on one event loop, where its connections are counted and swept too. */
    private static final class Listener extends VerticleBase {
        private final Desk desk;
        private final List<Route> routes;
        private HttpServer server;

        Listener(Desk desk, List<Route> routes) {
            this.desk = desk;
            this.routes = routes;
        }

        @Override
        public Future<?> start() {
            vertx.setPeriodic(SWEEP.toMillis(), id -> desk.connections().sweep());
            server = vertx.createHttpServer(options(desk.settings()))
                    .connectionHandler(desk.connections()::opened)
                    .invalidRequestHandler(request -> invalid(desk, request))
                    .exceptionHandler(e ->
                            LOG.debug("a connection failed: {}", e.getClass().getSimpleName()))
                    .requestHandler(router(desk, routes));
            return server.listen();
        }

        Future<Void> drain() {
            Promise<Void> drained = Promise.promise();
            context.runOnContext(v -> desk.connections().drain().onComplete(drained));
            return drained.future();
        }
    }

    private static <T> T await(Future<T> future, Duration time)
            throws ExecutionException, TimeoutException, InterruptedException {
        return future.toCompletionStage().toCompletableFuture().get(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The operations of the interface; tests compare them with the description. */
    static List<Route> routes(
            RestSettings settings, NodeService service, Access access, Metrics metrics, AtomicBoolean stopping) {
        ApiDescription api = ApiDescription.load();
        List<Route> routes = new ArrayList<>();
        routes.addAll(new BankRoutes(service, api, settings.limits().jobRows()).routes());
        routes.addAll(new AgencyRoutes(service, api).routes());
        routes.addAll(new GovernanceRoutes(service.governance(), api).routes());
        routes.addAll(new ReceiptRoutes(service, api).routes());
        routes.addAll(new NodeRoutes(service, metrics, api, stopping::get).routes());
        routes.addAll(new AccessRoutes(access, api, service.role()).routes());
        routes.addAll(new SsoRoutes(access, service.role()).routes());
        return List.copyOf(routes);
    }

    private static Router router(Desk desk, List<Route> routes) {
        Router router = Router.router(desk.vertx());
        for (Route route : routes) {
            String path = route.path().replaceAll("\\{([a-z]+)}", ":$1");
            router.route(route.method(), path)
                    .handler(context -> Exchange.begin(
                            desk, route, context.request(), context.pathParams(), context.queryParams()));
        }
        router.errorHandler(
                404,
                context -> Exchange.refuse(
                        desk,
                        context.request(),
                        Problem.of(
                                Problem.Code.NOT_FOUND,
                                "there is no resource at this path",
                                "GET /openapi.yaml lists what there is")));
        router.errorHandler(
                405,
                context -> Exchange.refuse(
                        desk,
                        context.request(),
                        Problem.of(
                                Problem.Code.METHOD_NOT_ALLOWED,
                                "this resource does not know that method",
                                "GET /openapi.yaml lists what there is")));
        for (int status : new int[] {400, 500}) {
            router.errorHandler(status, context -> invalid(desk, context.request()));
        }
        return router;
    }

    private static void invalid(Desk desk, HttpServerRequest request) {
        Exchange.refuse(
                desk,
                request,
                Problem.of(
                        Problem.Code.INVALID_REQUEST,
                        "the request's line or headers are not valid, or too long",
                        "send HTTP/1.1 or HTTP/2 with a head of at most " + MAX_HEAD + " bytes"));
    }

    private static HttpServerOptions options(RestSettings settings) {
        HttpServerOptions options = new HttpServerOptions();
        options.setHost(settings.host())
                .setPort(settings.port())
                .setSsl(true)
                .setUseAlpn(true)
                .setKeyCertOptions(settings.certificate())
                .setSslEngineOptions(
                        OpenSSLEngineOptions.isAvailable() ? new OpenSSLEngineOptions() : new JdkSSLEngineOptions())
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                .setSslHandshakeTimeout(10)
                .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS)
                .setTcpNoDelay(true)
                .setAcceptBacklog(1024);
        // Behind the sweep of connections, which waits for what is written to be taken, this closes in any case what
        // has
        // not moved for longer than anything may take.
        Duration still = settings.deadlines().idle().plus(settings.deadlines().request());
        options.setIdleTimeout((int) still.toMillis()).setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
        options.setMaxInitialLineLength(MAX_LINE)
                .setMaxHeaderSize(MAX_HEAD)
                .setMaxChunkSize(64 << 10)
                .setDecompressionSupported(false)
                .setCompressionSupported(false)
                .setInitialSettings(
                        new Http2Settings().setMaxConcurrentStreams(MAX_STREAMS).setMaxHeaderListSize(MAX_HEAD));
        return options;
    }

    /** Shows another certificate from the next connection on; those there are stay. */
    public void renew(KeyCertOptions certificate) throws IOException {
        HttpServerOptions renewed = options(listener.desk.settings()).setKeyCertOptions(certificate);
        try {
            await(listener.server.updateSSLOptions(renewed.getSslOptions(), true), START);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the REST interface cannot use the certificate or its key", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the certificate was renewed", e);
        }
    }

    /** The port it listens at. */
    public int port() {
        return listener.server.actualPort();
    }

    /** Takes no more connections, lets requests under way finish, for at most {@code time}, and closes; once. */
    public void stop(Duration time) {
        if (!stopping.compareAndSet(false, true)) {
            return;
        }
        try {
            drain(time);
            await(listener.server.close(), CLOSE);
            await(vertx.undeploy(listener.deploymentID()), CLOSE);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("the REST interface did not close cleanly", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void drain(Duration time) throws ExecutionException, InterruptedException {
        try {
            await(listener.drain(), time);
        } catch (TimeoutException e) {
            LOG.info("the REST interface closes with requests under way: the time to finish them is over");
        }
    }
}
