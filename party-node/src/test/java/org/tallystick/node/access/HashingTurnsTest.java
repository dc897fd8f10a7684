package org.tallystick.node.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** One password is hashed at a time, some wait, more are sent away. */
final class HashingTurnsTest {
    @Test
    void oneAtATimeAndABoundedQueue() throws Exception {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (HashingTurns turns = new HashingTurns();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture<Void> first = CompletableFuture.runAsync(
                    () -> turns.take(() -> {
                        began.countDown();
                        release.await();
                        return 0;
                    }),
                    threads);
            began.await();
            AtomicInteger refused = new AtomicInteger();
            CountDownLatch sentAway = new CountDownLatch(24);
            List<CompletableFuture<Void>> others = new ArrayList<>();
            for (int k = 0; k < 40; k++) {
                others.add(CompletableFuture.runAsync(
                        () -> {
                            try {
                                turns.take(() -> {
                                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                                    return running.decrementAndGet();
                                });
                            } catch (AccessFailure e) {
                                assertEquals(AccessFailure.Kind.BUSY, e.kind());
                                refused.incrementAndGet();
                                sentAway.countDown();
                            }
                        },
                        threads));
            }
            sentAway.await();
            release.countDown();
            first.join();
            others.forEach(CompletableFuture::join);
            assertEquals(24, refused.get(), "16 wait and no more");
            assertEquals(1, most.get());
        }
    }

    @Test
    void aFailureIsTheCallers() {
        try (HashingTurns turns = new HashingTurns()) {
            AccessFailure failure = assertThrows(
                    AccessFailure.class,
                    () -> turns.take(() -> {
                        throw AccessFailure.unknown("user", "x");
                    }));
            assertTrue(failure.getMessage().contains("x"));
            assertEquals(3, turns.take(() -> 3));
        }
    }
}
