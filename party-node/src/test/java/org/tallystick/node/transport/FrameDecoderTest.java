package org.tallystick.node.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.tallystick.node.wire.Control;
import org.tallystick.node.wire.ControlKind;
import org.tallystick.node.wire.Data;
import org.tallystick.node.wire.EpochHello;
import org.tallystick.node.wire.Frame;
import org.tallystick.node.wire.Hello;
import org.tallystick.node.wire.Ping;
import org.tallystick.node.wire.Stop;

class FrameDecoderTest {
    private static final int LIMIT = 1 << 20;

    /** Everything that came out, data as generated frames. */
    private static final class Collected implements FrameDecoder.Sink {
        private final List<Frame> frames = new ArrayList<>();

        @Override
        public void frame(Frame frame) {
            frames.add(frame);
        }

        @Override
        public void data(SessionId session, int number, boolean last, byte[] payload) {
            frames.add(dataFrame(session, number, last, payload));
        }
    }

    private static Frame dataFrame(SessionId session, int number, boolean last, byte[] payload) {
        return Frame.newBuilder()
                .setData(Data.newBuilder()
                        .setSessionHigh(session.high())
                        .setSessionLow(session.low())
                        .setNumber(number)
                        .setLast(last)
                        .setPayload(ByteString.copyFrom(payload)))
                .build();
    }

    private static byte[] encoded(Frame frame) {
        byte[] body = frame.toByteArray();
        return Unpooled.buffer()
                .writeInt(body.length)
                .writeBytes(body)
                .copy(0, 4 + body.length)
                .array();
    }

