package org.tallystick.node.storage;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.tallystick.node.storage.StoredRequest.Status;

/** Requests in the state database: the index of {@link RequestLog}, by id. */
final class RequestTable {
    private static final String COLUMNS = " (id, subject, model, status, attempts, answer, created_at, changed_at,"
            + " model_digest, consent, keep_until)";
    private static final String VALUES = " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String MERGE = "MERGE INTO request" + COLUMNS + " KEY (id)" + VALUES;
    private static final String INSERT = "INSERT INTO request" + COLUMNS + VALUES
            + " ON CONFLICT (id) DO UPDATE SET subject = excluded.subject, model = excluded.model,"
            + " status = excluded.status, attempts = excluded.attempts, answer = excluded.answer,"
            + " created_at = excluded.created_at, changed_at = excluded.changed_at,"
            + " model_digest = excluded.model_digest, consent = excluded.consent, keep_until = excluded.keep_until";

    /** How many subjects a statement looks for; the places of fewer are filled with the last. */
    private static final int[] SUBJECTS = {1, 16, 128};

    private final StateDatabase database;

    RequestTable(StateDatabase database) {
        this.database = database;
    }

    Optional<StoredRequest> find(String id) {
        return database.transact(
                connection -> Sql.first(connection, "SELECT * FROM request WHERE id = ?", RequestTable::read, id));
    }

    /** Ids of requests in some order of the database, from the one that follows {@code after}. */
    List<String> ids(String after, int most) {
        return database.transact(connection -> Sql.all(
                connection,
                "SELECT id FROM request WHERE id > ? ORDER BY id FETCH FIRST " + most + " ROWS ONLY",
                row -> row.getString("id"),
                after));
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
                            request.changedAt(),
                            request.kept().map(Requests.Kept::model).orElse(null),
                            request.kept().map(Requests.Kept::consent).orElse(null),
                            request.kept().map(Requests.Kept::until).orElse(null));
                    merge.addBatch();
                }
                return merge.executeBatch();
            }
        });
    }

    /** The requests of these subjects whose answers may be given again. */
    List<StoredRequest> repeatable(String digest, String model, List<String> subjects, Instant now) {
        List<StoredRequest> found = new ArrayList<>();
        int from = 0;
        while (from < subjects.size()) {
            int left = subjects.size() - from;
            int places = Arrays.stream(SUBJECTS)
                    .filter(size -> size >= left)
                    .findFirst()
                    .orElse(SUBJECTS[SUBJECTS.length - 1]);
            List<Object> arguments = new ArrayList<>();
            for (int k = from; k < from + places; k++) {
                arguments.add(subjects.get(Math.min(k, subjects.size() - 1)));
            }
            arguments.addAll(List.of(digest, model, now));
            String sql = "SELECT * FROM request WHERE subject IN (?" + ", ?".repeat(places - 1)
                    + ") AND model_digest = ? AND model = ? AND keep_until > ?";
            found.addAll(
                    database.transact(connection -> Sql.all(connection, sql, RequestTable::read, arguments.toArray())));
            from += places;
        }
        return found;
    }

    /** Forgets some requests that are not to be kept any longer; how many. */
    int drop(Instant now, int most) {
        return database.transact(connection -> Sql.update(
                connection,
                "DELETE FROM request WHERE id IN" + " (SELECT id FROM request WHERE keep_until <= ? FETCH FIRST " + most
                        + " ROWS ONLY)",
                now));
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
                kept(row),
                Sql.instant(row, "created_at"),
                Sql.instant(row, "changed_at"));
    }

    private static Optional<Requests.Kept> kept(ResultSet row) throws SQLException {
        Optional<Instant> until = Sql.optionalInstant(row, "keep_until");
        return until.isEmpty()
                ? Optional.empty()
                : Optional.of(new Requests.Kept(row.getString("model_digest"), row.getString("consent"), until.get()));
    }
}
