package org.tallystick.node.demo;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.audit.AuditKeys;
import org.tallystick.node.audit.AuditReport;
import org.tallystick.node.audit.Export;
import org.tallystick.node.audit.KnownHeads;
import org.tallystick.node.audit.LogAudit;
import org.tallystick.node.audit.MalformedReceipt;
import org.tallystick.node.audit.Merkle;
import org.tallystick.node.audit.MerkleTree;
import org.tallystick.node.audit.TreeHead;
import org.tallystick.node.certs.Signing;
import org.tallystick.node.config.NodeConfig;
import org.tallystick.node.config.NodeConfigFile;
import org.tallystick.node.config.Role;
import org.tallystick.node.governance.TextPrices;
import org.tallystick.node.session.Hash;

/** The audit of the four nodes' logs, and of a copy in which the tax bureau's administrator has dropped a receipt. */
final class LogDemo {
    private static final Duration GRACE = Duration.ofMinutes(1);
    private static final Role FORGER = Role.TAX;

    private final Path folder;
    private final NodeConfig config;
    private final AuditKeys keys;

    /** What came of both. */
    record Audited(AuditReport honest, AuditReport forged) {}

    /** @param folder of the consortium */
    LogDemo(Path folder) {
        this.folder = folder;
        this.config = NodeConfigFile.read(folder.resolve(FORGER.id()));
        this.keys = new AuditKeys(
                config.group().id(),
                Role.ids(),
                config.parties().stream()
                        .map(party -> HexFormat.of().parseHex(party.signingKey()))
                        .toList());
    }

    Audited run(Consortium nodes) {
        try {
            Path exports = Files.createDirectories(folder.resolve("exports"));
            List<Path> files = new ArrayList<>();
            for (Role role : Role.values()) {
                Path file = exports.resolve(role.id() + ".export");
                nodes.client(role).download("/v1/receipts/export", file);
                files.add(file);
            }
            AuditReport honest = LogAudit.of(files, keys, GRACE, new TextPrices());
            Path forged = exports.resolve("forged.export");
            forge(files.get(FORGER.ordinal()), forged);
            files.set(FORGER.ordinal(), forged);
            return new Audited(honest, LogAudit.of(files, keys, GRACE, new TextPrices()));
        } catch (IOException | MalformedReceipt e) {
            throw new NodeFailure("the logs of receipts cannot be read", "look at the nodes' logs in " + folder, e);
        }
    }

    /** Drops the first receipt and signs what is left with the node's own key: all that who has root there can do. */
    private void forge(Path honest, Path forged) throws IOException, MalformedReceipt {
        List<byte[]> leaves = new ArrayList<>();
        List<byte[]> agreements = new ArrayList<>();
        MerkleTree tree = MerkleTree.inMemory();
        try (InputStream in = Files.newInputStream(honest)) {
            Export.read(in, new Export.Reader() {
                @Override
                public void header(Export.Header header) {}

                @Override
                public void leaf(long index, byte[] leaf) {
                    if (index > 0) {
                        leaves.add(leaf);
                        tree.append(Merkle.leafHash(leaf));
                    }
                }

                @Override
                public void agreement(byte[] document) {
                    agreements.add(document);
                }
            });
        }
        Signing key = Signing.read(config.signingKey());
        TreeHead head = TreeHead.signed(
                config.group().id(),
                FORGER.ordinal(),
                tree.size(),
                Hash.of(tree.root()),
                System.currentTimeMillis(),
                key);
        Export.Header header = new Export.Header(
                config.group().id(),
                FORGER.ordinal(),
                key.publicKey(),
                Optional.of(head),
                KnownHeads.nothing(),
                leaves.size());
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(forged))) {
            Export.Leaves all = sink -> {
                for (byte[] leaf : leaves) {
                    sink.leaf(leaf);
                }
            };
            Export.write(out, header, all, agreements);
        }
    }
}
