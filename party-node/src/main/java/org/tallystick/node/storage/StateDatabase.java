package org.tallystick.node.storage;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;

/**
 * A node's state in an embedded database of its own, one file in the state folder. A commit survives the end of the
 * process; it survives a power failure after {@link #sync}. What must survive before anything leaves the node goes to
 * {@link ReceiptLog}.
 */
public final class StateDatabase implements AutoCloseable {
    private static final int CONNECTIONS = 2;

    private final Path folder;
    private final HikariDataSource pool;
    private final ReentrantLock turn = new ReentrantLock();
    private Optional<StorageFailure> ended = Optional.empty();

    private StateDatabase(Path folder, HikariDataSource pool) {
        this.folder = folder;
        this.pool = pool;
    }

    /** Statements that succeed or fail as one. */
    interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    /** Opens the database in a folder, made or brought to this version's schema when it has to be. */
    public static StateDatabase open(Path folder) {
        try {
            Files.createDirectories(folder);
            InterruptedState.recover(folder, folder.toAbsolutePath().resolve("state.mv.db"));
        } catch (IOException e) {
            throw StorageFailure.of(folder, e);
        }
        HikariConfig config = new HikariConfig();
        config.setPoolName("state");
        // Write at commit, not half a second later: a killed process must not forget what it said it had stored.
        config.setJdbcUrl("jdbc:h2:file:" + folder.toAbsolutePath().resolve("state")
                + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;LOCK_TIMEOUT=10000");
        config.setUsername("sa");
        config.setPassword("");
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(10_000);
        config.setAutoCommit(false);
        HikariDataSource pool;
        try {
            pool = new HikariDataSource(config);
        } catch (HikariPool.PoolInitializationException e) {
            throw failure(folder, e);
        }
        try {
            migrate(folder, pool);
        } catch (RuntimeException e) {
            if (!EmbeddedDatabase.hasEnded(e)) {
                pool.close();
            }
            throw e;
        }
        return new StateDatabase(folder, pool);
    }

    private static void migrate(Path folder, HikariDataSource pool) {
        try {
            Flyway flyway = Flyway.configure(StateDatabase.class.getClassLoader())
                    .dataSource(pool)
                    .locations(
                            "classpath:org/tallystick/node/storage/h2", "classpath:org/tallystick/node/storage/common")
                    .load();
            if (Arrays.stream(flyway.info().all()).map(MigrationInfo::getState).anyMatch(StateDatabase::isNewer)) {
                throw new StorageFailure(
                        "the state in " + folder + " was written by a newer version of tally",
                        "run that version or a later one; this one leaves it untouched");
            }
            flyway.migrate();
        } catch (FlywayException e) {
            throw failure(folder, e);
        }
    }

    private static boolean isNewer(MigrationState state) {
        return state == MigrationState.FUTURE_SUCCESS || state == MigrationState.FUTURE_FAILED;
    }

    private static StorageFailure failure(Path folder, Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return StorageFailure.of(folder, sql);
            }
        }
        return new StorageFailure(
                "the state in " + folder + " is not as this version of tally left it",
                "restore the folder from a backup, and keep this one",
                e);
    }

    /** Runs statements in one transaction, rolled back when they fail. */
    <T> T transact(Work<T> work) {
        return exclusively(connection -> {
            try {
                T result = work.run(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                if (!EmbeddedDatabase.hasEnded(e)) {
                    connection.rollback();
                }
                throw e;
            }
        });
    }

    /** Forces all commits so far to the disk. */
    public void sync() {
        exclusively(connection -> {
            try (Statement statement = connection.createStatement()) {
                return statement.execute("CHECKPOINT SYNC");
            }
        });
    }

    /**
     * One at a time: the database commits one at a time anyway, and nobody may be in the middle of a transaction when
     * it ends itself over a full disk ({@link EmbeddedDatabase#hasEnded}).
     */
    private <T> T exclusively(Work<T> work) {
        turn.lock();
        try {
            if (ended.isPresent()) {
                throw new StorageFailure(ended.get().problem(), ended.get().remedy(), ended.get());
            }
            Connection connection = pool.getConnection();
            T result;
            try {
                result = work.run(connection);
            } catch (SQLException | RuntimeException e) {
                if (EmbeddedDatabase.hasEnded(e)) {
                    ended = Optional.of(failure(folder, e));
                    throw ended.get();
                }
                connection.close();
                throw e;
            }
            connection.close();
            return result;
        } catch (SQLException e) {
            throw StorageFailure.of(folder, e);
        } finally {
            turn.unlock();
        }
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
                ended = Optional.of(
                        new StorageFailure("the database in " + folder + " is closed", "start the node again"));
                pool.close();
                InterruptedState.closed(folder);
            }
        } finally {
            turn.unlock();
        }
    }
}
