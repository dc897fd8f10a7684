package org.tallystick.node.governance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ConsentTokenTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    private static Consent consent(int number) {
        return Samples.consent(Samples.SUBJECT + number, ConsentToken.newNonce(RANDOM));
    }

    private static boolean isRight(String text) throws ConsentToken.BadToken {
        ConsentToken token = ConsentToken.parse(text);
        return token.isSigned(token.signedBytes());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 9, 31, 100})
    void consentsSignedTogetherStandAlone(int count) throws Exception {
        List<Consent> consents =
                IntStream.range(0, count).mapToObj(ConsentTokenTest::consent).toList();
        List<String> tokens = ConsentToken.issue(Samples.ISSUER, consents);
        for (int k = 0; k < count; k++) {
            assertEquals(consents.get(k), ConsentToken.parse(tokens.get(k)).consent());
            assertTrue(isRight(tokens.get(k)), k + " of " + count);
            assertTrue(tokens.get(k).length() <= ConsentToken.MAX_TEXT);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBusinessSignsWithAKeyThatTheIssuerCertified(SignatureSuite suite) throws Exception {
        SignatureSuite.Key own = suite.generate();
        ConsentToken.Holder holder = ConsentToken.certify(
                Samples.ISSUER, Samples.SUBJECT, suite, own.publicKey(), Samples.NOW.plusSeconds(60));
        Consent consent = Samples.consent(Samples.SUBJECT, ConsentToken.newNonce(RANDOM));
        byte[] issuer = Samples.ISSUER.publicKey();
        assertTrue(isRight(ConsentToken.issue(own, holder, Samples.ISSUER.suite(), issuer, consent)));
        // Another business's key, and a key that nobody certified.
        Consent other = Samples.consent("another", ConsentToken.newNonce(RANDOM));
        assertFalse(isRight(ConsentToken.issue(own, holder, Samples.ISSUER.suite(), issuer, other)));
        SignatureSuite.Key stranger = suite.generate();
        assertFalse(isRight(ConsentToken.issue(stranger, holder, Samples.ISSUER.suite(), issuer, consent)));
        ConsentToken.Holder selfMade =
                new ConsentToken.Holder(suite, stranger.publicKey(), holder.until(), holder.endorsement());
        assertFalse(isRight(ConsentToken.issue(stranger, selfMade, Samples.ISSUER.suite(), issuer, consent)));
    }

    @Test
    void noByteOfATokenCanBeChanged() throws Exception {
        String text = ConsentToken.issue(Samples.ISSUER, List.of(consent(1), consent(2), consent(3)))
                .get(1);
        byte[] bytes = Base64.getUrlDecoder().decode(text.substring(4));
        int refused = 0;
        for (int at = 0; at < bytes.length; at++) {
            for (int bit : new int[] {1, 0x80}) {
                byte[] other = bytes.clone();
                other[at] ^= (byte) bit;
                String changed =
                        "tc1." + Base64.getUrlEncoder().withoutPadding().encodeToString(other);
                boolean right;
                try {
                    right = isRight(changed);
                } catch (ConsentToken.BadToken e) {
                    right = false;
                }
                assertFalse(right, "byte " + at);
                refused++;
            }
        }
        assertEquals(2 * bytes.length, refused);
        for (int length = 0; length < text.length(); length++) {
            String cut = text.substring(0, length);
            assertThrows(ConsentToken.BadToken.class, () -> ConsentToken.parse(cut));
        }
        assertThrows(ConsentToken.BadToken.class, () -> ConsentToken.parse(text + "="));
        assertThrows(ConsentToken.BadToken.class, () -> ConsentToken.parse(text + "A"));
        assertFalse(ConsentToken.parse(text).toString().contains(Samples.SUBJECT));
    }

    @ParameterizedTest
    @EnumSource
    void aWithdrawalIsItsIssuersWord(SignatureSuite suite) {
        SignatureSuite.Key issuer = suite.generate();
        String nonce = ConsentToken.newNonce(RANDOM);
        String text = Withdrawal.issue(issuer, nonce);
        assertEquals(nonce, Withdrawal.parse(text).orElseThrow().nonce());
        assertEquals(text, Withdrawal.parse(text).orElseThrow().text());
        String other = ConsentToken.newNonce(RANDOM);
        assertTrue(Withdrawal.parse(text).orElseThrow().isRight());
        assertFalse(Withdrawal.parse(text.replace(nonce, other)).orElseThrow().isRight());
        assertTrue(Withdrawal.parse(text.substring(1)).isEmpty());
        assertTrue(Withdrawal.parse(text + "A").isEmpty());
    }
}
