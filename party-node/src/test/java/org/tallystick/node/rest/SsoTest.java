package org.tallystick.node.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.node.access.Sso;
import org.tallystick.node.access.TestClock;
import org.tallystick.node.access.TestProvider;

/** Log-ins and bearer tokens of a provider that tells the truth, and of one that lies. */
final class SsoTest {
    @TempDir
    private Path folder;

    private final TestClock clock = new TestClock();
    private TestProvider provider;
    private LiveServer live;

    @BeforeEach
    void start() throws IOException {
        provider = new TestProvider(clock, folder);
        live = new LiveServer(clock, Optional.of(new Sso(provider.settings(), clock)));
    }

    @AfterEach
    void close() {
        live.close();
        provider.close();
    }

    /** What a browser has when it was sent to the provider. */
    private record Sent(URI address, String cookie) {}

    private Sent begin() {
        HttpResponse<String> begun = live.send(live.open("/v1/sso/login"));
        assertEquals(303, begun.statusCode(), begun.body());
        String cookie = begun.headers().firstValue("Set-Cookie").orElseThrow();
        assertTrue(cookie.endsWith("; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=600"), cookie);
        return new Sent(
                URI.create(begun.headers().firstValue("Location").orElseThrow()),
                cookie.substring(0, cookie.indexOf(';')));
    }

    private HttpResponse<String> back(Sent sent, String query) {
        return live.send(live.open("/v1/sso/callback" + query).header("Cookie", "x=1; " + sent.cookie()));
    }

    private HttpResponse<String> login(UnaryOperator<JWTClaimsSet.Builder> lie, String... roles) {
        Sent sent = begin();
        return back(sent, provider.login(sent.address(), "u-17", lie, roles));
    }

    private HttpResponse<String> me(String header, String value) {
        return live.send(live.open("/v1/me").header(header, value));
    }