    /** As the outbox writes data. */
    private static byte[] written(SessionId session, int number, boolean last, byte[] payload) {
        ByteBuf out = Unpooled.buffer();
        DataFrame.writeHeader(out, session, number, last, payload.length);
        assertTrue(out.readableBytes() <= DataFrame.LONGEST_HEADER);
        out.writeBytes(payload);
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    private static List<Frame> decoded(byte[] stream, int... cuts) throws BadFrame {
        Collected collected = new Collected();
        FrameDecoder decoder = new FrameDecoder(LIMIT, collected);
        int from = 0;
        for (int cut : cuts) {
            decoder.read(Unpooled.wrappedBuffer(stream, from, cut - from));
            from = cut;
        }
        decoder.read(Unpooled.wrappedBuffer(stream, from, stream.length - from));
        return collected.frames;
    }

    private static byte[] joined(List<byte[]> parts) {
        ByteBuf out = Unpooled.buffer();
        parts.forEach(out::writeBytes);
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    /** One frame of every kind and some data, as frames and as the bytes that carry them. */
    private static List<byte[]> someOfAll(List<Frame> frames) {
        List<byte[]> parts = new ArrayList<>();
        frames.add(Frame.newBuilder()
                .setHello(Hello.newBuilder().setVersion(1).setGroup("g").setParty(2))
                .build());
        frames.add(Frame.newBuilder().setPing(Ping.getDefaultInstance()).build());
        frames.add(Frame.newBuilder()
                .setEpochHello(EpochHello.newBuilder().setNonce(ByteString.copyFrom(new byte[32])))
                .build());
        frames.add(Frame.newBuilder()
                .setControl(Control.newBuilder()
                        .setKind(ControlKind.PROPOSAL)
                        .setLast(true)
                        .setPayload(ByteString.copyFrom(new byte[100])))
                .build());
        frames.add(Frame.newBuilder()
                .setStop(Stop.newBuilder().setSessionHigh(-1).setSessionLow(5))
                .build());
        frames.forEach(frame -> parts.add(encoded(frame)));
        for (int length : new int[] {0, 1, 7, 130}) {
            byte[] payload = new byte[length];
            Arrays.fill(payload, (byte) length);
            SessionId session = new SessionId(length, -length);
            frames.add(dataFrame(session, length * 1000, length == 7, payload));
            parts.add(written(session, length * 1000, length == 7, payload));
        }
        return parts;
    }

    @Test
    void framesComeOutWhereverTheStreamIsCut() throws BadFrame {
        List<Frame> frames = new ArrayList<>();
        byte[] stream = joined(someOfAll(frames));
        assertEquals(frames, decoded(stream));
        for (int cut = 1; cut < stream.length; cut++) {
            assertEquals(frames, decoded(stream, cut));
        }
        int[] everyByte = new int[stream.length - 1];
        Arrays.setAll(everyByte, i -> i + 1);
        assertEquals(frames, decoded(stream, everyByte));
    }

    @Test
    void theHandWrittenLayoutOfDataIsProtobuf() throws BadFrame, InvalidProtocolBufferException {
        Random random = new Random(1);
        for (int i = 0; i < 2_000; i++) {
            SessionId session = new SessionId(random.nextLong(), i % 3 == 0 ? 0 : random.nextLong());
            int number = i % 5 == 0 ? 0 : random.nextInt() >>> (1 + random.nextInt(30));
            byte[] payload = new byte[random.nextInt(40) == 0 ? 300_000 : random.nextInt(600)];
            random.nextBytes(payload);
            boolean last = random.nextBoolean();
            Frame frame = dataFrame(session, number, last, payload);
            byte[] ours = written(session, number, last, payload);
            assertEquals(frame, Frame.parseFrom(Arrays.copyOfRange(ours, 4, ours.length)));
            assertEquals(List.of(frame), decoded(ours));
            // The generated writer leaves out zeros: another layout, the same frame.
            assertEquals(List.of(frame), decoded(encoded(frame)));
        }
    }

    @Test
    void aLengthAboveTheLimitIsRefusedBeforeAnythingOfItIsKept() {
        for (int length : new int[] {LIMIT + 1, Integer.MAX_VALUE, -1, Integer.MIN_VALUE}) {
            byte[] prefix = Unpooled.buffer(4).writeInt(length).array();
            BadFrame bad = assertThrows(BadFrame.class, () -> decoded(prefix, 1, 2, 3));
            assertEquals(Rejection.OVERSIZE, bad.rejection());
        }
    }

    @Test
    void framesThatAreNoneAreMalformed() {
        byte[] bigNumber = encoded(Frame.newBuilder()
                .setData(Data.newBuilder().setNumber(-5).setPayload(ByteString.copyFrom(new byte[3])))
                .build());
        for (byte[] stream : List.of(new byte[4], new byte[] {0, 0, 0, 1, (byte) 0xff}, bigNumber)) {
            BadFrame bad = assertThrows(BadFrame.class, () -> decoded(stream));
            assertEquals(Rejection.MALFORMED, bad.rejection());
        }
    }

    @Test
    void noBytesDoMoreThanEndTheConnection() {
        Random random = new Random(2);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] stream = new byte[1 + random.nextInt(200)];
            random.nextBytes(stream);
            if (random.nextBoolean() && stream.length > 6) {
                // A believable length, so that the bytes behind it are looked at.
                Arrays.fill(stream, 0, 3, (byte) 0);
                stream[4] = random.nextBoolean() ? (byte) 0x42 : stream[4];
            }
            refused += endsCleanly(stream, random) ? 0 : 1;
        }
        assertTrue(refused > 10_000, "only " + refused);
    }

    @Test
    void changedFramesDoNoMoreThanEndTheConnection() {
        Random random = new Random(3);
        byte[] valid = joined(someOfAll(new ArrayList<>()));
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] stream = valid.clone();
            for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                stream[random.nextInt(stream.length)] = (byte) random.nextInt();
            }
            refused += endsCleanly(stream, random) ? 0 : 1;
        }
        assertTrue(refused > 1_000 && refused < 20_000, "refused " + refused);
    }

    /** Feeds the bytes in random pieces; false when they were refused. Anything but a BadFrame fails the test. */
    private static boolean endsCleanly(byte[] stream, Random random) {
        FrameDecoder decoder = new FrameDecoder(LIMIT, new Collected());
        try {
            for (int at = 0; at < stream.length; ) {
                int length = Math.min(stream.length - at, 1 + random.nextInt(50));
                decoder.read(Unpooled.wrappedBuffer(stream, at, length));
                at += length;
            }
            return true;
        } catch (BadFrame e) {
            return false;
        }
    }

    @Test
    void aStoppedDecoderReadsNoMore() throws BadFrame {
        Collected collected = new Collected();
        FrameDecoder decoder = new FrameDecoder(LIMIT, collected);
        decoder.stop();
        byte[] ping =
                encoded(Frame.newBuilder().setPing(Ping.getDefaultInstance()).build());
        decoder.read(Unpooled.wrappedBuffer(ping));
        assertArrayEquals(new Object[0], collected.frames.toArray());
    }
}
