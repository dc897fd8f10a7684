package org.tallystick.node.transport;

import com.google.protobuf.CodedOutputStream;
import io.netty.buffer.ByteBuf;

/**
 * The frame that carries a run's data, in the one layout this node writes: every field present, in the order of its
 * number. Written ahead of its payload, and read from the first bytes of a frame, so that the payload is copied once
 * between the socket's buffer and the message. A frame in any other valid layout goes through the generated parser.
 */
final class DataFrame {
    /** Length prefix and header at their longest. */
    static final int LONGEST_HEADER = 4 + 41;

    private static final int DATA = (8 << 3) | 2;
    private static final int HIGH = (1 << 3) | 1;
    private static final int LOW = (2 << 3) | 1;
    private static final int NUMBER = 3 << 3;
    private static final int LAST = 4 << 3;
    private static final int PAYLOAD = (5 << 3) | 2;

    long high;
    long low;
    int number;
    boolean last;
    int payload;
    /** Where the payload starts. */
    int start;

    /** Writes length prefix and header for {@code payload} bytes that follow. */
    static void writeHeader(ByteBuf out, SessionId session, int number, boolean last, int payload) {
        int inner = 9
                + 9
                + 1
                + CodedOutputStream.computeUInt32SizeNoTag(number)
                + 2
                + 1
                + CodedOutputStream.computeUInt32SizeNoTag(payload)
                + payload;
        out.writeInt(1 + CodedOutputStream.computeUInt32SizeNoTag(inner) + inner);
        out.writeByte(DATA);
        writeVarint(out, inner);
        out.writeByte(HIGH);
        out.writeLongLE(session.high());
        out.writeByte(LOW);
        out.writeLongLE(session.low());
        out.writeByte(NUMBER);
        writeVarint(out, number);
        out.writeByte(LAST);
        out.writeByte(last ? 1 : 0);
        out.writeByte(PAYLOAD);
        writeVarint(out, payload);
    }

    private static void writeVarint(ByteBuf out, int value) {
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            out.writeByte((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.writeByte(rest);
    }

    /**
     * Reads the header of a frame of {@code frame} bytes from its first {@code count}; false when the frame is anything
     * but data in this layout.
     */
    boolean read(byte[] head, int count, int frame) {
        Cursor cursor = new Cursor(head, count);
        if (!cursor.is(DATA) || cursor.varint() != frame - cursor.at) {
            return false;
        }
        if (!cursor.is(HIGH)) {
            return false;
        }
        high = cursor.fixed64();
        if (!cursor.is(LOW)) {
            return false;
        }
        low = cursor.fixed64();
        if (!cursor.is(NUMBER)) {
            return false;
        }
        long count32 = cursor.varint();
        if (count32 > Integer.MAX_VALUE || !cursor.is(LAST)) {
            return false;
        }
        number = (int) count32;
        long flag = cursor.varint();
        if (flag > 1 || !cursor.is(PAYLOAD)) {
            return false;
        }
        last = flag == 1;
        long length = cursor.varint();
        start = cursor.at;
        if (cursor.failed || length != frame - start) {
            return false;
        }
        payload = (int) length;
        return true;
    }

    /** Reads from an array; past its end, or at a number of more than 5 bytes, it fails and reads zeros. */
    private static final class Cursor {
        private final byte[] bytes;
        private final int end;
        private int at;
        private boolean failed;

        Cursor(byte[] bytes, int end) {
            this.bytes = bytes;
            this.end = end;
        }

        private int next() {
            if (at >= end) {
                failed = true;
                return 0;
            }
            return bytes[at++] & 0xff;
        }

        boolean is(int tag) {
            return next() == tag && !failed;
        }

        long varint() {
            long value = 0;
            for (int shift = 0; shift < 35; shift += 7) {
                int next = next();
                value |= (long) (next & 0x7f) << shift;
                if (next < 0x80) {
                    return value;
                }
            }
            failed = true;
            return 0;
        }

        long fixed64() {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 8) {
                value |= (long) next() << shift;
            }
            return value;
        }
    }
}
