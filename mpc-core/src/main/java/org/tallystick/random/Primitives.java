package org.tallystick.random;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Provider;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The JDK's SHA-256, HMAC-SHA-256 and AES. Which provider has them is looked up once: a look-up by name takes longer
 * than hashing a few blocks, and short runs make many.
 */
public final class Primitives {
    private static final String HMAC = "HmacSHA256";
    private static final String AES = "AES/ECB/NoPadding";
    private static final String AES_GCM = "AES/GCM/NoPadding";

    private static final MessageDigest SHA_256;
    private static final Provider HMAC_PROVIDER;
    private static final Provider AES_PROVIDER;
    private static final Provider AES_GCM_PROVIDER;

    static {
        try {
            SHA_256 = MessageDigest.getInstance("SHA-256");
            HMAC_PROVIDER = Mac.getInstance(HMAC).getProvider();
            AES_PROVIDER = Cipher.getInstance(AES).getProvider();
            AES_GCM_PROVIDER = Cipher.getInstance(AES_GCM).getProvider();
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    private Primitives() {}

    /** SHA-256 of nothing yet. */
    public static MessageDigest sha256() {
        try {
            return (MessageDigest) SHA_256.clone();
        } catch (CloneNotSupportedException e) {
            throw missing(e);
        }
    }

    /** HMAC-SHA-256 under a key that is not empty, of nothing yet. */
    public static Mac hmacSha256(byte[] key) {
        try {
            Mac mac = Mac.getInstance(HMAC, HMAC_PROVIDER);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac;
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    /** AES on whole blocks, each by itself: for functions that are built from it. Not initialised. */
    public static Cipher aesBlocks() {
        return cipher(AES, AES_PROVIDER);
    }

    /** AES-GCM without padding. Not initialised. */
    public static Cipher aesGcm() {
        return cipher(AES_GCM, AES_GCM_PROVIDER);
    }

    private static Cipher cipher(String transformation, Provider provider) {
        try {
            return Cipher.getInstance(transformation, provider);
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    private static IllegalStateException missing(Exception e) {
        return new IllegalStateException("every JDK has SHA-256, HMAC-SHA-256 and AES", e);
    }
}
