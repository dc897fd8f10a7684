package org.tallystick.node.certs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.certs.DevelopmentAuthority.Identity;
import org.tallystick.node.certs.DevelopmentAuthority.Validity;

final class TlsFilesTest {
    private static final String NAME = DevelopmentAuthority.nodeName("tax", "demo");

    @TempDir
    private Path folder;

    private final DevelopmentAuthority authority = DevelopmentAuthority.create("demo", Validity.of(Duration.ofDays(9)));
    private final Identity identity = authority.issue("tax", Validity.of(Duration.ofDays(5)));

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("ca.pem"), authority.certificatePem());
        Files.writeString(folder.resolve("node.pem"), identity.certificatePem());
        Pem.writeSecret(folder.resolve("key.pem"), identity.keyPem());
    }

    private TlsFiles read() {
        return TlsFiles.read(folder.resolve("node.pem"), folder.resolve("key.pem"), folder.resolve("ca.pem"));
    }

    private String problem() {
        return assertThrows(NodeFailure.class, this::read).problem();
    }

    @Test
    void filesThatFit() {
        TlsFiles files = read();

        assertEquals(identity.certificate(), files.own());
        assertEquals(Set.of(), files.refused());
        assertEquals(Optional.empty(), files.fault(NAME, Instant.now()));
        assertTrue(
                files.fault("bank.demo.tallystick", Instant.now()).orElseThrow().contains("does not name"));
        assertTrue(files.fault(NAME, Instant.now().plus(Duration.ofDays(6)))
                .orElseThrow()
                .contains("which is not now"));
        assertFalse(files.toString().contains("PRIVATE"));
    }

    @Test
    void aKeyOfAnotherCertificateIsFoundOut() throws IOException {
        Identity other = authority.issue("tax", Validity.of(Duration.ofDays(5)));
        Files.writeString(folder.resolve("key.pem"), other.keyPem());

        assertTrue(problem().contains("is not the key of"));
        Files.writeString(
                folder.resolve("key.pem"), identity.keyPem().substring(0, 90) + "\n-----END PRIVATE KEY-----\n");
        assertTrue(problem().contains("key.pem is not "), this::problem);
    }

    @Test
    void halfAFileIsFoundOut() throws IOException {
        Files.writeString(folder.resolve("node.pem"), identity.certificatePem().substring(0, 200));
        assertTrue(problem().contains("node.pem holds"));
        Files.writeString(folder.resolve("node.pem"), "");
        assertTrue(problem().contains("node.pem holds no certificate"));
    }

    @Test
    void refusedFingerprintsInAnyUsualForm() throws IOException {
        String one = "ab".repeat(32);
        String two = "CD:".repeat(31) + "CD";
        Files.writeString(
                folder.resolve(TlsFiles.REFUSED), "# lost on 3 May\n" + one + "\n\n" + two + " # the old bank's\n");
        assertEquals(Set.of(one, "cd".repeat(32)), read().refused());

        Files.writeString(folder.resolve(TlsFiles.REFUSED), one + "\nabc\n");
        assertTrue(problem().endsWith("revoked, line 2: this is no fingerprint"), this::problem);
    }
}
