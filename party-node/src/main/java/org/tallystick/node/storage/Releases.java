package org.tallystick.node.storage;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The account of releases: an index of {@link ReleaseLog}, brought up to date from it at start. What the log does not
 * say did not happen.
 */
public final class Releases {
    private static final int BATCH = 1000;

    private final StateDatabase database;

    public Releases(StateDatabase database) {
        this.database = database;
    }

    /** One run's release: it counts unless it was voided. */
    public record Release(byte[] proposal, byte[] program, int rows, Instant authorisedAt, Optional<Instant> voidedAt) {
        public boolean counts() {
            return voidedAt.isEmpty();
        }
    }

    /** Adds a record of the log; one that is there already changes nothing. */
    public void add(ReleaseRecord record) {
        addAll(List.of(record));
    }

    /** Adds everything the log has, at start. */
    public void addAll(ReleaseLog log) {
        List<ReleaseRecord> batch = new ArrayList<>();
        log.replay(record -> {
            batch.add(record);
            if (batch.size() == BATCH) {
                addAll(batch);
                batch.clear();
            }
        });
        addAll(batch);
    }

    private void addAll(List<ReleaseRecord> records) {
        database.transact(connection -> {
            for (ReleaseRecord record : records) {
                switch (record) {
                    case ReleaseRecord.Authorised authorised -> insert(connection, authorised);
                    case ReleaseRecord.Voided voided ->
                        Sql.update(
                                connection,
                                "UPDATE release SET voided_at = ? WHERE proposal = ? AND voided_at IS NULL",
                                voided.at(),
                                voided.proposal());
                }
            }
            return records.size();
        });
    }

    private static void insert(Connection connection, ReleaseRecord.Authorised authorised) throws SQLException {
        if (find(connection, authorised.proposal()).isEmpty()) {
            Sql.update(
                    connection,
                    "INSERT INTO release (proposal, program, row_count, authorised_at) VALUES (?, ?, ?, ?)",
                    authorised.proposal(),
                    authorised.program(),
                    authorised.rows(),
                    authorised.at());
        }
    }

    public Optional<Release> find(byte[] proposal) {
        return database.transact(connection -> find(connection, proposal));
    }

    /** The newest releases. */
    public List<Release> latest(int count) {
        return database.transact(connection -> Sql.all(
                connection, "SELECT * FROM release ORDER BY authorised_at DESC LIMIT ?", Releases::read, count));
    }

    /** Rows that count, of one program. */
    public long rows(byte[] program) {
        return database.transact(connection -> Sql.first(
                        connection,
                        "SELECT COALESCE(SUM(row_count), 0) FROM release WHERE program = ? AND voided_at IS NULL",
                        row -> row.getLong(1),
                        program)
                .orElseThrow());
    }

    private static Optional<Release> find(Connection connection, byte[] proposal) throws SQLException {
        return Sql.first(connection, "SELECT * FROM release WHERE proposal = ?", Releases::read, proposal);
    }

    private static Release read(ResultSet row) throws SQLException {
        return new Release(
                row.getBytes("proposal"),
                row.getBytes("program"),
                row.getInt("row_count"),
                Sql.instant(row, "authorised_at"),
                Sql.optionalInstant(row, "voided_at"));
    }
}
