package org.tallystick.node.governance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SignatureSuiteTest {
    @ParameterizedTest
    @EnumSource
    void aSignatureIsOfOneKeyMessageAndPurpose(SignatureSuite suite) {
        SignatureSuite.Key key = suite.generate();
        byte[] message = {1, 2, 3};
        byte[] signature = key.sign(SignatureSuite.Purpose.AGREEMENT, message);
        assertEquals(SignatureSuite.SIGNATURE_BYTES, signature.length);
        assertTrue(suite.verify(key.publicKey(), SignatureSuite.Purpose.AGREEMENT, message, signature));
        assertFalse(suite.verify(key.publicKey(), SignatureSuite.Purpose.CONSENT, message, signature));
        assertFalse(suite.verify(key.publicKey(), SignatureSuite.Purpose.AGREEMENT, new byte[] {1, 2, 4}, signature));
        assertFalse(suite.verify(suite.generate().publicKey(), SignatureSuite.Purpose.AGREEMENT, message, signature));
        for (int at : new int[] {0, 31, 32, 63}) {
            byte[] other = signature.clone();
            other[at] ^= 1;
            assertFalse(suite.verify(key.publicKey(), SignatureSuite.Purpose.AGREEMENT, message, other));
        }
        assertFalse(suite.verify(new byte[5], SignatureSuite.Purpose.AGREEMENT, message, signature));
        assertFalse(
                suite.verify(new byte[key.publicKey().length], SignatureSuite.Purpose.AGREEMENT, message, signature));
        assertFalse(suite.verify(key.publicKey(), SignatureSuite.Purpose.AGREEMENT, message, new byte[63]));
    }

    @ParameterizedTest
    @EnumSource
    void aKeyIsKeptAsItsSecretAndNeverShown(SignatureSuite suite) {
        SignatureSuite.Key key = suite.generate();
        SignatureSuite.Key again = suite.key(HexFormat.of().parseHex(key.secretHex()));
        assertArrayEquals(key.publicKey(), again.publicKey());
        assertFalse(key.toString().contains(key.secretHex()));
    }
}
