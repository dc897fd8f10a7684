package org.tallystick.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.tallystick.node.config.NodeConfig;

/**
 * Callers of the bank's REST interface: each asks for one score under a request id of its own, waits for the answer,
 * and asks for the next, over a connection of its own that stays open (HTTP/1.1, TLS). They share the machine with the
 * nodes.
 */
final class RestLoad implements AutoCloseable {
    private static final int OK = 200;
    private static final int ERROR_BYTES = 500;

    private final Vertx vertx = Vertx.vertx();
    private final HttpClientAgent http;
    private final NodeConfig bank;
    private final String authorization;
    private final Served served;
    private final String name = "bench-" + Long.toHexString(System.nanoTime()) + "-";
    private final AtomicInteger asked = new AtomicInteger();

    RestLoad(Served served, int mostClients) throws java.io.IOException {
        this.served = served;
        bank = served.bank();
        authorization = "Bearer " + served.token();
        HttpClientOptions options = new HttpClientOptions()
                .setSsl(true)
                .setSslEngineOptions(
                        OpenSSLEngineOptions.isAvailable() ? new OpenSSLEngineOptions() : new JdkSSLEngineOptions())
                .setKeepAlive(true)
                .setTrustOptions(
                        new PemTrustOptions().addCertPath(bank.tls().authority().toString()));
        http = vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(mostClients));
    }

    /**
     * What so many clients have seen.
     *
     * @param latencies of the scores that were answered, in seconds
     * @param errors answers with another status, and requests without one
     * @param firstError the first of them, in words
     * @param seconds from the first request to the last answer
     */
    record Seen(double[] latencies, long errors, Optional<String> firstError, double seconds) {}

    /** @param body empty when all is well */
    private record Answer(int status, String body) {
        static Answer of(int status, Buffer body) {
            return new Answer(status, status == OK ? "" : body.getString(0, Math.min(body.length(), ERROR_BYTES)));
        }
    }

    /** Lets so many clients ask for so long; at least one score each. */
    Seen run(int clients, double seconds) throws InterruptedException {
        Callers callers = new Callers(System.nanoTime() + (long) (seconds * 1e9));
        long start = System.nanoTime();
        List<Future<Void>> running = new ArrayList<>();
        for (int client = 0; client < clients; client++) {
            running.add(callers.one());
        }
        try {
            Future.join(running).await((long) seconds + 60, TimeUnit.SECONDS);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException("the bank has not answered for a minute", e);
        }
        return callers.seen((System.nanoTime() - start) * 1e-9);
    }

    private final class Callers {
        private final long end;
        private final List<Double> latencies = new ArrayList<>();
        private final ReentrantLock lock = new ReentrantLock();
        private final LongAdder errors = new LongAdder();
        private final AtomicReference<String> firstError = new AtomicReference<>();

        Callers(long end) {
            this.end = end;
        }

        /** One request after the other until the time is up. */
        Future<Void> one() {
            Promise<Void> ended = Promise.promise();
            next(ended);
            return ended.future();
        }

        /** By callbacks: futures that wait for each other would be a chain as long as the run. */
        private void next(Promise<Void> ended) {
            int number = asked.getAndIncrement();
            Optional<String> body = served.request(name + number, number);
            if (body.isEmpty()) {
                ended.complete();
                return;
            }
            long start = System.nanoTime();
            ask(body.get()).onComplete(answer -> {
                if (answer.succeeded() && answer.result().status() == OK) {
                    add((System.nanoTime() - start) * 1e-9);
                } else {
                    errors.increment();
                    firstError.compareAndSet(
                            null,
                            answer.succeeded()
                                    ? answer.result().toString()
                                    : answer.cause().toString());
                }
                if (System.nanoTime() < end) {
                    next(ended);
                } else {
                    ended.complete();
                }
            });
        }

        private void add(double latency) {
            lock.lock();
            try {
                latencies.add(latency);
            } finally {
                lock.unlock();
            }
        }

        Seen seen(double seconds) {
            lock.lock();
            try {
                return new Seen(
                        latencies.stream().mapToDouble(latency -> latency).toArray(),
                        errors.sum(),
                        Optional.ofNullable(firstError.get()),
                        seconds);
            } finally {
                lock.unlock();
            }
        }
    }

    private Future<Answer> ask(String body) {
        return http.request(
                        HttpMethod.POST,
                        bank.rest().listen().port(),
                        bank.rest().listen().host(),
                        "/v1/scores")
                .compose(request -> send(request, body))
                .compose(response -> response.body().map(all -> Answer.of(response.statusCode(), all)));
    }

    private Future<HttpClientResponse> send(HttpClientRequest request, String body) {
        return request.putHeader(HttpHeaders.AUTHORIZATION, authorization)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .send(Buffer.buffer(body));
    }

    @Override
    public void close() {
        http.close().await();
        vertx.close().await();
    }
}
