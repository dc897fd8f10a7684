package org.tallystick.node.storage;

import java.time.Instant;

/** Things that may happen once and never again: proposals and nonces. */
public final class UsedOnce {
    private final StateDatabase database;

    public UsedOnce(StateDatabase database) {
        this.database = database;
    }

    /** What is used once. */
    public enum Kind {
        PROPOSAL,
        NONCE
    }

    /** Claims an id of at most 64 bytes: true for the first claim ever, false for all later ones. */
    public boolean claim(Kind kind, byte[] id) {
        return database.transact(connection -> {
            // Nobody else is in a transaction, so what is not there now is not there in the next statement either.
            if (Sql.first(connection, "SELECT 1 FROM used WHERE kind = ? AND id = ?", row -> 1, kind.name(), id)
                    .isPresent()) {
                return false;
            }
            return Sql.update(
                            connection,
                            "INSERT INTO used (kind, id, at) VALUES (?, ?, ?)",
                            kind.name(),
                            id,
                            Instant.now())
                    == 1;
        });
    }

    /** Forgets what was claimed before a time, of epochs that have ended; the number forgotten. */
    public int forgetBefore(Instant time) {
        return database.transact(connection -> Sql.update(connection, "DELETE FROM used WHERE at < ?", time));
    }
}
