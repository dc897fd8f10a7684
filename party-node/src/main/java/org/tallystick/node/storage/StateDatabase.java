package org.tallystick.node.storage;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;

/**
 * A node's state in a database of its own: embedded, one file in the state folder, or in PostgreSQL. A commit survives
 * the end of the process; it survives a power failure after {@link #sync}. What must survive before anything leaves the
 * node goes to {@link ReceiptLog}.
 */
public final class StateDatabase implements AutoCloseable {
    private final StateEngine engine;
    private final HikariDataSource pool;
    private final ReentrantLock turn = new ReentrantLock();
    private Optional<StorageFailure> ended = Optional.empty();

    private StateDatabase(StateEngine engine, HikariDataSource pool) {
        this.engine = engine;
        this.pool = pool;
    }

    /** Statements that succeed or fail as one. */
    interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    /** Opens the embedded database in a folder, made or brought to this version's schema when it has to be. */
    public static StateDatabase open(Path folder) {
        return open(folder, Optional.empty());
    }

    /**
     * Opens the state, made or brought to this version's schema when it has to be.
     *
     * @param folder of the node's state; the embedded database is in it
     * @param elsewhere the database to use instead of the embedded one
     */
    public static StateDatabase open(Path folder, Optional<StateLocation> elsewhere) {
        return open(folder, elsewhere.<StateEngine>map(PostgresState::new).orElseGet(() -> new EmbeddedState(folder)));
    }

    static StateDatabase open(Path folder, StateEngine engine) {
        try {
            Files.createDirectories(folder);
            engine.opening();
        } catch (IOException e) {
            throw StorageFailure.of(folder, e);
        }
        HikariConfig config = engine.pool();
        config.setPoolName("state");
        config.setMinimumIdle(1);
        config.setConnectionTimeout(10_000);
        config.setAutoCommit(false);
        HikariDataSource pool;
        try {
            pool = new HikariDataSource(config);
        } catch (HikariPool.PoolInitializationException e) {
            throw failure(engine, e);
        }
        try {
            migrate(engine, pool);
        } catch (RuntimeException e) {
            if (!engine.hasEnded(e)) {
                pool.close();
            }
            throw e;
        }
        return new StateDatabase(engine, pool);
    }

    StateEngine.Dialect dialect() {
        return engine.dialect();
    }

    private static void migrate(StateEngine engine, HikariDataSource pool) {
        try {
            Flyway flyway = engine.migrations(Flyway.configure(StateDatabase.class.getClassLoader()), pool)
                    .load();
            if (Arrays.stream(flyway.info().all()).map(MigrationInfo::getState).anyMatch(StateDatabase::isNewer)) {
                throw new StorageFailure(
                        engine.name() + " was written by a newer version of tally",
                        "run that version or a later one; this one leaves it untouched");
            }
            flyway.migrate();
        } catch (FlywayException e) {
            throw failure(engine, e);
        }
    }

    private static boolean isNewer(MigrationState state) {
        return state == MigrationState.FUTURE_SUCCESS || state == MigrationState.FUTURE_FAILED;
    }

    private static StorageFailure failure(StateEngine engine, Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return engine.failure(sql);
            }
        }
        return engine.strange(e);
    }

    /** Runs statements in one transaction, rolled back when they fail. */
    <T> T transact(Work<T> work) {
        return exclusively(connection -> {
            try {
                T result = work.run(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                if (!engine.hasEnded(e)) {
                    connection.rollback();
                }
                throw e;
            }
        });
    }

    /** Forces all commits so far to the disk. */
    public void sync() {
        if (engine.forcesCommits()) {
            return;
        }
        exclusively(connection -> {
            engine.force(connection);
            return connection;
        });
    }

    /**
     * One at a time: the database commits one at a time anyway, and nobody may be in the middle of a transaction when
     * it ends itself over a full disk ({@link EmbeddedDatabase#hasEnded}).
     */
    private <T> T exclusively(Work<T> work) {
        turn.lock();
        try {
            return uninterrupted(work);
        } catch (SQLException e) {
            throw engine.failure(e);
        } finally {
            turn.unlock();
        }
    }

    /**
     * Under an interrupted thread the embedded database's files would close: it is told again when the work is done.
     */
    private <T> T uninterrupted(Work<T> work) throws SQLException {
        boolean interrupted = Thread.interrupted();
        try {
            return connected(work);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private <T> T connected(Work<T> work) throws SQLException {
        if (ended.isPresent()) {
            throw new StorageFailure(ended.get().problem(), ended.get().remedy(), ended.get());
        }
        Connection connection = pool.getConnection();
        T result;
        try {
            result = work.run(connection);
        } catch (SQLException | RuntimeException e) {
            if (engine.hasEnded(e)) {
                ended = Optional.of(failure(engine, e));
                throw ended.get();
            }
            connection.close();
            throw e;
        }
        connection.close();
        return result;
    }

    /** Whether a statement works now: for readiness. */
    public boolean isReady() {
        try {
            return exclusively(connection -> connection.isValid(1));
        } catch (StorageFailure e) {
            return false;
        }
    }

    /** Closes the database. One that has ended itself is only let go. */
    @Override
    public void close() {
        turn.lock();
        try {
            if (ended.isEmpty()) {
                ended = Optional.of(new StorageFailure(engine.name() + " is closed", "start the node again"));
                pool.close();
                engine.closed();
            }
        } finally {
            turn.unlock();
        }
    }
}
