package org.tallystick.node.governance;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tallystick.node.session.Hash;
import org.tallystick.node.storage.Agreements;

/**
 * An issuer's word that a consent is withdrawn: {@code tw1.}, suite, nonce, the issuer's key and its signature of the
 * nonce, with dots between them. It names no business.
 */
public record Withdrawal(SignatureSuite suite, String nonce, String issuerKey, byte[] signature) {
    /** The longest text. */
    public static final int MAX_TEXT = 400;

    private static final Pattern TEXT = Pattern.compile(
            "tw1\\.(ed25519|sm2)\\.([0-9a-f]{32})\\.([0-9a-f]{64}|[0-9a-f]{130})\\.([A-Za-z0-9_-]{86})");

    /** The text of an issuer's withdrawal of a consent. */
    public static String issue(SignatureSuite.Key issuer, String nonce) {
        byte[] signature = issuer.sign(
                SignatureSuite.Purpose.CONSENT_REVOCATION, HexFormat.of().parseHex(nonce));
        return "tw1." + issuer.suite().id() + "." + nonce + "." + HexFormat.of().formatHex(issuer.publicKey()) + "."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
    }

    /** The withdrawal that a text says it is; {@link #isRight} is to be asked. Cheap. */
    public static Optional<Withdrawal> parse(String text) {
        if (text.length() > MAX_TEXT) {
            return Optional.empty();
        }
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(new Withdrawal(
                SignatureSuite.of(matcher.group(1)).orElseThrow(),
                matcher.group(2),
                matcher.group(3),
                Base64.getUrlDecoder().decode(matcher.group(4))));
    }

    /** Whether the signature is that of the key in it: 85 µs for Ed25519, a millisecond for SM2. */
    public boolean isRight() {
        HexFormat hex = HexFormat.of();
        return suite.verify(
                hex.parseHex(issuerKey), SignatureSuite.Purpose.CONSENT_REVOCATION, hex.parseHex(nonce), signature);
    }

    /** By what a consent is looked up: nonces are an issuer's own. */
    public String name() {
        return Consents.name(HexFormat.of().parseHex(issuerKey), nonce);
    }

    /** As a node stores it; by its name, since two issuers may have chosen one nonce. */
    Agreements.Withdrawn stored() {
        byte[] name = name().getBytes(StandardCharsets.US_ASCII);
        String key = Hash.over("tallystick/consent/withdrawn", name).hex().substring(0, 32);
        return new Agreements.Withdrawn(key, text());
    }

    /** The text that {@link #parse} takes. */
    public String text() {
        return "tw1." + suite.id() + "." + nonce + "." + issuerKey + "."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
    }
}
