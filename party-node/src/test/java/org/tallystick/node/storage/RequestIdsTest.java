package org.tallystick.node.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.tallystick.node.storage.Requests.Answer;
import org.tallystick.node.storage.Requests.Begun;
import org.tallystick.node.storage.Requests.Given;

/** Which ids the database is asked about. */
@ParameterizedClass
@EnumSource(TestState.class)
final class RequestIdsTest {
    @Parameter
    private TestState kind;

    @TempDir
    private Path folder;

    @Test
    void onlyThoseThatMayHaveBeenUsed() {
        try (StateDatabase database = kind.open(folder);
                Requests requests = Requests.open(database, folder)) {
            awaitIds(requests);
            requests.begin("used", "s", "m");
            requests.end(Map.of("used", new Given("band 3", Optional.empty())), List.of());
            requests.keep("m", List.of(new Answer("kept", "s", new Given("band 2", Optional.empty()))));
            requests.index();
            assertAnswersBoth(requests);
        }
        StateDatabase database = kind.open(folder);
        Requests requests = Requests.open(database, folder);
        awaitIds(requests);
        assertAnswersBoth(requests);
        database.close();
        assertEquals(new Begun.Run(1), requests.begin("new", "s", "m"), "without the database");
        assertThrows(StorageFailure.class, () -> requests.begin("used", "s", "m"));
        assertThrows(StorageFailure.class, () -> requests.begin("kept", "s", "m"));
        assertThrows(StorageFailure.class, requests::close);
    }

    /** Until all that were stored before are known. */
    private static void awaitIds(Requests requests) {
        while (!requests.knowsIds()) {
            LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
        }
    }

    private static void assertAnswersBoth(Requests requests) {
        assertEquals(new Begun.Answered("band 3"), requests.begin("used", "s", "m"));
        assertEquals(new Begun.Answered("band 2"), requests.begin("kept", "s", "m"));
    }
}
