package org.tallystick.node.governance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Refusal;

/** How one peer, most often the only one that is connected, is told all that it may have missed. */
@Timeout(60)
final class RetellingTest {
    private static final int PEER = 2;
    private static final int STUCK = 3;

    private final BlockingQueue<String> taken = new LinkedBlockingQueue<>();
    private final List<Throwable> failures = new ArrayList<>();
    private volatile List<String> news = List.of("a", "b", "c");
    private final AtomicInteger reads = new AtomicInteger();
    private final BlockingQueue<String> takenByStuck = new LinkedBlockingQueue<>();
    private final AtomicInteger offers = new AtomicInteger();
    private List<Integer> connected = List.of(PEER);
    private volatile boolean stuck = true;
    private boolean takesNothing;
    private Runnable meanwhile = () -> {};
    private final Retelling retelling = new Retelling(new Peers(), this::messages);

    private List<byte[]> messages() {
        reads.incrementAndGet();
        if (!failures.isEmpty()) {
            // Asked for by another thread, which leaves it to this one.
            retelling.tell();
            switch (failures.removeFirst()) {
                case Error error -> throw error;
                case Throwable other -> throw new IllegalStateException(other);
            }
        }
        return news.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    }

    private final class Peers implements Governor.Network {
        @Override
        public List<Integer> connected() {
            return connected;
        }

        @Override
        public boolean tell(int peer, byte[] message) {
            if (peer == STUCK) {
                offers.incrementAndGet();
                return !stuck && takenByStuck.add(new String(message, StandardCharsets.UTF_8));
            }
            if (takesNothing) {
                takesNothing = false;
                return false;
            }
            taken.add(new String(message, StandardCharsets.UTF_8));
            meanwhile.run();
            return true;
        }

        @Override
        public void stop(Hash session, Refusal.Reason reason) {}
    }

    private List<String> takenNow() {
        List<String> now = new ArrayList<>();
        taken.drainTo(now);
        return now;
    }

    /** Each message takes it longer than the others take to connect anew. */
    @Test
    void aSlowPeerIsToldAllHoweverOftenItBeginsAnew() {
        meanwhile = () -> {
            if (taken.size() < 7) {
                retelling.tell();
            }
        };
        retelling.tell();
        assertEquals(List.of("a", "b", "c", "a", "b", "c", "a", "b", "c"), takenNow());

        meanwhile = () -> {};
        news = List.of("a", "b");
        retelling.tell();
        assertEquals(Set.of("a", "b"), Set.copyOf(takenNow()));
        news = List.of();
        retelling.tell();
        assertEquals(List.of(), takenNow());
    }

    @Test
    void whatFailsIsTriedAgainAndNothingThatWasAskedForIsForgotten() {
        Stream.of(new IllegalStateException("no database"), new OutOfMemoryError("made up"))
                .forEach(failures::add);
        retelling.tell();
        assertEquals(List.of("a", "b", "c"), takenNow());
        retelling.tell();
        assertEquals(List.of("a", "b", "c"), takenNow());
    }

    @Test
    void whoeverDoesNotTakeOneIsToldAll() throws Exception {
        retelling.tell("d".getBytes(StandardCharsets.UTF_8));
        assertEquals(List.of("d"), takenNow());

        takesNothing = true;
        retelling.tell("e".getBytes(StandardCharsets.UTF_8));
        for (String each : List.of("a", "b", "c")) {
            assertEquals(each, taken.poll(50, TimeUnit.SECONDS));
        }
    }

    @Test
    void onePeerThatTakesNothingHasNothingToldAnewToTheOthers() throws Exception {
        connected = List.of(PEER, STUCK);
        for (String each : List.of("d", "e")) {
            retelling.tell(each.getBytes(StandardCharsets.UTF_8));
            awaitOffers(3);
        }
        stuck = false;
        for (String each : List.of("a", "b", "c")) {
            assertEquals(each, takenByStuck.poll(50, TimeUnit.SECONDS));
        }
        assertEquals(List.of("d", "e"), takenNow());
    }

    /** All there is may be a hundred thousand withdrawals. */
    @Test
    void forOnePeerThatTakesNothingWhatThereIsIsReadOnce() throws Exception {
        connected = List.of(PEER, STUCK);
        retelling.tell("d".getBytes(StandardCharsets.UTF_8));
        awaitOffers(3);
        news = List.of("a", "b", "c", "e");
        for (int k = 0; k < 5; k++) {
            retelling.tell("e".getBytes(StandardCharsets.UTF_8));
            awaitOffers(3);
        }
        assertEquals(1, reads.get());

        stuck = false;
        List<String> told = new ArrayList<>();
        while (!told.containsAll(news)) {
            told.add(takenByStuck.poll(50, TimeUnit.SECONDS));
        }
        assertEquals(2, reads.get());
        assertEquals("a", told.getFirst());
    }

    private void awaitOffers(int more) {
        int before = offers.get();
        while (offers.get() < before + more) {
            LockSupport.parkNanos(1_000_000);
        }
    }
}
