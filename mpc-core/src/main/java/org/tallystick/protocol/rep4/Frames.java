package org.tallystick.protocol.rep4;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.tallystick.net.Mesh;
import org.tallystick.net.ProtocolAbort;

/**
 * The messages of one round: at most one to each peer and one from each, as long as public shapes say. First what will
 * be sent and received is announced; then it is written, sent and received; then it is read in the order announced.
 */
final class Frames {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[][] out = new byte[4][];
    private final byte[][] in = new byte[4][];
    private final int[] outAt = new int[4];
    private final int[] inAt = new int[4];

    void willSend(int peer, int bytes) {
        outAt[peer] = Math.addExact(outAt[peer], bytes);
    }

    void willReceive(int peer, int bytes) {
        inAt[peer] = Math.addExact(inAt[peer], bytes);
    }

    /** Ends the announcing and begins the writing. */
    void open() {
        for (int peer = 0; peer < 4; peer++) {
            out[peer] = new byte[outAt[peer]];
            outAt[peer] = 0;
        }
    }

    void send(Mesh mesh) {
        for (int peer = 0; peer < 4; peer++) {
            if (out[peer].length > 0) {
                mesh.to(peer).send(out[peer]);
            }
        }
    }

    void receive(Mesh mesh) {
        for (int peer = 0; peer < 4; peer++) {
            if (inAt[peer] > 0) {
                in[peer] = mesh.to(peer).receive(inAt[peer]);
                inAt[peer] = 0;
            }
        }
    }

    /** Appends the low {@code bytes} bytes of {@code words} to the message for a peer. */
    void write(int peer, long[] words, int bytes) {
        byte[] target = out[peer];
        int at = outAt[peer];
        int whole = bytes >>> 3;
        for (int i = 0; i < whole; i++) {
            LONGS.set(target, at + 8 * i, words[i]);
        }
        for (int i = 8 * whole; i < bytes; i++) {
            target[at + i] = (byte) (words[whole] >>> 8 * (i & 7));
        }
        outAt[peer] = at + bytes;
    }

    /** The next {@code bits} bits of a peer's message, whose padding to a whole byte must be zero. */
    long[] read(int peer, long bits) {
        byte[] source = in[peer];
        int at = inAt[peer];
        int bytes = Math.toIntExact((bits + 7) >>> 3);
        long[] words = new long[(bytes + 7) >>> 3];
        int whole = bytes >>> 3;
        for (int i = 0; i < whole; i++) {
            words[i] = (long) LONGS.get(source, at + 8 * i);
        }
        for (int i = 8 * whole; i < bytes; i++) {
            words[whole] |= (source[at + i] & 0xFFL) << 8 * (i & 7);
        }
        inAt[peer] = at + bytes;
        if ((bits & 63) != 0 && words[words.length - 1] >>> (bits & 63) != 0) {
            throw new ProtocolAbort(ProtocolAbort.Reason.MALFORMED, "a message has bits set in its padding");
        }
        return words;
    }
}
