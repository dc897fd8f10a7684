package org.tallystick.node.bank;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class BatcherTest {
    private static final Duration NEVER = Duration.ofHours(1);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final BlockingQueue<Started> started = new LinkedBlockingQueue<>();

    /** A run that waits until the test lets it go. */
    private record Started(List<Integer> requests, CountDownLatch go) {}

    private List<String> run(List<Integer> requests) {
        Started one = new Started(requests, new CountDownLatch(1));
        started.add(one);
        try {
            one.go().await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return requests.stream().map(request -> "answer " + request).toList();
    }

    @AfterEach
    void close() {
        threads.close();
    }

    private Future<String> submit(Batcher<Integer, String> batcher, int request) {
        return threads.submit(() -> batcher.submit(request));
    }

    /** Submits in a row, each when the one before has been taken in, and waits until all are. */
    private List<Future<String>> gather(Batcher<Integer, String> batcher, int from, int to) {
        List<Future<String>> futures = new ArrayList<>();
        for (int request = from; request <= to; request++) {
            futures.add(submit(batcher, request));
            while (batcher.gathered() < request - from + 1) {
                LockSupport.parkNanos(100_000);
            }
        }
        return futures;
    }

    @Test
    void whatGathersDuringARunLeavesTogetherWhenItEnds() throws Exception {
        Batcher<Integer, String> batcher = new Batcher<>(100, 4, NEVER, this::run);
        Future<String> first = submit(batcher, 0);
        Started alone = started.take();
        List<Future<String>> rest = gather(batcher, 1, 5);

        assertEquals(List.of(0), alone.requests());
        alone.go().countDown();
        Started together = started.take();
        assertEquals(List.of(1, 2, 3, 4, 5), together.requests());
        together.go().countDown();
        assertEquals("answer 0", first.get());
        for (int k = 0; k < rest.size(); k++) {
            assertEquals("answer " + (k + 1), rest.get(k).get());
        }
    }

    @Test
    void aRunWaitsForAsManyMoreAsWereAnswered() throws Exception {
        Batcher<Integer, String> batcher = new Batcher<>(100, 4, NEVER, usual -> NEVER.toNanos(), this::run);
        Future<String> first = submit(batcher, 0);
        Started alone = started.take();
        List<Future<String>> rest = new ArrayList<>(gather(batcher, 1, 2));
        alone.go().countDown();
        assertEquals("answer 0", first.get());

        assertEquals(2, batcher.gathered());
        rest.add(submit(batcher, 3));
        Started together = started.take();
        assertEquals(List.of(1, 2, 3), together.requests());
        together.go().countDown();
        assertEquals("answer 3", rest.getLast().get());
    }

    @Test
    void thoseWhoDoNotComeBackHoldUpNobodyForLong() throws Exception {
        Batcher<Integer, String> batcher =
                new Batcher<>(100, 4, NEVER, usual -> Duration.ofMillis(1).toNanos(), this::run);
        Future<String> first = submit(batcher, 0);
        Started alone = started.take();
        List<Future<String>> rest = gather(batcher, 1, 2);
        alone.go().countDown();
        assertEquals("answer 0", first.get());

        Started together = started.take();
        assertEquals(List.of(1, 2), together.requests());
        together.go().countDown();
        assertEquals("answer 2", rest.getLast().get());
    }

    @Test
    void whereFewComeBackNobodyWaitsForThem() throws Exception {
        AtomicLong back = new AtomicLong();
        Batcher<Integer, String> batcher = new Batcher<>(100, 4, NEVER, usual -> back.get(), this::run);
        for (int alone = 0; alone < 10; alone++) {
            Future<String> each = submit(batcher, alone);
            started.take().go().countDown();
            each.get();
        }
        back.set(NEVER.toNanos());
        Future<String> first = submit(batcher, 10);
        Started alone = started.take();
        List<Future<String>> rest = gather(batcher, 11, 12);
        alone.go().countDown();
        assertEquals("answer 10", first.get());

        Started together = started.take();
        assertEquals(List.of(11, 12), together.requests());
        together.go().countDown();
        assertEquals("answer 12", rest.getLast().get());
    }

    @Test
    void afterTheWindowRunsAreUnderWaySideBySideButNoMoreThanAllowed() throws Exception {
        Batcher<Integer, String> batcher = new Batcher<>(100, 2, Duration.ofMillis(1), this::run);
        Future<String> first = submit(batcher, 0);
        Started one = started.take();
        Future<String> second = submit(batcher, 1);
        Started two = started.take();
        List<Future<String>> rest = gather(batcher, 2, 4);

        assertEquals(List.of(1), two.requests());
        two.go().countDown();
        assertEquals("answer 1", second.get());
        Started three = started.take();
        assertEquals(List.of(2, 3, 4), three.requests());
        three.go().countDown();
        one.go().countDown();
        assertEquals("answer 0", first.get());
        assertEquals("answer 4", rest.getLast().get());
    }

    @Test
    void aFullBatchDoesNotWaitAndNoneIsLarger() throws Exception {
        Batcher<Integer, String> batcher = new Batcher<>(2, 2, NEVER, this::run);
        Future<String> first = submit(batcher, 0);
        Started one = started.take();
        List<Future<String>> pair = new ArrayList<>(gather(batcher, 1, 1));
        pair.add(submit(batcher, 2));
        Started two = started.take();
        List<Future<String>> rest = gather(batcher, 3, 5);

        assertEquals(2, two.requests().size());
        one.go().countDown();
        Started three = started.take();
        assertEquals(List.of(3, 4), three.requests());
        two.go().countDown();
        three.go().countDown();
        Started last = started.take();
        assertEquals(List.of(5), last.requests());
        last.go().countDown();
        assertEquals("answer 0", first.get());
        assertEquals("answer 2", pair.getLast().get());
        assertEquals("answer 5", rest.getLast().get());
    }

    @Test
    void aFailureReachesAllOfItsBatchAndTheNextOneRuns() throws Exception {
        IllegalStateException failure = new IllegalStateException("on purpose");
        AtomicReference<RuntimeException> thrown = new AtomicReference<>(failure);
        Batcher<Integer, String> batcher = new Batcher<>(100, 1, NEVER, requests -> {
            List<String> answers = run(requests);
            RuntimeException now = thrown.get();
            if (now != null) {
                throw now;
            }
            return answers;
        });
        Future<String> first = submit(batcher, 0);
        Started one = started.take();
        List<Future<String>> rest = gather(batcher, 1, 2);
        one.go().countDown();
        assertSame(failure, assertThrows(ExecutionException.class, first::get).getCause());
        Started two = started.take();
        two.go().countDown();
        for (Future<String> each : rest) {
            assertSame(
                    failure, assertThrows(ExecutionException.class, each::get).getCause());
        }
        thrown.set(null);
        Future<String> later = submit(batcher, 3);
        started.take().go().countDown();
        assertEquals("answer 3", later.get());
    }
}
