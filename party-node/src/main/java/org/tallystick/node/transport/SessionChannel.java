package org.tallystick.node.transport;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.tallystick.net.Channel;
import org.tallystick.net.ProtocolAbort;

/**
 * One run's channel to one peer. One thread at a time receives. The event loop puts complete messages into a queue and
 * unparks the receiver; the deadline is kept by the transport's clock, so that a wait costs no timer.
 */
final class SessionChannel implements Channel {
    /** What a piece costs beyond its payload, so that a flood of tiny ones is a flood too. */
    private static final int OVERHEAD = 64;

    private static final long NO_BRAKE = -1;

    private final SessionMesh mesh;
    private final Gate gate;
    private final long deadlineNanos;

    // Outbound: the queue from any thread, the position on the event loop alone.
    private final ConcurrentLinkedQueue<byte[]> outgoing = new ConcurrentLinkedQueue<>();
    private final AtomicLong unsent = new AtomicLong();
    private byte[] leaving = new byte[0];
    private boolean midway;
    private int offset;
    private int sendNumber;
    private boolean scheduled;

    // Inbound: assembled on the event loop, taken by the receiver.
    private final ConcurrentLinkedQueue<Message> ready = new ConcurrentLinkedQueue<>();
    private List<byte[]> pieces = new ArrayList<>();
    private long piecesCost;
    private long piecesLength;
    private int receiveNumber;

    private volatile Thread waiter;
    private volatile long waitEnds;
    /** Unsent bytes that the waiter waits for, when it waits for that. */
    private volatile long brake = NO_BRAKE;

    SessionChannel(SessionMesh mesh, Gate gate, Duration deadline) {
        this.mesh = mesh;
        this.gate = gate;
        this.deadlineNanos = deadline.toNanos();
    }

    /** A whole message, in the pieces it came in. */
    private record Message(List<byte[]> pieces, long length, long cost) {
        byte[] join() {
            if (pieces.size() == 1) {
                return pieces.get(0);
            }
            byte[] whole = new byte[Math.toIntExact(length)];
            int at = 0;
            for (byte[] piece : pieces) {
                System.arraycopy(piece, 0, whole, at, piece.length);
                at += piece.length;
            }
            return whole;
        }
    }

    // ---- the run's side

    @Override
    public void send(byte[] message) {
        mesh.requireRunning();
        mesh.queued(message.length);
        unsent.addAndGet(message.length);
        outgoing.add(message);
        gate.offer(this);
        mesh.discardIfEnded();
    }

    /** Waits until at most {@code most} bytes have yet to leave, as long as a receive would wait. */
    void awaitUnsent(long most) {
        mesh.requireRunning();
        if (unsent.get() <= most) {
            return;
        }
        brake = most;
        try {
            await(() -> unsent.get() <= most ? this : null);
        } finally {
            brake = NO_BRAKE;
        }
    }

    @Override
    public byte[] receive(int length) {
        mesh.requireRunning();
        Message message = next();
        if (message == null) {
            message = await(this::next);
        }
        consumed(message.cost);
        if (message.length != length) {
            mesh.end(
                    ProtocolAbort.Reason.MALFORMED,
                    "a message has " + message.length + " bytes where " + length + " were due");
            mesh.requireRunning();
        }
        return message.join();
    }

    private Message next() {
        return mesh.mayReceive() ? ready.poll() : null;
    }

    /** Waits until there is something. */
    private <T> T await(Supplier<T> something) {
        waitEnds = System.nanoTime() + deadlineNanos;
        waiter = Thread.currentThread();
        gate.waiting();
        try {
            while (true) {
                mesh.requireRunning();
                T found = something.get();
                if (found != null) {
                    return found;
                }
                LockSupport.park(this);
                if (Thread.interrupted()) {
                    Thread.currentThread().interrupt();
                    mesh.end(ProtocolAbort.Reason.STOPPED, "interrupted while waiting for a peer");
                }
            }
        } finally {
            waiter = null;
            gate.served();
        }
    }

    // ---- the transport's side

    void wake() {
        Thread waiting = waiter;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }

    void tick(long now) {
        if (waiter != null && now - waitEnds > 0) {
            String what =
                    brake == NO_BRAKE ? "no message from a peer within " : "a peer has not taken what was sent within ";
            mesh.end(
                    ProtocolAbort.Reason.DEADLINE,
                    what + Duration.ofNanos(deadlineNanos).toMillis() + " ms");
        }
    }

    /** A piece of message {@code number} has come. Event loop. */
    void arrived(int number, boolean last, byte[] payload) {
        if (mesh.hasEnded() || mesh.isClosed()) {
            return;
        }
        if (number != receiveNumber || piecesLength + payload.length > Integer.MAX_VALUE - 8) {
            mesh.end(ProtocolAbort.Reason.MALFORMED, "a peer's message is out of order or too long");
            return;
        }
        long cost = (long) payload.length + OVERHEAD;
        gate.arrived(cost);
        pieces.add(payload);
        piecesCost += cost;
        piecesLength += payload.length;
        mesh.arrived(cost);
        if (last) {
            ready.add(new Message(pieces, piecesLength, piecesCost));
            pieces = new ArrayList<>(1);
            piecesCost = 0;
            piecesLength = 0;
            receiveNumber++;
            wake();
        }
        if (mesh.hasEnded() || mesh.isClosed()) {
            release();
        }
    }

    /** The run will not read any more: what it left unread no longer counts. Event loop. */
    void release() {
        for (Message rest = ready.poll(); rest != null; rest = ready.poll()) {
            consumed(rest.cost);
        }
        consumed(piecesCost);
        pieces = new ArrayList<>(1);
        piecesCost = 0;
        piecesLength = 0;
    }

    private void consumed(long cost) {
        mesh.consumed(cost);
        gate.consumed(cost);
    }

    // ---- what leaves; event loop

    SessionId session() {
        return mesh.id();
    }

    /** Marks the channel as having its turn; false when it has it already. */
    boolean schedule() {
        boolean first = !scheduled;
        scheduled = true;
        return first;
    }

    void unschedule() {
        scheduled = false;
    }

    /** Whether there is something to send; drops it all when the run has ended early. */
    boolean hasOutgoing() {
        if (mesh.hasEnded()) {
            discard();
            return false;
        }
        if (!midway) {
            byte[] next = outgoing.poll();
            if (next == null) {
                return false;
            }
            leaving = next;
            midway = true;
            offset = 0;
        }
        return true;
    }

    /** Drops what has not left: nobody will read it, and a peer that reads nothing must not make it stay. */
    void discard() {
        if (midway) {
            left(leaving.length - offset);
            leaving = new byte[0];
            midway = false;
        }
        for (byte[] dropped = outgoing.poll(); dropped != null; dropped = outgoing.poll()) {
            left(dropped.length);
        }
    }

    private void left(int bytes) {
        mesh.left(bytes);
        if (unsent.addAndGet(-bytes) <= brake) {
            wake();
        }
    }

    byte[] leaving() {
        return leaving;
    }

    int offset() {
        return offset;
    }

    int sendNumber() {
        return sendNumber;
    }

    /** {@code bytes} more of the current message have gone to the socket. */
    void sent(int bytes) {
        offset += bytes;
        left(bytes);
        if (offset == leaving.length) {
            leaving = new byte[0];
            midway = false;
            sendNumber++;
        }
    }
}
