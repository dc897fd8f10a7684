package org.tallystick.node.access;

import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.node.access.SsoProvider.Metadata;

/**
 * Log-ins by OpenID Connect: the authorization code flow with PKCE (RFC 7636) for people, and access tokens of the same
 * provider as bearer tokens. The provider's metadata and keys are read in the background, when they are first needed,
 * when they are old, and when a token names a key that is not known, but not more often than once in a while.
 */
public final class Sso implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sso.class);
    private static final Duration OLD = Duration.ofMinutes(10);
    private static final Duration SELDOM = Duration.ofSeconds(20);
    private static final Duration PENDING = Duration.ofMinutes(10);
    private static final int MOST_PENDING = 2000;

    private final SsoSettings settings;
    private final InstantSource clock;
    private final SsoProvider provider;
    private final SsoTokens tokens;
    private final AtomicBoolean reading = new AtomicBoolean();
    /** One asks the provider for all who wait. */
    private final ReentrantLock asking = new ReentrantLock();

    private final Map<String, Pending> pending = new LinkedHashMap<>();
    private volatile Optional<Read> read = Optional.empty();
    private volatile Instant asked = Instant.MIN;
    private Instant failed = Instant.MIN;
    private Instant again = Instant.MIN;

    private record Read(Metadata metadata, Instant at) {}

    private record Pending(String browser, String nonce, String verifier, Instant until) {}

    public Sso(SsoSettings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        this.provider = new SsoProvider(settings);
        this.tokens = new SsoTokens(settings, clock);
    }

    /**
     * A log-in that has begun.
     *
     * @param provider where the browser goes
     * @param browser what the browser keeps as a cookie and brings back, so that nobody can end a log-in in another's
     */
    public record Begun(URI provider, String browser) {
        @Override
        public String toString() {
            return "Begun";
        }
    }

    /** Begins a log-in; blocks when the provider has not been asked for a while. */
    public Begun begin() {
        Metadata metadata = metadata();
        String state = Secrets.token("");
        Pending mine = new Pending(
                Secrets.token(""),
                Secrets.token(""),
                Secrets.token(""),
                clock.instant().plus(PENDING));
        synchronized (pending) {
            Instant now = clock.instant();
            pending.values().removeIf(each -> !now.isBefore(each.until()));
            if (pending.size() >= MOST_PENDING) {
                throw new AccessFailure(
                        AccessFailure.Kind.BUSY, "too many log-ins are under way", "try again later", PENDING);
            }
            pending.put(state, mine);
        }
        Map<String, String> query = Map.of(
                "response_type",
                "code",
                "scope",
                "openid profile",
                "client_id",
                settings.clientId(),
                "redirect_uri",
                settings.redirect().toString(),
                "state",
                state,
                "nonce",
                mine.nonce(),
                "code_challenge",
                challenge(mine.verifier()),
                "code_challenge_method",
                "S256");
        String at = metadata.authorization().toString();
        return new Begun(URI.create(at + (at.contains("?") ? "&" : "?") + SsoProvider.encoded(query)), mine.browser());
    }

    private static String challenge(String verifier) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Secrets.sha256(verifier));
    }

    /**
     * Ends a log-in: who it was. Blocks.
     *
     * @param browser the cookie that the browser brings
     * @throws AccessFailure whatever is wrong with it; the log says what
     */
    Principal end(String state, String code, String browser) {
        Optional<Pending> mine;
        synchronized (pending) {
            mine = Optional.ofNullable(pending.remove(state));
        }
        if (mine.isEmpty()
                || !clock.instant().isBefore(mine.get().until())
                || !MessageDigest.isEqual(
                        mine.get().browser().getBytes(StandardCharsets.UTF_8),
                        browser.getBytes(StandardCharsets.UTF_8))) {
            throw refused("no log-in was begun in this browser, or too long ago");
        }
        Metadata metadata = metadata();
        try {
            String token = provider.idToken(metadata.token(), code, mine.get().verifier());
            try {
                return tokens.ofIdToken(token, mine.get().nonce(), metadata.keys())
                        .principal();
            } catch (SsoTokens.Refused e) {
                // Perhaps a key that is newer than what is known.
                return tokens.ofIdToken(token, mine.get().nonce(), newer().keys())
                        .principal();
            }
        } catch (SsoTokens.Refused e) {
            LOG.warn("a log-in by the provider was refused: {}", e.getMessage());
            throw refused("the provider's answer is not taken");
        } catch (IOException e) {
            LOG.warn("a log-in by the provider failed: {}", e.getMessage());
            throw away();
        }
    }

    private static AccessFailure refused(String why) {
        return new AccessFailure(AccessFailure.Kind.WRONG, why, "begin again; the node's log says more");
    }

    private static AccessFailure away() {
        return new AccessFailure(
                AccessFailure.Kind.BUSY,
                "the organisation's log-in cannot be reached",
                "try again later; the node's log says more",
                SELDOM);
    }

    /** Whose access token this is, if it holds now; never blocks. */
    Optional<Caller> bearer(String token) {
        Optional<Read> known = read;
        if (known.isEmpty() || clock.instant().isAfter(known.get().at().plus(OLD))) {
            readSoon();
        }
        if (known.isEmpty()) {
            return Optional.empty();
        }
        JWKSet keys = known.get().metadata().keys();
        try {
            SsoTokens.Named named = tokens.ofBearer(token, keys);
            return Optional.of(
                    new Caller(named.principal(), Caller.By.SSO, false, Optional.empty(), Optional.of(named.until())));
        } catch (SsoTokens.Refused e) {
            LOG.debug("a bearer token was refused: {}", e.getMessage());
            readSoon();
            return Optional.empty();
        }
    }

    /** Reads metadata and keys in the background, unless they were asked for just now. */
    void readSoon() {
        Instant now = clock.instant();
        if (now.isAfter(asked.plus(SELDOM)) && reading.compareAndSet(false, true)) {
            asked = now;
            Thread.ofVirtual().name("sso").start(() -> {
                try {
                    readNow();
                } catch (IOException e) {
                    LOG.warn("the provider's metadata cannot be read: {}", e.getMessage());
                } finally {
                    reading.set(false);
                }
            });
        }
    }

    private Metadata metadata() {
        Optional<Metadata> known = known();
        if (known.isPresent()) {
            return known.get();
        }
        asking.lock();
        try {
            Optional<Metadata> meanwhile = known();
            if (meanwhile.isPresent()) {
                return meanwhile.get();
            }
            if (clock.instant().isBefore(failed.plus(SELDOM))) {
                throw away();
            }
            return readNow();
        } catch (IOException e) {
            failed = clock.instant();
            LOG.warn("the provider's metadata cannot be read: {}", e.getMessage());
            throw away();
        } finally {
            asking.unlock();
        }
    }

    private Optional<Metadata> known() {
        return read.filter(known -> !clock.instant().isAfter(known.at().plus(OLD)))
                .map(Read::metadata);
    }

    /** Read anew for a token whose key is not known, unless that was done for another just now. */
    private Metadata newer() throws IOException {
        asking.lock();
        try {
            Instant now = clock.instant();
            if (now.isBefore(again.plus(SELDOM))) {
                return metadata();
            }
            again = now;
            return readNow();
        } finally {
            asking.unlock();
        }
    }

    private Metadata readNow() throws IOException {
        Metadata metadata = provider.metadata();
        read = Optional.of(new Read(metadata, clock.instant()));
        return metadata;
    }

    @Override
    public void close() {
        provider.close();
    }
}
