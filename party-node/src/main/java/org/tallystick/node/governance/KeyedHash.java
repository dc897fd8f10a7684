package org.tallystick.node.governance;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.bouncycastle.crypto.macs.SipHash128;
import org.bouncycastle.crypto.params.KeyParameter;

/** SipHash-2-4 of 128 bits under a key of its own, so that nobody outside can choose what collides. For one thread. */
final class KeyedHash {
    private static final int KEY_BYTES = 16;

    private final SipHash128 hash = new SipHash128();

    KeyedHash() {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        hash.init(new KeyParameter(key));
    }

    /** Two words over the parts, each preceded by its length; the second is odd, so that they are never both 0. */
    long[] of(byte[]... parts) {
        for (byte[] part : parts) {
            byte[] length =
                    ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array();
            hash.update(length, 0, length.length);
            hash.update(part, 0, part.length);
        }
        ByteBuffer out = ByteBuffer.allocate(KEY_BYTES);
        hash.doFinal(out.array(), 0);
        return new long[] {out.getLong(), out.getLong() | 1};
    }

    long[] of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "KeyedHash";
    }
}
