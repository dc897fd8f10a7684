package org.tallystick.node.certs;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.tallystick.node.certs.DevelopmentAuthority.Identity;
import org.tallystick.node.certs.DevelopmentAuthority.Validity;

final class DevelopmentAuthorityTest {
    private final DevelopmentAuthority authority = DevelopmentAuthority.create("demo", Validity.of(Duration.ofDays(1)));

    @Test
    void theJdkTrustsWhatItIssuesForServersAndClients() throws Exception {
        Identity identity = authority.issue("tax", Validity.of(Duration.ofHours(1)));

        X509TrustManager trust = trust(authority);
        X509Certificate[] chain = {identity.certificate()};
        assertDoesNotThrow(() -> trust.checkServerTrusted(chain, "UNKNOWN"));
        assertDoesNotThrow(() -> trust.checkClientTrusted(chain, "UNKNOWN"));
        List<Object> names = identity.certificate().getSubjectAlternativeNames().stream()
                .map(name -> (Object) name.get(1))
                .collect(Collectors.toList());
        assertEquals(List.of("tax.demo.tallystick", "localhost", "127.0.0.1"), names);
    }

    @Test
    void anExpiredOrForeignOneIsNotTrusted() throws Exception {
        Instant now = Instant.now();
        Identity expired =
                authority.issue("tax", new Validity(now.minus(Duration.ofDays(2)), now.minus(Duration.ofDays(1))));
        Identity foreign = DevelopmentAuthority.create("demo", Validity.of(Duration.ofDays(1)))
                .issue("tax", Validity.of(Duration.ofHours(1)));

        X509TrustManager trust = trust(authority);
        for (Identity identity : List.of(expired, foreign)) {
            X509Certificate[] chain = {identity.certificate()};
            assertThrows(CertificateException.class, () -> trust.checkServerTrusted(chain, "UNKNOWN"));
        }
    }

    @Test
    void theKeyIsPkcs8AndBelongsToTheCertificate() throws Exception {
        Identity identity = authority.issue("bank", Validity.of(Duration.ofHours(1)));
        String base64 = identity.keyPem().replaceAll("-----[A-Z ]+-----|\\s", "");
        var key = KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
        X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(
                        new ByteArrayInputStream(identity.certificatePem().getBytes(StandardCharsets.US_ASCII)));

        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(key);
        signer.update((byte) 7);
        byte[] signature = signer.sign();
        signer.initVerify(certificate);
        signer.update((byte) 7);

        assertTrue(signer.verify(signature));
        assertTrue(DevelopmentAuthority.fingerprint(certificate).matches("[0-9a-f]{64}"));
        assertTrue(!identity.toString().contains("PRIVATE"));
    }

    private static X509TrustManager trust(DevelopmentAuthority authority) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry(
                "ca",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(
                                authority.certificatePem().getBytes(StandardCharsets.US_ASCII))));
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return (X509TrustManager) factory.getTrustManagers()[0];
    }
}
