package org.tallystick.convert;

import java.security.MessageDigest;
import org.tallystick.random.Primitives;

/** SHA-256 of labels and bits, bound to the run, the purpose and the length. */
final class Transcript {
    static final int BYTES = 32;

    private Transcript() {}

    static byte[] digest(byte[] context, String purpose, byte[]... parts) {
        MessageDigest sha = Primitives.sha256();
        byte[] name = purpose.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        sha.update((byte) name.length);
        sha.update(name);
        sha.update(context);
        for (byte[] part : parts) {
            sha.update(java.nio.ByteBuffer.allocate(8).putLong(part.length).array());
            sha.update(part);
        }
        return sha.digest();
    }
}
