package org.tallystick.node.storage;

import java.sql.Connection;
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

    /**
     * What is to be on record of a change of users or keys.
     *
     * @param kind such as {@code user added}
     * @param by name of the principal who made it
     * @param what names of users, labels and roles; never a secret
     */
    public record Change(String kind, String by, String what, Instant at) {}

    /** A change that is stored and may not be on record yet. */
    public record Unrecorded(long id, Change change) {}

    /** Keeps a new user and what is to be on record of that, durably. */
    public void add(StoredUser user, Change change) {
        changed(
                change,
                connection -> Sql.update(
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
    }

    /** Keeps what has changed of a user and is no event, durably. */
    public void change(StoredUser user) {
        database.transact(connection -> update(connection, user));
        database.sync();
    }

    /** Keeps what has changed of a user and what is to be on record of that, durably. */
    public void change(StoredUser user, Change change) {
        changed(change, connection -> update(connection, user));
    }

    private static int update(Connection connection, StoredUser user) throws SQLException {
        return Sql.update(
                connection,
                "UPDATE account SET roles = ?, password = ?, provisional = ?, enabled = ?, failures = ?,"
                        + " paused_until = ? WHERE name = ?",
                user.roles(),
                user.password(),
                user.provisional(),
                user.enabled(),
                user.failures(),
                user.pausedUntil().orElse(null),
                user.name());
    }

    public List<StoredUser> users() {
        return database.transact(
                connection -> Sql.all(connection, "SELECT * FROM account ORDER BY name", AccessRecords::user));
    }

    public Optional<StoredUser> findUser(String name) {
        return database.transact(
                connection -> Sql.first(connection, "SELECT * FROM account WHERE name = ?", AccessRecords::user, name));
    }

    /** Keeps a new key and what is to be on record of that, durably. */
    public void add(StoredKey key, Change change) {
        changed(
                change,
                connection -> Sql.update(
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
    }

    /** Keeps when a key was revoked and what is to be on record of that, durably. */
    public void change(StoredKey key, Change change) {
        changed(
                change,
                connection -> Sql.update(
                        connection,
                        "UPDATE api_key SET revoked_at = ? WHERE label = ?",
                        key.revokedAt().orElse(null),
                        key.label()));
    }

    public List<StoredKey> keys() {
        return database.transact(
                connection -> Sql.all(connection, "SELECT * FROM api_key ORDER BY label", AccessRecords::key));
    }

    public Optional<StoredKey> findKey(String label) {
        return database.transact(connection ->
                Sql.first(connection, "SELECT * FROM api_key WHERE label = ?", AccessRecords::key, label));
    }

    /** Both or neither; nobody knows which when it fails. */
    private void changed(Change change, StateDatabase.Work<Integer> work) {
        database.transact(connection -> {
            Sql.update(
                    connection,
                    "INSERT INTO access_change (kind, changed_by, what, changed_at) VALUES (?, ?, ?, ?)",
                    change.kind(),
                    change.by(),
                    change.what(),
                    change.at());
            return work.run(connection);
        });
        database.sync();
    }

    /** Changes that may not be on record yet, in the order in which they were stored; all of them are on the disk. */
    public List<Unrecorded> unrecorded() {
        List<Unrecorded> all = database.transact(connection ->
                Sql.all(connection, "SELECT * FROM access_change ORDER BY id", AccessRecords::unrecorded));
        if (!all.isEmpty()) {
            // Whoever has committed one may not have forced it yet.
            database.sync();
        }
        return all;
    }

    /** Notes that a change is on record. */
    public void recorded(Unrecorded change) {
        database.transact(connection -> Sql.update(connection, "DELETE FROM access_change WHERE id = ?", change.id()));
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

    private static Unrecorded unrecorded(ResultSet row) throws SQLException {
        return new Unrecorded(
                row.getLong("id"),
                new Change(
                        row.getString("kind"),
                        row.getString("changed_by"),
                        row.getString("what"),
                        Sql.instant(row, "changed_at")));
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
