package org.tallystick.random;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** Published vectors, and that nothing is left over from an earlier use. */
class PrimitivesTest {
    private static final HexFormat HEX = HexFormat.of();

    @Test
    void hashesAsFips180SaysEachTimeAnew() {
        byte[] abc = "abc".getBytes(StandardCharsets.US_ASCII);
        MessageDigest open = Primitives.sha256();
        open.update(abc);
        assertEquals(
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                HEX.formatHex(Primitives.sha256().digest()));
        assertEquals("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", HEX.formatHex(open.digest()));
    }

    /** RFC 4231, test case 2. */
    @Test
    void authenticatesAsRfc4231Says() {
        byte[] key = "Jefe".getBytes(StandardCharsets.US_ASCII);
        byte[] data = "what do ya want for nothing?".getBytes(StandardCharsets.US_ASCII);
        assertEquals(
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
                HEX.formatHex(Primitives.hmacSha256(key).doFinal(data)));
    }

    /** FIPS 197, appendix C.1. */
    @Test
    void enciphersBlocksAsFips197Says() throws Exception {
        Cipher aes = Primitives.aesBlocks();
        aes.init(Cipher.ENCRYPT_MODE, key("000102030405060708090a0b0c0d0e0f"));
        byte[] block = HEX.parseHex("00112233445566778899aabbccddeeff");
        assertEquals("69c4e0d86a7b0430d8cdb78070b4c55a", HEX.formatHex(aes.doFinal(block)));
    }

    /** NIST's vectors for GCM, test case 2. */
    @Test
    void sealsAsTheVectorsOfGcmSay() throws Exception {
        Cipher gcm = Primitives.aesGcm();
        gcm.init(Cipher.ENCRYPT_MODE, key("00".repeat(16)), new GCMParameterSpec(128, new byte[12]));
        assertEquals(
                "0388dace60b6a392f328c2b971b2fe78ab6e47d42cec13bdf53a67b21257bddf",
                HEX.formatHex(gcm.doFinal(new byte[16])));
    }

    private static SecretKeySpec key(String hex) {
        return new SecretKeySpec(HEX.parseHex(hex), "AES");
    }
}
