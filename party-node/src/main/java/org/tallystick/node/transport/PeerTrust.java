package org.tallystick.node.transport;

import java.net.Socket;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.BiConsumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Which certificates are a peer's: issued by the group's authority, in date, naming {@code <role>.<group>.tallystick}
 * of a party expected here, not refused, and the pinned one where one is pinned. Decides inside the TLS handshake, so
 * that a stranger never gets as far as a frame, and reports why in words.
 */
final class PeerTrust extends X509ExtendedTrustManager {
    private static final String SUFFIX = ".tallystick";
    private static final int DNS_NAME = 2;

    private final TransportConfig config;
    private final Collection<Integer> expected;
    private final Trusted trusted;
    private final BiConsumer<Rejection, String> rejected;

    /**
     * @param expected the parties that may be at the other end
     * @param rejected told the reason and what the certificate says of itself
     */
    PeerTrust(
            TransportConfig config,
            Trusted trusted,
            Collection<Integer> expected,
            BiConsumer<Rejection, String> rejected) {
        this.config = config;
        this.trusted = trusted;
        this.expected = List.copyOf(expected);
        this.rejected = rejected;
    }

    /** The DNS name in the certificate of the party with that role. */
    static String name(String role, String group) {
        return role + "." + group + SUFFIX;
    }

    /** What a peer has shown, its own first. */
    static List<X509Certificate> chain(List<Certificate> shown) {
        return shown.stream().map(X509Certificate.class::cast).toList();
    }

    /** The expected party that this certificate, already found valid, names; empty when it names none. */
    OptionalInt party(X509Certificate certificate) {
        List<String> names = names(certificate);
        return expected.stream()
                .filter(party -> names.contains(config.certificateName(party)))
                .mapToInt(Integer::intValue)
                .findFirst();
    }

    /**
     * Whether the certificates of a connection hold now. TLS resumes a session without showing certificates again, so
     * what was found in the handshake may be older than what is trusted.
     *
     * @param client whether the peer dialled
     */
    boolean holds(List<X509Certificate> shown, boolean client) {
        try {
            check(shown.toArray(X509Certificate[]::new), "UNKNOWN", client);
            return true;
        } catch (CertificateException e) {
            return false;
        }
    }

    private void check(X509Certificate[] chain, String method, boolean client) throws CertificateException {
        try {
            if (client) {
                trusted.manager().checkClientTrusted(chain, method);
            } else {
                trusted.manager().checkServerTrusted(chain, method);
            }
        } catch (CertificateException e) {
            CertificateException rejection = reject(reasonOf(e), chain);
            // The cause decides which alert the peer gets to see.
            rejection.initCause(e);
            throw rejection;
        }
        if (trusted.isRefused(chain)) {
            throw reject(Rejection.REVOKED, chain);
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
        if (trusted.isOtherThanPinned(party.getAsInt(), chain[0])) {
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
        return trusted.manager().getAcceptedIssuers();
    }
}
