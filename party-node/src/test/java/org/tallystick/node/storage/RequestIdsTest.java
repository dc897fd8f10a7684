package org.tallystick.node.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.node.storage.Requests.Answer;
import org.tallystick.node.storage.Requests.Begun;
import org.tallystick.node.storage.Requests.Given;

/** Which ids the database is asked about. */
@Timeout(60)
final class RequestIdsTest {
    private static final List<String> LOOK_ALIKE =
            List.of("A", "a", "a-b", "a.b", "ab", "a_b", "Ab", "aB", "1", "-", "_");

    @TempDir
    private Path folder;

    @Test
    void onlyThoseThatMayHaveBeenUsed() {
        try (StateDatabase database = StateDatabase.open(folder);
                Requests requests = Requests.open(database, folder)) {
            awaitIds(requests);
            requests.begin("used", "s", "m");
            requests.end(Map.of("used", new Given("band 3", Optional.empty())), List.of());
            keep(requests, List.of("kept"));
            requests.index();
            assertAnswersBoth(requests);
        }
        StateDatabase database = StateDatabase.open(folder);
        Requests requests = Requests.open(database, folder);
        awaitIds(requests);
        assertAnswersBoth(requests);
        database.close();
        assertEquals(new Begun.Run(1), requests.begin("new", "s", "m"), "without the database");
        assertThrows(StorageFailure.class, () -> requests.begin("used", "s", "m"));
        assertThrows(StorageFailure.class, () -> requests.begin("kept", "s", "m"));
        assertThrows(StorageFailure.class, requests::close);
    }

    @Test
    void eachIdOfTheDatabaseIsInOnePage() {
        try (StateDatabase database = StateDatabase.open(folder);
                Requests requests = Requests.open(database, folder)) {
            keep(requests, LOOK_ALIKE);
            RequestTable table = new RequestTable(database);
            List<String> seen = new ArrayList<>();
            for (List<String> page = table.ids("", 2); !page.isEmpty(); page = table.ids(page.getLast(), 2)) {
                seen.addAll(page);
            }
            assertEquals(LOOK_ALIKE.size(), seen.size());
            assertEquals(new HashSet<>(LOOK_ALIKE), new HashSet<>(seen));
        }
    }

    /** A database that others may have written meanwhile is asked about each id. */
    @Test
    void allWhereTheDatabaseIsNoneOfTheNodesOwn() {
        StateDatabase database = TestState.POSTGRESQL.open(folder);
        Requests requests = Requests.open(database, folder);
        LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        assertFalse(requests.knowsIds());
        database.close();
        assertThrows(StorageFailure.class, () -> requests.begin("new", "s", "m"));
        requests.close();
    }

    /** Until all that were stored before are known. */
    private static void awaitIds(Requests requests) {
        while (!requests.knowsIds()) {
            LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
        }
    }

    private static void keep(Requests requests, List<String> ids) {
        requests.keep(
                "m",
                ids.stream()
                        .map(id -> new Answer(id, "s", new Given("band 2", Optional.empty())))
                        .toList());
    }

    private static void assertAnswersBoth(Requests requests) {
        assertEquals(new Begun.Answered("band 3"), requests.begin("used", "s", "m"));
        assertEquals(new Begun.Answered("band 2"), requests.begin("kept", "s", "m"));
    }
}
