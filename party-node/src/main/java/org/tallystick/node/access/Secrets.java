package org.tallystick.node.access;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import org.tallystick.random.Primitives;

/** Random tokens, of which the node keeps only the SHA-256: 32 random bytes need no salt and no slow hash. */
public final class Secrets {
    /** Tokens begin so, for whoever looks for secrets in files: a session's, a system's key. */
    static final String SESSION = "tally_s_";

    static final String KEY = "tally_k_";
    private static final int BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Secrets() {}

    static String token(String prefix) {
        byte[] random = new byte[BYTES];
        RANDOM.nextBytes(random);
        return prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    /** SHA-256 in lower-case hexadecimal. */
    public static String hash(String token) {
        return HexFormat.of().formatHex(sha256(token));
    }

    static byte[] sha256(String token) {
        return Primitives.sha256().digest(token.getBytes(StandardCharsets.UTF_8));
    }
}
