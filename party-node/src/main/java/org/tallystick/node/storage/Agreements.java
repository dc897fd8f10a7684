package org.tallystick.node.storage;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The agreements that this node knows, who has signed them, what was stopped and which consents were withdrawn. Every
 * change is on the disk when it returns. Hashes are 32 bytes.
 */
public final class Agreements {
    private final StateDatabase database;

    public Agreements(StateDatabase database) {
        this.database = database;
    }

    /**
     * @param state name of where it stands here
     * @param proposedBy who took it up here; empty while nobody has
     * @param changedBy who made the latest change
     */
    public record Stored(
            byte[] hash,
            byte[] document,
            String state,
            int offeredBy,
            Optional<String> proposedBy,
            String changedBy,
            Instant changedAt) {}

    /** One node's signature; of a suite, by a key. */
    public record Signature(int party, String suite, byte[] publicKey, byte[] signature, Instant at) {}

    /** A bank, model or column that is stopped. */
    public record Stop(String kind, String name, String by, Instant at) {}

    /** Keeps an agreement that is not known yet; false when it is. */
    public boolean add(Stored stored) {
        boolean added = database.transact(connection -> {
            if (Sql.first(connection, "SELECT 1 FROM agreement WHERE hash = ?", row -> 1, stored.hash())
                    .isPresent()) {
                return false;
            }
            Sql.update(
                    connection,
                    "INSERT INTO agreement (hash, document, state, offered_by, proposed_by, changed_by, changed_at)"
                            + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    stored.hash(),
                    stored.document(),
                    stored.state(),
                    stored.offeredBy(),
                    stored.proposedBy().orElse(null),
                    stored.changedBy(),
                    stored.changedAt());
            return true;
        });
        database.sync();
        return added;
    }

    /**
     * Changes where an agreement stands, if it still stands where the caller thinks; false otherwise.
     *
     * @param signature this node's, when it is part of the change
     */
    public boolean change(
            byte[] hash,
            String from,
            String to,
            Optional<String> proposedBy,
            String by,
            Instant at,
            Optional<Signature> signature) {
        boolean changed = database.transact(connection -> {
            boolean stood = Sql.update(
                            connection,
                            "UPDATE agreement SET state = ?, proposed_by = COALESCE(?, proposed_by), changed_by = ?,"
                                    + " changed_at = ? WHERE hash = ? AND state = ?",
                            to,
                            proposedBy.orElse(null),
                            by,
                            at,
                            hash,
                            from)
                    == 1;
            if (stood && signature.isPresent()) {
                sign(connection, hash, signature.get());
            }
            return stood;
        });
        database.sync();
        return changed;
    }

    /** Forgets an agreement that nobody here has taken up. */
    public void forget(byte[] hash) {
        database.transact(connection -> {
            Sql.update(connection, "DELETE FROM agreement_signature WHERE agreement = ?", hash);
            return Sql.update(connection, "DELETE FROM agreement WHERE hash = ?", hash);
        });
    }

    /** Keeps a node's signature; the first one of a node stays. */
    public void sign(byte[] hash, Signature signature) {
        database.transact(connection -> {
            sign(connection, hash, signature);
            return hash;
        });
        database.sync();
    }

    private static void sign(Connection connection, byte[] hash, Signature signature) throws SQLException {
        Optional<Integer> known = Sql.first(
                connection,
                "SELECT 1 FROM agreement_signature WHERE agreement = ? AND party = ?",
                row -> 1,
                hash,
                signature.party());
        if (known.isEmpty()) {
            Sql.update(
                    connection,
                    "INSERT INTO agreement_signature (agreement, party, suite, public_key, signature, signed_at)"
                            + " VALUES (?, ?, ?, ?, ?, ?)",
                    hash,
                    signature.party(),
                    signature.suite(),
                    signature.publicKey(),
                    signature.signature(),
                    signature.at());
        }
    }

    /** All agreements, the latest change first. */
    public List<Stored> all() {
        return database.transact(connection ->
                Sql.all(connection, "SELECT * FROM agreement ORDER BY changed_at DESC", Agreements::stored));
    }

    public List<Signature> signatures(byte[] hash) {
        return database.transact(connection -> Sql.all(
                connection,
                "SELECT * FROM agreement_signature WHERE agreement = ? ORDER BY party",
                row -> new Signature(
                        row.getInt("party"),
                        row.getString("suite"),
                        row.getBytes("public_key"),
                        row.getBytes("signature"),
                        Sql.instant(row, "signed_at")),
                hash));
    }

    public List<Stop> stops() {
        return database.transact(connection -> Sql.all(
                connection,
                "SELECT * FROM governance_stop ORDER BY stopped_at DESC",
                row -> new Stop(
                        row.getString("kind"),
                        row.getString("name"),
                        row.getString("stopped_by"),
                        Sql.instant(row, "stopped_at"))));
    }

    /** Stops something; nothing changes when it is. */
    public void stop(Stop stop) {
        database.transact(connection -> {
            if (Sql.first(
                            connection,
                            "SELECT 1 FROM governance_stop WHERE kind = ? AND name = ?",
                            row -> 1,
                            stop.kind(),
                            stop.name())
                    .isEmpty()) {
                Sql.update(
                        connection,
                        "INSERT INTO governance_stop (kind, name, stopped_by, stopped_at) VALUES (?, ?, ?, ?)",
                        stop.kind(),
                        stop.name(),
                        stop.by(),
                        stop.at());
            }
            return stop;
        });
        database.sync();
    }

    /** Lets something that was stopped go on; false when it was not. */
    public boolean lift(String kind, String name) {
        boolean lifted = database.transact(connection ->
                Sql.update(connection, "DELETE FROM governance_stop WHERE kind = ? AND name = ?", kind, name) == 1);
        database.sync();
        return lifted;
    }

    /**
     * A consent that was withdrawn, and its issuer's word for it.
     *
     * @param nonce 32 characters that name it
     */
    public record Withdrawn(String nonce, String statement) {}

    /** The consents that were withdrawn, the latest first. */
    public List<Withdrawn> withdrawnConsents() {
        return database.transact(connection -> Sql.all(
                connection,
                "SELECT nonce, statement FROM withdrawn_consent ORDER BY withdrawn_at DESC, nonce",
                row -> new Withdrawn(row.getString("nonce"), row.getString("statement"))));
    }

    /** Notes that a consent is withdrawn; false when it was known. */
    public boolean withdrawConsent(Withdrawn withdrawn, Instant at) {
        boolean added = database.transact(connection -> {
            if (Sql.first(connection, "SELECT 1 FROM withdrawn_consent WHERE nonce = ?", row -> 1, withdrawn.nonce())
                    .isPresent()) {
                return false;
            }
            Sql.update(
                    connection,
                    "INSERT INTO withdrawn_consent (nonce, statement, withdrawn_at) VALUES (?, ?, ?)",
                    withdrawn.nonce(),
                    withdrawn.statement(),
                    at);
            return true;
        });
        database.sync();
        return added;
    }

    private static Stored stored(ResultSet row) throws SQLException {
        return new Stored(
                row.getBytes("hash"),
                row.getBytes("document"),
                row.getString("state"),
                row.getInt("offered_by"),
                Optional.ofNullable(row.getString("proposed_by")),
                row.getString("changed_by"),
                Sql.instant(row, "changed_at"));
    }
}
