package org.tallystick.node.storage;

import com.zaxxer.hikari.HikariConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** State in H2 that commits and, while a test says so, cannot be forced to the disk. */
public final class UnsureState implements StateEngine {
    private final Path folder;
    private final EmbeddedState state;
    private volatile boolean unsure;

    public UnsureState(Path folder) {
        this.folder = folder;
        this.state = new EmbeddedState(folder);
    }

    public StateDatabase open() {
        return StateDatabase.open(folder, this);
    }

    /** From now on a force fails, or no more. */
    public void unsure(boolean now) {
        unsure = now;
    }

    @Override
    public void force(Connection connection) throws SQLException {
        if (unsure) {
            throw new SQLException("made up");
        }
        state.force(connection);
    }

    @Override
    public Dialect dialect() {
        return state.dialect();
    }

    @Override
    public void opening() throws IOException {
        state.opening();
    }

    @Override
    public HikariConfig pool() {
        return state.pool();
    }

    @Override
    public FluentConfiguration migrations(FluentConfiguration flyway, DataSource pool) {
        return state.migrations(flyway, pool);
    }

    @Override
    public boolean forcesCommits() {
        return state.forcesCommits();
    }

    @Override
    public boolean hasEnded(Throwable failure) {
        return state.hasEnded(failure);
    }

    @Override
    public StorageFailure failure(SQLException e) {
        return state.failure(e);
    }

    @Override
    public StorageFailure strange(Throwable e) {
        return state.strange(e);
    }

    @Override
    public String name() {
        return state.name();
    }

    @Override
    public void closed() {
        state.closed();
    }
}
