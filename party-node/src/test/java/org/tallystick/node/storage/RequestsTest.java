package org.tallystick.node.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.tallystick.node.storage.Requests.Answer;
import org.tallystick.node.storage.Requests.Begun;
import org.tallystick.node.storage.Requests.Given;
import org.tallystick.node.storage.Requests.Kept;

@ParameterizedClass
@EnumSource(TestState.class)
final class RequestsTest {
    @Parameter
    private TestState kind;

    @TempDir
    private Path temporary;

    private final BadDisk disk = new BadDisk();
    private Path folder;
    private StateDatabase database;
    private Requests requests;

    @BeforeEach
    void open() {
        folder = temporary.resolve("first");
        database = kind.open(folder);
        requests = Requests.open(database, folder, disk);
    }

    @AfterEach
    void close() {
        requests.close();
        database.close();
    }

    /** Goes on with the files as they are at this moment, as if the process had been killed now. */
    private void crash() throws IOException {
        Path image = temporary.resolve("after-" + folder.getFileName());
        Files.createDirectories(image);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.copy(file, image.resolve(file.getFileName()));
            }
        }
        kind.copied(folder, image, database);
        letGo();
        folder = image;
        database = kind.open(folder);
        requests = Requests.open(database, folder, disk);
    }

    /** Closes both; the database may be closed already, and then does not hear what the log would tell it. */
    private void letGo() {
        try {
            requests.close();
        } catch (StorageFailure e) {
            assertEquals(TestState.POSTGRESQL, kind);
        }
        database.close();
    }

    private void reopen() {
        close();
        database = kind.open(folder);
        requests = Requests.open(database, folder, disk);
    }

    private void finish(String id, String answer) {
        requests.end(Map.of(id, new Given(answer, Optional.empty())), List.of());
    }

    private void fail(String id) {
        requests.end(Map.of(), List.of(id));
    }

    private List<Path> logs() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith("requests-"))
                    .toList();
        }
    }

    @Test
    void aRequestRunsOnceAndAnswersItsRetries() {
        assertEquals(new Begun.Run(1), requests.begin("r", "s", "m"));
        assertEquals(new Begun.Running(), requests.begin("r", "s", "m"));
        assertEquals(new Begun.Conflict(), requests.begin("r", "other", "m"));
        assertEquals(new Begun.Conflict(), requests.begin("r", "s", "other"));
        finish("r", "band 3");
        finish("r", "band 4");
        fail("r");
        Begun again = requests.begin("r", "s", "m");
        assertEquals(new Begun.Answered("band 3"), again);
        assertFalse(again.toString().contains("band"));

        requests.index();
        assertEquals(new Begun.Answered("band 3"), requests.begin("r", "s", "m"), "from the database");
        reopen();
        assertEquals(new Begun.Answered("band 3"), requests.begin("r", "s", "m"));
        assertEquals(new Begun.Conflict(), requests.begin("r", "other", "m"));
    }

    @Test
    void aRequestThatFailedOrWasCutOffMayRunAgain() {
        requests.begin("failed", "s", "m");
        fail("failed");
        assertEquals(new Begun.Run(2), requests.begin("failed", "s", "m"));
        fail("failed");
        requests.begin("cut", "s", "m");
        reopen();

        assertEquals(new Begun.Run(3), requests.begin("failed", "s", "m"));
        assertEquals(new Begun.Run(2), requests.begin("cut", "s", "m"));
        assertEquals(new Begun.Running(), requests.begin("cut", "s", "m"));
    }

    @Test
    void onlyOneOfManyRetriesRuns() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Begun>> tasks = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                tasks.add(() -> requests.begin("r", "s", "m"));
            }
            int runs = 0;
            for (var future : threads.invokeAll(tasks)) {
                runs += future.get() instanceof Begun.Run ? 1 : 0;
            }
            assertEquals(1, runs);
        }
    }

    private void finish(String id, String answer, Kept kept) {
        requests.end(Map.of(id, new Given(answer, Optional.of(kept))), List.of());
    }

    private Optional<String> again(String subject, String digest, String model) {
        return Optional.ofNullable(requests.repeats(digest, model, List.of("nobody", subject))
                        .get(subject))
                .map(repeat -> repeat.answer() + " on " + repeat.consent());
    }

    @Test
    void anAnswerIsGivenAgainWhileItIsKept() throws IOException {
        Instant until = Instant.now().plus(Duration.ofDays(1));
        requests.begin("r", "企业", "m for loans");
        finish("r", "band 1", new Kept("d1", "n1", until));
        for (int pass = 0; pass < 3; pass++) {
            assertEquals(Optional.of("band 1 on n1"), again("企业", "d1", "m for loans"), "pass " + pass);
            assertEquals(Optional.empty(), again("企业", "d2", "m for loans"), "another model");
            assertEquals(Optional.empty(), again("企业", "d1", "m for relief"), "another purpose");
            assertEquals(Optional.empty(), again("nobody", "d1", "m for loans"));
            // From memory, from the database, and from what a crash left.
            if (pass == 0) {
                requests.index();
            } else {
                crash();
            }
        }
        requests.begin("late", "企业", "m for loans");
        finish("late", "band 2", new Kept("d1", "", until));
        assertEquals(Optional.of("band 2 on "), again("企业", "d1", "m for loans"), "the newest");
        requests.begin("again", "企业", "m for loans");
        finish("again", "band 3", new Kept("", "", until));
        assertEquals(Optional.of("band 2 on "), again("企业", "d1", "m for loans"), "what was given again is not new");
    }

    @Test
    void answersOfJobsAreGivenAgainUntilTheyAreDropped() {
        Instant until = Instant.now().plus(Duration.ofDays(1));
        Instant past = Instant.now().minusSeconds(1);
        List<Answer> answers = new ArrayList<>();
        for (int row = 0; row < 450; row++) {
            Kept kept = new Kept("d", "", row < 420 ? until : past);
            answers.add(new Answer("j-" + row, "s" + row, new Given("band " + row, Optional.of(kept))));
        }
        requests.keep("m for loans", answers);
        List<String> subjects = answers.stream().map(Answer::subject).toList();

        assertEquals(420, requests.repeats("d", "m for loans", subjects).size());
        assertEquals(Optional.of("band 7 on "), again("s7", "d", "m for loans"));
        requests.begin("kept", "s", "m");
        finish("kept", "band 1");
        requests.index();

        requests.drop(until.plusSeconds(1));

        assertEquals(Map.of(), requests.repeats("d", "m for loans", subjects));
        assertEquals(new Begun.Run(1), requests.begin("j-7", "s7", "m for loans"));
        assertEquals(new Begun.Answered("band 1"), requests.begin("kept", "s", "m"));
    }

    /** The log would have a year's answers in it otherwise: its next file is long in coming. */
    @Test
    void whatIsDroppedLeavesTheLogToo() throws IOException {
        Instant until = Instant.now().plus(Duration.ofDays(1));
        requests.begin("old", "s", "m");
        finish("old", "band forgotten", new Kept("d", "n", until));
        requests.begin("running", "s", "m");
        requests.index();
        assertTrue(isInLog("band forgotten"));

        // The database rounds to milliseconds.
        requests.drop(until.plusSeconds(1));

        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
        while (isInLog("band forgotten")) {
            assertTrue(System.nanoTime() < end, "waited for three minutes");
            LockSupport.parkNanos(20_000_000);
        }
        assertTrue(isInLog("running"));
        assertEquals(new Begun.Run(1), requests.begin("old", "s", "m"));
    }

    private boolean isInLog(String text) throws IOException {
        boolean found = false;
        for (Path log : logs()) {
            try {
                found |= Files.readString(log, StandardCharsets.ISO_8859_1).contains(text);
            } catch (NoSuchFileException e) {
                // It has gone since it was listed.
            }
        }
        return found;
    }

    @Test
    void anIdIsNewWhenItsAnswerIsKeptNoLonger() {
        requests.begin("r", "s", "m");
        finish("r", "band 1", new Kept("d", "n", Instant.now().minusSeconds(1)));
        assertEquals(new Begun.Run(1), requests.begin("r", "another", "m"));
        requests.begin("indexed", "s", "m");
        finish("indexed", "band 1", new Kept("d", "n", Instant.now().minusSeconds(1)));
        requests.index();
        assertEquals(new Begun.Run(1), requests.begin("indexed", "s", "m"));
    }

    @Test
    void whatTheIndexLacksComesBackFromTheLog() throws IOException {
        requests.begin("indexed", "s", "m");
        finish("indexed", "band 1");
        requests.index();
        requests.begin("answered", "企业", "m");
        finish("answered", "band 2");
        requests.begin("failed", "s", "m");
        fail("failed");
        requests.begin("running", "s", "m");
        requests.beginNew("made here", "s", "m");
        crash();

        assertEquals(new Begun.Answered("band 1"), requests.begin("indexed", "s", "m"));
        assertEquals(new Begun.Answered("band 2"), requests.begin("answered", "企业", "m"));
        assertEquals(new Begun.Conflict(), requests.begin("answered", "s", "m"));
        assertEquals(new Begun.Run(2), requests.begin("failed", "s", "m"));
        assertEquals(new Begun.Conflict(), requests.begin("running", "other", "m"));
        assertEquals(new Begun.Run(2), requests.begin("running", "s", "m"));
        assertEquals(new Begun.Run(2), requests.begin("made here", "s", "m"));
        assertEquals(1, logs().size(), "what was replayed is in the database, and its file is gone");
    }

    @Test
    void anotherCrashDuringTheReplayLosesNothing() throws IOException {
        requests.begin("r", "s", "m");
        finish("r", "band 1");
        crash();
        finish("r", "band 2");
        crash();

        assertEquals(new Begun.Answered("band 1"), requests.begin("r", "s", "m"));
    }

    @Test
    void aTornTailIsARequestThatNobodyWasToldOf() throws IOException {
        close();
        folder = temporary.resolve("torn");
        try (RequestLog log = RequestLog.open(folder, disk, request -> {})) {
            log.append(List.of(stored("whole")));
            log.append(List.of(stored("torn")));
            log.force();
        }
        Path log = logs().getFirst();
        Files.write(log, Arrays.copyOf(Files.readAllBytes(log), (int) Files.size(log) - 1));
        database = kind.open(folder);
        requests = Requests.open(database, folder, disk);

        assertEquals(new Begun.Run(2), requests.begin("whole", "s", "m"));
        assertEquals(new Begun.Run(1), requests.begin("torn", "s", "m"));
    }

    private static StoredRequest stored(String id) {
        Instant now = Instant.ofEpochMilli(7);
        return new StoredRequest(
                id, "s", "m", StoredRequest.Status.RUNNING, 1, Optional.empty(), Optional.empty(), now, now);
    }

    @Test
    void aNewFileOfTheLogHasWhatRunsAndTheOldOneGoes() throws IOException {
        requests.begin("done", "s", "m");
        finish("done", "band 1");
        requests.begin("running", "s", "m");
        Path old = logs().getFirst();
        requests.startNextFile();

        assertFalse(Files.exists(old));
        assertEquals(1, logs().size());
        finish("running", "band 2");
        requests.begin("later", "s", "m");
        crash();
        assertEquals(new Begun.Answered("band 1"), requests.begin("done", "s", "m"));
        assertEquals(new Begun.Answered("band 2"), requests.begin("running", "s", "m"));
        assertEquals(new Begun.Run(2), requests.begin("later", "s", "m"));
    }

    @Test
    void aRequestThatRunsThroughAChangeOfFilesIsCutOffByACrash() throws IOException {
        requests.begin("running", "s", "m");
        requests.startNextFile();
        crash();

        assertEquals(new Begun.Conflict(), requests.begin("running", "other", "m"));
        assertEquals(new Begun.Run(2), requests.begin("running", "s", "m"));
    }

    @Test
    void aFullDiskIsToldAndForgetsNothing() throws IOException {
        requests.begin("done", "s", "m");
        finish("done", "band 1");
        requests.begin("running", "s", "m");
        disk.isFull = true;

        assertThrows(StorageFailure.class, () -> requests.begin("r", "s", "m"));
        assertThrows(StorageFailure.class, () -> finish("running", "band 2"));
        assertEquals(new Begun.Answered("band 1"), requests.begin("done", "s", "m"));
        disk.isFull = false;
        assertEquals(new Begun.Run(2), requests.begin("running", "s", "m"), "its answer was told to nobody");
        finish("running", "band 2");
        assertEquals(new Begun.Run(1), requests.begin("r", "s", "m"));
        crash();

        assertEquals(new Begun.Answered("band 1"), requests.begin("done", "s", "m"));
        assertEquals(new Begun.Answered("band 2"), requests.begin("running", "s", "m"));
        assertEquals(new Begun.Run(2), requests.begin("r", "s", "m"));
    }

    @Test
    void whenTheDatabaseFailsTheLogStillHasIt() throws IOException {
        requests.keep("m", List.of(new Answer("earlier", "s", new Given("band 2", Optional.empty()))));
        requests.begin("r", "s", "m");
        finish("r", "band 1");
        database.close();

        assertThrows(StorageFailure.class, () -> requests.index());
        assertThrows(StorageFailure.class, () -> requests.index(), "and it still waits");
        assertEquals(new Begun.Answered("band 1"), requests.begin("r", "s", "m"));
        assertThrows(StorageFailure.class, () -> requests.begin("earlier", "s", "m"));
        assertThrows(StorageFailure.class, () -> requests.close());
        database = kind.open(folder);
        requests = Requests.open(database, folder, disk);
        assertEquals(new Begun.Answered("band 1"), requests.begin("r", "s", "m"));
    }

    @Test
    void afterAFailedForceNothingIsTakenAnyMore() {
        requests.begin("r", "s", "m");
        disk.isBroken = true;

        assertThrows(StorageFailure.class, () -> requests.startNextFile());
        assertThrows(StorageFailure.class, () -> requests.begin("later", "s", "m"));
        disk.isBroken = false;
        assertThrows(StorageFailure.class, () -> requests.begin("later", "s", "m"));
        assertTrue(requests.begin("r", "s", "m") instanceof Begun.Running);
    }
}
