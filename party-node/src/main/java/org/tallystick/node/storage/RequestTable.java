package org.tallystick.node.storage;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.tallystick.node.storage.StoredRequest.Status;

/** Requests in the state database: the index of {@link RequestLog}, by id. */
final class RequestTable {
    private static final String COLUMNS = " (id, subject, model, status, attempts, answer, created_at, changed_at)";
    private static final String VALUES = " VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String MERGE = "MERGE INTO request" + COLUMNS + " KEY (id)" + VALUES;
    private static final String INSERT = "INSERT INTO request" + COLUMNS + VALUES
            + " ON CONFLICT (id) DO UPDATE SET subject = excluded.subject, model = excluded.model,"
            + " status = excluded.status, attempts = excluded.attempts, answer = excluded.answer,"
            + " created_at = excluded.created_at, changed_at = excluded.changed_at";

    private final StateDatabase database;

    RequestTable(StateDatabase database) {
        this.database = database;
    }

    Optional<StoredRequest> find(String id) {
        return database.transact(
                connection -> Sql.first(connection, "SELECT * FROM request WHERE id = ?", RequestTable::read, id));
    }

    /** Stores where requests stand, in one transaction; what is known of them already is replaced. */
    void put(List<StoredRequest> requests) {
        if (requests.isEmpty()) {
            return;
        }
        database.transact(connection -> {
            String put = switch (database.dialect()) {
                case H2 -> MERGE;
                case POSTGRESQL -> INSERT;
            };
            try (var merge = connection.prepareStatement(put)) {
                for (StoredRequest request : requests) {
                    Sql.bind(
                            merge,
                            request.id(),
                            request.subject(),
                            request.model(),
                            request.status().name(),
                            request.attempts(),
                            request.answer().orElse(null),
                            request.createdAt(),
                            request.changedAt());
                    merge.addBatch();
                }
                return merge.executeBatch();
            }
        });
    }

    /** At start: what was running when the process ended has failed. The number of such requests. */
    int failInterrupted(Instant now) {
        return database.transact(connection -> Sql.update(
                connection,
                "UPDATE request SET status = ?, changed_at = ? WHERE status = ?",
                Status.FAILED.name(),
                now,
                Status.RUNNING.name()));
    }

    private static StoredRequest read(ResultSet row) throws SQLException {
        return new StoredRequest(
                row.getString("id"),
                row.getString("subject"),
                row.getString("model"),
                Status.valueOf(row.getString("status")),
                row.getInt("attempts"),
                Optional.ofNullable(row.getString("answer")),
                Sql.instant(row, "created_at"),
                Sql.instant(row, "changed_at"));
    }
}
