package org.tallystick.node.storage;

import com.zaxxer.hikari.HikariConfig;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/**
 * State in a PostgreSQL database of its own. A commit is on its disk when it is told. One connection does all the work
 * and holds a lock of the database, so that two nodes never share one; when it breaks the next one waits a little for
 * the server to notice, and the node goes on.
 */
record PostgresState(StateLocation location) implements StateEngine {
    /** Of the advisory lock; the letters of "tally". */
    private static final long LOCK = 0x74616c6c79L;

    @Override
    public Dialect dialect() {
        return Dialect.POSTGRESQL;
    }

    @Override
    public void opening() {}

    @Override
    public HikariConfig pool() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(location.url());
        config.setUsername(location.user());
        config.setPassword(location.password());
        config.setMaximumPoolSize(1);
        // The connection with the lock stays; Hikari would renew it and might open the next before it has closed it.
        config.setMaxLifetime(0);
        // Less than the five seconds that the pool gives a connection to begin, after which nobody knows why it failed.
        config.setConnectionInitSql("SET synchronous_commit TO on; SET lock_timeout TO '3s'; SELECT pg_advisory_lock("
                + LOCK + "); SET lock_timeout TO '10s'");
        config.addDataSourceProperty("ApplicationName", "tally");
        config.addDataSourceProperty("connectTimeout", "10");
        config.addDataSourceProperty("socketTimeout", "60");
        config.addDataSourceProperty("tcpKeepAlive", "true");
        return config;
    }

    @Override
    public FluentConfiguration migrations(FluentConfiguration flyway, DataSource pool) {
        return flyway.dataSource(location.url(), location.user(), location.password())
                .locations(
                        "classpath:org/tallystick/node/storage/postgresql",
                        "classpath:org/tallystick/node/storage/common");
    }

    @Override
    public boolean forcesCommits() {
        return true;
    }

    @Override
    public void force(Connection connection) {
        // It was forced when it was committed.
    }

    @Override
    public boolean hasEnded(Throwable failure) {
        return false;
    }

    @Override
    public StorageFailure failure(SQLException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return failure(sql.getSQLState(), e);
            }
        }
        return unreachable(e);
    }

    private StorageFailure failure(String state, SQLException e) {
        if (state.startsWith("08") || state.startsWith("57P")) {
            return unreachable(e);
        }
        if (state.startsWith("28")) {
            return new StorageFailure(
                    name() + " does not let the user " + location.user() + " in",
                    "correct state.database.user and the password in its file, and the server's pg_hba.conf",
                    e);
        }
        return switch (state) {
            case "3D000" -> new StorageFailure(name() + " does not exist", "make it: CREATE DATABASE", e);
            case "42501" ->
                new StorageFailure(
                        name() + " does not let the user " + location.user() + " make tables",
                        "make that user the owner of the database",
                        e);
            case "53100" ->
                new StorageFailure(
                        "the disk of " + name() + " is full",
                        "free space there; what was stored before is intact, and the node goes on by itself",
                        e);
            case "55P03" ->
                new StorageFailure(
                        name() + " is in use by another node", "stop that node, or give each node its own database", e);
            default ->
                // The server's words may repeat stored values.
                new StorageFailure(
                        name() + " refused a statement (state " + state + ")",
                        "report this with the log; nothing was changed");
        };
    }

    private StorageFailure unreachable(SQLException e) {
        return new StorageFailure(
                name() + " cannot be reached",
                "start PostgreSQL there, or repair the way to it; what was stored before is intact, and the node goes"
                        + " on by itself",
                e);
    }

    @Override
    public StorageFailure strange(Throwable e) {
        return new StorageFailure(
                name() + " is not as this version of tally left it", "restore it from a backup, and keep this one", e);
    }

    @Override
    public String name() {
        return "the database " + location.url().split("\\?", 2)[0];
    }

    @Override
    public void closed() {}
}
