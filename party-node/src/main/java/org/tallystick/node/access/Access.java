package org.tallystick.node.access;

import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.storage.AccessRecords;
import org.tallystick.node.storage.AccessRecords.StoredSession;

/**
 * Who may use a node: its own token, people who log in, keys of systems. Credentials are looked up in memory, without
 * blocking; what changes them blocks and is durable.
 */
public final class Access implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Access.class);

    /** How a JWT begins: a JSON object in base64. */
    private static final String JWT = "eyJ";

    private final byte[] tokenHash;
    private final Users users;
    private final ApiKeys keys;
    private final LoginSessions sessions;
    private final Optional<Sso> sso;
    private final AccessChanges changes;

    private Access(
            byte[] tokenHash,
            Users users,
            ApiKeys keys,
            LoginSessions sessions,
            Optional<Sso> sso,
            AccessChanges changes) {
        this.tokenHash = tokenHash.clone();
        this.users = users;
        this.keys = keys;
        this.sessions = sessions;
        this.sso = sso;
        this.changes = changes;
    }

    /**
     * How people log in.
     *
     * @param tokenHash SHA-256 of the node's own token
     * @param idle after which a session that is not used ends
     * @param length after which a session ends in any case
     */
    public record Settings(byte[] tokenHash, Duration idle, Duration length, InstantSource clock) {
        @Override
        public String toString() {
            return "Settings[" + idle + ", " + length + "]";
        }
    }

    /**
     * Opens what is stored; changes that are not on record yet are put there now.
     *
     * @param sso the organisation's own log-in, if it is used; closed with this
     */
    public static Access open(AccessRecords records, Settings settings, Optional<Sso> sso, AccessEvents events) {
        return open(records, settings, sso, PasswordHash.STANDARD, events);
    }

    static Access open(
            AccessRecords records, Settings settings, Optional<Sso> sso, PasswordHash.Cost cost, AccessEvents events) {
        AccessChanges changes = new AccessChanges(records, settings.clock(), events);
        Access access = new Access(
                settings.tokenHash(),
                new Users(records, settings.clock(), cost, changes),
                new ApiKeys(records, settings.clock(), changes),
                new LoginSessions(records, settings.clock(), settings.idle(), settings.length()),
                sso,
                changes);
        try {
            changes.putOnRecord();
        } catch (NodeFailure e) {
            LOG.warn("changes of users and keys are not on record yet: {}", e.getMessage());
        }
        return access;
    }

    /** The organisation's own log-in, if it is used. */
    public Optional<Sso> sso() {
        return sso;
    }

    public Users users() {
        return users;
    }

    public ApiKeys keys() {
        return keys;
    }

    /** Whether a bearer token has a signature that would be verified, which costs more than looking others up. */
    public boolean isSigned(String token) {
        return sso.isPresent() && token.startsWith(JWT);
    }

    /** Whose bearer token this is, if it holds now: the node's own, a session's, a key, or the organisation's. */
    public Optional<Caller> bearer(String token) {
        if (token.startsWith(Secrets.KEY)) {
            return keys.caller(token);
        }
        if (token.startsWith(Secrets.SESSION)) {
            return sessions.find(token, false).flatMap(this::caller);
        }
        if (token.startsWith(JWT)) {
            return sso.flatMap(provider -> provider.bearer(token));
        }
        return MessageDigest.isEqual(Secrets.sha256(token), tokenHash)
                ? Optional.of(new Caller(Principal.TOKEN, Caller.By.TOKEN, false, Optional.empty(), Optional.empty()))
                : Optional.empty();
    }

    /** Whose session this cookie is, if it lasts. */
    public Optional<Caller> cookie(String token) {
        return sessions.find(token, true).flatMap(this::caller);
    }

    /** Somebody without an account here has the roles of the log-in; a user has those of now. */
    private Optional<Caller> caller(StoredSession session) {
        if (session.roles().isPresent()) {
            return Optional.of(caller(session, AccessRole.parse(session.roles().get()), false));
        }
        return users.enabled(session.name()).map(user -> caller(session, user.roles(), user.provisional()));
    }

    private Caller caller(StoredSession session, Set<AccessRole> roles, boolean provisional) {
        Principal principal = new Principal(session.name(), provisional ? Set.of() : roles);
        Caller.By by = session.cookie() ? Caller.By.COOKIE : Caller.By.SESSION;
        Instant until = sessions.endOf(session);
        return new Caller(principal, by, provisional, Optional.of(session.hash()), Optional.of(until));
    }

    /** A session that has begun, and its token, which is told this once. */
    public record LoggedIn(Caller caller, String token) {
        @Override
        public String toString() {
            return "LoggedIn[" + caller + "]";
        }
    }

    /**
     * Logs somebody in; blocks for the hash of the password.
     *
     * @param cookie whether the token will be shown as a cookie; it holds in that form alone
     */
    public LoggedIn login(String name, String password, boolean cookie) {
        users.login(name, password);
        return loggedIn(sessions.begin(name, Optional.empty(), cookie));
    }

    /**
     * Ends a log-in that was begun by {@link Sso#begin}, with a cookie; blocks.
     *
     * @param browser what the browser has kept
     */
    public LoggedIn login(Sso provider, String state, String code, String browser) {
        Principal somebody = provider.end(state, code, browser);
        if (somebody.roles().isEmpty()) {
            throw new AccessFailure(
                    AccessFailure.Kind.WRONG,
                    somebody.name() + " has no role at this node",
                    "have the organisation's administrators give one, or node.yaml's access.sso.roles name the group");
        }
        return loggedIn(sessions.begin(somebody.name(), Optional.of(somebody.roles()), true));
    }

    private LoggedIn loggedIn(LoginSessions.Begun begun) {
        return new LoggedIn(caller(begun.session()).orElseThrow(Access::disabled), begun.token());
    }

    private static AccessFailure disabled() {
        return AccessFailure.conflict("the user was disabled in the meantime", "ask an operator");
    }

    /** Ends the session that the caller came by; {@link AccessFailure} when it came by something else. */
    public void logout(Caller caller) {
        String hash = caller.session()
                .orElseThrow(() -> AccessFailure.conflict(
                        "a token or key is no session", "revoke the key, or delete the token's file"));
        sessions.end(hash);
    }

    /** Changes the caller's own password and ends the caller's other sessions. */
    public void changePassword(Caller caller, String current, String password) {
        String name = caller.principal().name();
        if (caller.session().isEmpty() || users.enabled(name).isEmpty()) {
            throw AccessFailure.conflict("the caller has no password here", "log in with a name and password first");
        }
        ending(name, caller.session(), () -> users.changeOwn(name, current, password));
    }

    /** Sets somebody's password and ends all sessions of that user. */
    public Users.User setPassword(String by, String name, String password) {
        return ending(name, Optional.empty(), () -> users.setPassword(by, name, password));
    }

    /** Disables somebody and ends all sessions of that user. */
    public Users.User disable(String by, String name) {
        return ending(name, Optional.empty(), () -> users.disable(by, name));
    }

    /**
     * Changes a user and ends the sessions but one: also when a full disk keeps the change from being on record, or
     * nobody waited until it was stored, for what is taken back holds all the same.
     */
    private Users.User ending(String name, Optional<String> but, Supplier<Users.User> change) {
        Users.User changed;
        try {
            changed = change.get();
        } catch (NodeFailure e) {
            sessions.endAll(name, but);
            throw e;
        } catch (AccessFailure e) {
            if (e.kind() == AccessFailure.Kind.BUSY) {
                sessions.endAll(name, but);
            }
            throw e;
        }
        sessions.endAll(name, but);
        return changed;
    }

    /**
     * To be called every minute or so: forgets sessions that are over, and puts changes on record that could not be, or
     * that nobody waited for.
     */
    public void sweep() {
        try {
            sessions.sweep();
        } finally {
            changes.putOnRecord();
        }
    }

    @Override
    public void close() {
        try {
            sessions.sweep();
        } finally {
            users.close();
            sso.ifPresent(Sso::close);
        }
    }
}
