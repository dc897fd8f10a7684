package org.tallystick.node.storage;

import com.zaxxer.hikari.HikariConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** State in H2, one file in the state folder. */
record EmbeddedState(Path folder) implements StateEngine {
    private static final int CONNECTIONS = 2;

    @Override
    public Dialect dialect() {
        return Dialect.H2;
    }

    @Override
    public void opening() throws IOException {
        InterruptedState.recover(folder, folder.toAbsolutePath().resolve("state.mv.db"));
    }

    @Override
    public HikariConfig pool() {
        HikariConfig config = new HikariConfig();
        // Write at commit, not half a second later: a killed process must not forget what it said it had stored.
        config.setJdbcUrl("jdbc:h2:file:" + folder.toAbsolutePath().resolve("state")
                + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;LOCK_TIMEOUT=10000");
        config.setUsername("sa");
        config.setPassword("");
        config.setMaximumPoolSize(CONNECTIONS);
        return config;
    }

    @Override
    public FluentConfiguration migrations(FluentConfiguration flyway, DataSource pool) {
        return flyway.dataSource(pool)
                .locations("classpath:org/tallystick/node/storage/h2", "classpath:org/tallystick/node/storage/common");
    }

    @Override
    public boolean forcesCommits() {
        return false;
    }

    @Override
    public void force(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CHECKPOINT SYNC");
        }
    }

    @Override
    public boolean hasEnded(Throwable failure) {
        return EmbeddedDatabase.hasEnded(failure);
    }

    @Override
    public StorageFailure failure(SQLException e) {
        return StorageFailure.of(folder, e);
    }

    @Override
    public StorageFailure strange(Throwable e) {
        return new StorageFailure(
                "the state in " + folder + " is not as this version of tally left it",
                "restore the folder from a backup, and keep this one",
                e);
    }

    @Override
    public String name() {
        return "the database in " + folder;
    }

    @Override
    public void closed() {
        InterruptedState.closed(folder);
    }
}
