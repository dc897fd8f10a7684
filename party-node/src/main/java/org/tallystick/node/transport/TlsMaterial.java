package org.tallystick.node.transport;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import org.tallystick.node.certs.TlsFiles;

/**
 * A node's own certificate with its key, and the authorities whose certificates it accepts.
 *
 * @param identity certificate chain and private key
 * @param authorities the group's authority, or several while one replaces another
 * @param refused SHA-256, in lower-case hex, of certificates that are refused whoever issued them
 */
public record TlsMaterial(KeyCertOptions identity, List<X509Certificate> authorities, Set<String> refused) {
    public TlsMaterial {
        authorities = List.copyOf(authorities);
        refused = Set.copyOf(refused);
        if (authorities.isEmpty()) {
            throw new IllegalArgumentException("no authority is given whose certificates peers must show");
        }
    }

    /** From PEM files: this node's certificate, its key (PKCS #8), and the authorities' certificates. */
    public static TlsMaterial ofFiles(Path certificate, Path key, Path authorities) throws IOException {
        return ofPem(Files.readAllBytes(certificate), Files.readAllBytes(key), Files.readAllBytes(authorities));
    }

    /** From the same in memory. */
    public static TlsMaterial ofPem(byte[] certificate, byte[] key, byte[] authorities) throws IOException {
        KeyCertOptions identity =
                new PemKeyCertOptions().addCertValue(Buffer.buffer(certificate)).addKeyValue(Buffer.buffer(key));
        try {
            CertificateFactory certificates = CertificateFactory.getInstance("X.509");
            List<X509Certificate> trusted =
                    certificates.generateCertificates(new ByteArrayInputStream(authorities)).stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            return new TlsMaterial(identity, trusted, Set.of());
        } catch (CertificateException e) {
            throw new IOException("the authority's certificate is not readable PEM: " + e.getMessage(), e);
        }
    }

    /** From files that were read and checked. */
    public static TlsMaterial of(TlsFiles files) {
        return new TlsMaterial(
                new PemKeyCertOptions()
                        .addCertValue(Buffer.buffer(files.certificate()))
                        .addKeyValue(Buffer.buffer(files.key())),
                files.trusted(),
                files.refused());
    }

    @Override
    public String toString() {
        return "TlsMaterial[" + authorities.size() + " authorities]";
    }
}
