package org.tallystick.node.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import org.tallystick.node.storage.StorageKey.Sealing;

/**
 * Long values sealed in pieces: a JDK's AES-GCM is fast on pieces that stay in the cache, and a first long call would
 * run its whole length before it is compiled. Pieces are bound to their place, and the last one to being the last.
 */
final class SealedPieces {
    private static final int PIECE = 1 << 16;

    private SealedPieces() {}

    static byte[] seal(Sealing sealing, byte[] plain, String context) {
        int pieces = Math.max(1, (plain.length + PIECE - 1) / PIECE);
        byte[] sealed = new byte[Math.addExact(plain.length, Math.multiplyExact(pieces, Sealing.OVERHEAD))];
        int at = 0;
        for (int k = 0; k < pieces; k++) {
            int from = k * PIECE;
            byte[] piece = java.util.Arrays.copyOfRange(plain, from, Math.min(plain.length, from + PIECE));
            byte[] one = sealing.seal(piece, place(context, k, k == pieces - 1));
            System.arraycopy(one, 0, sealed, at, one.length);
            at += one.length;
        }
        return sealed;
    }

    /**
     * Opens a file, which is read piece by piece, so that what is sealed stays in the cache until it is open.
     *
     * @throws StorageFailure when anything of it has changed
     */
    static byte[] open(Sealing sealing, FileChannel file, String context) throws IOException {
        int whole = PIECE + Sealing.OVERHEAD;
        long size = file.size();
        int pieces = Math.toIntExact(Math.max(1, Math.ceilDiv(size, whole)));
        byte[] plain = new byte[Math.toIntExact(Math.max(0, size - (long) pieces * Sealing.OVERHEAD))];
        ByteBuffer sealed = ByteBuffer.allocate((int) Math.min(whole, size));
        for (int k = 0; k < pieces; k++) {
            sealed.clear();
            while (sealed.hasRemaining() && file.read(sealed) >= 0) {
                // One more read until the piece is whole, or the file ends.
            }
            sealing.open(sealed.array(), 0, sealed.position(), place(context, k, k == pieces - 1), plain, k * PIECE);
        }
        return plain;
    }

    private static byte[] place(String context, int piece, boolean last) {
        return (context + " " + piece + (last ? " end" : "")).getBytes(StandardCharsets.US_ASCII);
    }
}
