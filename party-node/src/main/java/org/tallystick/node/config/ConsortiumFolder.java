package org.tallystick.node.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.certs.DevelopmentAuthority;
import org.tallystick.node.certs.DevelopmentAuthority.Identity;
import org.tallystick.node.certs.DevelopmentAuthority.Validity;
import org.tallystick.node.certs.Pem;
import org.tallystick.node.certs.Signing;
import org.tallystick.node.config.NodeConfig.Approval;
import org.tallystick.node.config.NodeConfig.IdKind;
import org.tallystick.node.governance.SignatureSuite;
import org.tallystick.random.Primitives;

/**
 * Writes the folder of a whole group for development and demonstrations: the authority, and for each role a node's
 * folder with its configuration, certificate, keys, REST token and empty data folder. Folders are for their owner alone
 * (mode 700), secrets too (600).
 */
public final class ConsortiumFolder {
    /** The file in a node's folder with the bearer token of its REST interface. */
    public static final String TOKEN = "keys/rest-token";

    private static final String AGREEMENT_KEY = "keys/agreement.sm2";

    private static final int PORTS = 2 * Role.values().length;

    private ConsortiumFolder() {}

    /** Whether every use needs an agreement; if so, what signs it. */
    public enum Agreements {
        NONE,
        ED25519,
        SM2
    }

    /**
     * What to write.
     *
     * @param folder the new folder
     * @param group the group's id
     * @param basePort the first of eight ports in a row, four for peers and then four for REST; 0 picks free ones
     * @param approve {@link Approval#ALL} only for demonstrations
     * @param tracing whether the nodes keep what they held, sent and received
     * @param idKind what subjects look like
     * @param agreements whether every use needs an agreement, and how the nodes sign those
     */
    public record Plan(
            Path folder,
            String group,
            int basePort,
            Approval approve,
            boolean tracing,
            IdKind idKind,
            Agreements agreements) {
        /** For laboratories: without agreements. */
        public Plan(Path folder, String group, int basePort, Approval approve, boolean tracing, IdKind idKind) {
            this(folder, group, basePort, approve, tracing, idKind, Agreements.NONE);
        }

        /** For laboratories: without agreements, subjects are credit codes. */
        public Plan(Path folder, String group, int basePort, Approval approve, boolean tracing) {
            this(folder, group, basePort, approve, tracing, IdKind.CREDIT_CODE);
        }
    }

    /**
     * Writes the folder; refuses when it holds something already.
     *
     * @return the nodes' folders, in party order
     */
    public static List<Path> write(Plan plan) {
        if (!plan.group().matches("[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?")) {
            throw new NodeFailure(
                    "\"" + plan.group() + "\" cannot name a group",
                    "use 1 to 32 lower-case letters, digits and hyphens, for example --group demo");
        }
        if (plan.basePort() != 0 && (plan.basePort() < 1024 || plan.basePort() + PORTS > 65_536)) {
            throw new NodeFailure(
                    "base port " + plan.basePort() + " is out of range",
                    "use one from 1024 to " + (65_536 - PORTS) + ", or 0 to pick free ports");
        }
        try {
            Path folder = plan.folder().toAbsolutePath().normalize();
            createEmpty(folder);
            return write(plan, folder, plan.basePort() == 0 ? freePorts() : plan.basePort());
        } catch (IOException e) {
            throw new NodeFailure(
                    "the folder " + plan.folder() + " cannot be written: " + e.getMessage(),
                    "name a folder that this user may write, on a disk with space",
                    e);
        }
    }

