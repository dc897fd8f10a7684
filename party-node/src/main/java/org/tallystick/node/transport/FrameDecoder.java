package org.tallystick.node.transport;

import com.google.protobuf.InvalidProtocolBufferException;
import io.netty.buffer.ByteBuf;
import org.tallystick.node.wire.Data;
import org.tallystick.node.wire.Frame;

/**
 * Cuts a stream of bytes into frames, wherever the network happened to cut it. A length above the limit is refused
 * before anything of the frame is kept, so that a peer makes this node hold one frame of permitted size at the most.
 * After a {@link BadFrame} the decoder is of no further use.
 */
final class FrameDecoder {
    /** Takes what the decoder has found. Arrays are the sink's own. */
    interface Sink {
        void frame(Frame frame) throws BadFrame;

        void data(SessionId session, int number, boolean last, byte[] payload) throws BadFrame;
    }

    private static final int PREFIX = 4;

    private final Sink sink;
    private final DataFrame header = new DataFrame();
    private final byte[] head = new byte[DataFrame.LONGEST_HEADER];
    private int limit;
    private boolean stopped;

    private int headFilled;
    private int headWanted = PREFIX;
    private int length;
    private boolean data;
    private byte[] body = new byte[0];
    private int bodyFilled;
    private boolean inBody;

    FrameDecoder(int limit, Sink sink) {
        this.limit = limit;
        this.sink = sink;
    }

    /** Changes the size limit for frames that have not begun yet. */
    void limit(int bytes) {
        this.limit = bytes;
    }

    /** Takes no more bytes: the connection is being closed. */
    void stop() {
        stopped = true;
    }

    /** Reads all there is; does not release the buffer. */
    void read(ByteBuf in) throws BadFrame {
        while (!stopped && in.isReadable()) {
            if (inBody) {
                int count = Math.min(in.readableBytes(), body.length - bodyFilled);
                in.readBytes(body, bodyFilled, count);
                bodyFilled += count;
                if (bodyFilled == body.length) {
                    finish();
                }
            } else {
                int count = Math.min(in.readableBytes(), headWanted - headFilled);
                in.readBytes(head, headFilled, count);
                headFilled += count;
                if (headFilled == headWanted) {
                    headComplete();
                }
            }
        }
    }

    private void headComplete() throws BadFrame {
        if (headWanted == PREFIX) {
            length = (head[0] & 0xff) << 24 | (head[1] & 0xff) << 16 | (head[2] & 0xff) << 8 | (head[3] & 0xff);
            if (length < 0 || length > limit) {
                throw new BadFrame(
                        Rejection.OVERSIZE,
                        "a frame of " + Integer.toUnsignedString(length) + " bytes, where " + limit + " are allowed");
            }
            if (length == 0) {
                throw new BadFrame(Rejection.MALFORMED, "an empty frame");
            }
            headWanted = PREFIX + Math.min(length, head.length - PREFIX);
            return;
        }
        int available = headFilled - PREFIX;
        System.arraycopy(head, PREFIX, head, 0, available);
        data = header.read(head, available, length);
        int start = data ? header.start : 0;
        body = new byte[length - start];
        bodyFilled = available - start;
        System.arraycopy(head, start, body, 0, bodyFilled);
        inBody = true;
        if (bodyFilled == body.length) {
            finish();
        }
    }

    private void finish() throws BadFrame {
        byte[] complete = body;
        body = new byte[0];
        inBody = false;
        headFilled = 0;
        headWanted = PREFIX;
        if (data) {
            sink.data(new SessionId(header.high, header.low), header.number, header.last, complete);
            return;
        }
        Frame frame;
        try {
            frame = Frame.parseFrom(complete);
        } catch (InvalidProtocolBufferException e) {
            throw new BadFrame(Rejection.MALFORMED, "a frame of " + complete.length + " bytes that is not protobuf");
        }
        if (frame.hasData()) {
            Data piece = frame.getData();
            if (piece.getNumber() < 0) {
                throw new BadFrame(Rejection.MALFORMED, "a message number beyond 2^31");
            }
            sink.data(
                    new SessionId(piece.getSessionHigh(), piece.getSessionLow()),
                    piece.getNumber(),
                    piece.getLast(),
                    piece.getPayload().toByteArray());
        } else {
            sink.frame(frame);
        }
    }
}
