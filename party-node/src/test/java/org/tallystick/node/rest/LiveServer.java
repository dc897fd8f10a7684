package org.tallystick.node.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.tallystick.node.access.Access;
import org.tallystick.node.access.Sso;
import org.tallystick.node.access.TestAccess;
import org.tallystick.node.access.TestClock;
import org.tallystick.node.certs.DevelopmentAuthority;
import org.tallystick.node.metrics.Metrics;
import org.tallystick.node.storage.AccessRecords;
import org.tallystick.node.storage.StateDatabase;

/** A server over real HTTPS with a node that answers from memory, and a client that trusts it. */
final class LiveServer implements AutoCloseable {
    static final String TOKEN = "0123456789abcdef-token";
    static final RestSettings.Limits LIMITS = new RestSettings.Limits(64 << 10, 2 << 20, 50_000, 64, 64);
    static final RestSettings.Rates RATES = new RestSettings.Rates(10_000, 10_000);
    static final RestSettings.Deadlines DEADLINES =
            new RestSettings.Deadlines(Duration.ofSeconds(20), Duration.ofSeconds(10), Duration.ofSeconds(30));

    final FakeNode node = new FakeNode();
    final Metrics metrics = new Metrics("bank");
    final ApiDescription api = ApiDescription.load();
    final SSLContext trust;
    final RestSettings settings;
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client;
    final RestServer server;
    final StateDatabase state;
    private final Path folder;
    final Access access;
    final TestClock clock;

    LiveServer() {
        this(LIMITS, DEADLINES);
    }

    LiveServer(RestSettings.Limits limits, RestSettings.Deadlines deadlines) {
        this(limits, RATES, deadlines);
    }

    LiveServer(RestSettings.Limits limits, RestSettings.Rates rates, RestSettings.Deadlines deadlines) {
        this(limits, rates, deadlines, new TestClock(), Optional.empty(), Optional.empty());
    }

    /** One with the log-in of an organisation. */
    LiveServer(TestClock clock, Optional<Sso> sso) {
        this(LIMITS, RATES, DEADLINES, clock, sso, Optional.empty());
    }

    /** The same, at another pace. */
    LiveServer(TestClock clock, Optional<Sso> sso, RestSettings.Rates rates) {
        this(LIMITS, rates, DEADLINES, clock, sso, Optional.empty());
    }

    /** One of another node than {@link #node}. */
    LiveServer(NodeService other) {
        this(LIMITS, RATES, DEADLINES, new TestClock(), Optional.empty(), Optional.of(other));
    }

    private LiveServer(
            RestSettings.Limits limits,
            RestSettings.Rates rates,
            RestSettings.Deadlines deadlines,
            TestClock clock,
            Optional<Sso> sso,
            Optional<NodeService> other) {
        this.clock = clock;
        try {
            var validity = DevelopmentAuthority.Validity.of(Duration.ofDays(1));
            DevelopmentAuthority authority = DevelopmentAuthority.create("test", validity);
            DevelopmentAuthority.Identity identity = authority.issue("bank", validity);
            trust = trusting(authority.certificatePem());
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(TOKEN.getBytes(StandardCharsets.UTF_8));
            settings = new RestSettings(
                    "127.0.0.1",
                    0,
                    new PemKeyCertOptions()
                            .addCertValue(Buffer.buffer(identity.certificatePem()))
                            .addKeyValue(Buffer.buffer(identity.keyPem())),
                    hash,
                    limits,
                    rates,
                    deadlines);
            folder = Files.createTempDirectory("state");
            state = StateDatabase.open(folder);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        access = sso.map(each -> TestAccess.open(new AccessRecords(state), settings.tokenHash(), clock, each))
                .orElseGet(() -> TestAccess.open(new AccessRecords(state), settings.tokenHash(), clock));
        server = RestServer.start(vertx, settings, other.orElse(node), access, metrics);
        client = client(HttpClient.Version.HTTP_2);
    }

    private static SSLContext trusting(String pem) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry(
                "authority",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8))));
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    HttpClient client(HttpClient.Version version) {
        return HttpClient.newBuilder()
                .sslContext(trust)
                .version(version)
                .connectTimeout(Duration.ofSeconds(10))
                .build();
    }

    /** A TLS connection for hand-written HTTP/1.1. */
    SSLSocket socket() throws IOException {
        SSLSocket socket = (SSLSocket) trust.getSocketFactory().createSocket("127.0.0.1", server.port());
        socket.setSoTimeout(20_000);
        socket.startHandshake();
        return socket;
    }

    /** A request with the token. */
    HttpRequest.Builder to(String path) {
        return open(path).header("Authorization", "Bearer " + TOKEN);
    }

    HttpRequest.Builder open(String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + path))
                .timeout(Duration.ofSeconds(30));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        return send(client, request);
    }

    static HttpResponse<String> send(HttpClient client, HttpRequest.Builder request) {
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    HttpResponse<String> get(String path) {
        return send(to(path));
    }

    HttpResponse<String> post(String path, String json) {
        return send(
                to(path).header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    static JsonNode json(HttpResponse<String> response) {
        return json(response.body());
    }

    static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (IOException e) {
            throw new AssertionError("not JSON: " + text, e);
        }
    }

    private void deleteState() {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(folder);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        client.close();
        server.stop(Duration.ofSeconds(5));
        metrics.close();
        access.close();
        state.close();
        deleteState();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
