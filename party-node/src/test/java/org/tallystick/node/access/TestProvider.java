package org.tallystick.node.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.tallystick.node.certs.DevelopmentAuthority;

/** A small OpenID Connect provider over HTTPS, which can be made to lie. */
public final class TestProvider implements AutoCloseable {
    public static final String CLIENT = "tally-tax";
    public static final String SECRET = "a secret & more";
    public static final String AUDIENCE = "tally-api";
    public static final String REDIRECT = "https://node.example:8443/v1/sso/callback";

    private final InstantSource clock;
    private final HttpsServer server;
    private final Path authority;
    private final AtomicInteger keysAsked = new AtomicInteger();
    private final AtomicInteger metadataAsked = new AtomicInteger();
    private volatile boolean failing;
    private final Map<String, Issued> codes = new ConcurrentHashMap<>();
    private volatile RSAKey key = newKey("one");
    /** Signs, and is what is published unless a test says otherwise. */
    private volatile JWKSet published = new JWKSet(key.toPublicJWK());

    private record Issued(String challenge, String token) {}

    public TestProvider(InstantSource clock, Path folder) throws IOException {
        this.clock = clock;
        try {
            var validity = DevelopmentAuthority.Validity.of(Duration.ofDays(1));
            DevelopmentAuthority certificates = DevelopmentAuthority.create("provider", validity);
            authority = Files.writeString(folder.resolve("provider-ca.pem"), certificates.certificatePem());
            server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
            server.setHttpsConfigurator(new HttpsConfigurator(context(certificates.issue("sso", validity))));
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
        server.createContext("/.well-known/openid-configuration", exchange -> {
            metadataAsked.incrementAndGet();
            answer(exchange, failing ? 500 : 200, """
                {"issuer": "%1$s", "authorization_endpoint": "%1$s/authorize?tenant=a", "token_endpoint": "%1$s/token",
                 "jwks_uri": "%1$s/keys"}\
                """.formatted(issuer()));
        });
        server.createContext("/keys", exchange -> {
            keysAsked.incrementAndGet();
            answer(exchange, 200, published.toString());
        });
        server.createContext("/token", this::token);
        server.start();
    }

    private static SSLContext context(DevelopmentAuthority.Identity identity)
            throws GeneralSecurityException, IOException {
        String body = identity.keyPem().replaceAll("-----[A-Z ]+-----|\\s", "");
        PrivateKey secret = KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body)));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("own", secret, new char[0], new Certificate[] {identity.certificate()});
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private static RSAKey newKey(String id) {
        try {
            return new RSAKeyGenerator(2048).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** From now on its metadata cannot be read, or can be again. */
    public void fails(boolean fails) {
        failing = fails;
    }

    /** How often its metadata was asked for. */
    public int metadataAsked() {
        return metadataAsked.get();
    }

    public String issuer() {
        return "https://localhost:" + server.getAddress().getPort();
    }

    public SsoSettings settings() {
        return new SsoSettings(
                URI.create(issuer()),
                CLIENT,
                Optional.of(SECRET),
                URI.create(REDIRECT),
                Optional.of(AUDIENCE),
                "sub",
                List.of("realm", "roles"),
                Map.of("tax-approvers", AccessRole.APPROVER, "tax-operators", AccessRole.OPERATOR),
                Optional.of(authority));
    }

    int keysAsked() {
        return keysAsked.get();
    }

    /** Signs with another key from now on, which is published or not. */
    public void changeKey(String id, boolean publish) {
        key = newKey(id);
        if (publish) {
            published = new JWKSet(key.toPublicJWK());
        }
    }

    /** The claims of somebody, for an audience. */
    public JWTClaimsSet.Builder claims(String subject, String audience, String... roles) {
        return new JWTClaimsSet.Builder()
                .issuer(issuer())
                .subject(subject)
                .audience(audience)
                .issueTime(Date.from(clock.instant()))
                .expirationTime(Date.from(clock.instant().plus(Duration.ofMinutes(5))))
                .claim("realm", Map.of("roles", List.of(roles)));
    }

    public String signed(JWTClaimsSet claims) {
        try {
            SignedJWT jwt = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID(key.getKeyID())
                            .build(),
                    claims);
            jwt.sign(new RSASSASigner(key));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As when somebody has logged in at the address that a node sent the browser to: the query of the way back. */
    public String login(URI address, String subject, UnaryOperator<JWTClaimsSet.Builder> lie, String... roles) {
        Map<String, String> query = form(address.getRawQuery());
        if (!query.get("client_id").equals(CLIENT)
                || !query.get("redirect_uri").equals(REDIRECT)
                || !query.get("code_challenge_method").equals("S256")
                || !query.get("response_type").equals("code")
                || !query.get("tenant").equals("a")
                || !query.get("scope").startsWith("openid")) {
            throw new AssertionError("a wrong request: " + query.keySet());
        }
        JWTClaimsSet claims = lie.apply(claims(subject, CLIENT, roles).claim("nonce", query.get("nonce")))
                .build();
        String code = "code" + codes.size() + query.get("code_challenge").substring(0, 8);
        codes.put(code, new Issued(query.get("code_challenge"), signed(claims)));
        return "?state=" + query.get("state") + "&code=" + code;
    }

    private void token(HttpExchange exchange) throws IOException {
        Map<String, String> form = form(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        String expected = "Basic "
                + Base64.getEncoder().encodeToString((CLIENT + ":a+secret+%26+more").getBytes(StandardCharsets.UTF_8));
        Optional<Issued> issued = Optional.ofNullable(codes.remove(form.getOrDefault("code", "")));
        boolean right = issued.isPresent()
                && expected.equals(exchange.getRequestHeaders().getFirst("Authorization"))
                && "authorization_code".equals(form.get("grant_type"))
                && REDIRECT.equals(form.get("redirect_uri"))
                && issued.get()
                        .challenge()
                        .equals(Base64.getUrlEncoder()
                                .withoutPadding()
                                .encodeToString(Secrets.sha256(form.getOrDefault("code_verifier", ""))));
        answer(
                exchange,
                right ? 200 : 400,
                right ? "{\"id_token\": \"" + issued.get().token() + "\"}" : "{\"error\": \"invalid_grant\"}");
    }

    private static Map<String, String> form(String text) {
        Map<String, String> form = new HashMap<>();
        for (String pair : text.split("&")) {
            String[] parts = pair.split("=", 2);
            form.put(parts[0], URLDecoder.decode(parts.length == 2 ? parts[1] : "", StandardCharsets.UTF_8));
        }
        return form;
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
