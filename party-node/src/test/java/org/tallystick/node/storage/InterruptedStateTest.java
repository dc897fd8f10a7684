package org.tallystick.node.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a killed process leaves of its database is what a copy has that is made in between. */
@Tag("slow")
final class InterruptedStateTest {
    private static final int COPIES = 30;

    @TempDir
    Path temporary;

    private final Random random = new Random(3);
    private long last;

    /**
     * Each copy goes on where the last one ended. Rows come, some of them large, and old ones go, so that chunks are
     * written to the end of the file and into gaps.
     */
    @Test
    void aCopyHasEveryCommit() throws IOException {
        Path folder = temporary.resolve("0");
        StateDatabase database = StateDatabase.open(folder);
        database.transact(connection -> {
            try (Statement statement = connection.createStatement()) {
                return statement.execute("CREATE TABLE noted (id BIGINT PRIMARY KEY, content BLOB)");
            }
        });
        for (int k = 1; k <= COPIES; k++) {
            for (int row = random.nextInt(60); row >= 0; row--) {
                insert(database);
            }
            Path copied = copy(folder, temporary.resolve(Integer.toString(k)));
            database.close();
            delete(folder);
            folder = copied;
            database = StateDatabase.open(folder);
            assertEquals(last, newest(database), "copy " + k);
        }
        database.close();
    }

    @Test
    void aDatabaseThatWasClosedIsNotLookedThrough() throws IOException {
        Path folder = temporary.resolve("state");
        StateDatabase database = StateDatabase.open(folder);
        assertTrue(Files.exists(folder.resolve("state.open")));
        database.close();
        assertFalse(Files.exists(folder.resolve("state.open")));
    }

    private void insert(StateDatabase database) {
        last++;
        byte[] content = new byte[random.nextInt(4) == 0 ? 20_000 + random.nextInt(200_000) : random.nextInt(500)];
        random.nextBytes(content);
        database.transact(connection -> {
            try (PreparedStatement insert =
                            connection.prepareStatement("INSERT INTO noted (id, content) VALUES (?, ?)");
                    PreparedStatement delete = connection.prepareStatement("DELETE FROM noted WHERE id < ?")) {
                Sql.bind(insert, last, content);
                Sql.bind(delete, last - 200);
                return insert.executeUpdate() + (last % 7 == 3 ? delete.executeUpdate() : 0);
            }
        });
        if (random.nextInt(10) == 0) {
            database.sync();
        }
    }

    private static long newest(StateDatabase database) {
        return database.transact(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT MAX(id) FROM noted")) {
                row.next();
                return row.getLong(1);
            }
        });
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }

    private static Path copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, to.resolve(file.getFileName()), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return to;
    }
}
