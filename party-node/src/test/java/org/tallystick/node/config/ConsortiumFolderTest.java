package org.tallystick.node.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.certs.Pem;
import org.tallystick.node.certs.Signing;
import org.tallystick.node.config.ConsortiumFolder.Agreements;
import org.tallystick.node.config.ConsortiumFolder.Plan;
import org.tallystick.node.config.NodeConfig.Approval;
import org.tallystick.node.config.NodeConfig.IdKind;
import org.tallystick.node.governance.SignatureSuite;

final class ConsortiumFolderTest {
    @TempDir
    private Path temporary;

    @Test
    void everyNodeCanBeReadAndKnowsTheOthersKeys() {
        List<Path> nodes = ConsortiumFolder.write(plan("a"));

        List<NodeConfig> configs = nodes.stream().map(NodeConfigFile::read).toList();
        for (NodeConfig config : configs) {
            assertEquals(configs.getFirst().parties(), config.parties());
            assertEquals(
                    Signing.read(config.signingKey()).publicKeyHex(),
                    config.own().signingKey());
            assertTrue(config.listen().port() < 32_768);
        }
        assertEquals(
                8,
                configs.stream()
                        .flatMap(c ->
                                java.util.stream.Stream.of(c.listen(), c.rest().listen()))
                        .distinct()
                        .count());
    }

    @Test
    void nodesThatSignWithSm2HaveAKeyEachAndKnowTheOthers() {
        List<NodeConfig> configs = ConsortiumFolder.write(sm2("a")).stream()
                .map(NodeConfigFile::read)
                .toList();

        for (NodeConfig config : configs) {
            byte[] secret = HexFormat.of()
                    .parseHex(
                            Pem.readSecret(config.agreementKey().orElseThrow()).strip());
            assertEquals(
                    HexFormat.of().formatHex(SignatureSuite.SM2.key(secret).publicKey()),
                    config.own().agreementKey().orElseThrow());
            assertEquals(configs.getFirst().parties(), config.parties());
        }
        assertEquals(
                4,
                configs.getFirst().parties().stream()
                        .map(party -> party.agreementKey().orElseThrow())
                        .distinct()
                        .count());
    }

    @Test
    void anAgreementKeyNeedsBothItsHalves() throws IOException {
        Path file = ConsortiumFolder.write(sm2("a")).getFirst().resolve(NodeConfigFile.NAME);
        Files.writeString(file, Files.readString(file).replace("agreementKey: keys/agreement.sm2\n", ""));

        NodeFailure failure = assertThrows(NodeFailure.class, () -> NodeConfigFile.read(file));

        assertTrue(failure.problem().contains("agreementKey"), failure::problem);
    }

    @Test
    void secretsAreTheirOwnersAlone() throws IOException {
        ConsortiumFolder.write(sm2("a"));

        try (var files = Files.walk(temporary.resolve("a"))) {
            for (Path path : files.toList()) {
                String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
                boolean isPublic = path.toString().matches(".*(ca\\.pem|certs/node\\.pem|\\.sha256)");
                if (Files.isDirectory(path)) {
                    assertEquals("rwx------", mode, path::toString);
                } else if (!isPublic) {
                    assertEquals("rw-------", mode, path::toString);
                }
            }
        }
    }

    @Test
    void nothingIsOverwritten() throws IOException {
        List<Path> nodes = ConsortiumFolder.write(plan("a"));
        byte[] before = Files.readAllBytes(nodes.getFirst().resolve(NodeConfigFile.NAME));

        NodeFailure failure = assertThrows(NodeFailure.class, () -> ConsortiumFolder.write(plan("a")));

        assertTrue(failure.problem().contains("not empty"), failure::problem);
        assertArrayEquals(before, Files.readAllBytes(nodes.getFirst().resolve(NodeConfigFile.NAME)));
    }

    @Test
    void twoGroupsShareNoSecret() throws IOException {
        Path a = ConsortiumFolder.write(plan("a")).getFirst();
        Path b = ConsortiumFolder.write(plan("b")).getFirst();

        assertNotEquals(
                Files.readString(a.resolve(ConsortiumFolder.TOKEN)),
                Files.readString(b.resolve(ConsortiumFolder.TOKEN)));
        assertNotEquals(
                NodeConfigFile.read(a).own().signingKey(),
                NodeConfigFile.read(b).own().signingKey());
    }

    @Test
    void badNamesAndPortsAreRefused() {
        Path folder = temporary.resolve("x");
        assertThrows(
                NodeFailure.class, () -> ConsortiumFolder.write(new Plan(folder, "A b", 0, Approval.LISTED, false)));
        assertThrows(
                NodeFailure.class, () -> ConsortiumFolder.write(new Plan(folder, "a", 80, Approval.LISTED, false)));
        assertThrows(
                NodeFailure.class, () -> ConsortiumFolder.write(new Plan(folder, "a", 65_530, Approval.LISTED, false)));
        assertTrue(Files.notExists(folder));
    }

    @Test
    void approvingAllIsMarkedDangerous() throws IOException {
        Path node = ConsortiumFolder.write(new Plan(temporary.resolve("a"), "a", 0, Approval.ALL, false))
                .getFirst();

        assertTrue(Files.readString(node.resolve(NodeConfigFile.NAME)).contains("DANGEROUS"));
        assertEquals(Approval.ALL, NodeConfigFile.read(node).policy().approve());
    }

    private Plan sm2(String folder) {
        return new Plan(
                temporary.resolve(folder), "demo", 0, Approval.LISTED, false, IdKind.CREDIT_CODE, Agreements.SM2);
    }

    private Plan plan(String name) {
        return new Plan(temporary.resolve(name), "demo", 0, Approval.LISTED, false);
    }
}
