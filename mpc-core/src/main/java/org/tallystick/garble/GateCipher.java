package org.tallystick.garble;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;
import org.tallystick.random.Primitives;

/** AES-128 on whole arrays. */
final class GateCipher {
    /** Bytes of a key. */
    static final int KEY_BYTES = 16;

    private final Cipher aes;
    private final byte[] base;
    private final byte[] key;

    GateCipher(byte[] base) {
        if (base.length != KEY_BYTES) {
            throw new IllegalArgumentException("a key has " + KEY_BYTES + " bytes, not " + base.length);
        }
        this.base = base.clone();
        this.key = base.clone();
        this.aes = Primitives.aesBlocks();
        rekey(0);
    }

    /** The key base ⊕ {@code number}. */
    void rekey(long number) {
        Lanes.LONGS.set(key, 0, (long) Lanes.LONGS.get(base, 0) ^ number);
        try {
            aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES with keys of 128 bits", e);
        }
    }

    void encrypt(byte[] in, byte[] out, int bytes) {
        try {
            aes.update(in, 0, bytes, out, 0);
        } catch (ShortBufferException e) {
            throw new IllegalStateException("the output is as long as the input", e);
        }
    }
}
