package org.tallystick.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tallystick.node.audit.AuditKeys;
import org.tallystick.node.audit.Export;
import org.tallystick.node.audit.MalformedReceipt;
import org.tallystick.node.audit.Receipt;
import org.tallystick.node.config.NodeConfig;
import org.tallystick.node.config.NodeConfigFile;
import org.tallystick.node.config.Role;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Proposal;
import org.tallystick.node.session.Sealed;
import org.tallystick.node.storage.ReceiptLog;
import org.tallystick.node.storage.StorageKey;

/**
 * What is left when the kills are over, to be judged by {@link KillChecks}.
 *
 * @param logs one of each node, in party order, the bank's last
 * @param held the answers as clients got them, each time that they got one
 * @param spent requests that ended without an answer: let go in vain as often as they may be
 * @param charged what each agency's statements charge
 * @param bankKey the bank's public key
 */
record KillEvidence(
        List<NodeLog> logs, List<RetryingClients.Held> held, Set<String> spent, List<Charged> charged, byte[] bankKey) {
    private static final int REQUEST_BYTES = 16;

    KillEvidence {
        logs = List.copyOf(logs);
        held = List.copyOf(held);
        spent = Set.copyOf(spent);
        charged = List.copyOf(charged);
    }

    /**
     * One node's receipts, from its export, and beside them the rows that lie sealed at the node.
     *
     * @param rows by session; those of which the signed header has another root are not there
     */
    record NodeLog(List<Receipt> receipts, Map<Hash, List<Row>> rows) {
        NodeLog {
            receipts = List.copyOf(receipts);
            rows = Map.copyOf(rows);
        }
    }

    /** One row of a proposal. */
    record Row(String request, String subject) {
        @Override
        public String toString() {
            return "Row[" + request + "]";
        }
    }

    /** What an agency's statements say over all months. */
    record Charged(long rows, long amount) {
        Charged plus(Charged other) {
            return new Charged(rows + other.rows, amount + other.amount);
        }
    }

    /** The id under which agencies know a client's request. */
    static String wireRequest(String id) {
        byte[] hash = Hash.over("tallystick/request/1", id.getBytes(StandardCharsets.UTF_8))
                .bytes();
        return HexFormat.of().formatHex(hash, 0, REQUEST_BYTES);
    }

    // ---- from running nodes

    /** Each node's export, in party order. */
    static List<Path> exports(KilledGroup group) throws IOException {
        Path folder = Files.createDirectories(group.folder().resolve("exports"));
        List<Path> files = new ArrayList<>();
        for (Role role : Role.values()) {
            Path file = folder.resolve(role.id() + ".export");
            group.client(role).download("/v1/receipts/export", file);
            files.add(file);
        }
        return files;
    }

    /** What the agencies charge for the months since that one. */
    static List<Charged> charged(KilledGroup group, YearMonth since, YearMonth until) {
        List<Charged> all = new ArrayList<>();
        for (Role role : List.of(Role.TAX, Role.UTILITY, Role.SOCIAL_SECURITY)) {
            Charged sum = new Charged(0, 0);
            for (YearMonth month = since; !month.isAfter(until); month = month.plusMonths(1)) {
                for (JsonNode line :
                        group.client(role).get("/v1/statements/" + month).get("lines")) {
                    sum = sum.plus(new Charged(
                            line.get("charged").asLong(), line.get("amount").asLong()));
                }
            }
            all.add(sum);
        }
        return all;
    }

    /** The group's public keys. */
    static AuditKeys keys(KilledGroup group) {
        NodeConfig config = NodeConfigFile.read(group.node(Role.TAX));
        return new AuditKeys(
                config.group().id(),
                Role.ids(),
                config.parties().stream()
                        .map(party -> HexFormat.of().parseHex(party.signingKey()))
                        .toList());
    }

    // ---- from files

    /** A node's export, and the rows that lie in its folder; the node must have stopped. */
    static NodeLog log(Path export, Path node) throws IOException {
        List<Receipt> receipts = new ArrayList<>();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(export))) {
            Export.read(in, new Export.Reader() {
                @Override
                public void header(Export.Header header) {}

                @Override
                public void leaf(long index, byte[] leaf) {
                    receipts.add(decoded(leaf));
                }

                @Override
                public void agreement(byte[] document) {}
            });
        } catch (MalformedReceipt e) {
            throw new IllegalStateException(export + " is no export", e);
        }
        return new NodeLog(receipts, rows(node));
    }

    private static Receipt decoded(byte[] leaf) {
        try {
            return Receipt.decode(leaf);
        } catch (MalformedReceipt e) {
            throw new IllegalStateException("a leaf is no receipt", e);
        }
    }

    private static Map<Hash, List<Row>> rows(Path node) {
        Map<Hash, List<Row>> rows = new HashMap<>();
        StorageKey key = StorageKey.openOrCreate(node.resolve("keys").resolve(StorageKey.FILE));
        try (ReceiptLog log = ReceiptLog.open(node.resolve("state"), key)) {
            log.read(0, entry -> {
                if (entry.receipt() instanceof Receipt.Accepted accepted) {
                    byte[] attached = log.attachment(entry.index()).orElse(new byte[0]);
                    rowsOf(accepted.header().toByteArray(), attached, accepted.session(), rows);
                }
                return true;
            });
        }
        return rows;
    }

    private static void rowsOf(byte[] header, byte[] attached, Hash session, Map<Hash, List<Row>> rows) {
        try {
            if (Sealed.recorded(header, attached).work() instanceof Proposal.Score score) {
                rows.put(
                        session,
                        score.rows().stream()
                                .map(row -> new Row(row.request(), row.subject()))
                                .toList());
            }
        } catch (IllegalArgumentException e) {
            // Other rows than the bank has signed are none.
            rows.remove(session);
        }
    }
}
