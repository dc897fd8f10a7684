package org.tallystick.node.transport;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Which certificates are a peer's: issued by the group's authority, in date, naming {@code <role>.<group>.tallystick}
 * of a party expected here, and the pinned one where one is pinned. Decides inside the TLS handshake, so that a
 * stranger never gets as far as a frame, and reports why in words.
 */
final class PeerTrust extends X509ExtendedTrustManager {
    private static final String SUFFIX = ".tallystick";
    private static final int DNS_NAME = 2;

    private final TransportConfig config;
    private final Collection<Integer> expected;
    private final X509TrustManager authority;
    private final BiConsumer<Rejection, String> rejected;

    /**
     * @param expected the parties that may be at the other end
     * @param rejected told the reason and what the certificate says of itself
     */
    PeerTrust(TransportConfig config, Collection<Integer> expected, BiConsumer<Rejection, String> rejected) {
        this.config = config;
        this.expected = List.copyOf(expected);
        this.authority = authority(config.tls().authorities());
        this.rejected = rejected;
    }

    /** The DNS name in the certificate of the party with that role. */
    static String name(String role, String group) {
        return role + "." + group + SUFFIX;
    }

    /** The expected party that this certificate, already found valid, names; empty when it names none. */
    OptionalInt party(X509Certificate certificate) {
        List<String> names = names(certificate);
        return expected.stream()
                .filter(party -> names.contains(config.certificateName(party)))
                .mapToInt(Integer::intValue)
                .findFirst();
    }

    private void check(X509Certificate[] chain, String method, boolean client) throws CertificateException {
        try {
            if (client) {
                authority.checkClientTrusted(chain, method);
            } else {
                authority.checkServerTrusted(chain, method);
            }
        } catch (CertificateException e) {
            CertificateException rejection = reject(reasonOf(e), chain);
            // The cause decides which alert the peer gets to see.
            rejection.initCause(e);
            throw rejection;
        }
        List<String> names = names(chain[0]);
        if (names.isEmpty()) {
            throw reject(Rejection.NO_NAME, chain);
        }
        String group = "." + config.group() + SUFFIX;
        if (names.stream().noneMatch(name -> name.endsWith(group))) {
            throw reject(Rejection.WRONG_GROUP, chain);
        }
        OptionalInt party = party(chain[0]);
        if (party.isEmpty()) {
            throw reject(Rejection.WRONG_ROLE, chain);
        }
        var pinned = config.parties().get(party.getAsInt()).fingerprint();
        if (pinned.isPresent() && !pinned.get().equals(fingerprint(chain[0]))) {
            throw reject(Rejection.WRONG_FINGERPRINT, chain);
        }
    }

    private CertificateException reject(Rejection reason, X509Certificate[] chain) {
        rejected.accept(reason, describe(chain[0]));
        return new CertificateException(reason.words());
    }

    private static Rejection reasonOf(CertificateException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateExpiredException) {
                return Rejection.EXPIRED;
            }
            if (cause instanceof CertificateNotYetValidException) {
                return Rejection.NOT_YET_VALID;
            }
        }
        return Rejection.UNKNOWN_AUTHORITY;
    }

    /** What a certificate says of itself, cut short and without characters that could forge a log line. */
    private static String describe(X509Certificate certificate) {
        String text = "names " + names(certificate) + ", subject " + certificate.getSubjectX500Principal() + ", issuer "
                + certificate.getIssuerX500Principal() + ", valid "
                + certificate.getNotBefore().toInstant() + " to "
                + certificate.getNotAfter().toInstant();
        return printable(text, 400);
    }

    static String printable(String text, int length) {
        String cut = text.length() > length ? text.substring(0, length) + "..." : text;
        return cut.replaceAll("[^\\x20-\\x7e]", "?");
    }

    private static List<String> names(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            if (all != null) {
                for (List<?> name : all) {
                    if (name.get(0).equals(DNS_NAME)
                            && ((String) name.get(1)).toLowerCase(Locale.ROOT).endsWith(SUFFIX)) {
                        names.add(((String) name.get(1)).toLowerCase(Locale.ROOT));
                    }
                }
            }
        } catch (CertificateException e) {
            // An unreadable extension names nobody.
            return List.of();
        }
        return names;
    }

    private static String fingerprint(X509Certificate certificate) throws CertificateException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new CertificateException(e);
        }
    }

    private static X509TrustManager authority(List<X509Certificate> authorities) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (int i = 0; i < authorities.size(); i++) {
                store.setCertificateEntry("authority-" + i, authorities.get(i));
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
            managers.init(store);
            return Stream.of(managers.getTrustManagers())
                    .filter(X509TrustManager.class::isInstance)
                    .map(X509TrustManager.class::cast)
                    .findFirst()
                    .orElseThrow();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("the authority's certificate cannot be used: " + e.getMessage(), e);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String method, SSLEngine engine)
            throws CertificateException {
        check(chain, method, true);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String method, SSLEngine engine)
            throws CertificateException {
        check(chain, method, false);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String method, Socket socket) throws CertificateException {
        check(chain, method, true);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String method, Socket socket) throws CertificateException {
        check(chain, method, false);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String method) throws CertificateException {
        check(chain, method, true);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String method) throws CertificateException {
        check(chain, method, false);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authority.getAcceptedIssuers();
    }
}
