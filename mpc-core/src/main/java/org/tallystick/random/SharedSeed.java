package org.tallystick.random;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;

/**
 * A 32-byte secret that several parties share. Nothing reads the bytes themselves: every use derives a key of its own
 * by HMAC-SHA-256 under a label and a context.
 */
public final class SharedSeed {
    public static final int BYTES = 32;

    private final byte[] secret;
    private boolean erased;

    /** A seed was used after its end: keys made from what is left of it would be known to everyone. */
    public static final class Erased extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        private Erased() {
            super("a seed was used after it had been erased");
        }
    }

    private SharedSeed(byte[] secret) {
        this.secret = secret;
    }

    /** A seed of these {@value #BYTES} bytes, which are copied. */
    public static SharedSeed of(byte[] secret) {
        if (secret.length != BYTES) {
            throw new IllegalArgumentException("a seed has " + BYTES + " bytes, not " + secret.length);
        }
        return new SharedSeed(secret.clone());
    }

    /**
     * 32 bytes that depend on the seed, the label and the context; different pairs give independent bytes.
     *
     * @throws Erased when the seed has been erased
     */
    public byte[] derive(String label, byte[] context) {
        byte[] key = key();
        try {
            Mac mac = Primitives.hmacSha256(key);
            byte[] name = label.getBytes(StandardCharsets.US_ASCII);
            mac.update((byte) name.length);
            mac.update(name);
            mac.update(context);
            return mac.doFinal();
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private byte[] key() {
        synchronized (secret) {
            if (erased) {
                throw new Erased();
            }
            return secret.clone();
        }
    }

    /**
     * The generator of one run, keyed from this seed and the hash of the run's exact proposal bytes.
     *
     * @throws Erased when the seed has been erased
     */
    public SharedGenerator generator(byte[] proposalHash) {
        return new SharedGenerator(Arrays.copyOf(derive("tallystick/run/1", proposalHash), SharedGenerator.KEY_BYTES));
    }

    /** Overwrites the secret; nothing can be derived afterwards. */
    public void erase() {
        synchronized (secret) {
            erased = true;
            Arrays.fill(secret, (byte) 0);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SharedSeed seed && MessageDigest.isEqual(secret, seed.secret);
    }

    @Override
    public int hashCode() {
        return 0;
    }

    @Override
    public String toString() {
        return "SharedSeed[secret]";
    }
}
