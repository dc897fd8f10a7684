package org.tallystick.random;

/**
 * NH with two Toeplitz-shifted keys (Black, Halevi, Krawczyk, Krovetz, Rogaway: UMAC, CRYPTO '99, theorems 2 and 3;
 * 32-bit words, two iterations): for any two different messages of the same number of words, chosen without knowledge
 * of the key, and any difference of 128-bit digests fixed beforehand (zero among them; half by half mod 2^64), the
 * digests have that difference with probability at most 2^−64 over a uniform key. So a digest may be sent with a pad
 * added. It is not a hash for anyone who knows the key, it hides nothing from them, and a key serves one message.
 *
 * <p>The caller fixes the number of words and of bits beforehand (both ends of a channel compute it from public shapes)
 * and rejects a message whose padding bits are not zero, so that different values are different messages of one length.
 */
public final class UniversalHash {
    /** Bytes of a digest on the wire. */
    public static final int BYTES = 16;

    private static final long LOW = 0xFFFF_FFFFL;
    private static final int BLOCK = 1024;

    private UniversalHash() {}

    /** A key, as long as the message and one word longer, generated piece by piece while it is used. */
    @FunctionalInterface
    public interface Key {
        /** Writes the words of the key from {@code first}, a multiple of 1024, on into the whole of {@code target}. */
        void fill(int first, long[] target);
    }

    /** The digest: two words. */
    public static long[] digest(long[] message, Key key) {
        long[] digest = new long[2];
        long[] block = new long[0];
        for (int from = 0; from < message.length; from += BLOCK) {
            int count = Math.min(BLOCK, message.length - from);
            if (block.length != count + 1) {
                block = new long[count + 1];
            }
            key.fill(from, block);
            digest[0] += nh(message, from, count, block, 0);
            digest[1] += nh(message, from, count, block, 1);
        }
        return digest;
    }

    private static long nh(long[] message, int from, int count, long[] key, int shift) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            long m = message[from + i];
            long k = key[i + shift];
            sum += ((m + k) & LOW) * (((m >>> 32) + (k >>> 32)) & LOW);
        }
        return sum;
    }
}
