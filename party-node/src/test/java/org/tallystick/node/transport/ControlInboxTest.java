package org.tallystick.node.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.tallystick.node.wire.Control;
import org.tallystick.node.wire.ControlKind;

/** Which thread a peer's control messages are handled on, and in what order. */
@Timeout(60)
final class ControlInboxTest implements TransportListener {
    private static final List<String> NOTHING = List.of();

    private final LinkedBlockingQueue<String> handled = new LinkedBlockingQueue<>();
    private final CountDownLatch refused = new CountDownLatch(1);

    @Override
    public boolean note(int peer, ControlKind kind, byte[] message) {
        return kind == ControlKind.ACCEPT && handled.add("accepted at once");
    }

    @Override
    public void control(int peer, ControlKind kind, byte[] message) {
        if (kind == ControlKind.REFUSE) {
            await(refused);
        }
        handled.add(kind.name());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Control message(ControlKind kind) {
        return Control.newBuilder()
                .setKind(kind)
                .setLast(true)
                .setPayload(ByteString.copyFrom(new byte[1]))
                .build();
    }

    @Test
    void whatIsHandledAtOnceOvertakesNothingOfTheSamePeer() throws Exception {
        try (ControlInbox inbox = new ControlInbox(1, TransportConfig.Limits.DEFAULT, this)) {
            inbox.piece(message(ControlKind.ACCEPT));
            assertEquals("accepted at once", handled.poll());

            inbox.piece(message(ControlKind.REFUSE));
            inbox.piece(message(ControlKind.ACCEPT));
            assertEquals(NOTHING, List.copyOf(handled));
            refused.countDown();
            assertEquals("REFUSE", handled.poll(50, TimeUnit.SECONDS));
            assertEquals("ACCEPT", handled.poll(50, TimeUnit.SECONDS));
        }
    }
}
