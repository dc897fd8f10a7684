package org.tallystick.node.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.rest.NodeService.ScoreResult;

/** Slow clients, slow nodes, failures, crowds, and the end of the server. */
final class PatienceTest {
    private static final Logger LOG = LoggerFactory.getLogger(PatienceTest.class);
    private static final String SCORE = "{\"model\": \"sme\", \"purpose\": \"loan\", \"subject\": \"S1\"}";
    private static final String HEAD = "Host: localhost\r\nAuthorization: Bearer " + LiveServer.TOKEN + "\r\n";
    private static final Duration SHORT = Duration.ofMillis(1500);
    private static final Duration LONG = Duration.ofSeconds(60);

    private static LiveServer live(Duration request, Duration stall, Duration idle) {
        return new LiveServer(LiveServer.LIMITS, new RestSettings.Deadlines(request, stall, idle));
    }

    private static void write(SSLSocket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private static String all(SSLSocket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void aBodyThatDoesNotArriveIsGivenUp() throws IOException {
        try (LiveServer live = live(LONG, SHORT, LONG)) {
            for (String request : new String[] {"scores", "jobs"}) {
                try (SSLSocket socket = live.socket()) {
                    write(
                            socket,
                            "POST /v1/" + request + " HTTP/1.1\r\n" + HEAD
                                    + "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"model\": ");

                    String answer = all(socket);
                    assertTrue(answer.startsWith("HTTP/1.1 408"), answer);
                    assertTrue(answer.contains("\"code\":\"too_slow\""), answer);
                }
            }
        }
    }

    @Test
    void aBodyThatBreaksOffStartsNothing() throws Exception {
        try (LiveServer live = live(LONG, LONG, LONG)) {
            try (SSLSocket socket = live.socket()) {
                write(
                        socket,
                        "POST /v1/jobs HTTP/1.1\r\n" + HEAD
                                + "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n"
                                + "{\"model\": \"sme\", \"purpose\": \"loan\", \"subjects\": [\"S1\"");
            }
            awaitLine(
                    live,
                    "tally_rest_requests_seconds_count{method=\"POST\",role=\"bank\",route=\"/v1/jobs\",status=\"499\"}"
                            + " 1");
            awaitLine(live, "tally_rest_under_way{role=\"bank\"} 0.0");
            assertTrue(live.node.bank.jobs.isEmpty());
        }
    }

    private static void awaitLine(LiveServer live, String line) {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
        while (live.metrics.text().lines().noneMatch(line::equals)) {
            assertTrue(System.nanoTime() < end, () -> line + " never came\n" + live.metrics.text());
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    @Test
    void aConnectionWithoutARequestIsClosedHoweverItTrickles() throws Exception {
        try (LiveServer live = live(LONG, LONG, SHORT)) {
            try (SSLSocket silent = live.socket();
                    SSLSocket trickling = live.socket()) {
                write(trickling, "GET /v1/models HTTP/1.1\r\nX: ");
                Thread trickle = Thread.ofVirtual().start(() -> trickle(trickling));

                assertEquals("", all(silent));
                trickle.join();
            }
            assertEquals(200, live.get("/v1/models").statusCode());
        }
    }

    /** Writes byte by byte until the server hangs up. */
    private static void trickle(SSLSocket socket) {
        try {
            socket.setSoTimeout(20);
            while (true) {
                write(socket, "x");
                try {
                    if (socket.getInputStream().read() < 0) {
                        return;
                    }
                } catch (SocketTimeoutException e) {
                    LOG.trace("still open");
                }
            }
        } catch (IOException e) {
            // The server has hung up.
        }
    }

    @Test
    void aClientThatDoesNotReadIsLeft() throws Exception {
        AtomicBoolean closed = new AtomicBoolean();
        AtomicInteger made = new AtomicInteger();
        try (LiveServer live = live(SHORT, SHORT, SHORT)) {
            live.node.bank.results = job -> Optional.of(Stream.generate(() -> {
                        made.incrementAndGet();
                        return new ScoreResult("r", "S1", FakeNode.FakeBank.outcome("S1"));
                    })
                    .onClose(() -> closed.set(true)));
            try (SSLSocket socket = live.socket()) {
                write(socket, "GET /v1/jobs/j/results HTTP/1.1\r\n" + HEAD + "\r\n");
                awaitLine(
                        live,
                        "tally_rest_requests_seconds_count"
                                + "{method=\"GET\",role=\"bank\",route=\"/v1/jobs/{id}/results\",status=\"499\"} 1");
                awaitLine(live, "tally_rest_under_way{role=\"bank\"} 0.0");
            }
            assertTrue(closed.get());
            assertTrue(made.get() < 1_000_000, "rows made for a client that reads none: " + made);
        }
    }

    @Test
    void aSlowNodeEndsInATimeOut() {
        CountDownLatch done = new CountDownLatch(1);
        try (LiveServer live = live(SHORT, LONG, LONG)) {
            live.node.bank.score = requests -> {
                await(done);
                return requests.stream().map(FakeNode.FakeBank::result).toList();
            };

            HttpResponse<String> response = live.post("/v1/scores", SCORE);
            done.countDown();

            assertEquals(504, response.statusCode(), response.body());
            assertTrue(response.body().contains("timed_out"), response.body());
            assertEquals(200, live.get("/v1/models").statusCode());
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(3, TimeUnit.MINUTES));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void tooManyAtOnceAreToldToComeBack() throws Exception {
        CountDownLatch busy = new CountDownLatch(2);
        CountDownLatch done = new CountDownLatch(1);
        RestSettings.Limits two = new RestSettings.Limits(64 << 10, 1 << 20, 1000, 2, 64);
        try (LiveServer live = new LiveServer(two, new RestSettings.Deadlines(LONG, LONG, LONG))) {
            live.node.bank.score = requests -> {
                busy.countDown();
                await(done);
                return requests.stream().map(FakeNode.FakeBank::result).toList();
            };
            CompletableFuture<HttpResponse<String>> first =
                    CompletableFuture.supplyAsync(() -> live.post("/v1/scores", SCORE));
            CompletableFuture<HttpResponse<String>> second =
                    CompletableFuture.supplyAsync(() -> live.post("/v1/scores", SCORE));
            await(busy);

            HttpResponse<String> third = live.post("/v1/scores", SCORE);
            done.countDown();

            assertEquals(503, third.statusCode());
            assertTrue(third.body().contains("\"busy\""), third.body());
            assertEquals("1", third.headers().firstValue("Retry-After").orElse(""));
            assertEquals(200, first.get().statusCode());
            assertEquals(200, second.get().statusCode());
        }
    }

    @Test
    void aFailureTellsAnIdAndNothingElse() {
        try (LiveServer live = live(LONG, LONG, LONG)) {
            live.node.bank.score = requests -> {
                throw new IllegalStateException("share 0x5ec2e7 of subject S1 at /var/lib/keys");
            };

            HttpResponse<String> response = live.post("/v1/scores", SCORE);

            assertEquals(500, response.statusCode());
            assertFalse(response.body().matches("(?s).*(0x5ec2e7|S1|/var/lib|IllegalState).*"), response.body());
            assertTrue(
                    LiveServer.json(response).at("/details/id").textValue().matches("[0-9a-f]{16}"), response.body());
        }
    }

    @Test
    void theCauseOfAProblemIsNotTold() {
        try (LiveServer live = live(LONG, LONG, LONG)) {
            live.node.bank.score = requests -> {
                throw new ServiceFailure(Problem.storageUnavailable(), new IllegalStateException("secret 0x5ec2e7"));
            };

            HttpResponse<String> response = live.post("/v1/scores", SCORE);

            assertEquals(503, response.statusCode());
            assertTrue(response.body().contains("storage_unavailable"), response.body());
            assertFalse(response.body().contains("0x5ec2e7"), response.body());
        }
    }

    @Test
    void stoppingFinishesWhatIsUnderWay() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (LiveServer live = live(LONG, LONG, LONG);
                HttpClient client = live.client(HttpClient.Version.HTTP_1_1)) {
            live.node.bank.score = requests -> {
                begun.countDown();
                await(go);
                return requests.stream().map(FakeNode.FakeBank::result).toList();
            };
            CompletableFuture<HttpResponse<String>> http2 =
                    CompletableFuture.supplyAsync(() -> live.post("/v1/scores", SCORE));
            await(begun);
            int port = live.server.port();
            Thread stopping = Thread.ofVirtual().start(() -> live.server.stop(Duration.ofSeconds(20)));
            awaitRefusal(live, client);
            go.countDown();

            assertEquals(200, http2.get(3, TimeUnit.MINUTES).statusCode());
            assertTrue(stopping.join(Duration.ofMinutes(3)));
            assertThrows(IOException.class, () -> new Socket(InetAddress.getLoopbackAddress(), port).close());
        }
    }

    /** Until no new connection is taken. */
    private static void awaitRefusal(LiveServer live, HttpClient client) {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
        while (System.nanoTime() < end) {
            try {
                LiveServer.send(client, live.open("/health"));
            } catch (java.io.UncheckedIOException e) {
                return;
            }
        }
        throw new AssertionError("the server goes on taking connections");
    }

    @Test
    void stoppingIsBounded() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        try (LiveServer live = live(LONG, LONG, LONG)) {
            live.node.bank.score = requests -> {
                begun.countDown();
                await(never);
                return requests.stream().map(FakeNode.FakeBank::result).toList();
            };
            CompletableFuture<HttpResponse<String>> answer =
                    CompletableFuture.supplyAsync(() -> live.post("/v1/scores", SCORE));
            await(begun);

            live.server.stop(SHORT);
            never.countDown();

            assertThrows(java.util.concurrent.ExecutionException.class, answer::get);
        }
    }

    @Test
    void aPortInUseIsSaid() {
        try (LiveServer live = live(LONG, LONG, LONG)) {
            RestSettings same = new RestSettings(
                    "127.0.0.1",
                    live.server.port(),
                    live.settings.certificate(),
                    live.settings.tokenHash(),
                    LiveServer.LIMITS,
                    LiveServer.RATES,
                    LiveServer.DEADLINES);
            io.vertx.core.Vertx vertx = io.vertx.core.Vertx.vertx();

            NodeFailure failure = assertThrows(
                    NodeFailure.class, () -> RestServer.start(vertx, same, live.node, live.access, live.metrics));

            vertx.close().toCompletionStage().toCompletableFuture().join();
            assertTrue(failure.problem().contains("127.0.0.1:" + live.server.port()), failure.problem());
            assertTrue(failure.remedy().contains("free the port"), failure.remedy());
        }
    }
}
