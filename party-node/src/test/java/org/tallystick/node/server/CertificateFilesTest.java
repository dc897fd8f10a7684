package org.tallystick.node.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.node.certs.DevelopmentAuthority;
import org.tallystick.node.certs.DevelopmentAuthority.Identity;
import org.tallystick.node.certs.DevelopmentAuthority.Validity;
import org.tallystick.node.cli.RestClient;
import org.tallystick.node.config.ConsortiumFolder;
import org.tallystick.node.config.HostPort;
import org.tallystick.node.config.NodeConfig.Approval;
import org.tallystick.node.config.NodeConfigFile;

/** A node takes its certificate anew from its files, without a restart, and only when they fit. */
final class CertificateFilesTest {
    private static final Validity LONG = Validity.of(Duration.ofDays(90));

    @TempDir
    private Path temporary;

    private final DevelopmentAuthority authority = DevelopmentAuthority.create("demo", LONG);
    private Path folder;
    private NodeServer node;
    private RestClient rest;

    @BeforeEach
    void start() throws IOException {
        folder = ConsortiumFolder.write(
                        new ConsortiumFolder.Plan(temporary.resolve("group"), "demo", 0, Approval.LISTED, false))
                .getFirst();
        Files.writeString(folder.resolve("certs/ca.pem"), authority.certificatePem());
        Identity first = authority.issue("tax", LONG);
        replace("certs/node.pem", first.certificatePem());
        replace("keys/node.pem", first.keyPem());
        node = NodeServer.start(NodeConfigFile.read(folder));
        rest = RestClient.of(folder);
    }

    @AfterEach
    void stop() {
        rest.close();
        node.close();
    }

    /** As a tool that renews certificates does: a whole file in one step, its access kept. */
    private void replace(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Path next = file.resolveSibling("next");
        Files.copy(file, next, StandardCopyOption.COPY_ATTRIBUTES);
        Files.writeString(next, text);
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "waited for three minutes");
            LockSupport.parkNanos(20_000_000);
        }
    }

    private JsonNode inUse() {
        return rest.get("/v1/certificates");
    }

    private static String fingerprint(Identity identity) {
        return DevelopmentAuthority.fingerprint(identity.certificate());
    }

    @Test
    void filesThatChangeAreTakenByThemselves() throws Exception {
        Identity next = authority.issue("tax", LONG);
        replace("certs/node.pem", next.certificatePem());
        replace("keys/node.pem", next.keyPem());

        await(() -> inUse().get("fingerprint").asText().equals(fingerprint(next)));

        assertEquals(fingerprint(next), shown());
    }

    @Test
    void filesThatDoNotFitChangeNothingButAWarning() throws Exception {
        String before = shown();
        Identity next = authority.issue("tax", LONG);
        replace("certs/node.pem", next.certificatePem());

        await(() -> rest.get("/health").get("warnings").toString().contains("is not the key of"));
        RestClient.Reply refused = rest.tryPost("/v1/certificates/reload", "application/json", "");

        assertEquals(422, refused.status());
        assertEquals("unusable_certificate", refused.body().get("code").asText());
        assertEquals(before, shown());
        assertEquals(before, inUse().get("fingerprint").asText());
        replace("keys/node.pem", next.keyPem());
        JsonNode taken = rest.post("/v1/certificates/reload", new ObjectMapper().createObjectNode());
        assertEquals(fingerprint(next), taken.get("fingerprint").asText());
        await(() -> rest.get("/health").get("warnings").isEmpty());
    }

    @Test
    void whatIsRefusedIsTaken() throws IOException {
        String lost = "ab".repeat(32);
        Files.writeString(folder.resolve("certs/revoked"), lost + "\n");

        await(() -> inUse().get("refused").size() == 1);

        assertEquals(lost, inUse().at("/refused/0").asText());
        Files.writeString(folder.resolve("certs/revoked"), "nonsense\n");
        assertEquals(
                422,
                rest.tryPost("/v1/certificates/reload", "application/json", "").status());
        assertEquals(lost, inUse().at("/refused/0").asText(), "an unreadable list lets everybody in");
    }

    /** A stolen key is refused before anybody has put the own certificate in order. */
    @Test
    void whatIsRefusedIsTakenWhateverTheOwnCertificateIsLike() throws IOException {
        replace("certs/node.pem", authority.issue("tax", LONG).certificatePem());
        Files.writeString(folder.resolve("certs/revoked"), "cd".repeat(32) + "\n");

        await(() -> inUse().get("refused").size() == 1);

        assertTrue(rest.get("/health").get("warnings").toString().contains("is not the key of"));
    }

    /** The fingerprint of the certificate that a new REST connection is shown. */
    private String shown() throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(null, new TrustManager[] {new Anybody()}, null);
        HostPort at = NodeConfigFile.read(folder).rest().listen();
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(at.host(), at.port())) {
            socket.startHandshake();
            return DevelopmentAuthority.fingerprint(
                    (X509Certificate) socket.getSession().getPeerCertificates()[0]);
        }
    }

    private static final class Anybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String method) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String method) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
