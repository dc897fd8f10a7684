package org.tallystick.node.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.node.session.Hash;
import org.tallystick.node.storage.ReceiptLog;
import org.tallystick.node.storage.StorageKey;

/** Which receipts are forced at once. */
final class LoggedReceiptsTest {
    private static final List<Integer> ALL = List.of(0, 1, 2, 3);

    @TempDir
    private Path folder;

    /** One whose answers do not leave waits for another to share its force with. */
    @Test
    void anAuthorisationOfWhatDoesNotLeaveHasNoForceOfItsOwn() {
        try (ReceiptLog log =
                ReceiptLog.open(folder.resolve("state"), StorageKey.openOrCreate(folder.resolve("key")))) {
            LoggedReceipts receipts = new LoggedReceipts(log, InstantSource.system());
            // The writer's wait for others begins when it has written the first.
            long start = System.nanoTime();
            receipts.authorised(Hash.over("session"), ALL, true).await();
            assertEquals(1, log.size());
            receipts.authorised(Hash.over("another session"), ALL, false).await();
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            assertTrue(took.toMillis() >= 20, "forced after " + took);
            assertEquals(2, log.size());
        }
    }
}
