package org.tallystick.node.storage;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Score requests by the id their caller gave them. A finished request answers its retries from here; one that runs is
 * not started a second time; one that failed, or that the end of the process cut off, may be tried again.
 */
public final class Requests {
    private final StateDatabase database;

    public Requests(StateDatabase database) {
        this.database = database;
    }

    /** Where a request stands. */
    public enum Status {
        RUNNING,
        DONE,
        FAILED
    }

    /** A request as stored; {@code answer} is present once it is done. */
    public record Request(
            String id, String subject, String model, Status status, int attempts, Optional<String> answer) {
        @Override
        public String toString() {
            return "Request[" + id + ", " + status + "]";
        }
    }

    /** What to do with a request that has come in. */
    public sealed interface Begun {
        /** Run it; {@code attempt} is 1 for the first time. */
        record Run(int attempt) implements Begun {}

        /** It runs already: wait for it or say so. */
        record Running() implements Begun {}

        /** It is done: this is the answer. */
        record Answered(String answer) implements Begun {
            @Override
            public String toString() {
                return "Answered[]";
            }
        }

        /** The id was used for another subject or model: refuse. */
        record Conflict() implements Begun {}
    }

    /** Records that a request has come in, and tells whether to run it. */
    public Begun begin(String id, String subject, String model) {
        return database.transact(connection -> {
            Optional<Request> known = find(connection, id);
            if (known.isPresent()) {
                return again(connection, known.get(), subject, model);
            }
            try {
                Sql.update(
                        connection,
                        "INSERT INTO request (id, subject, model, status, attempts, created_at, changed_at)"
                                + " VALUES (?, ?, ?, ?, 1, ?, ?)",
                        id,
                        subject,
                        model,
                        Status.RUNNING.name(),
                        Instant.now(),
                        Instant.now());
                return new Begun.Run(1);
            } catch (SQLException e) {
                if (Sql.isDuplicate(e)) {
                    return new Begun.Running();
                }
                throw e;
            }
        });
    }

    private static Begun again(Connection connection, Request known, String subject, String model) throws SQLException {
        if (!known.subject().equals(subject) || !known.model().equals(model)) {
            return new Begun.Conflict();
        }
        return switch (known.status()) {
            case DONE -> new Begun.Answered(known.answer().orElseThrow());
            case RUNNING -> new Begun.Running();
            case FAILED -> {
                int changed = Sql.update(
                        connection,
                        "UPDATE request SET status = ?, attempts = ?, changed_at = ?"
                                + " WHERE id = ? AND status = ? AND attempts = ?",
                        Status.RUNNING.name(),
                        known.attempts() + 1,
                        Instant.now(),
                        known.id(),
                        Status.FAILED.name(),
                        known.attempts());
                yield changed == 1 ? new Begun.Run(known.attempts() + 1) : new Begun.Running();
            }
        };
    }

    /** Stores the answers of running requests, by id, in one transaction. */
    public void finish(Map<String, String> answers) {
        database.transact(connection -> {
            try (var update = connection.prepareStatement(
                    "UPDATE request SET status = ?, answer = ?, changed_at = ? WHERE id = ? AND status = ?")) {
                for (var answer : answers.entrySet()) {
                    Sql.bind(
                            update,
                            Status.DONE.name(),
                            answer.getValue(),
                            Instant.now(),
                            answer.getKey(),
                            Status.RUNNING.name());
                    update.addBatch();
                }
                return update.executeBatch();
            }
        });
    }

    /** Marks running requests as failed: a retry may run them again. */
    public void fail(List<String> ids) {
        database.transact(connection -> {
            try (var update = connection.prepareStatement(
                    "UPDATE request SET status = ?, changed_at = ? WHERE id = ? AND status = ?")) {
                for (String id : ids) {
                    Sql.bind(update, Status.FAILED.name(), Instant.now(), id, Status.RUNNING.name());
                    update.addBatch();
                }
                return update.executeBatch();
            }
        });
    }

    /** At start, before any request comes in: what was running when the process ended has failed. */
    public int failInterrupted() {
        return database.transact(connection -> Sql.update(
                connection,
                "UPDATE request SET status = ?, changed_at = ? WHERE status = ?",
                Status.FAILED.name(),
                Instant.now(),
                Status.RUNNING.name()));
    }

    public Optional<Request> find(String id) {
        return database.transact(connection -> find(connection, id));
    }

    private static Optional<Request> find(Connection connection, String id) throws SQLException {
        return Sql.first(connection, "SELECT * FROM request WHERE id = ?", Requests::read, id);
    }

    private static Request read(ResultSet row) throws SQLException {
        return new Request(
                row.getString("id"),
                row.getString("subject"),
                row.getString("model"),
                Status.valueOf(row.getString("status")),
                row.getInt("attempts"),
                Optional.ofNullable(row.getString("answer")));
    }
}
