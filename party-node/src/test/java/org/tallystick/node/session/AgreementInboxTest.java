package org.tallystick.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class AgreementInboxTest {
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final CountDownLatch slow = new CountDownLatch(1);
    private final AgreementInbox inbox = new AgreementInbox(4, this::hear);

    /** Party 1 keeps its reader busy. */
    private void hear(int peer, byte[] message) {
        if (peer == 1) {
            try {
                assertTrue(slow.await(3, TimeUnit.MINUTES));
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted", e);
            }
        }
        heard.add(peer + " " + message[0]);
        if (message[0] == 0) {
            throw new IllegalStateException("it could not be kept");
        }
    }

    private String next() throws InterruptedException {
        String next = heard.poll(3, TimeUnit.MINUTES);
        assertTrue(next != null, "nothing came");
        return next;
    }

    @Test
    void whoeverSendsMuchWaitsAloneAndIsDroppedAtLast() throws Exception {
        int taken = 0;
        byte[] message = new byte[1 << 20];
        while (taken < 100 && inbox.offer(1, message.clone())) {
            message[0]++;
            taken++;
        }
        assertTrue(taken >= 31 && taken <= 33, "took " + taken);
        assertTrue(inbox.offer(2, new byte[] {7}));
        assertEquals("2 7", next());
        slow.countDown();
        List<String> expected = new ArrayList<>();
        List<String> found = new ArrayList<>();
        for (int k = 0; k < taken; k++) {
            expected.add("1 " + k);
            found.add(next());
        }
        assertEquals(expected, found);
        assertTrue(inbox.offer(1, new byte[] {9}));
        assertEquals("1 9", next());
    }

    @Test
    void whatWaitsAlreadyIsNotTakenTwice() throws Exception {
        assertTrue(inbox.offer(1, new byte[] {3}));
        for (int time = 0; time < 2; time++) {
            assertTrue(inbox.offer(1, new byte[] {5}));
            assertTrue(inbox.offer(1, new byte[] {7}));
        }
        assertTrue(inbox.offer(1, new byte[] {9}));
        slow.countDown();
        for (int each : List.of(3, 5, 7, 9)) {
            assertEquals("1 " + each, next());
        }
        assertTrue(inbox.offer(1, new byte[] {5}));
        assertEquals("1 5", next());
    }
}
