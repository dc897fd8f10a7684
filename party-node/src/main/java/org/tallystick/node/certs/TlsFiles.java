package org.tallystick.node.certs;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.tallystick.node.NodeFailure;

/**
 * A node's files of TLS, read together and found to fit each other, so that a half-written or wrong set never takes the
 * place of a good one.
 *
 * @param certificate PEM text of this node's certificate and those between it and the authority
 * @param key PEM text of its key, a secret
 * @param authorities PEM text
 * @param own this node's certificate
 * @param refused SHA-256 of certificates that are refused, in lower-case hex
 */
public record TlsFiles(
        String certificate,
        String key,
        String authorities,
        X509Certificate own,
        List<X509Certificate> trusted,
        Set<String> refused) {
    private static final int DNS_NAME = 2;

    /** The file beside the certificate with fingerprints that are refused, a line each; it need not be there. */
    public static final String REFUSED = "revoked";

    public TlsFiles {
        trusted = List.copyOf(trusted);
        refused = Set.copyOf(refused);
    }

    /**
     * Reads the files.
     *
     * @throws NodeFailure naming the file that is not right
     */
    public static TlsFiles read(Path certificate, Path key, Path authorities) {
        String text = Pem.read(certificate);
        String keyText = Pem.readSecret(key);
        String authorityText = Pem.read(authorities);
        X509Certificate own = certificates(certificate, text).getFirst();
        checkKey(certificate, own.getPublicKey(), key, keyText);
        return new TlsFiles(
                text, keyText, authorityText, own, certificates(authorities, authorityText), refused(certificate));
    }

    /** What is wrong with the certificate itself at a time: its dates, or that it lacks this DNS name. */
    public Optional<String> fault(String name, Instant now) {
        Instant from = own.getNotBefore().toInstant();
        Instant to = own.getNotAfter().toInstant();
        if (now.isBefore(from) || now.isAfter(to)) {
            return Optional.of("this node's certificate holds from " + from + " to " + to + ", which is not now");
        }
        return names(own).contains(name)
                ? Optional.empty()
                : Optional.of("this node's certificate does not name " + name);
    }

    private static List<X509Certificate> certificates(Path file, String text) {
        try {
            List<X509Certificate> found = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (!found.isEmpty()) {
                return found;
            }
        } catch (CertificateException e) {
            throw new NodeFailure(file + " holds something that is no certificate", "put PEM certificates there", e);
        }
        throw new NodeFailure(file + " holds no certificate", "put PEM certificates there");
    }

    private static Set<String> names(X509Certificate certificate) {
        Set<String> names = new HashSet<>();
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            if (all != null) {
                all.stream()
                        .filter(each -> each.get(0).equals(DNS_NAME))
                        .forEach(each -> names.add(((String) each.get(1)).toLowerCase(Locale.ROOT)));
            }
        } catch (CertificateException e) {
            // An unreadable extension names nobody.
            return Set.of();
        }
        return names;
    }

    /** Signs with the key and verifies with the certificate. */
    private static void checkKey(Path certificate, PublicKey shown, Path file, String text) {
        try {
            PrivateKey secret = KeyFactory.getInstance(shown.getAlgorithm())
                    .generatePrivate(new PKCS8EncodedKeySpec(Pem.content(file, text, "PRIVATE KEY")));
            Signature signature = Signature.getInstance(
                    switch (shown.getAlgorithm()) {
                        case "EC" -> "SHA256withECDSA";
                        case "RSA" -> "SHA256withRSA";
                        default -> shown.getAlgorithm();
                    });
            signature.initSign(secret);
            byte[] signed = signature.sign();
            signature.initVerify(shown);
            if (signature.verify(signed)) {
                return;
            }
        } catch (GeneralSecurityException e) {
            // The same as a key of another certificate; what it says might repeat bytes of the key.
        }
        throw new NodeFailure(
                file + " is not the key of " + certificate, "put the certificate and its key there, PKCS#8 in PEM");
    }

    /** The same, with other certificates refused. */
    public TlsFiles refusing(Set<String> others) {
        return new TlsFiles(certificate, key, authorities, own, trusted, others);
    }

    /**
     * The fingerprints that are refused, by the file beside the certificate.
     *
     * @throws NodeFailure when it cannot be read
     */
    public static Set<String> refused(Path certificate) {
        Path file = certificate.resolveSibling(REFUSED);
        Set<String> refused = new HashSet<>();
        if (Files.exists(file)) {
            int number = 0;
            for (String line : Pem.read(file).lines().toList()) {
                number++;
                String entry = line.split("#", 2)[0].strip().replace(":", "").toLowerCase(Locale.ROOT);
                if (!entry.isEmpty() && !entry.matches("[0-9a-f]{64}")) {
                    throw new NodeFailure(
                            file + ", line " + number + ": this is no fingerprint",
                            "write the SHA-256 of a certificate: openssl x509 -noout -fingerprint -sha256 -in FILE");
                }
                if (!entry.isEmpty()) {
                    refused.add(entry);
                }
            }
        }
        return refused;
    }

    @Override
    public String toString() {
        return "TlsFiles[" + own.getSubjectX500Principal() + ", " + refused.size() + " refused]";
    }
}
