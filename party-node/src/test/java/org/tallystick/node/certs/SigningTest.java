package org.tallystick.node.certs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.certs.DevelopmentAuthority.Validity;
import org.tallystick.node.certs.Signing.Domain;

final class SigningTest {
    private static final byte[] MESSAGE = {1, 2, 3};

    @TempDir
    private Path temporary;

    @Test
    void aSignatureHoldsForItsKeyMessageAndDomainAlone() {
        Signing signing = Signing.generate();
        byte[] signature = signing.sign(Domain.PROPOSAL, MESSAGE);

        assertTrue(Signing.verify(signing.publicKey(), Domain.PROPOSAL, MESSAGE, signature));
        assertFalse(Signing.verify(signing.publicKey(), Domain.DECISION, MESSAGE, signature));
        assertFalse(Signing.verify(signing.publicKey(), Domain.PROPOSAL, new byte[] {1, 2}, signature));
        assertFalse(Signing.verify(Signing.generate().publicKey(), Domain.PROPOSAL, MESSAGE, signature));
        for (int at = 0; at < signature.length; at++) {
            byte[] bent = signature.clone();
            bent[at] ^= 1;
            assertFalse(Signing.verify(signing.publicKey(), Domain.PROPOSAL, MESSAGE, bent));
        }
    }

    @Test
    void malformedKeysAndSignaturesVerifyNothing() {
        Signing signing = Signing.generate();
        byte[] signature = signing.sign(Domain.EPOCH, MESSAGE);
        byte[] noPoint = new byte[32];
        java.util.Arrays.fill(noPoint, (byte) 0xff);

        assertFalse(Signing.verify(noPoint, Domain.EPOCH, MESSAGE, signature));
        assertFalse(Signing.verify(new byte[31], Domain.EPOCH, MESSAGE, signature));
        assertFalse(Signing.verify(signing.publicKey(), Domain.EPOCH, MESSAGE, new byte[63]));
        assertFalse(Signing.verify(signing.publicKey(), Domain.EPOCH, MESSAGE, new byte[64]));
    }

    @Test
    void aKeyIsReadFromPemOrFromItsSeed() throws IOException {
        Signing signing = Signing.generate();
        Path pem = temporary.resolve("key.pem");
        Pem.writeSecret(pem, signing.pem());
        Path hex = temporary.resolve("key.hex");
        // RFC 8032, section 7.1, test 1
        Pem.writeSecret(hex, "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60\n");

        assertArrayEquals(signing.publicKey(), Signing.read(pem).publicKey());
        assertEquals(
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                HexFormat.of().formatHex(Signing.read(hex).publicKey()));
        assertFalse(signing.toString().contains(signing.pem().lines().toList().get(1)));
    }

    @Test
    void aKeyThatOthersMayReadIsRefused() throws IOException {
        Path file = temporary.resolve("key.pem");
        Pem.writeSecret(file, Signing.generate().pem());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        NodeFailure failure = assertThrows(NodeFailure.class, () -> Signing.read(file));

        assertTrue(failure.remedy().contains("chmod 600"), failure::remedy);
    }

    @Test
    void otherFilesAreRefusedWithoutTheirContent() throws IOException {
        String other = DevelopmentAuthority.create("a", Validity.of(Duration.ofDays(1)))
                .keyPem();
        for (String text : new String[] {"", "secret words", "12ab", "-----BEGIN PRIVATE KEY-----\nAAAA\n", other}) {
            Path file = Files.createTempFile(temporary, "key", "");
            Files.writeString(file, text);

            NodeFailure failure = assertThrows(NodeFailure.class, () -> Signing.read(file), text);

            assertFalse(failure.getMessage().contains("secret words"));
        }
        assertThrows(NodeFailure.class, () -> Signing.read(temporary.resolve("nowhere")));
    }
}
