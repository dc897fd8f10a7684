package org.tallystick.node.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.node.storage.ReleaseRecord.Authorised;
import org.tallystick.node.storage.ReleaseRecord.Voided;

final class ReleaseLogTest {
    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("state/releases.log");
    }

    @Test
    void whatWasAppendedIsReplayedAfterReopening() {
        List<ReleaseRecord> records = List.of(
                record(1, "r1", "请求"), new Voided(hash(1), Instant.ofEpochMilli(99)), record(2), record(3, "x"));
        try (ReleaseLog log = ReleaseLog.open(file)) {
            records.subList(0, 2).forEach(log::append);
            assertEquals(records.subList(0, 2), replay(log));
        }
        try (ReleaseLog log = ReleaseLog.open(file)) {
            records.subList(2, 4).forEach(log::append);
        }

        assertEquals(records, reread());
    }

    @Test
    void recordsThatWaitTogetherAreForcedTogether() throws Exception {
        CountDownLatch forcing = new CountDownLatch(1);
        CountDownLatch proceed = new CountDownLatch(1);
        Disk slow = disk(() -> {
            forcing.countDown();
            awaitQuietly(proceed);
        });
        int many = 100;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                ReleaseLog log = ReleaseLog.open(file, slow)) {
            Future<?> first = threads.submit(() -> log.append(record(0)));
            forcing.await();
            List<Future<?>> rest = new ArrayList<>();
            for (int i = 1; i <= many; i++) {
                ReleaseRecord record = record(i);
                rest.add(threads.submit(() -> log.append(record)));
            }
            while (log.waiting() < many) {
                LockSupport.parkNanos(1_000_000);
            }
            assertTrue(rest.stream().noneMatch(Future::isDone), "nobody is told before the disk has it");
            proceed.countDown();
            first.get();
            for (Future<?> future : rest) {
                future.get();
            }
            assertEquals(2, log.syncs());
        }
        assertEquals(many + 1, reread().size());
    }

    @Test
    void aTornTailIsCutWhereverItIsTorn() throws IOException {
        try (ReleaseLog log = ReleaseLog.open(file)) {
            log.append(record(1));
            log.append(record(2, "request"));
        }
        byte[] whole = Files.readAllBytes(file);
        int first = 8 + LogFrames.length(record(1).encode());

        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            int expected = length < first ? 0 : 1;
            assertEquals(expected, reread().size(), "a file of " + length + " bytes");
            try (ReleaseLog log = ReleaseLog.open(file)) {
                log.append(record(9));
            }
            assertEquals(expected + 1, reread().size(), "after a file of " + length + " bytes");
        }
    }

    @Test
    void aBentLastRecordIsCutAndKeptBeside() throws IOException {
        try (ReleaseLog log = ReleaseLog.open(file)) {
            log.append(record(1));
            log.append(record(2));
        }
        byte[] whole = Files.readAllBytes(file);
        int first = 8 + LogFrames.length(record(1).encode());
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
        try (ReleaseLog log = ReleaseLog.open(file)) {
            log.append(record(1));
            log.append(record(2));
        }
        byte[] whole = Files.readAllBytes(file);
        int first = 8 + LogFrames.length(record(1).encode());
        for (int at = 0; at < first; at++) {
            byte[] bent = whole.clone();
            bent[at] ^= 0x40;
            Files.write(file, bent);

            StorageFailure failure = assertThrows(StorageFailure.class, () -> ReleaseLog.open(file), "byte " + at);

            assertTrue(failure.remedy().contains("backup"), failure::remedy);
            assertEquals(ByteBuffer.wrap(bent), ByteBuffer.wrap(Files.readAllBytes(file)));
        }
    }

    @Test
    void aFailedWriteAcknowledgesNothingAndLaterOnesFollow() {
        AtomicBoolean full = new AtomicBoolean();
        Disk disk = new Disk() {
            @Override
            public void write(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
                if (full.get()) {
                    bytes.limit(bytes.limit() / 2);
                    REAL.write(channel, bytes, position);
                    throw new IOException("No space left on device");
                }
                REAL.write(channel, bytes, position);
            }

            @Override
            public void force(FileChannel channel) throws IOException {
                REAL.force(channel);
            }
        };
        try (ReleaseLog log = ReleaseLog.open(file, disk)) {
            log.append(record(1));
            full.set(true);
            StorageFailure failure = assertThrows(StorageFailure.class, () -> log.append(record(2)));
            assertTrue(failure.problem().contains("full"), failure::problem);
            full.set(false);
            log.append(record(3));
        }

        assertEquals(List.of(record(1), record(3)), reread());
    }

    @Test
    void afterAFailedForceNothingIsAcknowledgedAnyMore() {
        AtomicBoolean failing = new AtomicBoolean();
        Disk disk = disk(() -> {
            if (failing.get()) {
                throw new IOException("Input/output error");
            }
        });
        try (ReleaseLog log = ReleaseLog.open(file, disk)) {
            log.append(record(1));
            failing.set(true);
            assertThrows(StorageFailure.class, () -> log.append(record(2)));
            failing.set(false);
            assertThrows(StorageFailure.class, () -> log.append(record(3)));
        }

        assertEquals(record(1), reread().getFirst());
        assertFalse(reread().contains(record(3)));
    }

    @Test
    void aLogIsOpenOnlyOnceAndNotAfterItsEnd() {
        ReleaseLog log = ReleaseLog.open(file);
        StorageFailure failure = assertThrows(StorageFailure.class, () -> ReleaseLog.open(file));
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
            assertThrows(StorageFailure.class, () -> ReleaseLog.open(file));
            assertEquals(text, Files.readString(file));
        }
    }

    @Test
    void aKilledProcessHasEveryAcknowledgedRecord() throws Exception {
        Process child = ChildJvm.start(ReleaseLogChild.class, file.toString(), "forever");
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
        for (ReleaseRecord record : reread()) {
            stored.add(((Authorised) record).requests().getFirst());
        }
        List<String> missing =
                lines.stream().filter(line -> !stored.contains(line)).toList();
        assertEquals(List.of(), missing);
    }

    @Test
    void aFullDiskIsToldAndEverythingAcknowledgedIsThereAfterwards() throws Exception {
        Process child = ChildJvm.startWithFileLimit(64, ReleaseLogChild.class, file.toString(), "until full");
        List<String> lines;
        try (var out = child.inputReader()) {
            lines = ChildJvm.lines(out);
        }

        assertEquals(3, child.waitFor());
        String failure = lines.getLast();
        assertTrue(failure.contains("is full") && failure.contains("free space"), failure);
        List<String> acknowledged = lines.subList(0, lines.size() - 1);
        List<String> stored = reread().stream()
                .map(record -> ((Authorised) record).requests().getFirst())
                .toList();
        assertTrue(acknowledged.size() > 10);
        assertEquals(new HashSet<>(acknowledged), new HashSet<>(stored), "and nothing that was not");
        try (ReleaseLog log = ReleaseLog.open(file)) {
            log.append(record(1));
        }
        assertEquals(stored.size() + 1, reread().size());
    }

    private interface Force {
        void run() throws IOException;
    }

    private static Disk disk(Force before) {
        return new Disk() {
            @Override
            public void write(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
                REAL.write(channel, bytes, position);
            }

            @Override
            public void force(FileChannel channel) throws IOException {
                before.run();
                REAL.force(channel);
            }
        };
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<ReleaseRecord> reread() {
        try (ReleaseLog log = ReleaseLog.open(file)) {
            return replay(log);
        }
    }

    private static List<ReleaseRecord> replay(ReleaseLog log) {
        List<ReleaseRecord> records = new ArrayList<>();
        log.replay(records::add);
        return records;
    }

    static Authorised record(int number, String... requests) {
        return new Authorised(hash(number), hash(-1), number, List.of(requests), Instant.ofEpochMilli(1000 + number));
    }

    private static byte[] hash(int number) {
        byte[] hash = new byte[32];
        Arrays.fill(hash, (byte) number);
        return hash;
    }
}
