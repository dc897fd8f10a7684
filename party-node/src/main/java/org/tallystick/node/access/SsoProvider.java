package org.tallystick.node.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.text.ParseException;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.tallystick.node.NodeFailure;

/**
 * The provider over HTTPS: its metadata, its keys, its token endpoint. Answers are bounded in size and time, redirects
 * are not followed, and every address is HTTPS. Blocks.
 */
final class SsoProvider implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MOST_BYTES = 1 << 20;

    private final SsoSettings settings;
    private final HttpClient http;

    SsoProvider(SsoSettings settings) {
        this.settings = settings;
        HttpClient.Builder builder =
                HttpClient.newBuilder().connectTimeout(PATIENCE).followRedirects(HttpClient.Redirect.NEVER);
        settings.authority().ifPresent(file -> builder.sslContext(trusting(file)));
        this.http = builder.build();
    }

    /** Where things are, and the keys that tokens are signed with. */
    record Metadata(URI authorization, URI token, JWKSet keys) {}

    private static SSLContext trusting(Path file) {
        try (InputStream pem = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                store.setCertificateEntry("authority-" + number++, certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new NodeFailure(
                    "the authority " + file + " of the provider cannot be read", "put PEM certificates there", e);
        }
    }

    /** Reads metadata and keys. */
    Metadata metadata() throws IOException {
        String base = settings.issuer().toString();
        URI at = URI.create((base.endsWith("/") ? base : base + "/") + ".well-known/openid-configuration");
        JsonNode json = JSON.readTree(get(at));
        if (!json.path("issuer").asText().equals(base)) {
            throw new IOException("the metadata at " + at + " is another issuer's");
        }
        try {
            return new Metadata(
                    address(json, "authorization_endpoint"),
                    address(json, "token_endpoint"),
                    JWKSet.parse(get(address(json, "jwks_uri"))));
        } catch (ParseException e) {
            throw new IOException("the provider's keys are not a JWK set");
        }
    }

    private static URI address(JsonNode json, String name) throws IOException {
        try {
            URI address = URI.create(json.path(name).asText());
            if ("https".equals(address.getScheme()) && address.getHost() != null) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            // As if it were missing.
        }
        throw new IOException("the provider's metadata has no " + name + " with https");
    }

    private String get(URI at) throws IOException {
        return send(HttpRequest.newBuilder(at).header("Accept", "application/json"));
    }

    /** Exchanges a code for an ID token. */
    String idToken(URI endpoint, String code, String verifier) throws IOException {
        Map<String, String> form = Map.of(
                "grant_type",
                "authorization_code",
                "code",
                code,
                "redirect_uri",
                settings.redirect().toString(),
                "client_id",
                settings.clientId(),
                "code_verifier",
                verifier);
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(encoded(form)));
        settings.secret().ifPresent(secret -> request.header("Authorization", basic(settings.clientId(), secret)));
        String token = JSON.readTree(send(request)).path("id_token").asText();
        if (token.isEmpty()) {
            throw new IOException("the provider gave no ID token");
        }
        return token;
    }

    static String encoded(Map<String, String> form) {
        return form.entrySet().stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    /** RFC 6749, section 2.3.1: both are form-encoded before they are put together. */
    private static String basic(String id, String secret) {
        String both =
                URLEncoder.encode(id, StandardCharsets.UTF_8) + ":" + URLEncoder.encode(secret, StandardCharsets.UTF_8);
        return "Basic " + java.util.Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
    }

    private String send(HttpRequest.Builder request) throws IOException {
        try {
            HttpResponse<InputStream> response =
                    http.send(request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofInputStream());
            byte[] body;
            try (InputStream stream = response.body()) {
                body = stream.readNBytes(MOST_BYTES + 1);
            }
            if (response.statusCode() != 200 || body.length > MOST_BYTES) {
                throw new IOException("the provider answered with status " + response.statusCode() + " and "
                        + body.length + " bytes");
            }
            return new String(body, StandardCharsets.UTF_8);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the provider was asked", e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
