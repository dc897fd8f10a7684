package org.tallystick.node.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.node.audit.Merkle;
import org.tallystick.node.audit.MerkleTree;
import org.tallystick.node.audit.Receipt;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Outcome;

final class ReceiptLogTest {
    @TempDir
    private Path folder;

    private Path state;
    private Path file;
    private StorageKey key;

    @BeforeEach
    void name() {
        state = folder.resolve("state");
        file = state.resolve(ReceiptLog.FILE);
        key = StorageKey.openOrCreate(folder.resolve("storage.key"));
    }

    @Test
    void whatWasAppendedIsReplayedAfterReopening() {
        List<Receipt> records = List.of(
                record("请求"),
                new Receipt.Ended(99, Hash.of(new byte[32]), Outcome.nothingLeft()),
                record(2),
                record(3));
        try (ReceiptLog log = ReceiptLog.open(state, key)) {
            records.subList(0, 2).forEach(log::append);
            assertEquals(records.subList(0, 2), replay(log));
        }
        try (ReceiptLog log = ReceiptLog.open(state, key)) {
            records.subList(2, 4).forEach(log::append);
        }

        assertEquals(records, reread());
    }

    @Test
    void recordsThatWaitTogetherAreForcedTogether() throws Exception {
        StalledDisk slow = new StalledDisk();
        int many = 100;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                ReceiptLog log = ReceiptLog.open(state, key, slow)) {
            Future<?> first = threads.submit(() -> log.append(record(0)));
            slow.awaitForce();
            List<Future<?>> rest = new ArrayList<>();
            for (int i = 1; i <= many; i++) {
                Receipt record = record(i);
                rest.add(threads.submit(() -> log.append(record)));
            }
            while (log.waiting() < many) {
                LockSupport.parkNanos(1_000_000);
            }
            assertTrue(rest.stream().noneMatch(Future::isDone), "nobody is told before the disk has it");
            slow.proceed();
            first.get();
            for (Future<?> future : rest) {
                future.get();
            }
            assertEquals(2, log.syncs());
        }
        assertEquals(many + 1, reread().size());
    }

    @Test
    void whatNobodyWaitsForKeepsItsPlace() throws IOException {
        try (ReceiptLog log = ReceiptLog.open(state, key)) {
            log.later(record(0));
            assertEquals(1, log.append(record(1)));
        }
        assertEquals(List.of(record(0), record(1)), reread());
    }

    @Test
    void whatNobodyWaitsForIsForcedAlone() throws IOException {
        try (ReceiptLog log = ReceiptLog.open(state, key)) {
            log.later(record(0));
            while (log.size() == 0) {
                LockSupport.parkNanos(1_000_000);
            }
            assertEquals(1, log.syncs());
        }
        assertEquals(List.of(record(0)), reread());
    }

    @Test
    void aTornTailIsCutWhereverItIsTorn() throws IOException {
        try (ReceiptLog log = ReceiptLog.open(state, key)) {
            log.append(record(1));
            log.append(record("a request"));
        }
        byte[] whole = Files.readAllBytes(file);
        int first = LogFrames.HEADER_BYTES
                + LogFrames.OVERHEAD
                + Integer.BYTES
                + record(1).encode().length;

        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            int expected = length < first ? 0 : 1;
            assertEquals(expected, reread().size(), "a file of " + length + " bytes");
            try (ReceiptLog log = ReceiptLog.open(state, key)) {
                log.append(record(9));
            }
            assertEquals(expected + 1, reread().size(), "after a file of " + length + " bytes");
        }
    }

    @Test
    void aBentLastRecordIsCutAndKeptBeside() throws IOException {
        try (ReceiptLog log = ReceiptLog.open(state, key)) {
            log.append(record(1));
            log.append(record(2));
        }
        byte[] whole = Files.readAllBytes(file);
        int first = LogFrames.HEADER_BYTES
                + LogFrames.OVERHEAD
                + Integer.BYTES
                + record(1).encode().length;
        for (int at = first; at < whole.length; at++) {
            byte[] bent = whole.clone();
            bent[at] ^= 0x40;
            Files.write(file, bent);

            assertEquals(List.of(record(1)), reread(), "byte " + at);
        }
        try (var files = Files.list(file.getParent())) {
            assertTrue(files.anyMatch(kept -> kept.getFileName().toString().contains(".torn-")));
        }
    }

    @Test
    void damageToWhatWasDurableIsAnErrorAndChangesNothing() throws IOException {
        try (ReceiptLog log = ReceiptLog.open(state, key)) {
            log.append(record(1));
            log.append(record(2));
        }
        byte[] whole = Files.readAllBytes(file);
        int first = LogFrames.HEADER_BYTES
                + LogFrames.OVERHEAD
                + Integer.BYTES
                + record(1).encode().length;
        for (int at = 0; at < first; at++) {
            byte[] bent = whole.clone();
            bent[at] ^= 0x40;
            Files.write(file, bent);

            StorageFailure failure =
                    assertThrows(StorageFailure.class, () -> ReceiptLog.open(state, key), "byte " + at);

            assertTrue(failure.remedy().contains("backup"), failure::remedy);
            assertEquals(ByteBuffer.wrap(bent), ByteBuffer.wrap(Files.readAllBytes(file)));
        }
    }

    @Test
    void aFailedWriteAcknowledgesNothingAndLaterOnesFollow() {
        BadDisk disk = new BadDisk();
        try (ReceiptLog log = ReceiptLog.open(state, key, disk)) {
            log.append(record(1));
            disk.isFull = true;
            StorageFailure failure = assertThrows(StorageFailure.class, () -> log.append(record(2)));
            assertTrue(failure.problem().contains("full"), failure::problem);
            disk.isFull = false;
            log.append(record(3));
        }

        assertEquals(List.of(record(1), record(3)), reread());
    }

    @Test
    void afterAFailedForceNothingIsAcknowledgedAnyMore() {
        BadDisk disk = new BadDisk();
        try (ReceiptLog log = ReceiptLog.open(state, key, disk)) {
            log.append(record(1));
            disk.isBroken = true;
            assertThrows(StorageFailure.class, () -> log.append(record(2)));
            disk.isBroken = false;
            assertThrows(StorageFailure.class, () -> log.append(record(3)));
        }

        assertEquals(record(1), reread().getFirst());
        assertFalse(reread().contains(record(3)));
    }

    @Test
    void aLogIsOpenOnlyOnceAndNotAfterItsEnd() {
        ReceiptLog log = ReceiptLog.open(state, key);
        StorageFailure failure = assertThrows(StorageFailure.class, () -> ReceiptLog.open(state, key));
        assertTrue(failure.problem().contains("another process"), failure::problem);
        log.close();
        log.close();

        assertThrows(StorageFailure.class, () -> log.append(record(1)));
    }

    @Test
    void anotherFileIsLeftAlone() throws IOException {
        Files.createDirectories(file.getParent());
        for (String text : List.of("abc", "something else altogether")) {
            Files.writeString(file, text);
            assertThrows(StorageFailure.class, () -> ReceiptLog.open(state, key));
            assertEquals(text, Files.readString(file));
        }
    }

    @Test
    void aKilledProcessHasEveryAcknowledgedRecord() throws Exception {
        Process child = ChildJvm.start(ReceiptLogChild.class, state.toString(), "forever");
        List<String> lines = new ArrayList<>();
        try (var out = child.inputReader()) {
            while (lines.size() < 200) {
                lines.add(out.readLine());
            }
            child.toHandle().destroyForcibly();
            lines.addAll(ChildJvm.lines(out));
        }
        child.waitFor();

        Set<String> stored = new HashSet<>();
        for (Receipt record : reread()) {
            stored.add(text(record));
        }
        List<String> missing =
                lines.stream().filter(line -> !stored.contains(line)).toList();
        assertEquals(List.of(), missing);
    }

    @Test
    void aFullDiskIsToldAndEverythingAcknowledgedIsThereAfterwards() throws Exception {
        Process child = ChildJvm.startWithFileLimit(64, ReceiptLogChild.class, state.toString(), "until full");
        List<String> lines;
        try (var out = child.inputReader()) {
            lines = ChildJvm.lines(out);
        }

        assertEquals(3, child.waitFor());
        String failure = lines.getLast();
        assertTrue(failure.contains("is full") && failure.contains("free space"), failure);
        List<String> acknowledged = lines.subList(0, lines.size() - 1);
        List<String> stored = reread().stream().map(ReceiptLogTest::text).toList();
        assertTrue(acknowledged.size() > 10);
        assertEquals(new HashSet<>(acknowledged), new HashSet<>(stored), "and nothing that was not");
        try (ReceiptLog log = ReceiptLog.open(state, key)) {
            log.append(record(1));
        }
        assertEquals(stored.size() + 1, reread().size());
    }

    @Test
    void theTreeIsThatOfTheLeavesAlsoAfterReopening() {
        MerkleTree naive = MerkleTree.inMemory();
        try (ReceiptLog log = ReceiptLog.open(state, key)) {
            for (int i = 0; i < 300; i++) {
                assertEquals(i, log.append(record(i)));
                naive.append(Merkle.leafHash(record(i).encode()));
            }
            assertArrayEquals(naive.root(), log.tree().root());
        }
        try (ReceiptLog log = ReceiptLog.open(state, key)) {
            assertEquals(300, log.size());
            assertArrayEquals(naive.root(), log.tree().root());
            for (int i = 0; i < 300; i += 7) {
                ReceiptLog.Entry entry = log.entry(i);
                assertEquals(record(i), entry.receipt());
                List<byte[]> path = log.tree().inclusion(i, 300);
                assertTrue(Merkle.provesInclusion(Merkle.leafHash(entry.leaf()), i, 300, path, naive.root()));
            }
            List<Long> some = new ArrayList<>();
            log.read(290, entry -> some.add(entry.index()) && some.size() < 5);
            assertEquals(List.of(290L, 291L, 292L, 293L, 294L), some);
            assertThrows(IllegalArgumentException.class, () -> log.entry(300));
        }
    }

    @Test
    void attachmentsAreSealedAndGoWithTheirLeafAlone() throws IOException {
        byte[] secret = "91350100M000100Y43 and more".getBytes(StandardCharsets.UTF_8);
        try (ReceiptLog log = ReceiptLog.open(state, key)) {
            log.begin(record(1), Optional.of(secret)).await();
            log.append(record(2));
        }
        assertFalse(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains("91350100"));
        try (ReceiptLog log = ReceiptLog.open(state, key)) {
            assertArrayEquals(secret, log.attachment(0).orElseThrow());
            assertEquals(Optional.empty(), log.attachment(1));
        }
        StorageKey other = StorageKey.openOrCreate(folder.resolve("other.key"));
        try (ReceiptLog log = ReceiptLog.open(state, other)) {
            assertThrows(StorageFailure.class, () -> log.attachment(0));
        }
    }

    @Test
    void aLogOfReleasesOfAnEarlierVersionIsRefusedWithARemedy() throws IOException {
        Files.createDirectories(state);
        Files.writeString(state.resolve("releases.log"), "TALLYRL1");

        StorageFailure failure = assertThrows(StorageFailure.class, () -> ReceiptLog.open(state, key));

        assertTrue(failure.remedy().contains("keep it"), failure::remedy);
        assertFalse(Files.exists(file));
    }

    private List<Receipt> reread() {
        try (ReceiptLog log = ReceiptLog.open(state, key)) {
            return replay(log);
        }
    }

    private static List<Receipt> replay(ReceiptLog log) {
        List<Receipt> records = new ArrayList<>();
        log.read(0, entry -> {
            assertEquals(records.size(), entry.index());
            return records.add(entry.receipt());
        });
        return records;
    }

    private static Receipt record(int number) {
        return record(Integer.toString(number));
    }

    static Receipt record(String text) {
        return new Receipt.Event(1000 + text.length(), "test", ByteString.copyFromUtf8(text));
    }

    private static String text(Receipt record) {
        return ((Receipt.Event) record).content().toStringUtf8();
    }
}
