package org.tallystick.node.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import javax.net.SocketFactory;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.models.SyntheticBusinesses;
import org.tallystick.node.TestPorts;
import org.tallystick.node.certs.DevelopmentAuthority;
import org.tallystick.node.certs.DevelopmentAuthority.Identity;
import org.tallystick.node.certs.DevelopmentAuthority.Validity;
import org.tallystick.node.cli.RestClient;
import org.tallystick.node.config.NodeConfig.Approval;
import org.tallystick.node.config.NodeConfigFile;
import org.tallystick.node.config.Role;

/**
 * Processes that pass themselves off as the bank's node: none is let in, both ends say why, and the right node is let
 * in while they go on trying.
 */
@Tag("slow")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class WrongPeerTest {
    private static final Validity YEAR = Validity.of(Duration.ofDays(365));
    private static final String SUBJECT =
            SyntheticBusinesses.generate(1, 3).getFirst().id();
    private static final List<Impostor> IMPOSTORS = new ArrayList<>();

    @TempDir
    private static Path temporary;

    private static LiveGroup group;

    private record Impostor(String name, Path folder, Process process) {
        String log() {
            return LiveGroup.text(folder.resolve("node.log"));
        }
    }

    @BeforeAll
    static void start() throws IOException {
        group = LiveGroup.make(temporary.resolve("group"), Approval.ALL, "")
                .load(SyntheticBusinesses.COLUMNS, SyntheticBusinesses.generate(20, 3));
        DevelopmentAuthority own = DevelopmentAuthority.create("demo", YEAR);
        for (Role role : Role.values()) {
            LiveGroup.write(group.node(role).resolve("certs/ca.pem"), own.certificatePem());
            certify(group.node(role), own.issue(role.id(), YEAR));
        }
        group.start();
        group.kill(Role.BANK);
        DevelopmentAuthority other = DevelopmentAuthority.create("demo", YEAR);
        Instant now = Instant.now();
        IMPOSTORS.add(impostor("another-authority", other.issue("bank", YEAR)));
        IMPOSTORS.add(impostor(
                "expired",
                own.issue("bank", new Validity(now.minus(Duration.ofDays(9)), now.minus(Duration.ofDays(1))))));
        IMPOSTORS.add(impostor("another-role", own.issue("tax", YEAR)));
        IMPOSTORS.add(impostor("another-group", own.issue("bank", YEAR)));
    }

    /** A copy of the bank's folder with another certificate, run at other ports. */
    private static Impostor impostor(String name, Identity identity) throws IOException {
        Path folder = temporary.resolve(name);
        copy(group.node(Role.BANK), folder);
        certify(folder, identity);
        Files.deleteIfExists(folder.resolve("node.log"));
        Path yaml = folder.resolve(NodeConfigFile.NAME);
        String text =
                LiveGroup.text(yaml).replaceFirst("(?s)(rest:\\s+listen: 127.0.0.1:)\\d+", "$1" + TestPorts.free());
        if (name.equals("another-group")) {
            text = text.replaceFirst("(?m)^  id: demo$", "  id: other");
        }
        LiveGroup.write(yaml, text);
        Process process = new ProcessBuilder(Consortium.command(folder, LiveGroup.FLAGS))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("node.log").toFile())
                .start();
        return new Impostor(name, folder, process);
    }

    private static void certify(Path folder, Identity identity) {
        LiveGroup.write(folder.resolve("certs/node.pem"), identity.certificatePem());
        LiveGroup.write(folder.resolve("keys/node.pem"), identity.keyPem());
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }

    @AfterAll
    static void stop() {
        IMPOSTORS.forEach(impostor -> impostor.process().destroyForcibly());
        IMPOSTORS.forEach(impostor -> LiveGroup.ended(impostor.process()));
        group.close();
    }

    @Test
    @Order(1)
    void bothEndsSayWhy() {
        for (Role role : List.of(Role.TAX, Role.UTILITY, Role.SOCIAL_SECURITY)) {
            group.awaitLog(role, "its certificate was not issued by this group's authority");
            group.awaitLog(role, "its certificate has expired");
            group.awaitLog(role, "its certificate names a role that is not expected here");
        }
        for (Impostor impostor : IMPOSTORS) {
            String words = impostor.name().equals("another-group")
                    ? "it belongs to another group"
                    : "the peer does not accept this node's certificate";
            LiveGroup.await(() -> impostor.log().contains(words), () -> impostor.name() + ":\n" + impostor.log());
        }
    }

    @Test
    @Order(2)
    void noneIsLetIn() {
        for (Impostor impostor : IMPOSTORS) {
            assertTrue(impostor.process().isAlive(), impostor::log);
            assertFalse(impostor.log().contains("connected to"), impostor::log);
            assertFalse(impostor.log().contains("all four nodes are connected"), impostor::log);
        }
        for (Role role : List.of(Role.TAX, Role.UTILITY, Role.SOCIAL_SECURITY)) {
            assertEquals(503, group.client(role).tryGet("/ready").status());
            assertEquals(
                    "[\"bank\"]",
                    group.client(role).tryGet("/ready").body().get("missing").toString());
        }
    }

    @Test
    @Order(3)
    void theRightNodeIsLetInMeanwhile() {
        group.restart(Role.BANK);
        group.awaitReady();

        String model = group.activate(DemoData.synthetic(1).model());
        RestClient.Reply answer = group.score(model, SUBJECT);
        assertEquals(200, answer.status(), () -> answer.body() + "\n" + group.log(Role.BANK));
    }

    @Test
    @Order(4)
    void refusedNodesDoNotStorm() {
        for (Role role : List.of(Role.TAX, Role.UTILITY, Role.SOCIAL_SECURITY)) {
            long lines = group.log(role)
                    .lines()
                    .filter(line -> line.contains("rejected"))
                    .count();
            assertTrue(lines < 60, () -> group.log(role));
        }
    }

    @Test
    @Order(5)
    void garbageOnThePeerPortHarmsNobody() throws IOException, GeneralSecurityException {
        int port = NodeConfigFile.read(group.node(Role.TAX)).listen().port();
        byte[] garbage = new byte[100_000];
        new SplittableRandom(1).nextBytes(garbage);

        try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), port)) {
            closedAfter(plain, garbage);
        }
        try (Socket nobody = strangers().createSocket(InetAddress.getLoopbackAddress(), port)) {
            closedAfter(nobody, garbage);
        }
        group.awaitLog(Role.TAX, "the TLS 1.3 handshake failed");
        // With the bank's own certificate: what its node would never send.
        try (Socket bank = withCertificateOf(Role.BANK).createSocket(InetAddress.getLoopbackAddress(), port)) {
            closedAfter(bank, new byte[] {0x7f, -1, -1, -1, 1, 2, 3});
        }
        group.awaitLog(Role.TAX, "a frame was larger than the limit");
        // As another party: a node repeats the same complaint about the same party only after a while.
        try (Socket utility = withCertificateOf(Role.UTILITY).createSocket(InetAddress.getLoopbackAddress(), port)) {
            closedAfter(utility, new byte[] {0, 0, 0, 8, -1, -1, -1, -1, -1, -1, -1, -1});
        }
        group.awaitLog(Role.TAX, "a frame was malformed or out of place");

        assertEquals(200, group.bank().tryGet("/ready").status());
        assertEquals(200, group.score("small-business", SUBJECT).status());
    }

    /** Sends the bytes and reads until the other side closes, one way or another. */
    private static void closedAfter(Socket socket, byte[] bytes) throws IOException {
        socket.setSoTimeout((int) LiveGroup.PATIENCE.toMillis());
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            socket.getInputStream().readAllBytes();
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the connection stays open", e);
        } catch (SocketException | SSLException e) {
            // Closed with an alert or a reset: as good.
        }
    }

    private static SocketFactory strangers() throws GeneralSecurityException, IOException {
        return factory(new KeyManager[0]);
    }

    private static SocketFactory withCertificateOf(Role role) throws GeneralSecurityException, IOException {
        CertificateFactory certificates = CertificateFactory.getInstance("X.509");
        Path folder = group.node(role);
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        byte[] key = Base64.getMimeDecoder()
                .decode(LiveGroup.text(folder.resolve("keys/node.pem")).replaceAll("-----[A-Z ]+-----", ""));
        try (InputStream pem = Files.newInputStream(folder.resolve("certs/node.pem"))) {
            own.setKeyEntry(
                    "own",
                    KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key)),
                    new char[0],
                    new Certificate[] {certificates.generateCertificate(pem)});
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, new char[0]);
        return factory(keys.getKeyManagers());
    }

    private static SocketFactory factory(KeyManager[] keys) throws GeneralSecurityException, IOException {
        KeyStore authority = KeyStore.getInstance("PKCS12");
        authority.load(null, null);
        try (InputStream pem = Files.newInputStream(group.node(Role.BANK).resolve("certs/ca.pem"))) {
            authority.setCertificateEntry(
                    "authority", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(authority);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(keys, trust.getTrustManagers(), null);
        return context.getSocketFactory();
    }
}
