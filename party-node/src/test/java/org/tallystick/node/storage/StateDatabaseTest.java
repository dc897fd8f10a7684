package org.tallystick.node.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.tallystick.node.storage.Activations.Activation;
import org.tallystick.node.storage.Activations.ShareSignature;
import org.tallystick.node.storage.Activations.StoredShare;
import org.tallystick.node.storage.Jobs.RowResult;
import org.tallystick.node.storage.Programs.StoredProgram;

@ParameterizedClass
@EnumSource(TestState.class)
final class StateDatabaseTest {
    @Parameter
    private TestState kind;

    @TempDir
    private Path folder;

    private StateDatabase database;

    @BeforeEach
    void open() {
        database = kind.open(folder);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void reopen() {
        database.close();
        database = kind.open(folder);
    }

    @Test
    void aThreadThatIsInterruptedStoresAsAnyOther() {
        Programs programs = new Programs(database);
        Thread.currentThread().interrupt();
        programs.add(bytes(32, 1), "one", bytes(1000, 5));
        database.sync();
        assertTrue(Thread.interrupted());
        programs.add(bytes(32, 2), "two", bytes(10, 5));
        assertEquals(2, programs.all().size());
    }

    @Test
    void aProgramIsApprovedByItsHashAlone() {
        Programs programs = new Programs(database);
        programs.add(bytes(32, 1), "one", bytes(1000, 5));
        programs.add(bytes(32, 1), "another name", bytes(1, 1));

        assertFalse(programs.isApproved(bytes(32, 1)));
        assertFalse(programs.approve(bytes(32, 2), "officer"));
        assertTrue(programs.approve(bytes(32, 1), "officer"));
        assertTrue(programs.approve(bytes(32, 1), "someone else"));
        reopen();

        StoredProgram program = new Programs(database).find(bytes(32, 1)).orElseThrow();
        assertEquals("one", program.name());
        assertArrayEquals(bytes(1000, 5), program.encoding());
        assertEquals("officer", program.approval().orElseThrow().by());
        assertEquals(1, new Programs(database).all().size());
        assertTrue(new Programs(database).withdraw(bytes(32, 1)));
        assertFalse(new Programs(database).isApproved(bytes(32, 1)));
    }

    @Test
    void anActivationIsKeptWhole() {
        new Programs(database).add(bytes(32, 1), "one", bytes(10, 5));
        Activations activations = new Activations(database);
        Instant now = Instant.ofEpochMilli(1_000_000);
        Activation first = new Activation("a1", bytes(32, 1), "m", now, Optional.empty());
        StoredShare share = new StoredShare("weights", 2, bytes(1 << 20, 7), bytes(32, 8), bytes(32, 9));
        ShareSignature signature = new ShareSignature("weights", 2, 3, bytes(32, 9), bytes(64, 4));
        activations.add(first, List.of(share), List.of(signature));
        activations.add(
                new Activation("a2", bytes(32, 1), "m", now.plusSeconds(1), Optional.of(bytes(5, 5))),
                List.of(),
                List.of());
        reopen();

        activations = new Activations(database);
        assertEquals("a2", activations.latest("m").orElseThrow().id());
        assertArrayEquals(
                bytes(5, 5), activations.find("a2").orElseThrow().document().orElseThrow());
        assertArrayEquals(share.vector(), activations.shares("a1").getFirst().vector());
        assertArrayEquals(share.salt(), activations.shares("a1").getFirst().salt());
        assertArrayEquals(
                signature.signature(), activations.signatures("a1").getFirst().signature());
        assertEquals("StoredShare[weights, 2]", share.toString());
        assertTrue(activations.remove("a1"));
        assertTrue(activations.shares("a1").isEmpty());
    }

    @Test
    void anActivationWithoutSharesTakesTheOldOnesPlace() {
        new Programs(database).add(bytes(32, 1), "one", bytes(10, 5));
        Activations activations = new Activations(database);
        Instant now = Instant.ofEpochMilli(1_000_000);
        activations.replace(new Activation("a", bytes(32, 1), "m", now, Optional.of(bytes(5, 5))));
        activations.replace(new Activation("a", bytes(32, 1), "n", now.plusSeconds(1), Optional.of(bytes(6, 6))));
        reopen();

        Activation kept = new Activations(database).all().getFirst();
        assertEquals("n", kept.model());
        assertArrayEquals(bytes(6, 6), kept.document().orElseThrow());
        assertEquals(1, new Activations(database).all().size());
        Activation unknown = new Activation("b", bytes(32, 2), "m", now, Optional.empty());
        assertThrows(StorageFailure.class, () -> new Activations(database).replace(unknown));
    }

    @Test
    void anActivationThatFailsLeavesNothing() {
        new Programs(database).add(bytes(32, 1), "one", bytes(10, 5));
        Activations activations = new Activations(database);
        StoredShare share = new StoredShare("w", 2, bytes(8, 7), bytes(32, 8), bytes(32, 9));
        Activation activation = new Activation("a", bytes(32, 1), "m", Instant.now(), Optional.empty());

        assertThrows(StorageFailure.class, () -> activations.add(activation, List.of(share, share), List.of()));

        assertTrue(activations.find("a").isEmpty());
        assertTrue(activations.shares("a").isEmpty());
    }

    @Test
    void whatIsUsedOnceIsClaimedByOneOfMany() throws Exception {
        UsedOnce used = new UsedOnce(database);
        List<Boolean> claims;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Boolean>> tasks = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                tasks.add(() -> used.claim(UsedOnce.Kind.PROPOSAL, bytes(32, 6)));
            }
            claims = new ArrayList<>();
            for (var future : threads.invokeAll(tasks)) {
                claims.add(future.get());
            }
        }

