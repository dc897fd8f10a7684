package org.tallystick.node.storage;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The programs this node has seen, and which of them its operator has approved. Hashes are 32 bytes. */
public final class Programs {
    /** Offers that nobody has decided on; a bank that sends more pushes out its own oldest ones. */
    private static final int MOST_OFFERED = 256;

    private final StateDatabase database;

    public Programs(StateDatabase database) {
        this.database = database;
    }

    /** @param encoding the canonical encoding that {@code hash} is the SHA-256 of */
    public record StoredProgram(
            byte[] hash, String name, byte[] encoding, Instant seenAt, Optional<ApprovedBy> approval) {}

    /** @param by who approved, for the record */
    public record ApprovedBy(String by, Instant at) {}

    /**
     * Keeps a program, not approved; nothing changes when it is known. Of programs that are neither approved nor in use
     * only the latest are kept.
     */
    public void add(byte[] hash, String name, byte[] encoding) {
        database.transact(connection -> {
            if (Sql.first(connection, "SELECT 1 FROM program WHERE hash = ?", row -> 1, hash)
                    .isEmpty()) {
                Sql.update(
                        connection,
                        "DELETE FROM program WHERE hash IN (SELECT p.hash FROM program p WHERE p.approved_at IS NULL"
                                + " AND NOT EXISTS (SELECT 1 FROM activation a WHERE a.program_hash = p.hash)"
                                + " ORDER BY p.seen_at DESC, p.hash OFFSET ? ROWS)",
                        MOST_OFFERED - 1);
                Sql.update(
                        connection,
                        "INSERT INTO program (hash, name, encoding, seen_at) VALUES (?, ?, ?, ?)",
                        hash,
                        name,
                        encoding,
                        Instant.now());
            }
            return hash;
        });
    }

    /** Approves a known program, durably; false when the hash is not known. The first approval stays on record. */
    public boolean approve(byte[] hash, String by) {
        boolean known = database.transact(connection -> {
            Sql.update(
                    connection,
                    "UPDATE program SET approved_at = ?, approved_by = ? WHERE hash = ? AND approved_at IS NULL",
                    Instant.now(),
                    by,
                    hash);
            return Sql.first(connection, "SELECT 1 FROM program WHERE hash = ?", row -> 1, hash)
                    .isPresent();
        });
        database.sync();
        return known;
    }

    /** Takes an approval back, durably; false when there was none. */
    public boolean withdraw(byte[] hash) {
        boolean changed = database.transact(connection -> Sql.update(
                        connection,
                        "UPDATE program SET approved_at = NULL, approved_by = NULL"
                                + " WHERE hash = ? AND approved_at IS NOT NULL",
                        hash)
                == 1);
        database.sync();
        return changed;
    }

    public boolean isApproved(byte[] hash) {
        return find(hash).flatMap(StoredProgram::approval).isPresent();
    }

    public Optional<StoredProgram> find(byte[] hash) {
        return database.transact(
                connection -> Sql.first(connection, "SELECT * FROM program WHERE hash = ?", Programs::read, hash));
    }

    /** All programs, the newest first. */
    public List<StoredProgram> all() {
        return database.transact(
                connection -> Sql.all(connection, "SELECT * FROM program ORDER BY seen_at DESC", Programs::read));
    }

    private static StoredProgram read(ResultSet row) throws SQLException {
        String by = row.getString("approved_by");
        return new StoredProgram(
                row.getBytes("hash"),
                row.getString("name"),
                row.getBytes("encoding"),
                Sql.instant(row, "seen_at"),
                Sql.optionalInstant(row, "approved_at").map(at -> new ApprovedBy(by, at)));
    }
}
