package org.tallystick.node.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * Batch jobs: rows in the order asked, cut into chunks. A chunk is run as a whole, stored as a whole and, after the
 * process ended in the middle of it, run again as a whole; finished chunks are never run again.
 */
public final class Jobs {
    private static final String SUBJECTS = "SUBJECTS";
    private static final String STORE_TABLE = "STORE_TABLE";
    private static final String SCORE_TABLE = "SCORE_TABLE";

    private static final String SCORED =
            "SELECT c.job, j.share_table, c.position, c.finished_at FROM job j JOIN job_chunk c ON c.job = j.id"
                    + " WHERE j.work = ? AND j.model_digest = ? AND j.purpose = ? AND c.finished_at > ?";
    private static final String NEWEST = " ORDER BY c.finished_at DESC";

    private final StateDatabase database;

    public Jobs(StateDatabase database) {
        this.database = database;
    }

    /** Where a job stands. */
    public enum Status {
        RUNNING,
        DONE,
        FAILED
    }

    /** What a job does. */
    public sealed interface Work {
        /** Scores the subjects of its chunks. */
        record Subjects() implements Work {}

        /** Stores a table of shares about the subjects of its chunks, a segment a chunk. */
        record StoreTable(String table, String name, LocalDate asOf) implements Work {}

        /**
         * Scores a table of shares, a segment a chunk; chunks have no subjects of their own.
         *
         * @param model digest of the model that was active when it began
         */
        record ScoreTable(String table, String model) implements Work {}
    }

    /**
     * Which model is asked, and for what.
     *
     * @param keepUntil when the job is forgotten, with its results; empty to keep it
     */
    public record Asked(String model, String purpose, Optional<Instant> keepUntil) {}

    /**
     * A job as stored: {@code done} of its {@code rows} have a result, {@code failed} of those no answer;
     * {@code problem} says why it failed.
     */
    public record Job(
            String id,
            Work work,
            String model,
            String purpose,
            Status status,
            int rows,
            int done,
            int failed,
            Optional<String> problem,
            Instant createdAt,
            Instant changedAt) {}

    /** What came out for one subject: an answer, or the problem that stood in its way. */
    public record RowResult(String subject, Optional<String> answer, Optional<String> problem) {
        @Override
        public String toString() {
            return "RowResult[" + (answer.isPresent() ? "answered" : "not answered") + "]";
        }
    }

