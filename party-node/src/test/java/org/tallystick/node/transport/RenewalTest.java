package org.tallystick.node.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.net.PemKeyCertOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tallystick.node.certs.DevelopmentAuthority;

/** Certificates that change, and peers' certificates that are refused, while nodes run. */
final class RenewalTest {
    private static final List<Optional<String>> NO_PINS = Collections.nCopies(4, Optional.empty());

    private final List<TlsMaterial> own = new ArrayList<>();

    private TestGroup started() throws IOException {
        TestGroup group = new TestGroup();
        for (int party = 0; party < 4; party++) {
            own.add(issued(group, party));
            group.start(party, group.config(party, own.get(party), TestGroup.GROUP));
        }
        group.awaitEpoch();
        return group;
    }

    private static TlsMaterial issued(TestGroup group, int party) {
        return group.authority.issue(PeerTrust.name(TestGroup.ROLES.get(party), TestGroup.GROUP));
    }

    private static TlsMaterial refusing(TlsMaterial own, TlsMaterial other) {
        return new TlsMaterial(own.identity(), own.authorities(), Set.of(fingerprint(other)));
    }

    private static String fingerprint(TlsMaterial material) {
        try {
            byte[] pem =
                    ((PemKeyCertOptions) material.identity()).getCertValue().getBytes();
            return DevelopmentAuthority.fingerprint((X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem)));
        } catch (CertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long refusals(TestGroup group, int party) {
        return group.node(party).counters().rejections(Rejection.REVOKED);
    }

    /** The refused one is once the side that is dialled and once the one that dials. */
    @ParameterizedTest
    @CsvSource({"0, 1", "3, 0"})
    void aRefusedCertificateIsOutAtOnceAndItsOwnerComesBackWithAnother(int refused, int refuser) throws IOException {
        try (TestGroup group = started()) {
            EpochId before = group.awaitEpoch();

            group.node(refuser).renew(refusing(own.get(refuser), own.get(refused)), NO_PINS);

            TestGroup.await(() -> !group.node(refuser).isConnected(refused));
            TestGroup.await(() -> refusals(group, refuser) >= 2);
            assertFalse(group.node(refuser).isConnected(refused));
            assertTrue(group.node(refuser).epoch().isEmpty());
            group.node(refused).renew(issued(group, refused), NO_PINS);
            assertNotEquals(before, group.awaitEpoch());
        }
    }

    /**
     * Whoever shows a refused certificate behind its own is out as well, and whatever this node's own files are like.
     */
    @Test
    void aRefusedLinkOfAChainEndsTheConnectionsUnderIt() throws IOException {
        try (TestGroup group = started()) {
            EpochId before = group.awaitEpoch();
            String name = PeerTrust.name(TestGroup.ROLES.get(2), TestGroup.GROUP);
            group.node(2).renew(group.authority.issueWithChain(name), NO_PINS);
            group.node(2).reconnect(1);
            TestGroup.await(() -> group.node(1).epoch().isPresent()
                    && !group.node(1).epoch().orElseThrow().id().equals(before));
            String refused =
                    DevelopmentAuthority.fingerprint(own.get(1).authorities().getFirst());

            group.node(1).refuse(Set.of(refused), NO_PINS);

            TestGroup.await(() -> !group.node(1).isConnected(2));
            TestGroup.await(() -> refusals(group, 1) >= 1);
            assertTrue(group.node(1).isConnected(0));
        }
    }

    @Test
    void aNewCertificateLeavesConnectionsAndIsShownOnTheNext() throws IOException {
        try (TestGroup group = started()) {
            EpochId before = group.awaitEpoch();
            TlsMaterial next = issued(group, 2);

            group.node(2).renew(next, NO_PINS);
            assertEquals(before, group.awaitEpoch(), "a renewal ends an epoch");
            List<Optional<String>> pins = new ArrayList<>(NO_PINS);
            pins.set(2, Optional.of(fingerprint(next)));
            for (int party : List.of(1, 3)) {
                group.node(party).renew(own.get(party), pins);
            }

            TestGroup.await(() -> group.node(1).epoch().isPresent()
                    && !group.node(1).epoch().orElseThrow().id().equals(before));
            assertNotEquals(before, group.awaitEpoch());
        }
    }

    @Test
    void connectionsUnderAnAuthorityThatIsGoneAreMadeAgain() throws IOException {
        try (TestGroup group = started()) {
            TlsMaterial stranger = new TestAuthority().issue("x.test.tallystick");
            TlsMaterial mine = own.get(1);

            group.node(1).renew(new TlsMaterial(mine.identity(), stranger.authorities(), Set.of()), NO_PINS);
            TestGroup.await(() -> !group.node(1).isConnected(0)
                    && !group.node(1).isConnected(2)
                    && !group.node(1).isConnected(3));
            group.node(1).renew(mine, NO_PINS);

            group.awaitEpoch();
        }
    }
}
