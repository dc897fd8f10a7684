package org.tallystick.node.certs;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate authority for development and demonstrations: one per group, P-256 with SHA-256. In production each
 * agency gets its certificate from the authority that its group has agreed on, with the same names in it.
 */
public final class DevelopmentAuthority {
    private static final String SIGNATURE = "SHA256withECDSA";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String group;
    private final KeyPair keys;
    private final X509Certificate certificate;

    private DevelopmentAuthority(String group, KeyPair keys, X509Certificate certificate) {
        this.group = group;
        this.keys = keys;
        this.certificate = certificate;
    }

    /** From when to when a certificate holds. */
    public record Validity(Instant from, Instant to) {
        /** From an hour ago, for clocks that differ, to {@code length} from now. */
        public static Validity of(Duration length) {
            Instant now = Instant.now();
            return new Validity(now.minus(Duration.ofHours(1)), now.plus(length));
        }
    }

    /** A certificate with its key, both as PEM; the key as PKCS#8. */
    public record Identity(X509Certificate certificate, String certificatePem, String keyPem) {
        @Override
        public String toString() {
            return "Identity[" + certificate.getSubjectX500Principal() + "]";
        }
    }

    /** Makes a new authority for a group. */
    public static DevelopmentAuthority create(String group, Validity validity) {
        try {
            KeyPair keys = newKeys();
            X500Name name = name(group, "Development authority of " + group);
            X509v3CertificateBuilder builder = builder(name, name, keys.getPublic(), validity);
            JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(keys.getPublic()));
            return new DevelopmentAuthority(group, keys, signed(builder, keys));
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException("this JDK cannot issue P-256 certificates", e);
        }
    }

    /** The authority's own certificate, as PEM. */
    public String certificatePem() {
        return pem(certificate);
    }

    /** The authority's own key, as PKCS#8 in PEM. */
    public String keyPem() {
        return Pem.text("PRIVATE KEY", keys.getPrivate().getEncoded());
    }

    /**
     * Issues a certificate, for servers and clients alike, to one node: {@code <role>.<group>.tallystick}, localhost
     * and 127.0.0.1.
     */
    public Identity issue(String role, Validity validity) {
        try {
            KeyPair own = newKeys();
            String host = nodeName(role, group);
            X500Name issuer = name(group, "Development authority of " + group);
            X509v3CertificateBuilder builder = builder(issuer, name(group, host), own.getPublic(), validity);
            JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
            }));
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName[] {
                new GeneralName(GeneralName.dNSName, host),
                new GeneralName(GeneralName.dNSName, "localhost"),
                new GeneralName(GeneralName.iPAddress, "127.0.0.1")
            }));
            builder.addExtension(
                    Extension.authorityKeyIdentifier, false, identifiers.createAuthorityKeyIdentifier(certificate));
            X509Certificate issued = signed(builder, keys);
            return new Identity(
                    issued,
                    pem(issued),
                    Pem.text("PRIVATE KEY", own.getPrivate().getEncoded()));
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException("this JDK cannot issue P-256 certificates", e);
        }
    }

    /** The name that a node's certificate carries. */
    public static String nodeName(String role, String group) {
        return role + "." + group + ".tallystick";
    }

    /** SHA-256 of a certificate in lower-case hex, as pinned in a configuration. */
    public static String fingerprint(X509Certificate certificate) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return HexFormat.of().formatHex(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate that has no encoding", e);
        }
    }

    private static KeyPair newKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
        return generator.generateKeyPair();
    }

    private static X500Name name(String group, String commonName) {
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.O, group)
                .addRDN(BCStyle.CN, commonName)
                .build();
    }

    private static X509v3CertificateBuilder builder(X500Name issuer, X500Name subject, PublicKey key, Validity validity)
            throws CertIOException {
        BigInteger serial = new BigInteger(127, RANDOM).setBit(126);
        return new JcaX509v3CertificateBuilder(
                issuer, serial, Date.from(validity.from()), Date.from(validity.to()), subject, key);
    }

    private static X509Certificate signed(X509v3CertificateBuilder builder, KeyPair signer)
            throws OperatorCreationException, IOException, CertificateException {
        byte[] encoding = builder.build(new JcaContentSignerBuilder(SIGNATURE).build(signer.getPrivate()))
                .getEncoded();
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoding));
    }

    private static String pem(X509Certificate certificate) {
        try {
            return Pem.text("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateException e) {
            throw new IllegalStateException("a certificate that has no encoding", e);
        }
    }
}