    private static void createEmpty(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (var entries = Files.list(folder)) {
                if (entries.findAny().isPresent()) {
                    throw new NodeFailure(
                            "the folder " + folder + " is not empty, and nothing in it is overwritten",
                            "name a new folder, or remove that one if its keys and data are no longer needed");
                }
            }
            return;
        }
        if (folder.getParent() != null) {
            Files.createDirectories(folder.getParent());
        }
        createPrivate(folder);
    }

    private static List<Path> write(Plan plan, Path folder, int firstPort) throws IOException {
        Validity validity = Validity.of(Duration.ofDays(365));
        DevelopmentAuthority authority = DevelopmentAuthority.create(plan.group(), validity);
        Path own = createPrivate(folder.resolve("authority"));
        Files.writeString(own.resolve("ca.pem"), authority.certificatePem());
        Pem.writeSecret(own.resolve("ca-key.pem"), authority.keyPem());
        List<Signing> signing = new ArrayList<>();
        for (int party = 0; party < Role.values().length; party++) {
            signing.add(Signing.generate());
        }
        List<SignatureSuite.Key> agreementKeys = new ArrayList<>();
        for (int party = 0; plan.agreements() == Agreements.SM2 && party < Role.values().length; party++) {
            agreementKeys.add(SignatureSuite.SM2.generate());
        }
        List<Path> nodes = new ArrayList<>();
        for (Role role : Role.values()) {
            Path node = createPrivate(folder.resolve(role.id()));
            Path certs = createPrivate(node.resolve("certs"));
            Path keys = createPrivate(node.resolve("keys"));
            createPrivate(node.resolve("data"));
            createPrivate(node.resolve("state"));
            Identity identity = authority.issue(role.id(), validity);
            Files.writeString(certs.resolve("ca.pem"), authority.certificatePem());
            Files.writeString(certs.resolve("node.pem"), identity.certificatePem());
            Pem.writeSecret(keys.resolve("node.pem"), identity.keyPem());
            Pem.writeSecret(
                    keys.resolve("signing.pem"), signing.get(role.ordinal()).pem());
            if (!agreementKeys.isEmpty()) {
                Pem.writeSecret(
                        node.resolve(AGREEMENT_KEY),
                        agreementKeys.get(role.ordinal()).secretHex() + "\n");
            }
            writeToken(node);
            Pem.writeSecret(
                    node.resolve(NodeConfigFile.NAME),
                    yaml(plan, role, parties(signing, agreementKeys, firstPort), firstPort));
            nodes.add(node);
        }
        return List.copyOf(nodes);
    }

    private static void writeToken(Path node) throws IOException {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        String token = HexFormat.of().formatHex(random);
        Pem.writeSecret(node.resolve(TOKEN), token + "\n");
        Files.writeString(node.resolve(TOKEN + ".sha256"), sha256(token) + "\n");
    }

    private static String sha256(String text) {
        return HexFormat.of().formatHex(Primitives.sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String parties(List<Signing> signing, List<SignatureSuite.Key> agreementKeys, int firstPort) {
        StringBuilder parties = new StringBuilder();
        for (Role role : Role.values()) {
            parties.append("  - role: ").append(role.id()).append('\n');
            parties.append("    address: 127.0.0.1:")
                    .append(firstPort + role.ordinal())
                    .append('\n');
            parties.append("    signingKey: ")
                    .append(signing.get(role.ordinal()).publicKeyHex())
                    .append('\n');
            if (!agreementKeys.isEmpty()) {
                parties.append("    agreementKey: ")
                        .append(HexFormat.of()
                                .formatHex(agreementKeys.get(role.ordinal()).publicKey()))
                        .append('\n');
            }
        }
        return parties.toString().stripTrailing();
    }

    private static String yaml(Plan plan, Role own, String parties, int firstPort) {
        String approve = plan.approve() == Approval.LISTED
                ? "  approve: listed"
                : "  # DANGEROUS: runs any program a peer proposes. For demonstrations on made-up data only.\n"
                        + "  approve: all";
        return """
            # The %1$s node of group %2$s. Paths are relative to this file.
            group:
              id: %2$s
              name: %2$s
            role: %1$s
            listen: 127.0.0.1:%3$d
            # All parties, in party order, with their public signing keys.
            parties:
            %4$s
            tls:
              authority: certs/ca.pem
              certificate: certs/node.pem
              key: keys/node.pem
            signingKey: keys/signing.pem%10$s
            rest:
              listen: 127.0.0.1:%5$d
              tokenHash: keys/rest-token.sha256
            state: state
            data:
              url: jdbc:h2:file:${folder}/data/features;DATABASE_TO_UPPER=FALSE;CASE_INSENSITIVE_IDENTIFIERS=TRUE
              user: sa
              query: SELECT * FROM business WHERE subject IN (?)
              id: subject
              idKind: %8$s
            policy:
              floor: rep4
              maxRows: 16384
              tableRows: 0
              stock: 1024
            %6$s
            governance:
            %9$s
              windowDays: 90
              # The most this node may ask for a row, in fen; a kind that is not listed is free of charge.
              prices: {score: 100}
            tracing: %7$s
            """.formatted(
                        own.id(),
                        plan.group(),
                        firstPort + own.ordinal(),
                        parties,
                        firstPort + Role.values().length + own.ordinal(),
                        approve,
                        plan.tracing(),
                        plan.idKind() == IdKind.TEXT ? "text" : "credit-code",
                        plan.agreements() == Agreements.NONE
                                ? "  # No agreement, consent or budget is asked for: laboratories only.\n"
                                        + "  agreements: none"
                                : "  agreements: required",
                        plan.agreements() == Agreements.SM2 ? "\nagreementKey: " + AGREEMENT_KEY : "");
    }

    private static Path createPrivate(Path folder) throws IOException {
        if (Files.getFileStore(folder.getParent()).supportsFileAttributeView("posix")) {
            return Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        return Files.createDirectory(folder);
    }

    /** Eight free ports in a row, below the range that systems hand out to clients. */
    private static int freePorts() {
        SplittableRandom random = new SplittableRandom();
        for (int attempt = 0; attempt < 1000; attempt++) {
            int first = random.nextInt(10_000, 32_000 - PORTS);
            if (areFree(first)) {
                return first;
            }
        }
        throw new NodeFailure("there are no eight free ports in a row", "name the first of eight with --base-port");
    }

    private static boolean areFree(int first) {
        for (int port = first; port < first + PORTS; port++) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }
}