    @Test
    void aPersonLogsIn() {
        assertEquals("{\"enabled\":true}", live.send(live.open("/v1/sso")).body());
        HttpResponse<String> in = login(UnaryOperator.identity(), "tax-approvers", "somebody-else's");

        assertEquals(303, in.statusCode(), in.body());
        assertEquals("/", in.headers().firstValue("Location").orElseThrow());
        String set = in.headers().firstValue("Set-Cookie").orElseThrow();
        assertTrue(set.startsWith("__Host-tally-bank=tally_s_") && set.endsWith("; SameSite=Strict"), set);
        String cookie = set.substring(0, set.indexOf(';'));
        var me = LiveServer.json(me("Cookie", cookie));
        assertEquals("sso:u-17", me.get("name").textValue());
        assertEquals("[\"approver\"]", me.get("roles").toString());
        HttpResponse<String> password = live.send(live.open("/v1/me/password")
                .header("Cookie", cookie)
                .header("X-Tally-Request", "1")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"current\": \"x\", \"password\": \"correct horse battery\"}")));
        assertEquals(409, password.statusCode(), "somebody without a password here changes it");
    }

    @Test
    void aCodeOrAStateOfAnotherBrowserIsRefused() {
        Sent mine = begin();
        Sent others = begin();
        String query = provider.login(others.address(), "u-17", UnaryOperator.identity(), "tax-approvers");

        assertEquals(401, back(mine, query).statusCode(), "a victim's browser ends an attacker's log-in");
        assertEquals(401, back(others, query).statusCode(), "a state is used twice");
        assertEquals(401, back(mine, "?state=made-up&code=x").statusCode());
        assertEquals(400, back(mine, "?code=x").statusCode());
        assertEquals(401, back(mine, "?error=access_denied&state=x").statusCode());
        Sent late = begin();
        String lateQuery = provider.login(late.address(), "u-17", UnaryOperator.identity(), "tax-approvers");
        clock.advance(Duration.ofMinutes(10));
        assertEquals(401, back(late, lateQuery).statusCode(), "a log-in may take for ever");
    }

    @Test
    void lyingIdTokensAreRefused() {
        Date past = Date.from(clock.instant().minus(Duration.ofMinutes(2)));
        Date future = Date.from(clock.instant().plus(Duration.ofMinutes(2)));
        for (UnaryOperator<JWTClaimsSet.Builder> lie : List.<UnaryOperator<JWTClaimsSet.Builder>>of(
                claims -> claims.issuer("https://elsewhere.example"),
                claims -> claims.issuer(null),
                claims -> claims.audience("another-client"),
                claims -> claims.audience(List.of(TestProvider.CLIENT, "another-client")),
                claims -> claims.claim("azp", "another-client"),
                claims -> claims.expirationTime(past),
                claims -> claims.expirationTime(null),
                claims -> claims.notBeforeTime(future),
                claims -> claims.issueTime(future),
                claims -> claims.claim("nonce", "another"),
                claims -> claims.claim("nonce", null),
                claims -> claims.subject(null),
                claims -> claims.subject("x\ny"))) {
            HttpResponse<String> refused = login(lie, "tax-approvers");

            assertEquals(401, refused.statusCode(), refused.body());
            assertTrue(refused.headers().firstValue("Set-Cookie").isEmpty());
        }
        assertEquals(
                401,
                login(UnaryOperator.identity(), "unknown-group").statusCode(),
                "somebody without a role is let in");
        assertEquals(
                303,
                login(
                                claims -> claims.audience(List.of(TestProvider.CLIENT, "x"))
                                        .claim("azp", TestProvider.CLIENT),
                                "tax-operators")
                        .statusCode());
    }

    @Test
    void aKeyThatTheProviderDoesNotPublishIsRefusedAndANewOneIsFound() {
        assertEquals(303, login(UnaryOperator.identity(), "tax-operators").statusCode());
        provider.changeKey("two", true);
        assertEquals(
                303, login(UnaryOperator.identity(), "tax-operators").statusCode(), "a provider cannot change its key");
        provider.changeKey("two", false);
        assertEquals(401, login(UnaryOperator.identity(), "tax-operators").statusCode());
    }

    @Test
    void aBearerTokenOfTheProvider() throws Exception {
        String token = provider.signed(
                provider.claims("u-17", TestProvider.AUDIENCE, "tax-operators").build());
        awaitKnown(token);

        var me = LiveServer.json(me("Authorization", "Bearer " + token));
        assertEquals("sso:u-17", me.get("name").textValue());
        assertEquals("sso", me.get("by").textValue());
        JWTClaimsSet good =
                provider.claims("u-17", TestProvider.AUDIENCE, "tax-operators").build();
        SignedJWT byPublicKey = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("one").build(), good);
        byPublicKey.sign(new MACSigner(new byte[64]));
        String[] parts = token.split("\\.");
        for (String bad : List.of(
                provider.signed(provider.claims("u-17", TestProvider.CLIENT, "tax-operators")
                        .build()),
                provider.signed(provider.claims("u-17", TestProvider.AUDIENCE, "tax-operators")
                        .claim("nonce", "n")
                        .build()),
                provider.signed(provider.claims("u-17", TestProvider.AUDIENCE, "tax-operators")
                        .issuer("https://elsewhere.example")
                        .build()),
                new PlainJWT(good).serialize(),
                byPublicKey.serialize(),
                parts[0] + "." + parts[1] + ".",
                parts[0] + "." + parts[1] + "." + "A".repeat(parts[2].length()),
                token.substring(0, token.length() - 9) + "*" + token.substring(token.length() - 9),
                token + "=",
                otherwiseWritten(token),
                "eyJ",
                "eyJ..")) {
            assertEquals(401, me("Authorization", "Bearer " + bad).statusCode(), bad);
        }
        clock.advance(Duration.ofMinutes(7));
        assertEquals(401, me("Authorization", "Bearer " + token).statusCode(), "a token holds for ever");
        assertFalse(me("Authorization", "Bearer " + token).body().contains(token));
    }

    /** Of the last character four bits are of no signature: decoders that are not strict pass over them. */
    private static String otherwiseWritten(String token) {
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        int last = alphabet.indexOf(token.charAt(token.length() - 1));
        return token.substring(0, token.length() - 1) + alphabet.charAt(last ^ 1);
    }

    /** Keys are read in the background, when a token is first seen. */
    private void awaitKnown(String token) {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
        while (me("Authorization", "Bearer " + token).statusCode() != 200) {
            assertTrue(System.nanoTime() < end, "the provider's keys were never read");
            LockSupport.parkNanos(20_000_000);
        }
    }

    @Test
    void aProviderThatIsAwayIsSaid() {
        provider.close();

        HttpResponse<String> begun = live.send(live.open("/v1/sso/login"));

        assertEquals(503, begun.statusCode());
        assertEquals("busy", LiveServer.json(begun).get("code").textValue());
    }

    /** Everybody may begin a log-in: that must not cost a call to the provider each. */
    @Test
    void aProviderThatFailsIsAskedSeldom() {
        provider.fails(true);
        for (int time = 0; time < 3; time++) {
            assertEquals(503, live.send(live.open("/v1/sso/login")).statusCode());
        }
        assertEquals(1, provider.metadataAsked());
        provider.fails(false);
        clock.advance(Duration.ofSeconds(20));
        begin();
        assertEquals(2, provider.metadataAsked());
    }

    /** As above, with a key that nobody publishes. */
    @Test
    void forUnknownKeysAProviderIsAskedSeldom() {
        begin();
        provider.changeKey("two", false);
        for (int time = 0; time < 3; time++) {
            assertEquals(401, login(UnaryOperator.identity(), "tax-operators").statusCode());
        }
        assertEquals(2, provider.metadataAsked());
    }

    /**
     * Whoever tries many is not looked at any more; whoever has one that holds may use it as often as it likes, also
     * beside such a neighbour, and with a new one is told to wait.
     */
    @Test
    void wrongSignaturesOfAnAddressAreBounded() throws Exception {
        live.close();
        live = new LiveServer(
                clock, Optional.of(new Sso(provider.settings(), clock)), new RestSettings.Rates(1000, 0.001));
        begin();
        String token = provider.signed(
                provider.claims("u-17", TestProvider.AUDIENCE, "tax-operators").build());
        String fresh = provider.signed(
                provider.claims("u-18", TestProvider.AUDIENCE, "tax-operators").build());
        for (int time = 0; time < 30; time++) {
            assertEquals(200, me("Authorization", "Bearer " + token).statusCode());
        }
        for (int time = 0; time < 25; time++) {
            assertNotEquals(200, me("Authorization", "Bearer " + token + "A").statusCode());
        }
        assertEquals(200, me("Authorization", "Bearer " + token).statusCode());
        assertEquals(429, me("Authorization", "Bearer " + fresh).statusCode());
    }

    @Test
    void aNodeWithoutAProviderSaysSo() {
        try (LiveServer other = new LiveServer()) {
            assertEquals(
                    "{\"enabled\":false}", other.send(other.open("/v1/sso")).body());
            assertEquals(404, other.send(other.open("/v1/sso/login")).statusCode());
            assertEquals(
                    401,
                    other.send(other.open("/v1/me").header("Authorization", "Bearer eyJhbGciOiJub25lIn0.e30."))
                            .statusCode());
        }
    }
}
