package org.tallystick.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.config.ConsortiumFolder;
import org.tallystick.node.config.NodeConfig;
import org.tallystick.node.config.NodeConfigFile;

/** A caller of one node's REST interface, who knows the node's folder: its address, its authority, its token. */
public final class RestClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final HttpClient http;
    private final String base;
    private final String token;

    private RestClient(HttpClient http, String base, String token) {
        this.http = http;
        this.base = base;
        this.token = token;
    }

    /** A caller of the node whose folder this is. */
    public static RestClient of(Path nodeFolder) {
        NodeConfig config = NodeConfigFile.read(nodeFolder.resolve(NodeConfigFile.NAME));
        Path tokenFile = nodeFolder.resolve(ConsortiumFolder.TOKEN);
        try {
            String token = Files.readString(tokenFile).strip();
            HttpClient http = HttpClient.newBuilder()
                    .sslContext(trusting(config.tls().authority()))
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(10))
                    .build();
            var listen = config.rest().listen();
            return new RestClient(http, "https://" + listen.host() + ":" + listen.port(), token);
        } catch (IOException | GeneralSecurityException e) {
            throw new NodeFailure(
                    "the token or the authority of the node in " + nodeFolder + " cannot be read",
                    "name the node's own folder, and run as the user who owns it",
                    e);
        }
    }

    /** The same node, called by somebody else. */
    public RestClient as(String other) {
        return new RestClient(http, base, other);
    }

    private static SSLContext trusting(Path authority) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(authority)) {
            store.setCertificateEntry(
                    "authority", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    /** An answer: status and body. */
    public record Reply(int status, JsonNode body) {}

    /** The answer to a GET whatever its status; throws only when the node does not answer. */
    public Reply tryGet(String path) {
        return reply(send(request(path).GET().build(), BodyHandlers.ofString(StandardCharsets.UTF_8)));
    }

    public JsonNode get(String path) {
        return good(tryGet(path));
    }

    public String getText(String path, String accept) {
        HttpRequest request = request(path).header("Accept", accept).GET().build();
        HttpResponse<String> response = send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
        if (response.statusCode() >= 300) {
            good(reply(response));
        }
        return response.body();
    }

    /** Saves what a GET answers; there is no file when it is an error. */
    public void download(String path, Path file) {
        HttpResponse<Path> response = send(
                request(path).GET().build(),
                head -> head.statusCode() == 200
                        ? BodySubscribers.ofFile(
                                file,
                                StandardOpenOption.CREATE,
                                StandardOpenOption.TRUNCATE_EXISTING,
                                StandardOpenOption.WRITE)
                        : BodySubscribers.replacing(file));
        if (response.statusCode() != 200) {
            throw new NodeFailure(
                    "the node answered with status " + response.statusCode(), "use a key with a role that may read it");
        }
    }

    public JsonNode post(String path, JsonNode body) {
        return post(path, "application/json", body.toString());
    }

    public JsonNode post(String path, String type, String body) {
        return good(tryPost(path, type, body));
    }

    /** The answer to a POST whatever its status; throws only when the node does not answer. */
    public Reply tryPost(String path, String type, String body) {
        HttpRequest request = request(path)
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8))
                .build();
        return reply(send(request, BodyHandlers.ofString(StandardCharsets.UTF_8)));
    }

    public JsonNode delete(String path) {
        return good(reply(send(request(path).DELETE().build(), BodyHandlers.ofString(StandardCharsets.UTF_8))));
    }

    /** Any request, and its answer as it came. */
    public HttpResponse<String> send(String method, String path, String type, String body) {
        HttpRequest request = request(path)
                .header("Content-Type", type)
                .method(method, HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8))
                .build();
        return send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + token);
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            return http.send(request, handler);
        } catch (ConnectException e) {
            throw new NodeFailure("no node answers at " + base, "start it with ./tally node FOLDER", e);
        } catch (IOException e) {
            throw new NodeFailure(
                    "the node at " + base + " did not answer: " + e.getMessage(), "look at the node's log", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NodeFailure("interrupted", "run the command again", e);
        }
    }

    private static Reply reply(HttpResponse<String> response) {
        try {
            String text = response.body();
            return new Reply(response.statusCode(), text.isBlank() ? JSON.nullNode() : JSON.readTree(text));
        } catch (IOException e) {
            return new Reply(response.statusCode(), JSON.nullNode());
        }
    }

    private static JsonNode good(Reply reply) {
        if (reply.status() >= 300) {
            String detail = reply.body().path("detail").asText("the node answered with status " + reply.status());
            throw new NodeFailure(detail, reply.body().path("remedy").asText("look at the node's log"));
        }
        return reply.body();
    }

    @Override
    public void close() {
        http.close();
    }
}
