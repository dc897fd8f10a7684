package org.tallystick.node.governance;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.tallystick.node.audit.Merkle;
import org.tallystick.node.audit.MerkleTree;
import org.tallystick.node.session.Hash;

/**
 * A consent as its issuer signed it, as text that travels in requests: {@code tc1.} and base64url of the consent, the
 * issuer's key and a signature. An issuer may sign many at once: then the signature is of the Merkle root over them
 * (RFC 6962, section 2.1), and the token has the way from its leaf to the root; a node verifies one signature for all
 * of them. The subject may sign with a key of its own that an issuer has certified.
 *
 * @param consent what is agreed to
 * @param issuerKey the issuer's public key
 * @param path the hashes beside the way from this consent to what is signed, the lowest first; empty for one alone
 * @param index the consent's place among those signed together
 * @param count how many were signed together
 * @param holder the key that signed instead of the issuer's, if so
 */
public record ConsentToken(
        Consent consent,
        byte[] body,
        SignatureSuite suite,
        byte[] issuerKey,
        Optional<Holder> holder,
        int index,
        int count,
        List<byte[]> path,
        byte[] signature) {
    /** The longest token, in characters. */
    public static final int MAX_TEXT = 2048;

    private static final String PREFIX = "tc1.";
    private static final int HASH_BYTES = 32;
    private static final int NONCE_BYTES = 16;
    private static final int MAX_COUNT = 1 << 20;
    private static final int MAX_FIELD = 256;

    /**
     * A business's own key, certified by an issuer for this subject.
     *
     * @param endorsement the issuer's signature of subject, key and end
     */
    public record Holder(SignatureSuite suite, byte[] publicKey, Instant until, byte[] endorsement) {}

    /** A text that is no token. */
    public static final class BadToken extends Exception {
        private static final long serialVersionUID = 1L;

        BadToken(String message) {
            super(message);
        }
    }

    /** By what a withdrawal finds it: nonces are an issuer's own. */
    public String name() {
        return Consents.name(issuerKey, consent.nonce());
    }

    // ---- issuing

    /** A new name for a consent. */
    public static String newNonce(SecureRandom random) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        return HexFormat.of().formatHex(nonce);
    }

    /** Consents signed together by an issuer, a token each. */
    public static List<String> issue(SignatureSuite.Key issuer, List<Consent> consents) {
        if (consents.isEmpty() || consents.size() > MAX_COUNT) {
            throw new IllegalArgumentException("1 to " + MAX_COUNT + " consents are signed together");
        }
        List<byte[]> bodies = consents.stream().map(ConsentToken::body).toList();
        MerkleTree tree = MerkleTree.inMemory();
        tree.appendAll(bodies.stream().map(Merkle::leafHash).toList());
        byte[] signature = issuer.sign(SignatureSuite.Purpose.CONSENT, signed(consents.size(), tree.root()));
        List<String> tokens = new ArrayList<>();
        for (int k = 0; k < bodies.size(); k++) {
            List<byte[]> path = tree.inclusion(k, bodies.size());
            tokens.add(text(
                    bodies.get(k),
                    issuer.suite(),
                    issuer.publicKey(),
                    Optional.empty(),
                    new Place(k, bodies.size(), path),
                    signature));
        }
        return tokens;
    }

    /** An issuer's certificate of a subject's own key. */
    public static Holder certify(
            SignatureSuite.Key issuer, String subject, SignatureSuite suite, byte[] publicKey, Instant until) {
        byte[] endorsed = endorsed(subject, suite, publicKey, until);
        return new Holder(suite, publicKey, until, issuer.sign(SignatureSuite.Purpose.CONSENT_KEY, endorsed));
    }

    /** A consent that the subject signs itself. */
    public static String issue(
            SignatureSuite.Key own, Holder holder, SignatureSuite issuerSuite, byte[] issuerKey, Consent consent) {
        byte[] body = body(consent);
        byte[] signature = own.sign(SignatureSuite.Purpose.CONSENT, signed(1, Merkle.leafHash(body)));
        return text(body, issuerSuite, issuerKey, Optional.of(holder), new Place(0, 1, List.of()), signature);
    }

    private record Place(int index, int count, List<byte[]> path) {}

    // ---- checking

    /** What the signature is of: one signature serves all tokens that have it in common. */
    public byte[] signedBytes() {
        byte[] hash = Merkle.leafHash(body);
        int at = index;
        int last = count - 1;
        int used = 0;
        // RFC 9162, section 2.1.3.2.
        while (last > 0) {
            if (used == path.size()) {
                return new byte[0];
            }
            if ((at & 1) == 1 || at == last) {
                hash = Merkle.nodeHash(path.get(used++), hash);
                while ((at & 1) == 0 && at != 0) {
                    at >>= 1;
                    last >>= 1;
                }
            } else {
                hash = Merkle.nodeHash(hash, path.get(used++));
            }
            at >>= 1;
            last >>= 1;
        }
        return used == path.size() ? signed(count, hash) : new byte[0];
    }

    /** Whether the issuer's signature, or the certified holder's, is right. Costs a verification or two. */
    public boolean isSigned(byte[] signedBytes) {
        if (signedBytes.length == 0) {
            return false;
        }
        if (holder.isEmpty()) {
            return suite.verify(issuerKey, SignatureSuite.Purpose.CONSENT, signedBytes, signature);
        }
        Holder own = holder.get();
        byte[] endorsed = endorsed(consent.subject(), own.suite(), own.publicKey(), own.until());
        return suite.verify(issuerKey, SignatureSuite.Purpose.CONSENT_KEY, endorsed, own.endorsement())
                && own.suite().verify(own.publicKey(), SignatureSuite.Purpose.CONSENT, signedBytes, signature);
    }

    // ---- format

    private static byte[] body(Consent consent) {
        byte[] subject = utf8(consent.subject());
        byte[] bank = utf8(consent.bank());
        byte[] purpose = utf8(consent.purpose());
        return ByteBuffer.allocate(3 * 2
                        + subject.length
                        + bank.length
                        + purpose.length
                        + HASH_BYTES
                        + 1
                        + NONCE_BYTES
                        + Long.BYTES)
                .putShort((short) subject.length)
                .put(subject)
                .putShort((short) bank.length)
                .put(bank)
                .putShort((short) purpose.length)
                .put(purpose)
                .put(consent.program().bytes())
                .put((byte) (consent.standing() ? 1 : 0))
                .put(HexFormat.of().parseHex(consent.nonce()))
                .putLong(consent.expires().toEpochMilli())
                .array();
    }

    private static byte[] utf8(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_FIELD) {
            throw new IllegalArgumentException("a text of more than " + MAX_FIELD + " bytes");
        }
        return bytes;
    }

    private static String text(
            byte[] body,
            SignatureSuite suite,
            byte[] issuerKey,
            Optional<Holder> holder,
            Place place,
            byte[] signature) {
        ByteBuffer out = ByteBuffer.allocate(MAX_TEXT);
        out.putShort((short) body.length).put(body);
        out.put((byte) suite.ordinal()).put((byte) issuerKey.length).put(issuerKey);
        out.put((byte) (holder.isPresent() ? 1 : 0));
        holder.ifPresent(own -> out.put((byte) own.suite().ordinal())
                .put((byte) own.publicKey().length)
                .put(own.publicKey())
                .putLong(own.until().toEpochMilli())
                .put(own.endorsement()));
        out.putInt(place.index()).putInt(place.count()).put((byte) place.path().size());
        place.path().forEach(out::put);
        out.put(signature);
        return PREFIX
                + Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(out.array(), out.position()));
    }

    /** The token that a text is, its signature not yet verified. */
    public static ConsentToken parse(String text) throws BadToken {
        if (text.length() > MAX_TEXT || !text.startsWith(PREFIX)) {
            throw new BadToken("no consent of this kind");
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text.substring(PREFIX.length()));
            // One text for one token: trailing bits of base64 would make two.
            if (!Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(bytes)
                    .equals(text.substring(PREFIX.length()))) {
                throw new BadToken("not in canonical form");
            }
            return read(ByteBuffer.wrap(bytes));
        } catch (IllegalArgumentException | BufferUnderflowException | CharacterCodingException e) {
            throw new BadToken("a consent that is cut or damaged");
        }
    }

    private static ConsentToken read(ByteBuffer in) throws BadToken, CharacterCodingException {
        byte[] body = bytes(in, in.getShort() & 0xffff);
        SignatureSuite suite = suite(in.get());
        byte[] issuerKey = bytes(in, in.get() & 0xff);
        int held = in.get();
        if (held != 0 && held != 1) {
            throw new BadToken("a consent that is damaged");
        }
        Optional<Holder> holder = held == 0
                ? Optional.empty()
                : Optional.of(new Holder(
                        suite(in.get()),
                        bytes(in, in.get() & 0xff),
                        Instant.ofEpochMilli(in.getLong()),
                        bytes(in, SignatureSuite.SIGNATURE_BYTES)));
        int index = in.getInt();
        int count = in.getInt();
        if (count < 1 || count > MAX_COUNT || index < 0 || index >= count) {
            throw new BadToken("a consent without a place");
        }
        int length = in.get();
        List<byte[]> path = new ArrayList<>();
        for (int k = 0; k < length; k++) {
            path.add(bytes(in, HASH_BYTES));
        }
        byte[] signature = bytes(in, SignatureSuite.SIGNATURE_BYTES);
        if (in.hasRemaining()) {
            throw new BadToken("a consent with something behind it");
        }
        return new ConsentToken(
                consent(ByteBuffer.wrap(body)), body, suite, issuerKey, holder, index, count, path, signature);
    }

    private static Consent consent(ByteBuffer in) throws BadToken, CharacterCodingException {
        String subject = string(in);
        String bank = string(in);
        String purpose = string(in);
        Hash program = Hash.of(bytes(in, HASH_BYTES));
        int standing = in.get();
        String nonce = HexFormat.of().formatHex(bytes(in, NONCE_BYTES));
        Instant expires = Instant.ofEpochMilli(in.getLong());
        if (in.hasRemaining() || standing != 0 && standing != 1) {
            throw new BadToken("a consent that is damaged");
        }
        return new Consent(subject, bank, purpose, program, standing == 1, nonce, expires);
    }

    private static SignatureSuite suite(int ordinal) throws BadToken {
        SignatureSuite[] suites = SignatureSuite.values();
        if (ordinal < 0 || ordinal >= suites.length) {
            throw new BadToken("an unknown signature suite");
        }
        return suites[ordinal];
    }

    private static String string(ByteBuffer in) throws BadToken, CharacterCodingException {
        int length = in.getShort() & 0xffff;
        if (length > MAX_FIELD) {
            throw new BadToken("a text that is too long");
        }
        byte[] bytes = bytes(in, length);
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
    }

    private static byte[] bytes(ByteBuffer in, int length) {
        if (length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static byte[] endorsed(String subject, SignatureSuite suite, byte[] publicKey, Instant until) {
        byte[] name = utf8(subject);
        return ByteBuffer.allocate(2 + name.length + 1 + publicKey.length + Long.BYTES)
                .putShort((short) name.length)
                .put(name)
                .put((byte) suite.ordinal())
                .put(publicKey)
                .putLong(until.toEpochMilli())
                .array();
    }

    private static byte[] signed(int count, byte[] root) {
        return ByteBuffer.allocate(Integer.BYTES + HASH_BYTES)
                .putInt(count)
                .put(root)
                .array();
    }

    @Override
    public String toString() {
        return consent.toString();
    }
}
