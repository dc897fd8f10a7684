package org.tallystick.random;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-128 in counter mode as a random function of (stream, element): the counter block is the 64-bit stream label and
 * the 64-bit block number, two elements a block, so that no two uses with different labels overlap. Distinguishing
 * advantage of the permutation from a function after q blocks is below q²/2^129. Not for use by two threads at once.
 */
public final class SharedGenerator {
    public static final int KEY_BYTES = 16;

    private static final int CHUNK_BLOCKS = 512;

    /** All ones where a counter block has its stream, and what to add to the number of a call's first block. */
    private static final long[] STREAMS = new long[2 * CHUNK_BLOCKS];

    private static final long[] OFFSETS = new long[2 * CHUNK_BLOCKS];

    static {
        for (int i = 0; i < CHUNK_BLOCKS; i++) {
            STREAMS[2 * i] = -1;
            OFFSETS[2 * i + 1] = i;
        }
    }

    private final Cipher aes;
    private long[] pairs = new long[2 * 8];
    private byte[] counters = new byte[16 * 8];
    private LongBuffer inWords = view(counters);
    private byte[] blocks = new byte[16 * 8];
    private LongBuffer words = view(blocks);

    SharedGenerator(byte[] key) {
        aes = Primitives.aesBlocks();
        try {
            aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES with keys of 128 bits", e);
        }
    }

    /** Elements 0 to {@code count − 1} of a stream. */
    public long[] elements(long stream, int count) {
        long[] out = new long[count];
        fill(stream, 0, out);
        return out;
    }

    /** Fills {@code out} with the elements of a stream from {@code first}, an even number, on. */
    public void fill(long stream, int first, long[] out) {
        fill(stream, first, out, 0, out.length);
    }

    /**
     * Writes {@code count} elements of a stream from {@code first}, an even number, on into {@code out} at {@code at}.
     */
    public void fill(long stream, int first, long[] out, int at, int count) {
        grow(Math.min(CHUNK_BLOCKS, (count + 1) >>> 1));
        int capacity = counters.length >>> 3;
        for (int done = 0; done < count; done += capacity) {
            int now = Math.min(capacity, count - done);
            encrypt(stream, (first + done) >>> 1, (now + 1) >>> 1);
            words.get(0, out, at + done, now);
        }
    }

    private void grow(int neededBlocks) {
        if (16 * neededBlocks > counters.length) {
            int size = 16 * Integer.highestOneBit(2 * neededBlocks - 1);
            pairs = new long[size >>> 3];
            counters = new byte[size];
            inWords = view(counters);
            blocks = new byte[size];
            words = view(blocks);
        }
    }

    private void encrypt(long stream, long firstBlock, int count) {
        // A loop over longs that all do the same becomes vector instructions; stream and number take turns.
        int end = 2 * count;
        for (int i = 0; i < end; i++) {
            pairs[i] = (stream & STREAMS[i]) + (firstBlock & ~STREAMS[i]) + OFFSETS[i];
        }
        inWords.put(0, pairs, 0, end);
        try {
            aes.update(counters, 0, 16 * count, blocks, 0);
        } catch (ShortBufferException e) {
            throw new IllegalStateException("the output is as long as the input", e);
        }
    }

    private static LongBuffer view(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
    }

    @Override
    public String toString() {
        return "SharedGenerator[secret]";
    }
}
