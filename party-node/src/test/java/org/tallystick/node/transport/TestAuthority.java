package org.tallystick.node.transport;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A throw-away authority whose certificates may be wrong in any way a test wants. */
final class TestAuthority {
    private static final AtomicLong SERIAL = new AtomicLong(1);

    private final KeyPair keys = keys();
    private final X509Certificate certificate;

    TestAuthority() {
        certificate = sign(
                new X500Principal("CN=test authority"), keys, "", Instant.now().plus(1, ChronoUnit.DAYS), true);
    }

    /** TLS material whose certificate carries the DNS name, valid for a day. */
    TlsMaterial issue(String name) {
        return issue(name, Instant.now().plus(1, ChronoUnit.DAYS));
    }

    TlsMaterial issue(String name, Instant expiry) {
        return issue(name, expiry, this);
    }

    /** As {@link #issue(String)}, and shows this authority's certificate behind its own. */
    TlsMaterial issueWithChain(String name) {
        TlsMaterial alone = issue(name);
        try {
            PemKeyCertOptions identity = (PemKeyCertOptions) alone.identity();
            Buffer chain = identity.getCertValue().copy().appendBytes(pem(certificate));
            return new TlsMaterial(
                    new PemKeyCertOptions().setCertValue(chain).setKeyValue(identity.getKeyValue()),
                    alone.authorities(),
                    Set.of());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As {@link #issue(String)}, but trusting the peers of another authority. */
    TlsMaterial issueTrusting(String name, TestAuthority other) {
        return issue(name, Instant.now().plus(1, ChronoUnit.DAYS), other);
    }

    private TlsMaterial issue(String name, Instant expiry, TestAuthority trusted) {
        KeyPair own = keys();
        X509Certificate leaf = sign(new X500Principal("CN=" + name), own, name, expiry, false);
        try {
            return TlsMaterial.ofPem(
                    pem(leaf), pem(new JcaPKCS8Generator(own.getPrivate(), null)), pem(trusted.certificate));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private X509Certificate sign(X500Principal subject, KeyPair subjectKeys, String name, Instant expiry, boolean ca) {
        try {
            var builder = new JcaX509v3CertificateBuilder(
                    new X500Principal("CN=test authority"),
                    BigInteger.valueOf(SERIAL.getAndIncrement()),
                    Date.from(Instant.now().minus(2, ChronoUnit.DAYS)),
                    Date.from(expiry),
                    subject,
                    subjectKeys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(ca));
            if (!name.isEmpty()) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(new GeneralName(GeneralName.dNSName, name)));
            }
            var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] pem(Object object) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
