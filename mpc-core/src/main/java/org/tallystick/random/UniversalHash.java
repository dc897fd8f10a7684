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

    private UniversalHash() {}

    /** 64-bit words of key that a message of that many words takes. */
    public static int keyWords(int messageWords) {
        return messageWords + 1;
    }

    /** The digest: two words. */
    public static long[] digest(long[] message, long[] key) {
        return new long[] {nh(message, key, 0), nh(message, key, 1)};
    }

    private static long nh(long[] message, long[] key, int shift) {
        long sum = 0;
        for (int i = 0; i < message.length; i++) {
            long m = message[i];
            long k = key[i + shift];
            sum += ((m + k) & LOW) * (((m >>> 32) + (k >>> 32)) & LOW);
        }
        return sum;
    }
}
