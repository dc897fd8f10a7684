package org.tallystick.convert;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.ring.BitMatrix;

/** One message, written or read from its beginning to its end. */
final class Frame {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final byte[] in;
    private int at;

    Frame() {
        this(new byte[0]);
    }

    Frame(byte[] received) {
        in = received;
    }

    void write(byte[] bytes) {
        out.writeBytes(bytes);
    }

    byte[] written() {
        return out.toByteArray();
    }

    byte[] read(int bytes) {
        at += bytes;
        return Arrays.copyOfRange(in, at - bytes, at);
    }

    /** All bits without gaps, wire after wire. */
    static byte[] packed(BitMatrix bits) {
        byte[] packed = new byte[(int) GarbledFunction.bitBytes(bits.wires(), bits.rows())];
        int at = 0;
        for (int wire = 0; wire < bits.wires(); wire++) {
            for (int row = 0; row < bits.rows(); row++, at++) {
                if (bits.get(wire, row)) {
                    packed[at >>> 3] |= (byte) (1 << (at & 7));
                }
            }
        }
        return packed;
    }

    /** Bits out of their packed form, whose padding must be zero. */
    static BitMatrix unpacked(byte[] packed, int wires, int rows) {
        int words = BitMatrix.wordsPerWire(rows);
        long[] bits = new long[wires * words];
        int at = 0;
        for (int wire = 0; wire < wires; wire++) {
            for (int row = 0; row < rows; row++, at++) {
                bits[wire * words + (row >>> 6)] |= (packed[at >>> 3] >>> (at & 7) & 1L) << row;
            }
        }
        if ((at & 7) != 0 && (packed[packed.length - 1] & 0xFF) >>> (at & 7) != 0) {
            throw new ProtocolAbort(ProtocolAbort.Reason.MALFORMED, "a message has bits set in its padding");
        }
        return new BitMatrix(wires, rows, bits);
    }
}
