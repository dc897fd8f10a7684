package org.tallystick.node.storage;

import com.zaxxer.hikari.HikariConfig;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** What differs between the databases that a node's state can be in. */
interface StateEngine {
    /** Statements that are not written alike everywhere. */
    enum Dialect {
        H2,
        POSTGRESQL
    }

    Dialect dialect();

    /** Before the database is opened. */
    void opening() throws IOException;

    /** How it is connected to; at most so many connections are used at a time. */
    HikariConfig pool();

    /** Where migrations are, and over which connections they run. */
    FluentConfiguration migrations(FluentConfiguration flyway, DataSource pool);

    /** Whether a commit is on the disk when it is told: then nothing is left to be forced. */
    boolean forcesCommits();

    /** Forces all commits so far to the disk, where {@link #forcesCommits} does not. */
    void force(Connection connection) throws SQLException;

    /** Whether the database is over and its connections must not be touched again. */
    boolean hasEnded(Throwable failure);

    /** What an error means to an operator. */
    StorageFailure failure(SQLException e);

    /** What it means that the database is not as this version left it. */
    StorageFailure strange(Throwable e);

    /** The database in words, for errors. */
    String name();

    /** After the database was closed. */
    void closed();
}
