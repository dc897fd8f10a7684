package org.tallystick.node.access;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.tallystick.node.storage.AccessRecords;
import org.tallystick.node.storage.AccessRecords.StoredSession;

/**
 * Log-ins that last: each has a random token, ends after a time without use and at the latest after a fixed time. All
 * are in memory; they are stored when they begin and end, and when they were last used every now and then.
 */
final class LoginSessions {
    private static final int MOST_OF_ONE = 20;
    private static final int MOST = 20_000;

    private final AccessRecords records;
    private final InstantSource clock;
    private final Duration idle;
    private final Duration length;
    private final Map<String, StoredSession> open = new ConcurrentHashMap<>();
    private final Set<String> used = ConcurrentHashMap.newKeySet();

    LoginSessions(AccessRecords records, InstantSource clock, Duration idle, Duration length) {
        this.records = records;
        this.clock = clock;
        this.idle = idle;
        this.length = length;
        records.sessions().forEach(session -> open.put(session.hash(), session));
        sweep();
    }

    /** A session with its token, which is told this once. */
    record Begun(StoredSession session, String token) {
        @Override
        public String toString() {
            return "Begun[" + session + "]";
        }
    }

    /**
     * Begins a session; somebody who has many loses the one not used for longest.
     *
     * @param roles of somebody without an account here
     */
    synchronized Begun begin(String name, Optional<Set<AccessRole>> roles, boolean cookie) {
        List<StoredSession> own = of(name);
        if (own.size() >= MOST_OF_ONE) {
            end(List.of(own.stream()
                    .min(Comparator.comparing(StoredSession::lastUsedAt))
                    .orElseThrow()));
        }
        if (open.size() >= MOST) {
            throw new AccessFailure(
                    AccessFailure.Kind.BUSY, "too many people are logged in", "log out elsewhere", idle);
        }
        String token = Secrets.token(Secrets.SESSION);
        Instant now = clock.instant();
        StoredSession session = new StoredSession(
                Secrets.hash(token), name, roles.map(AccessRole::text), cookie, now, now.plus(length));
        records.add(session);
        open.put(session.hash(), session);
        return new Begun(session, token);
    }

    /** The session of a token, if it lasts; it is used now. */
    Optional<StoredSession> find(String token, boolean cookie) {
        String hash = Secrets.hash(token);
        Instant now = clock.instant();
        StoredSession session = open.computeIfPresent(
                hash,
                (key, found) -> lasts(found, now) && found.cookie() == cookie
                        ? new StoredSession(hash, found.name(), found.roles(), cookie, now, found.expiresAt())
                        : found);
        if (session == null || !lasts(session, now) || session.cookie() != cookie) {
            return Optional.empty();
        }
        used.add(hash);
        return Optional.of(session);
    }

    private boolean lasts(StoredSession session, Instant now) {
        return now.isBefore(session.expiresAt())
                && now.isBefore(session.lastUsedAt().plus(idle));
    }

    void end(String hash) {
        Optional.ofNullable(open.get(hash)).ifPresent(session -> end(List.of(session)));
    }

    /** Ends somebody's sessions, but that with the hash {@code but} if there is one. */
    void endAll(String name, Optional<String> but) {
        end(of(name).stream()
                .filter(session -> !but.equals(Optional.of(session.hash())))
                .toList());
    }

    private List<StoredSession> of(String name) {
        return open.values().stream()
                .filter(session -> session.name().equals(name))
                .toList();
    }

    private void end(List<StoredSession> sessions) {
        if (!sessions.isEmpty()) {
            sessions.forEach(session -> open.remove(session.hash()));
            records.remove(sessions);
        }
    }

    /** Forgets what is over, and stores when the others were last used. */
    void sweep() {
        Instant now = clock.instant();
        Predicate<StoredSession> lasts = session -> lasts(session, now);
        end(open.values().stream().filter(lasts.negate()).toList());
        List<StoredSession> touched = new ArrayList<>();
        used.removeIf(hash -> {
            Optional.ofNullable(open.get(hash)).ifPresent(touched::add);
            return true;
        });
        if (!touched.isEmpty()) {
            records.used(touched);
        }
    }

    Instant endOf(StoredSession session) {
        Instant idleEnd = session.lastUsedAt().plus(idle);
        return idleEnd.isBefore(session.expiresAt()) ? idleEnd : session.expiresAt();
    }
}
