package org.tallystick.node.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a database server can do to a node. */
final class PostgresStateTest {
    private static final byte[] HASH = new byte[32];

    @TempDir
    private Path folder;

    private final String url = TestPostgres.newDatabase();

    private StateDatabase open(String address, String user, String password) {
        return StateDatabase.open(folder, Optional.of(new StateLocation(address, user, password)));
    }

    private StateDatabase open() {
        return open(url, TestPostgres.USER, TestPostgres.PASSWORD);
    }

    @Test
    void aSecondNodeIsKeptOutUntilTheFirstHasGone() {
        StateDatabase first = open();

        StorageFailure failure = assertThrows(StorageFailure.class, this::open);

        assertTrue(failure.problem().contains("in use by another node"), failure::problem);
        first.close();
        open().close();
    }

    @Test
    void aNodeGoesOnAfterItsConnectionWasLost() {
        try (StateDatabase database = open()) {
            Programs programs = new Programs(database);
            programs.add(HASH, "one", new byte[] {1});

            TestPostgres.hangUp(url);
            try {
                programs.all();
            } catch (StorageFailure e) {
                assertTrue(e.problem().contains("cannot be reached"), e::problem);
            }

            assertEquals(1, programs.all().size());
            assertTrue(programs.approve(HASH, "officer"));
            assertTrue(database.isReady());
            assertThrows(StorageFailure.class, this::open, "the lock was lost with the connection");
        }
    }

    @Test
    void commitsAreOnTheDiskWhateverTheServersDefault() throws Exception {
        try (Connection connection = DriverManager.getConnection(url, TestPostgres.USER, TestPostgres.PASSWORD);
                var statement = connection.createStatement()) {
            statement.execute(
                    "ALTER DATABASE " + url.substring(url.lastIndexOf('/') + 1) + " SET synchronous_commit TO off");
        }
        try (StateDatabase database = open()) {
            assertEquals(
                    Optional.of("on"),
                    database.transact(
                            connection -> Sql.first(connection, "SHOW synchronous_commit", row -> row.getString(1))));
        }
    }

    @Test
    void errorsSayWhatToDoAndNoPassword() {
        String nowhere = url.substring(0, url.lastIndexOf('/') + 1) + "nowhere?sslmode=disable";

        StorageFailure wrong =
                assertThrows(StorageFailure.class, () -> open(url, TestPostgres.USER, "the wrong password"));
        StorageFailure missing =
                assertThrows(StorageFailure.class, () -> open(nowhere, TestPostgres.USER, TestPostgres.PASSWORD));
        StorageFailure down = assertThrows(
                StorageFailure.class, () -> open("jdbc:postgresql://127.0.0.1:1/x", TestPostgres.USER, "p"));

        assertTrue(wrong.problem().contains("does not let the user tally in"), wrong::problem);
        assertTrue(missing.problem().endsWith("/nowhere does not exist"), missing::problem);
        assertTrue(down.problem().contains("cannot be reached"), down::problem);
        assertFalse(wrong.toString().contains("wrong password"), wrong::toString);
        assertFalse(new StateLocation(url, "u", "secret").toString().contains("secret"));
    }
}
