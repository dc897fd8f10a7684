package org.tallystick.node.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.tallystick.node.storage.ReceiptLogTest.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
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
        CountDownLatch forcing = new CountDownLatch(1);
        CountDownLatch proceed = new CountDownLatch(1);
        Disk disk = new Disk() {
            @Override
            public void write(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
                REAL.write(channel, bytes, position);
            }

            @Override
            public void force(FileChannel channel) throws IOException {
                forcing.countDown();
                try {
                    proceed.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                throw new OutOfMemoryError("made up");
            }
        };
        try (ReceiptLog log = ReceiptLog.open(state, key, disk)) {
            ReceiptLog.Ticket first = log.begin(record("1"), Optional.empty());
            forcing.await();
            ReceiptLog.Ticket second = log.begin(record("2"), Optional.empty());
            ReceiptLog.Ticket alone = log.later(record("3"));
            proceed.countDown();
            for (ReceiptLog.Ticket each : List.of(first, second, alone)) {
                StorageFailure failure = assertThrows(StorageFailure.class, each::await);
                assertTrue(failure.remedy().contains("start"), failure::remedy);
            }
            assertThrows(StorageFailure.class, () -> log.append(record("4")));
            log.awaitRoom();
        }
        // As after a crash: what had reached the file by then is there.
        try (ReceiptLog log = ReceiptLog.open(state, key)) {
            assertEquals(1, log.size());
            assertEquals(record("1"), log.entry(0).receipt());
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
