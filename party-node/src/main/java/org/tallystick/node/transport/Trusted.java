package org.tallystick.node.transport;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * What decides about peers' certificates at this moment: the authorities, the refused fingerprints and the pinned ones.
 * It is replaced as a whole while the node runs; whoever asks next is told by the new one.
 */
final class Trusted {
    private volatile State state;

    private record State(
            List<X509Certificate> authorities,
            X509TrustManager manager,
            Set<String> refused,
            List<Optional<String>> pins) {}

    /** As the configuration says. */
    Trusted(TransportConfig config) {
        this.state = state(
                config.tls(),
                config.parties().stream()
                        .map(TransportConfig.Party::fingerprint)
                        .toList());
    }

    private static State state(TlsMaterial tls, List<Optional<String>> pins) {
        return new State(tls.authorities(), manager(tls.authorities()), tls.refused(), List.copyOf(pins));
    }

    /**
     * Decides by these from now on.
     *
     * @return whether an authority is gone, so that connections made under it cannot be vouched for any more
     */
    boolean replace(TlsMaterial tls, List<Optional<String>> pins) {
        State before = state;
        state = state(tls, pins);
        return !Set.copyOf(state.authorities()).containsAll(before.authorities());
    }

    /** Refuses and pins by these from now on; the authorities stay. */
    void replace(Set<String> refused, List<Optional<String>> pins) {
        State before = state;
        state = new State(before.authorities(), before.manager(), Set.copyOf(refused), List.copyOf(pins));
    }

    /** Decides whether an authority has issued a chain. */
    X509TrustManager manager() {
        return state.manager();
    }

    /** Whether one of these certificates is refused whatever else it is. */
    boolean isRefused(X509Certificate... chain) {
        Set<String> refused = state.refused();
        return !refused.isEmpty() && Stream.of(chain).map(Trusted::fingerprint).anyMatch(refused::contains);
    }

    /** Whether another certificate is pinned for this party. */
    boolean isOtherThanPinned(int party, X509Certificate certificate) {
        Optional<String> pin = state.pins().get(party);
        return pin.isPresent() && !pin.get().equals(fingerprint(certificate));
    }

    private static String fingerprint(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate that has no encoding", e);
        }
    }

    private static X509TrustManager manager(List<X509Certificate> authorities) {
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
}
