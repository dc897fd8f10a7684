package org.tallystick.node.rest;

import io.vertx.core.MultiMap;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.tallystick.node.access.Access;
import org.tallystick.node.access.AccessRole;
import org.tallystick.node.access.Caller;
import org.tallystick.node.access.RateLimits;
import org.tallystick.node.session.Hash;

/**
 * Tells who calls and whether the caller may: credential, rate, cross-site requests, roles. Nothing here blocks. A
 * request without a credential that holds counts against its address, one with it against its principal.
 */
final class Gatekeeper {
    private static final String SCHEME = "bearer ";
    private static final int MAX_LENGTH = 8192;

    /** Signatures that do not hold are verified of an address, for each request without a credential that it has. */
    private static final int WRONG_SIGNATURES = 2;

    private static final int MOST_HELD = 4096;

    private final Access access;
    private final RateLimits principals;
    private final RateLimits addresses;
    private final RateLimits signatures;
    private final String cookieName;
    private final HeldTokens held = new HeldTokens(MOST_HELD);

    /**
     * @param role the node's own, which is part of the cookie's name: browsers do not tell the ports of a host apart
     */
    Gatekeeper(Access access, RestSettings.Rates rates, String role) {
        this.access = access;
        this.principals = new RateLimits(RateLimits.Rate.of(rates.principal()));
        this.addresses = new RateLimits(RateLimits.Rate.of(rates.address()));
        this.signatures = new RateLimits(RateLimits.Rate.of(WRONG_SIGNATURES * rates.address()));
        this.cookieName = cookieName(role);
    }

    static String cookieName(String role) {
        return "__Host-tally-" + role;
    }

    /**
     * What came of it.
     *
     * @param caller whose credential holds, if the request showed one
     * @param refusal what the caller is told instead of being served
     */
    record Entry(Optional<Caller> caller, Optional<Problem> refusal) {}

    Entry enter(Callers callers, HttpServerRequest request) {
        boolean open = callers instanceof Callers.Everyone;
        Shown shown = shown(request);
        Optional<Caller> caller = shown.caller();
        Optional<Duration> wait = shown.unseen()
                .filter(any -> !open)
                .or(() -> caller.isPresent()
                        ? principals.take(caller.get().principal().name())
                        : addresses.take(address(request)));
        if (wait.isPresent()) {
            return new Entry(caller, Optional.of(Problem.rateLimited(wait.get())));
        }
        // Not before: whoever has many tokens pushes out others' no faster than its own pace.
        shown.signed().ifPresent(held::served);
        if (caller.isEmpty()) {
            return new Entry(caller, open ? Optional.empty() : Optional.of(Problem.unauthorised()));
        }
        if (caller.get().by() == Caller.By.COOKIE && changes(request) && !CrossSite.isOwn(request)) {
            return new Entry(caller, Optional.of(CrossSite.problem()));
        }
        return new Entry(caller, refusal(callers, caller.get()));
    }

    private static Optional<Problem> refusal(Callers callers, Caller caller) {
        if (!(callers instanceof Callers.Having having)) {
            return Optional.empty();
        }
        if (caller.provisional()) {
            return Optional.of(Problem.of(
                    Problem.Code.FORBIDDEN,
                    "the password was set by somebody else",
                    "choose your own first: POST /v1/me/password"));
        }
        boolean may = caller.principal().hasOneOf(having.roles())
                || caller.principal().roles().equals(AccessRole.all());
        return may ? Optional.empty() : Optional.of(Problem.forbidden(having.roles()));
    }

    /**
     * What a request's credential says.
     *
     * @param unseen how long until it would be looked at, where it was not
     * @param signed the hash of a signed token that holds
     */
    private record Shown(Optional<Caller> caller, Optional<Duration> unseen, Optional<Hash> signed) {
        static Shown of(Optional<Caller> caller) {
            return new Shown(caller, Optional.empty(), Optional.empty());
        }
    }

    private Shown shown(HttpServerRequest request) {
        String header = request.getHeader("Authorization");
        if (header != null) {
            boolean bearer = header.length() <= MAX_LENGTH && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
            return bearer ? bearer(header.substring(SCHEME.length()).strip(), request) : Shown.of(Optional.empty());
        }
        Cookie cookie = request.getCookie(cookieName);
        return Shown.of(
                cookie == null || cookie.getValue().length() > MAX_LENGTH
                        ? Optional.empty()
                        : access.cookie(cookie.getValue()));
    }

    /**
     * Verifying happens here, on the event loop: an address may have only so many that do not hold looked at. One that
     * held the last time is looked at in any case: others behind its address do not lock it out.
     */
    private Shown bearer(String token, HttpServerRequest request) {
        if (!access.isSigned(token)) {
            return Shown.of(access.bearer(token));
        }
        Hash name = Hash.over("bearer token", token.getBytes(StandardCharsets.UTF_8));
        boolean known = held.contains(name);
        String address = address(request);
        Optional<Duration> wait = known ? Optional.empty() : signatures.take(address);
        if (wait.isPresent()) {
            return new Shown(Optional.empty(), wait, Optional.empty());
        }
        Optional<Caller> caller = access.bearer(token);
        if (caller.isEmpty()) {
            held.remove(name);
        } else if (!known) {
            signatures.giveBack(address);
        }
        return new Shown(caller, Optional.empty(), caller.map(any -> name));
    }

    private static boolean changes(HttpServerRequest request) {
        return !request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD);
    }

    private static String address(HttpServerRequest request) {
        SocketAddress remote = request.remoteAddress();
        String literal = remote == null ? null : remote.hostAddress();
        return literal == null ? "unknown" : RateLimits.ofAddress(literal);
    }

    /** Whether a request comes from the node's own pages, as far as a browser says. */
    static final class CrossSite {
        /** A header that a page of another origin can send only after asking, which is never granted. */
        static final String HEADER = "X-Tally-Request";

        private CrossSite() {}

        static boolean isOwn(HttpServerRequest request) {
            String authority =
                    request.authority() == null ? "" : request.authority().toString();
            return isOwn(request.headers(), authority);
        }

        static boolean isOwn(MultiMap headers, String authority) {
            String origin = headers.get("Origin");
            String site = headers.get("Sec-Fetch-Site");
            return "1".equals(headers.get(HEADER))
                    && (origin == null
                            || origin.toLowerCase(Locale.ROOT).equals("https://" + authority.toLowerCase(Locale.ROOT)))
                    && (site == null || site.equals("same-origin"));
        }

        static Problem problem() {
            return Problem.of(
                    Problem.Code.FORBIDDEN,
                    "with a cookie, changes are made from the node's own pages only",
                    "send the header " + HEADER + ": 1 from a page of this node, or a bearer token");
        }
    }
}
