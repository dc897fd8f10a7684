package org.tallystick.node.rest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;

/** Knows the SHA-256 of the token that callers must show, never the token. */
final class BearerToken {
    private static final String SCHEME = "bearer ";
    private static final int MAX_LENGTH = 512;

    private final byte[] hash;

    BearerToken(byte[] hash) {
        this.hash = hash.clone();
    }

    /**
     * Whether an Authorization header, {@code null} when there is none, shows the token; takes the same time for any.
     */
    boolean isShownBy(String header) {
        if (header == null
                || header.length() > MAX_LENGTH
                || !header.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            return false;
        }
        byte[] shown = header.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(sha256(shown), hash);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("a JDK without SHA-256", e);
        }
    }
}
