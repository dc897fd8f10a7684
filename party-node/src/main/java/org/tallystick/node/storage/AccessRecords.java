package org.tallystick.node.storage;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Users, keys of systems and sessions as stored: hashes, never a password or a token. Roles are texts here. */
public final class AccessRecords {
    private final StateDatabase database;

    public AccessRecords(StateDatabase database) {
        this.database = database;
    }

    /**
     * @param password the hash of the password
     * @param provisional whether the password was set by somebody else
     * @param failures wrong passwords in a row
     * @param pausedUntil before which no password is looked at
     */
    public record StoredUser(
            String name,
            String roles,
            String password,
            boolean provisional,
            boolean enabled,
            int failures,
            Optional<Instant> pausedUntil,
            Instant createdAt,
            String createdBy) {
        @Override
        public String toString() {
            return "StoredUser[" + name + ", " + roles + "]";
        }
    }

    /** @param hash SHA-256 of the key, in hexadecimal */
    public record StoredKey(
            String label,
            String hash,
            String role,
            Instant createdAt,
            String createdBy,
            Instant expiresAt,
            Optional<Instant> revokedAt) {
        @Override
        public String toString() {
            return "StoredKey[" + label + ", " + role + "]";
        }
    }

    /**
     * @param hash SHA-256 of the token, in hexadecimal
     * @param roles of somebody without an account here
     */
    public record StoredSession(
            String hash, String name, Optional<String> roles, boolean cookie, Instant lastUsedAt, Instant expiresAt) {
        @Override
        public String toString() {
            return "StoredSession[" + name + "]";
        }
    }

    /** Keeps a new user, durably. */
    public void add(StoredUser user) {
        database.transact(connection -> Sql.update(
                connection,
                "INSERT INTO account (name, roles, password, provisional, enabled, failures, paused_until,"
                        + " created_at, created_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                user.name(),
                user.roles(),
                user.password(),
                user.provisional(),
                user.enabled(),
                user.failures(),
                user.pausedUntil().orElse(null),
                user.createdAt(),
                user.createdBy()));
        database.sync();
    }

    /** Keeps what has changed of a user, durably. */
    public void change(StoredUser user) {
        database.transact(connection -> Sql.update(
                connection,
                "UPDATE account SET roles = ?, password = ?, provisional = ?, enabled = ?, failures = ?,"
                        + " paused_until = ? WHERE name = ?",
                user.roles(),
                user.password(),
                user.provisional(),
                user.enabled(),
                user.failures(),
                user.pausedUntil().orElse(null),
                user.name()));
        database.sync();
    }

    public List<StoredUser> users() {
        return database.transact(
                connection -> Sql.all(connection, "SELECT * FROM account ORDER BY name", AccessRecords::user));
    }

    /** Keeps a new key, durably. */
    public void add(StoredKey key) {
        database.transact(connection -> Sql.update(
                connection,
                "INSERT INTO api_key (label, secret_hash, role, created_at, created_by, expires_at, revoked_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                key.label(),
                key.hash(),
                key.role(),
                key.createdAt(),
                key.createdBy(),
                key.expiresAt(),
                key.revokedAt().orElse(null)));
        database.sync();
    }

    /** Keeps when a key was revoked, durably. */
    public void change(StoredKey key) {
        database.transact(connection -> Sql.update(
                connection,
                "UPDATE api_key SET revoked_at = ? WHERE label = ?",
                key.revokedAt().orElse(null),
                key.label()));
        database.sync();
    }

    public List<StoredKey> keys() {
        return database.transact(
                connection -> Sql.all(connection, "SELECT * FROM api_key ORDER BY label", AccessRecords::key));
    }

    public void add(StoredSession session) {
        database.transact(connection -> Sql.update(
                connection,
                "INSERT INTO login_session (token_hash, name, roles, cookie, last_used_at, expires_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?)",
                session.hash(),
                session.name(),
                session.roles().orElse(null),
                session.cookie(),
                session.lastUsedAt(),
                session.expiresAt()));
    }

    /** Keeps when these sessions were last used. */
    public void used(List<StoredSession> sessions) {
        database.transact(connection -> {
            for (StoredSession session : sessions) {
                Sql.update(
                        connection,
                        "UPDATE login_session SET last_used_at = ? WHERE token_hash = ?",
                        session.lastUsedAt(),
                        session.hash());
            }
            return sessions.size();
        });
    }

    /** Forgets sessions, durably. */
    public void remove(List<StoredSession> sessions) {
        database.transact(connection -> {
            for (StoredSession session : sessions) {
                Sql.update(connection, "DELETE FROM login_session WHERE token_hash = ?", session.hash());
            }
            return sessions.size();
        });
        database.sync();
    }

    public List<StoredSession> sessions() {
        return database.transact(
                connection -> Sql.all(connection, "SELECT * FROM login_session", AccessRecords::session));
    }

    private static StoredUser user(ResultSet row) throws SQLException {
        return new StoredUser(
                row.getString("name"),
                row.getString("roles"),
                row.getString("password"),
                row.getBoolean("provisional"),
                row.getBoolean("enabled"),
                row.getInt("failures"),
                Sql.optionalInstant(row, "paused_until"),
                Sql.instant(row, "created_at"),
                row.getString("created_by"));
    }

    private static StoredKey key(ResultSet row) throws SQLException {
        return new StoredKey(
                row.getString("label"),
                row.getString("secret_hash"),
                row.getString("role"),
                Sql.instant(row, "created_at"),
                row.getString("created_by"),
                Sql.instant(row, "expires_at"),
                Sql.optionalInstant(row, "revoked_at"));
    }

    private static StoredSession session(ResultSet row) throws SQLException {
        return new StoredSession(
                row.getString("token_hash"),
                row.getString("name"),
                Optional.ofNullable(row.getString("roles")),
                row.getBoolean("cookie"),
                Sql.instant(row, "last_used_at"),
                Sql.instant(row, "expires_at"));
    }
}
