package org.tallystick.node.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.tallystick.node.storage.ReceiptQueue.Pending;

/** What is written together. */
@Timeout(60)
final class ReceiptQueueTest {
    private final ReceiptQueue queue = new ReceiptQueue(Duration.ofHours(1));
    private final List<Pending> group = new ArrayList<>();

    private static Pending receipt(boolean awaited) {
        return new Pending(new byte[10], new byte[32], awaited, new CompletableFuture<>());
    }

    /**
     * Whether more come after what is gathered: one that nobody waits for, and what happens while it waits for more.
     */
    private boolean gathered(Pending first, Runnable then) throws Exception {
        FutureTask<Boolean> more = new FutureTask<>(() -> queue.gather(group));
        Thread writer = Thread.ofPlatform().start(more);
        assertTrue(queue.add(first));
        while (writer.getState() != Thread.State.TIMED_WAITING) {
            LockSupport.parkNanos(1_000_000);
        }
        then.run();
        return more.get();
    }

    /** Also when nothing had come for long. */
    @Test
    void oneThatComesAfterASleepIsWrittenToo() throws Exception {
        ReceiptQueue impatient = new ReceiptQueue(Duration.ZERO);
        FutureTask<Boolean> more = new FutureTask<>(() -> impatient.gather(group));
        Thread writer = Thread.ofPlatform().start(more);
        while (writer.getState() != Thread.State.WAITING) {
            LockSupport.parkNanos(1_000_000);
        }
        Pending alone = receipt(false);
        impatient.add(alone);
        assertTrue(more.get());
        assertEquals(List.of(alone), group);
    }

    @Test
    void whatNobodyWaitsForIsWrittenWithTheNextThatSomebodyDoes() throws Exception {
        Pending alone = receipt(false);
        Pending awaited = receipt(true);
        assertTrue(gathered(alone, () -> queue.add(awaited)));
        assertEquals(List.of(alone, awaited), group);
        assertEquals(20, queue.waitingBytes());
        queue.written(group);
        assertEquals(0, queue.waitingBytes());
    }

    @Test
    void nothingWaitsWhenTheQueueCloses() throws Exception {
        Pending alone = receipt(false);
        assertFalse(gathered(alone, queue::close));
        assertEquals(List.of(alone), group);
        queue.close();
        assertFalse(queue.add(receipt(true)));
    }

    /** The thread that writes has come to an end in the midst of a group. */
    @Test
    void nobodyWaitsForWhatNobodyWillWrite() {
        Pending written = receipt(true);
        written.durable().complete(7L);
        Pending gathered = receipt(true);
        Pending waiting = receipt(false);
        List.of(written, gathered, waiting).forEach(queue::add);
        StorageFailure reason = new StorageFailure("not written any more", "start the node again");
        queue.end(List.of(written, gathered), reason);
        assertEquals(7L, written.durable().resultNow());
        assertEquals(reason, gathered.durable().exceptionNow());
        assertEquals(reason, waiting.durable().exceptionNow());
        assertEquals(0, queue.waitingBytes());
        assertFalse(queue.add(receipt(true)));
        queue.awaitAtMost(0);
    }

    @Test
    void nothingWaitsForWhatNobodyWillShare() throws Exception {
        ReceiptQueue impatient = new ReceiptQueue(Duration.ZERO);
        Pending alone = receipt(false);
        impatient.add(alone);
        assertTrue(impatient.gather(group));
        assertEquals(List.of(alone), group);
    }

    /** Nor does anything grow without an end where nobody waits. */
    @Test
    void aFullGroupIsWrittenAlthoughNobodyWaits() throws Exception {
        for (int k = 0; k < 5000; k++) {
            queue.add(receipt(false));
        }
        assertTrue(queue.gather(group));
        assertEquals(4096, group.size());
        assertEquals(5000 - 4096, queue.size());
    }
}