    /**
     * Stores a new job about subjects: one that scores them, or that stores a table of them.
     *
     * @param chunkRows the most rows of a chunk
     */
    public Job create(String id, Work work, Asked asked, JobRows rows, int chunkRows) {
        database.transact(connection -> {
            insert(connection, id, work, asked, rows.size());
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO job_chunk (job, position, row_count, subjects) VALUES (?, ?, ?, ?)")) {
                for (int from = 0, position = 0; from < rows.size(); from += chunkRows, position++) {
                    JobRows part = rows.part(from, Math.min(rows.size(), from + chunkRows));
                    Sql.bind(insert, id, position, part.size(), part.encode());
                    insert.addBatch();
                }
                return insert.executeBatch();
            }
        });
        return find(id).orElseThrow();
    }

    /** Stores a new job over a table of shares, whose segments have these numbers of rows. */
    public Job create(String id, Work.ScoreTable work, Asked asked, List<Integer> segments) {
        database.transact(connection -> {
            int rows = segments.stream().mapToInt(Integer::intValue).sum();
            insert(connection, id, work, asked, rows);
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO job_chunk (job, position, row_count, subjects) VALUES (?, ?, ?, ?)")) {
                for (int position = 0; position < segments.size(); position++) {
                    Sql.bind(
                            insert,
                            id,
                            position,
                            segments.get(position),
                            JobRows.of(List.of()).encode());
                    insert.addBatch();
                }
                return insert.executeBatch();
            }
        });
        return find(id).orElseThrow();
    }

    private static void insert(Connection connection, String id, Work work, Asked asked, int rows) throws SQLException {
        Instant now = Instant.now();
        Sql.update(
                connection,
                "INSERT INTO job (id, model, purpose, status, row_count, done_count, failed_count, created_at,"
                        + " changed_at, work, share_table, table_name, as_of, model_digest, keep_until)"
                        + " VALUES (?, ?, ?, ?, ?, 0, 0, ?, ?, ?, ?, ?, ?, ?, ?)",
                id,
                asked.model(),
                asked.purpose(),
                Status.RUNNING.name(),
                rows,
                now,
                now,
                switch (work) {
                    case Work.Subjects _ -> SUBJECTS;
                    case Work.StoreTable _ -> STORE_TABLE;
                    case Work.ScoreTable _ -> SCORE_TABLE;
                },
                switch (work) {
                    case Work.Subjects _ -> null;
                    case Work.StoreTable store -> store.table();
                    case Work.ScoreTable score -> score.table();
                },
                work instanceof Work.StoreTable store ? store.name() : null,
                work instanceof Work.StoreTable store ? store.asOf() : null,
                work instanceof Work.ScoreTable score ? score.model() : null,
                asked.keepUntil().orElse(null));
    }

    public Optional<Job> find(String id) {
        return database.transact(connection -> Sql.first(connection, "SELECT * FROM job WHERE id = ?", Jobs::read, id));
    }

    /** The jobs that were not at their end when the process ended, the oldest first. */
    public List<Job> unfinished() {
        return database.transact(connection -> Sql.all(
                connection,
                "SELECT * FROM job WHERE status = ? ORDER BY created_at, id",
                Jobs::read,
                Status.RUNNING.name()));
    }

    /** How many chunks a job has. */
    public int chunks(String job) {
        return database.transact(connection -> Sql.first(
                        connection, "SELECT COUNT(*) FROM job_chunk WHERE job = ?", row -> row.getInt(1), job)
                .orElseThrow());
    }

    /** The positions of the chunks that still have to run, ascending. */
    public List<Integer> pendingChunks(String job) {
        return database.transact(connection -> Sql.all(
                connection,
                "SELECT position FROM job_chunk WHERE job = ? AND results IS NULL ORDER BY position",
                row -> row.getInt(1),
                job));
    }

    /** The positions of the chunks that have run, ascending. */
    public List<Integer> finishedChunks(String job) {
        return database.transact(connection -> Sql.all(
                connection,
                "SELECT position FROM job_chunk WHERE job = ? AND results IS NOT NULL ORDER BY position",
                row -> row.getInt(1),
                job));
    }

    /** The rows of a chunk; none of a chunk that scores a table of shares. */
    public JobRows rows(String job, int position) {
        return database.transact(connection -> Sql.first(
                        connection,
                        "SELECT subjects FROM job_chunk WHERE job = ? AND position = ?",
                        row -> JobRows.decode(row.getBytes(1)),
                        job,
                        position))
                .orElseThrow(() -> noChunk(job, position));
    }

    /** The results of a chunk, in the order of its subjects; empty when it has not run. */
    public Optional<List<RowResult>> results(String job, int position) {
        return database.transact(connection -> Sql.first(
                        connection,
                        "SELECT results FROM job_chunk WHERE job = ? AND position = ?",
                        row -> Optional.ofNullable(row.getBytes(1)),
                        job,
                        position))
                .orElseThrow(() -> noChunk(job, position))
                .map(JobResults::decode);
    }

    /** The results of a chunk that were stored as bytes; empty when it has not run, or its job is forgotten. */
    public Optional<byte[]> packedResults(String job, int position) {
        return database.transact(connection -> Sql.first(
                        connection,
                        "SELECT results FROM job_chunk WHERE job = ? AND position = ?",
                        row -> Optional.ofNullable(row.getBytes(1)),
                        job,
                        position))
                .flatMap(results -> results);
    }

    /** Stores a chunk's results and the job's progress; a second time for the same chunk changes nothing. */
    public void finishChunk(String job, int position, List<RowResult> results) {
        int failed = (int)
                results.stream().filter(result -> result.answer().isEmpty()).count();
        finishChunk(job, position, results.size(), failed, JobResults.encode(results));
    }

    /** As {@link #finishChunk}, of a chunk of so many rows, in whatever form; {@code failed} of them have no answer. */
    public void finishChunk(String job, int position, int rows, int failed, byte[] results) {
        Instant now = Instant.now();
        database.transact(connection -> {
            int changed = Sql.update(
                    connection,
                    "UPDATE job_chunk SET results = ?, finished_at = ?"
                            + " WHERE job = ? AND position = ? AND row_count = ? AND results IS NULL",
                    results,
                    now,
                    job,
                    position,
                    rows);
            if (changed == 1) {
                Sql.update(
                        connection,
                        "UPDATE job SET done_count = done_count + ?, failed_count = failed_count + ?, changed_at = ?"
                                + " WHERE id = ?",
                        rows,
                        failed,
                        now,
                        job);
            }
            return changed;
        });
    }

    /** Ends a job; {@code problem} says why it failed. */
    public void finish(String job, Status status, Optional<String> problem) {
        database.transact(connection -> Sql.update(
                connection,
                "UPDATE job SET status = ?, problem = ?, changed_at = ? WHERE id = ?",
                status.name(),
                problem.map(text -> text.substring(0, Math.min(1000, text.length())))
                        .orElse(null),
                Instant.now(),
                job));
    }

    // ---- tables

    /** A segment of a table that was scored: where its results are, and since when. */
    public record Scored(String job, String table, int position, Instant finishedAt) {}

    /**
     * The segments of tables that a model has scored for a purpose since then, the newest first.
     *
     * @param digest of the model
     */
    public List<Scored> scored(String digest, String purpose, Instant since) {
        return database.transact(connection ->
                Sql.all(connection, SCORED + NEWEST, Jobs::readScored, SCORE_TABLE, digest, purpose, since));
    }

    /** The same of one segment. */
    public List<Scored> scored(String digest, String purpose, Instant since, String table, int position) {
        return database.transact(connection -> Sql.all(
                connection,
                SCORED + " AND j.share_table = ? AND c.position = ?" + NEWEST,
                Jobs::readScored,
                SCORE_TABLE,
                digest,
                purpose,
                since,
                table,
                position));
    }

    private static Scored readScored(ResultSet row) throws SQLException {
        return new Scored(
                row.getString("job"),
                row.getString("share_table"),
                row.getInt("position"),
                Sql.instant(row, "finished_at"));
    }

    /** The rows that a segment of a table was stored from; empty when the job that did is not known any more. */
    public Optional<JobRows> stored(String table, int position) {
        return database.transact(connection -> Sql.first(
                connection,
                "SELECT c.subjects FROM job j JOIN job_chunk c ON c.job = j.id"
                        + " WHERE j.share_table = ? AND j.work = ? AND c.position = ?",
                row -> JobRows.decode(row.getBytes(1)),
                table,
                STORE_TABLE,
                position));
    }

    /** What a job's results hold is not to be kept beyond this time. */
    public void keepAtMost(String job, Instant until) {
        database.transact(connection -> Sql.update(
                connection, "UPDATE job SET keep_until = ? WHERE id = ? AND keep_until > ?", until, job, until));
    }

    /** Forgets jobs that have ended and are not to be kept any longer, with their results; how many. */
    public int drop(Instant now) {
        return database.transact(connection -> Sql.update(
                connection, "DELETE FROM job WHERE keep_until <= ? AND status <> ?", now, Status.RUNNING.name()));
    }

    private StorageFailure noChunk(String job, int position) {
        return new StorageFailure("job " + job + " has no chunk " + position, "ask for a chunk that it has");
    }

    private static Work work(ResultSet row) throws SQLException {
        return switch (row.getString("work")) {
            case STORE_TABLE ->
                new Work.StoreTable(
                        row.getString("share_table"),
                        row.getString("table_name"),
                        row.getObject("as_of", LocalDate.class));
            case SCORE_TABLE -> new Work.ScoreTable(row.getString("share_table"), row.getString("model_digest"));
            default -> new Work.Subjects();
        };
    }

    private static Job read(ResultSet row) throws SQLException {
        return new Job(
                row.getString("id"),
                work(row),
                row.getString("model"),
                row.getString("purpose"),
                Status.valueOf(row.getString("status")),
                row.getInt("row_count"),
                row.getInt("done_count"),
                row.getInt("failed_count"),
                Optional.ofNullable(row.getString("problem")),
                Sql.instant(row, "created_at"),
                Sql.instant(row, "changed_at"));
    }
}
