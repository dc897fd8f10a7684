package org.tallystick.node.governance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.node.storage.StorageFailure;

/** A consent that is withdrawn twice at the same time. */
@Timeout(60)
final class WithdrawalsTest {
    @TempDir
    private Path folder;

    private final String text = Withdrawal.issue(Samples.ISSUER, ConsentToken.newNonce(new SecureRandom()));
    private final List<String> recorded = new CopyOnWriteArrayList<>();
    private TestGate agency;
    private Withdrawals withdrawals;
    private Runnable first = () -> {};

    @BeforeEach
    void open() {
        agency = new TestGate(folder);
        withdrawals = new Withdrawals(
                agency.register(),
                agency.storage(),
                ConcurrentHashMap.newKeySet(),
                (what, agreement, by) -> () -> {
                    Runnable now = first;
                    first = () -> {};
                    now.run();
                    recorded.add(what);
                },
                Clock.fixed(Samples.NOW, ZoneOffset.UTC));
    }

    @AfterEach
    void close() {
        agency.close();
    }

    /** Begins the other when the first is on its way to the record, until it waits for that or is answered. */
    private FutureTask<Boolean> other() {
        FutureTask<Boolean> other = new FutureTask<>(() -> withdrawals.note(text));
        Thread thread = Thread.ofPlatform().start(other);
        while (thread.getState() != Thread.State.BLOCKED && !other.isDone()) {
            LockSupport.parkNanos(1_000_000);
        }
        return other;
    }

    @Test
    void theOtherPutsItOnRecordWhenTheFirstCannot() throws Exception {
        List<FutureTask<Boolean>> others = new CopyOnWriteArrayList<>();
        first = () -> {
            others.add(other());
            throw new StorageFailure("the disk is full", "free space");
        };
        assertThrows(StorageFailure.class, () -> withdrawals.note(text));
        assertTrue(others.getFirst().get(50, TimeUnit.SECONDS), "it was said to be on record");
        assertEquals(1, recorded.size());
    }

    @Test
    void itIsOnRecordOnce() throws Exception {
        List<FutureTask<Boolean>> others = new CopyOnWriteArrayList<>();
        first = () -> others.add(other());
        assertTrue(withdrawals.note(text));
        assertFalse(others.getFirst().get(50, TimeUnit.SECONDS));
        assertEquals(1, recorded.size());
    }
}