        assertEquals(1, claims.stream().filter(claim -> claim).count());
        assertTrue(used.claim(UsedOnce.Kind.NONCE, bytes(32, 6)));
        reopen();
        assertFalse(new UsedOnce(database).claim(UsedOnce.Kind.PROPOSAL, bytes(32, 6)));
        assertEquals(2, new UsedOnce(database).forgetBefore(Instant.now().plus(Duration.ofDays(1))));
    }

    @Test
    void aJobResumesWhereItStopped() {
        Jobs jobs = new Jobs(database);
        List<String> subjects = new ArrayList<>();
        for (int row = 0; row < 25; row++) {
            subjects.add("企业" + row);
        }
        List<String> consents = subjects.stream()
                .map(subject -> subject.endsWith("3") ? "" : "tc1." + subject)
                .toList();
        jobs.create(
                "j",
                new Jobs.Work.Subjects(),
                new Jobs.Asked("m", "credit", Optional.empty()),
                new JobRows(subjects, consents),
                10);
        List<RowResult> first = jobs.rows("j", 0).subjects().stream()
                .map(subject -> new RowResult(subject, Optional.of("band 1"), Optional.empty()))
                .toList();
        jobs.finishChunk("j", 0, first);
        jobs.finishChunk("j", 0, first);
        reopen();

        jobs = new Jobs(database);
        assertEquals(List.of("j"), jobs.unfinished().stream().map(Jobs.Job::id).toList());
        assertEquals(10, jobs.find("j").orElseThrow().done());
        assertEquals(List.of(1, 2), jobs.pendingChunks("j"));
        assertEquals(List.of(0), jobs.finishedChunks("j"));
        assertEquals(first, jobs.results("j", 0).orElseThrow());
        assertEquals(new JobRows(subjects.subList(20, 25), consents.subList(20, 25)), jobs.rows("j", 2));
        jobs.finishChunk("j", 2, List.of(new RowResult("x", Optional.empty(), Optional.of("?"))));
        assertEquals(List.of(1, 2), jobs.pendingChunks("j"), "results of another length than the chunk");
        jobs.finish("j", Jobs.Status.FAILED, Optional.of("x".repeat(2000)));
        assertTrue(jobs.unfinished().isEmpty());
        assertThrows(StorageFailure.class, () -> new Jobs(database).rows("j", 9));
    }

    @Test
    void rowsOfVersionsWithoutConsentsAreRead() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(2);
        out.writeUTF("企业1");
        out.writeUTF("S2");

        JobRows rows = JobRows.decode(bytes.toByteArray());

        assertEquals(JobRows.of(List.of("企业1", "S2")), rows);
        assertEquals("", rows.consent(1));
        assertArrayEquals(bytes.toByteArray(), rows.encode());
    }

    @Test
    void aNewerSchemaIsLeftAlone() throws Exception {
        database.close();
        try (var connection = kind.connect(folder);
                var statement = connection.createStatement()) {
            statement.execute(
                    "INSERT INTO \"flyway_schema_history\" SELECT 99, '99', 'later', 'SQL', 'V99__later.sql', 1,"
                            + " 'SA', CURRENT_TIMESTAMP, 1, TRUE");
        }

        StorageFailure failure = assertThrows(StorageFailure.class, () -> kind.open(folder));

        assertTrue(failure.problem().contains("newer version"), failure::problem);
        try (var connection = kind.connect(folder);
                var statement = connection.createStatement()) {
            statement.execute("DELETE FROM \"flyway_schema_history\" WHERE \"version\" = '99'");
        }
        database = kind.open(folder);
    }

    private static byte[] bytes(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
