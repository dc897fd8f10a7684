package org.tallystick.node.transport;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.tallystick.node.wire.Control;
import org.tallystick.node.wire.ControlKind;
import org.tallystick.node.wire.Frame;

/**
 * Writes one connection. Any thread offers; the event loop writes as long as the socket takes more: frames of the
 * transport and control messages first, then the runs in turn, a frame each, so that a long message of one run does not
 * hold up a short one of another. All that has been offered by the time the event loop wakes leaves in one flush.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends the connection, which reports it
final class Outbox {
    /** A payload up to this size is copied behind its header; a longer one is passed on as it lies. */
    private static final int COPIED = 4 << 10;
    /** What the transport's own frames may add to waiting control messages. */
    private static final long HEADROOM = 8 << 20;
    /** After so many bytes the socket is asked whether it takes more. */
    private static final int BATCH = 256 << 10;

    private final ChannelHandlerContext context;
    private final Counters.Traffic traffic;
    private final long controlLimit;
    private final ConcurrentLinkedQueue<Frame> urgent = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<SessionChannel> offered = new ConcurrentLinkedQueue<>();
    private final Queue<SessionChannel> turns = new ArrayDeque<>();
    private final AtomicBoolean awake = new AtomicBoolean();
    private final AtomicLong urgentBytes = new AtomicLong();
    private final Runnable drain = this::drain;
    private long lastWrite = System.nanoTime();

    /** @param controlLimit bytes of control messages that may wait to be written */
    Outbox(ChannelHandlerContext context, Counters.Traffic traffic, long controlLimit) {
        this.context = context;
        this.traffic = traffic;
        this.controlLimit = controlLimit;
    }

    /** A run's channel has something to send. */
    void offer(SessionChannel channel) {
        offered.add(channel);
        schedule();
    }

    /**
     * A frame of the transport's own. A peer that makes this node answer and never reads the answers loses the line.
     */
    void offer(Frame frame) {
        if (urgentBytes.addAndGet(frame.getSerializedSize()) > controlLimit + HEADROOM) {
            context.close();
            return;
        }
        urgent.add(frame);
        schedule();
    }

    /** A control message in pieces; false when the peer has not taken earlier ones. One thread at a time. */
    boolean offer(ControlKind kind, byte[] message) {
        if (urgentBytes.get() + message.length > controlLimit) {
            return false;
        }
        int at = 0;
        do {
            int length = Math.min(message.length - at, TransportConfig.Limits.PAYLOAD);
            ByteString piece = UnsafeByteOperations.unsafeWrap(message, at, length);
            at += length;
            Control control = Control.newBuilder()
                    .setKind(kind)
                    .setLast(at == message.length)
                    .setPayload(piece)
                    .build();
            offer(Frame.newBuilder().setControl(control).build());
        } while (at < message.length);
        return true;
    }

    /** When something was last written. Event loop. */
    long lastWrite() {
        return lastWrite;
    }

    private void schedule() {
        if (awake.compareAndSet(false, true)) {
            context.executor().execute(drain);
        }
    }

    /** Writes what the socket takes; called again when it takes more. Event loop. */
    void drain() {
        awake.set(false);
        for (SessionChannel channel = offered.poll(); channel != null; channel = offered.poll()) {
            if (channel.schedule()) {
                turns.add(channel);
            }
        }
        int unflushed = 0;
        while (context.channel().isWritable()) {
            int written = writeNext();
            if (written == 0) {
                break;
            }
            unflushed += written;
            if (unflushed >= BATCH) {
                context.flush();
                unflushed = 0;
            }
        }
        if (unflushed > 0) {
            context.flush();
        }
    }

    /** Writes one frame; the number of its bytes, 0 when there is none. */
    private int writeNext() {
        Frame frame = urgent.poll();
        if (frame != null) {
            urgentBytes.addAndGet(-frame.getSerializedSize());
            return write(frame);
        }
        for (SessionChannel channel = turns.poll(); channel != null; channel = turns.poll()) {
            if (channel.hasOutgoing()) {
                turns.add(channel);
                return write(channel);
            }
            channel.unschedule();
        }
        return 0;
    }

    private int write(Frame frame) {
        int size = frame.getSerializedSize();
        ByteBuf buffer = context.alloc().directBuffer(4 + size, 4 + size);
        buffer.writeInt(size);
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(buffer.nioBuffer(4, size));
            frame.writeTo(out);
            out.flush();
        } catch (IOException e) {
            buffer.release();
            throw new UncheckedIOException("a frame is longer than its own size", e);
        }
        buffer.writerIndex(4 + size);
        return write(buffer);
    }

    private int write(SessionChannel channel) {
        byte[] message = channel.leaving();
        int offset = channel.offset();
        int length = Math.min(message.length - offset, TransportConfig.Limits.PAYLOAD);
        boolean last = offset + length == message.length;
        boolean copied = length <= COPIED;
        ByteBuf buffer = context.alloc().directBuffer(DataFrame.LONGEST_HEADER + (copied ? length : 0));
        DataFrame.writeHeader(buffer, channel.session(), channel.sendNumber(), last, length);
        int written;
        if (copied) {
            buffer.writeBytes(message, offset, length);
            written = write(buffer);
        } else {
            written = buffer.readableBytes() + length;
            context.write(buffer);
            context.write(Unpooled.wrappedBuffer(message, offset, length));
            count(written);
        }
        channel.sent(length);
        return written;
    }

    private int write(ByteBuf buffer) {
        int bytes = buffer.readableBytes();
        context.write(buffer);
        count(bytes);
        return bytes;
    }

    private void count(int bytes) {
        traffic.sent(bytes);
        lastWrite = System.nanoTime();
    }
}
