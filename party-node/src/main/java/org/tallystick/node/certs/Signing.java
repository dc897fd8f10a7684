package org.tallystick.node.certs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PrivateKeyInfoFactory;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.tallystick.node.NodeFailure;

/**
 * A node's Ed25519 key. Signatures are Ed25519ctx (RFC 8032) with the domain as context, so that a signature made for
 * one kind of message is none for another. By Bouncy Castle's low-level API, which is several times faster than the
 * JDK's.
 */
public final class Signing {
    /** Bytes of a signature. */
    public static final int SIGNATURE_BYTES = 64;

    /** Bytes of a public key. */
    public static final int PUBLIC_KEY_BYTES = 32;

    private final Ed25519PrivateKeyParameters key;

    private Signing(Ed25519PrivateKeyParameters key) {
        this.key = key;
    }

    /** What a signature is for. */
    public enum Domain {
        PROPOSAL("tallystick proposal 1"),
        DECISION("tallystick decision 1"),
        COMMITMENT("tallystick share commitment 1"),
        EPOCH("tallystick epoch 1"),
        AGREEMENT("tallystick agreement 1"),
        RECEIPT("tallystick receipt 1");

        private final String context;

        Domain(String context) {
            this.context = context;
        }

        private byte[] bytes() {
            return context.getBytes(StandardCharsets.US_ASCII);
        }
    }

    /** Makes a new key. */
    public static Signing generate() {
        return new Signing(new Ed25519PrivateKeyParameters(new SecureRandom()));
    }

    /** Reads a key: PKCS#8 in PEM, or the seed as 64 hexadecimal digits; the file must be its owner's alone. */
    public static Signing read(Path file) {
        String text = Pem.readSecret(file).strip();
        String remedy = "put an Ed25519 key there: PKCS#8 in PEM, or its seed as 64 hexadecimal digits";
        if (text.matches("[0-9a-fA-F]{64}")) {
            return new Signing(new Ed25519PrivateKeyParameters(HexFormat.of().parseHex(text)));
        }
        try {
            AsymmetricKeyParameter key = PrivateKeyFactory.createKey(Pem.content(file, text, "PRIVATE KEY"));
            if (key instanceof Ed25519PrivateKeyParameters ed25519) {
                return new Signing(ed25519);
            }
        } catch (IOException | RuntimeException e) {
            throw new NodeFailure(file + " holds no Ed25519 key", remedy);
        }
        throw new NodeFailure(file + " holds a key that is not Ed25519", remedy);
    }

    /** This key as PKCS#8 in PEM: a secret. */
    public String pem() {
        try {
            return Pem.text(
                    "PRIVATE KEY",
                    PrivateKeyInfoFactory.createPrivateKeyInfo(key).getEncoded());
        } catch (IOException e) {
            throw new IllegalStateException("an Ed25519 key that has no encoding", e);
        }
    }

    /** The public key, 32 bytes. */
    public byte[] publicKey() {
        return key.generatePublicKey().getEncoded();
    }

    /** The public key in lower-case hex, as configurations list it. */
    public String publicKeyHex() {
        return HexFormat.of().formatHex(publicKey());
    }

    /** The signature of a message: 64 bytes. About 40 µs. */
    public byte[] sign(Domain domain, byte[] message) {
        byte[] signature = new byte[SIGNATURE_BYTES];
        key.sign(Ed25519.Algorithm.Ed25519ctx, domain.bytes(), message, 0, message.length, signature, 0);
        return signature;
    }

    /** Whether a signature is that key's for that message in that domain; false also for malformed ones. */
    public static boolean verify(byte[] publicKey, Domain domain, byte[] message, byte[] signature) {
        return PublicKey.of(publicKey)
                .filter(key -> key.verifies(domain, message, signature))
                .isPresent();
    }

    /** A public key, decoded once and not for each signature. */
    public static final class PublicKey {
        private final Ed25519PublicKeyParameters key;

        private PublicKey(Ed25519PublicKeyParameters key) {
            this.key = key;
        }

        /** Empty when the bytes are no key. */
        public static Optional<PublicKey> of(byte[] bytes) {
            if (bytes.length != PUBLIC_KEY_BYTES) {
                return Optional.empty();
            }
            try {
                return Optional.of(new PublicKey(new Ed25519PublicKeyParameters(bytes, 0)));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }

        /** As {@link Signing#verify}. */
        public boolean verifies(Domain domain, byte[] message, byte[] signature) {
            return signature.length == SIGNATURE_BYTES
                    && key.verify(
                            Ed25519.Algorithm.Ed25519ctx, domain.bytes(), message, 0, message.length, signature, 0);
        }
    }

    @Override
    public String toString() {
        return "Signing[" + publicKeyHex() + "]";
    }
}
