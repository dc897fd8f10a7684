package org.tallystick.node.transport;

import com.google.protobuf.ByteString;
import java.util.concurrent.atomic.AtomicLong;
import org.tallystick.node.wire.Control;
import org.tallystick.node.wire.ControlKind;

/** Puts one peer's control messages together and hands them to the listener in order. Pieces come on the event loop. */
final class ControlInbox implements AutoCloseable {
    private final int peer;
    private final TransportConfig.Limits limits;
    private final TransportListener listener;
    private final Mailbox mailbox;
    private final AtomicLong waiting = new AtomicLong();
    private ByteString pieces = ByteString.EMPTY;
    private boolean midway;
    private ControlKind kind = ControlKind.CONTROL_UNSPECIFIED;

    ControlInbox(int peer, TransportConfig.Limits limits, TransportListener listener) {
        this.peer = peer;
        this.limits = limits;
        this.listener = listener;
        this.mailbox = new Mailbox("control-" + peer);
    }

    void piece(Control control) throws BadFrame {
        if (control.getKind() == ControlKind.CONTROL_UNSPECIFIED || control.getKind() == ControlKind.UNRECOGNIZED) {
            throw new BadFrame(Rejection.MALFORMED, "a control message of unknown kind " + control.getKindValue());
        }
        if (midway && control.getKind() != kind) {
            throw new BadFrame(Rejection.MALFORMED, "a piece of another control message");
        }
        if (midway && control.getPayload().isEmpty()) {
            throw new BadFrame(Rejection.MALFORMED, "an empty piece of a control message");
        }
        if (pieces.size() + control.getPayload().size() > limits.control()) {
            throw new BadFrame(
                    Rejection.OVERSIZE, "a control message longer than the " + limits.control() + " bytes allowed");
        }
        midway = true;
        kind = control.getKind();
        pieces = pieces.concat(control.getPayload());
        if (control.getLast()) {
            deliver(kind, pieces.toByteArray());
            reset();
        }
    }

    private void deliver(ControlKind of, byte[] message) throws BadFrame {
        if (waiting.get() == 0 && listener.note(peer, of, message)) {
            return;
        }
        int cost = message.length + 256;
        if (waiting.addAndGet(cost) > limits.controlWaiting()) {
            waiting.addAndGet(-cost);
            throw new BadFrame(
                    Rejection.FLOOD, "more than " + limits.controlWaiting() + " bytes of control messages wait");
        }
        mailbox.add(() -> {
            try {
                listener.control(peer, of, message);
            } finally {
                waiting.addAndGet(-cost);
            }
        });
    }

    /** The connection is gone: the rest of a message will not come. */
    void reset() {
        pieces = ByteString.EMPTY;
        midway = false;
    }

    @Override
    public void close() {
        mailbox.close();
    }
}
