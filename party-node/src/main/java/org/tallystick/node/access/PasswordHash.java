package org.tallystick.node.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Argon2id (RFC 9106) of passwords, version 1.3, with a salt of 16 random bytes and 32 bytes of output, written as
 * {@code $argon2id$v=19$m=…,t=…,p=…$salt$hash}. What it costs stands in the text, so that it can be raised later.
 */
final class PasswordHash {
    /** RFC 9106, section 4, the second recommended option: 64 MiB, three passes, four lanes. Half a second here. */
    static final Cost STANDARD = new Cost(64 << 10, 3, 4);

    private static final Pattern TEXT =
            Pattern.compile("\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,3}),p=(\\d{1,2})\\$([A-Za-z0-9+/]{22})"
                    + "\\$([A-Za-z0-9+/]{43})");
    private static final int SALT = 16;
    private static final int OUTPUT = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private PasswordHash() {}

    /**
     * @param kibibytes of memory
     * @param lanes computed one after the other
     */
    record Cost(int kibibytes, int passes, int lanes) {}

    /** Hashes a password with a new salt. */
    static String of(String password, Cost cost) {
        byte[] salt = new byte[SALT];
        RANDOM.nextBytes(salt);
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
                .formatted(
                        cost.kibibytes(),
                        cost.passes(),
                        cost.lanes(),
                        base64.encodeToString(salt),
                        base64.encodeToString(argon2id(password, salt, cost)));
    }

    /** Whether a text of {@link #of} is that password's; compares all bytes whatever they are. */
    static boolean matches(String text, String password) {
        Matcher matcher = matcher(text);
        byte[] salt = Base64.getDecoder().decode(matcher.group(4));
        byte[] expected = Base64.getDecoder().decode(matcher.group(5));
        return MessageDigest.isEqual(argon2id(password, salt, cost(matcher)), expected);
    }

    /** Whether a text was made at another cost than this. */
    static boolean costsOther(String text, Cost cost) {
        return !cost(matcher(text)).equals(cost);
    }

    private static Matcher matcher(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalStateException("a stored password hash that is none");
        }
        return matcher;
    }

    private static Cost cost(Matcher matcher) {
        return new Cost(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)));
    }

    private static byte[] argon2id(String password, byte[] salt, Cost cost) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(cost.kibibytes())
                .withIterations(cost.passes())
                .withParallelism(cost.lanes())
                .withSalt(salt)
                .build());
        byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
        byte[] output = new byte[OUTPUT];
        generator.generateBytes(bytes, output);
        Arrays.fill(bytes, (byte) 0);
        return output;
    }
}
