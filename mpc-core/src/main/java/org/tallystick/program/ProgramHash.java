package org.tallystick.program;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.tallystick.random.Primitives;

/**
 * What agencies approve: SHA-256 of the canonical encoding of a program, after a label that no other use of the hash
 * shares.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record ProgramHash(String hex) {
    private static final byte[] DOMAIN = "org.tallystick.program-hash.v1\0".getBytes(StandardCharsets.US_ASCII);

    /** @throws IllegalArgumentException when it is not 64 lower-case hexadecimal digits */
    public ProgramHash {
        if (!hex.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("a program hash is 64 lower-case hexadecimal digits");
        }
    }

    public static ProgramHash of(Program program) {
        MessageDigest sha256 = Primitives.sha256();
        sha256.update(DOMAIN);
        return new ProgramHash(HexFormat.of().formatHex(sha256.digest(Encoding.encode(program))));
    }

    /** The 32 bytes. */
    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
