package org.tallystick.node.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.tallystick.node.storage.ReceiptLogTest.record;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever waits for a receipt hears of it, whatever becomes of the thread that writes them. */
@Timeout(60)
final class ReceiptWriterTest {
    @TempDir
    private Path folder;

    private Path state;
    private StorageKey key;

    @BeforeEach
    void name() {
        state = folder.resolve("state");
        key = StorageKey.openOrCreate(folder.resolve("storage.key"));
    }

    /** Neither what is written then, nor what waits behind it, nor what comes later keeps anybody waiting. */
    @Test
    void afterAFailureThatIsNotTheDisksNobodyWaitsForEver() throws Exception {
        StalledDisk disk = new StalledDisk(() -> {
            throw new OutOfMemoryError("made up");
        });
        try (ReceiptLog log = ReceiptLog.open(state, key, disk)) {
            ReceiptLog.Ticket first = log.begin(record("1"), Optional.empty());
            disk.awaitForce();
            assertEquals(Optional.empty(), log.ended());
            ReceiptLog.Ticket second = log.begin(record("2"), Optional.empty());
            ReceiptLog.Ticket alone = log.later(record("3"));
            disk.proceed();
            for (ReceiptLog.Ticket each : List.of(first, second, alone)) {
                StorageFailure failure = assertThrows(StorageFailure.class, each::await);
                assertTrue(failure.remedy().contains("start"), failure::remedy);
            }
            assertThrows(StorageFailure.class, () -> log.append(record("4")));
            StorageFailure reason = log.ended().orElseThrow();
            assertTrue(reason.problem().contains("not written any more"), reason::problem);
            assertTrue(reason.remedy().contains("start"), reason::remedy);
            log.awaitRoom();
        }
        // As after a crash: what had reached the file by then is there.
        try (ReceiptLog log = ReceiptLog.open(state, key)) {
            assertEquals(1, log.size());
            assertEquals(record("1"), log.entry(0).receipt());
        }
    }

    /** A full disk is gone when there is space; what is on a broken one nobody knows. */
    @Test
    void aLogEndsWithABrokenDiskAndNotWithAFullOne() {
        BadDisk disk = new BadDisk();
        try (ReceiptLog log = ReceiptLog.open(state, key, disk)) {
            disk.isFull = true;
            assertThrows(StorageFailure.class, () -> log.append(record("0")));
            assertEquals(Optional.empty(), log.ended());
            disk.isFull = false;
            log.append(record("1"));
            disk.isBroken = true;
            assertThrows(StorageFailure.class, () -> log.append(record("2")));
            StorageFailure reason = log.ended().orElseThrow();
            assertTrue(reason.remedy().contains("start the node again"), reason::remedy);
        }
    }

    @Test
    void whoeverWaitsForWhatNobodyHadToIsToldItsNumber() {
        try (ReceiptLog log = ReceiptLog.open(state, key)) {
            assertEquals(0, log.append(record("0")));
            assertEquals(1, log.later(record("1")).await());
        }
    }
}
