package org.tallystick.node.governance;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.digests.SM3Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithID;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.signers.PlainDSAEncoding;
import org.bouncycastle.crypto.signers.SM2Signer;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * Signatures of agreements and consents. Every suite has private keys of 32 bytes, public keys and signatures of a
 * fixed length, and binds the use that a signature is made for.
 */
public enum SignatureSuite {
    /** Ed25519ctx (RFC 8032), the use as context. */
    ED25519("ed25519", 32) {
        @Override
        byte[] publicKey(byte[] secret) {
            return new Ed25519PrivateKeyParameters(secret, 0)
                    .generatePublicKey()
                    .getEncoded();
        }

        @Override
        byte[] signed(byte[] secret, byte[] use, byte[] message) {
            byte[] signature = new byte[SIGNATURE_BYTES];
            new Ed25519PrivateKeyParameters(secret, 0)
                    .sign(Ed25519.Algorithm.Ed25519ctx, use, message, 0, message.length, signature, 0);
            return signature;
        }

        @Override
        boolean accepts(byte[] publicKey, byte[] use, byte[] message, byte[] signature) {
            return new Ed25519PublicKeyParameters(publicKey, 0)
                    .verify(Ed25519.Algorithm.Ed25519ctx, use, message, 0, message.length, signature, 0);
        }
    },

    /** SM2 with SM3 (GB/T 32918.2), the use as the signer's distinguishing identifier; r and s of 32 bytes each. */
    SM2("sm2", 65) {
        @Override
        byte[] publicKey(byte[] secret) {
            return new FixedPointCombMultiplier()
                    .multiply(CURVE.getG(), number(secret))
                    .normalize()
                    .getEncoded(false);
        }

        @Override
        byte[] signed(byte[] secret, byte[] use, byte[] message) {
            SM2Signer signer = signer();
            ECPrivateKeyParameters key = new ECPrivateKeyParameters(number(secret), CURVE);
            signer.init(true, new ParametersWithID(new ParametersWithRandom(key, RANDOM), use));
            signer.update(message, 0, message.length);
            try {
                return signer.generateSignature();
            } catch (CryptoException e) {
                throw new IllegalStateException("SM2 does not sign", e);
            }
        }

        @Override
        boolean accepts(byte[] publicKey, byte[] use, byte[] message, byte[] signature) {
            SM2Signer signer = signer();
            ECPublicKeyParameters key = new ECPublicKeyParameters(
                    CURVE.validatePublicPoint(CURVE.getCurve().decodePoint(publicKey)), CURVE);
            signer.init(false, new ParametersWithID(key, use));
            signer.update(message, 0, message.length);
            return signer.verifySignature(signature);
        }
    };

    /** Bytes of a signature of any suite. */
    public static final int SIGNATURE_BYTES = 64;

    /** Bytes of a private key of any suite. */
    public static final int SECRET_BYTES = 32;

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final ECDomainParameters CURVE = new ECDomainParameters(CustomNamedCurves.getByName("sm2p256v1"));

    private final String id;
    private final int publicBytes;

    SignatureSuite(String id, int publicBytes) {
        this.id = id;
        this.publicBytes = publicBytes;
    }

    /** What a signature is made for; one made for another is none. */
    public enum Purpose {
        AGREEMENT("tallystick agreement 1"),
        CONSENT("tallystick consent 1"),
        CONSENT_KEY("tallystick consent key 1"),
        CONSENT_REVOCATION("tallystick consent revocation 1");

        private final String use;

        Purpose(String use) {
            this.use = use;
        }

        private byte[] bytes() {
            return use.getBytes(StandardCharsets.US_ASCII);
        }
    }

    abstract byte[] publicKey(byte[] secret);

    abstract byte[] signed(byte[] secret, byte[] use, byte[] message);

    abstract boolean accepts(byte[] publicKey, byte[] use, byte[] message, byte[] signature);

    /** A private key. */
    public final class Key {
        private final byte[] secret;

        private Key(byte[] secret) {
            this.secret = secret;
        }

        public SignatureSuite suite() {
            return SignatureSuite.this;
        }

        public byte[] publicKey() {
            return SignatureSuite.this.publicKey(secret);
        }

        /** The signature, {@value #SIGNATURE_BYTES} bytes. */
        public byte[] sign(Purpose purpose, byte[] message) {
            return signed(secret, purpose.bytes(), message);
        }

        /** The private key in hexadecimal, for a file that only its owner may read. */
        public String secretHex() {
            return HexFormat.of().formatHex(secret);
        }

        /** Nothing secret. */
        @Override
        public String toString() {
            return "Key[" + id + ", " + HexFormat.of().formatHex(publicKey()) + "]";
        }
    }

    /** The private key with these 32 bytes, as {@link Key#secretHex} gave them. */
    public Key key(byte[] secret) {
        if (secret.length != SECRET_BYTES) {
            throw new IllegalArgumentException("a private key has " + SECRET_BYTES + " bytes");
        }
        return new Key(secret.clone());
    }

    /** A new private key. */
    public Key generate() {
        byte[] secret = new byte[SECRET_BYTES];
        do {
            RANDOM.nextBytes(secret);
        } while (this == SM2 && !isScalar(number(secret)));
        return key(secret);
    }

    private static boolean isScalar(BigInteger number) {
        return number.signum() > 0 && number.compareTo(CURVE.getN().subtract(BigInteger.ONE)) < 0;
    }

    /** Whether a signature is that key's for that message and purpose; false also for malformed ones. */
    public boolean verify(byte[] publicKey, Purpose purpose, byte[] message, byte[] signature) {
        if (publicKey.length != publicBytes || signature.length != SIGNATURE_BYTES) {
            return false;
        }
        try {
            return accepts(publicKey, purpose.bytes(), message, signature);
        } catch (IllegalArgumentException e) {
            // No point of the curve.
            return false;
        }
    }

    private static SM2Signer signer() {
        return new SM2Signer(PlainDSAEncoding.INSTANCE, new SM3Digest());
    }

    private static BigInteger number(byte[] secret) {
        return new BigInteger(1, secret);
    }

    /** The name in documents. */
    public String id() {
        return id;
    }

    public static Optional<SignatureSuite> of(String id) {
        return Arrays.stream(values()).filter(suite -> suite.id.equals(id)).findFirst();
    }
}
