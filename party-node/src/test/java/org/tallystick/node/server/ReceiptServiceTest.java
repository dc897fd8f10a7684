package org.tallystick.node.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.node.audit.Export;
import org.tallystick.node.audit.HeadExchange;
import org.tallystick.node.audit.KnownHeads;
import org.tallystick.node.audit.Merkle;
import org.tallystick.node.audit.Proposals;
import org.tallystick.node.audit.Receipt;
import org.tallystick.node.certs.Signing;
import org.tallystick.node.metering.Ledger;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Identity;
import org.tallystick.node.session.Outcome;
import org.tallystick.node.storage.ReceiptLog;
import org.tallystick.node.storage.StorageKey;
import org.tallystick.node.wire.Proposal;
import org.tallystick.node.wire.ProposalRows;
import org.tallystick.node.wire.ProposedRow;
import org.tallystick.node.wire.TableSegment;

/** What REST callers are told of receipts, over a real log. */
final class ReceiptServiceTest {
    private static final byte[] AGREEMENT = "an agreement".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path folder;

    private final List<Signing> keys =
            IntStream.range(0, 4).mapToObj(i -> Signing.generate()).toList();
    private ReceiptLog log;
    private HeadExchange exchange;
    private ReceiptService service;

    @BeforeEach
    void open() {
        log = ReceiptLog.open(folder.resolve("state"), StorageKey.openOrCreate(folder.resolve("key")));
        Identity identity = new Identity(
                "demo", 1, keys.get(1), keys.stream().map(Signing::publicKey).toList());
        exchange = new HeadExchange(identity, log.tree(), KnownHeads.nothing(), new HeadExchange.Surroundings() {
            @Override
            public boolean send(int peer, byte[] message) {
                return false;
            }

            @Override
            public void save(KnownHeads known) {}

            @Override
            public void record(String kind, ByteString content) {}

            @Override
            public void decided(String kind, ByteString content) {}

            @Override
            public InstantSource clock() {
                return InstantSource.system();
            }
        });
        Ledger ledger =
                new Ledger(log, "utility", (agreement, program, purpose) -> Optional.empty(), program -> List.of());
        service = new ReceiptService(identity, log, exchange, ledger, () -> List.of(AGREEMENT));
    }

    @AfterEach
    void close() {
        log.close();
    }

    private Hash accepted(Proposal.Builder header, ProposalRows rows) {
        ByteString bytes = header.build().toByteString();
        Optional<byte[]> attachment = Optional.of(rows.toByteArray()).filter(all -> all.length > 0);
        log.begin(new Receipt.Accepted(5, bytes, ByteString.EMPTY, 3, 0), attachment)
                .await();
        return Proposals.session(bytes.toByteArray());
    }

    private static ProposalRows about(String... subjects) {
        ProposalRows.Builder rows = ProposalRows.newBuilder().setSalt(ByteString.copyFrom(new byte[32]));
        for (String subject : subjects) {
            rows.addRows(ProposedRow.newBuilder()
                    .setRequest(ByteString.copyFrom(new byte[16]))
                    .setSubject(subject));
        }
        return rows.build();
    }

    private static Proposal.Builder score(int nonce) {
        return Proposal.newBuilder()
                .setKind(Proposal.Kind.SCORE)
                .setPurpose("loan " + nonce)
                .setProgram(ByteString.copyFrom(new byte[32]))
                .setRowCount(2);
    }

    @Test
    void aReceiptIsProvenByTheHeadThatComesWithIt() throws Exception {
        for (int i = 0; i < 9; i++) {
            log.append(new Receipt.Event(i, "test", ByteString.EMPTY));
        }
        JsonNode json = service.receipt(4).orElseThrow();

        byte[] leaf = Base64.getDecoder().decode(json.get("leaf").asText());
        List<byte[]> path = new ArrayList<>();
        json.at("/proof/path").forEach(hash -> path.add(HexFormat.of().parseHex(hash.asText())));
        byte[] root = HexFormat.of().parseHex(json.at("/head/root").asText());
        assertEquals(4, Receipt.decode(leaf).at());
        assertTrue(Merkle.provesInclusion(
                Merkle.leafHash(leaf), 4, json.at("/head/size").asLong(), path, root));
        assertEquals(json.at("/head/size"), json.at("/proof/size"));
        assertEquals(Optional.empty(), service.receipt(9));
        assertEquals(2, service.page(Optional.of(7L), 5).get("receipts").size());
        assertEquals(
                8, service.page(Optional.empty(), 1).at("/receipts/0/index").asInt());
        assertEquals(0, service.page(Optional.of(100L), 5).get("receipts").size());
    }

    @Test
    void theReceiptsOfASessionAreFoundAndProvenHoweverLongAgo() throws Exception {
        Hash first = accepted(score(1), about("S1"));
        log.append(new Receipt.Authorised(6, first, List.of(0, 1, 2, 3)));
        for (int i = 0; i < 5000; i++) {
            log.begin(new Receipt.Event(i, "test", ByteString.EMPTY), Optional.empty());
        }
        Hash other = accepted(score(2), about("S2"));
        log.append(new Receipt.Ended(7, first, Outcome.released()));

        JsonNode found = service.ofSession(first.hex());

        assertEquals(
                List.of("accepted", "authorised", "ended"),
                found.get("receipts")
                        .valueStream()
                        .map(receipt -> receipt.get("kind").asText())
                        .toList());
        byte[] root = HexFormat.of().parseHex(found.at("/receipts/0/head/root").asText());
        for (JsonNode receipt : found.get("receipts")) {
            List<byte[]> path = new ArrayList<>();
            receipt.at("/proof/path").forEach(hash -> path.add(HexFormat.of().parseHex(hash.asText())));
            byte[] leaf = Base64.getDecoder().decode(receipt.get("leaf").asText());
            long index = receipt.get("index").asLong();
            assertTrue(Merkle.provesInclusion(Merkle.leafHash(leaf), index, 5004, path, root));
            assertEquals(service.receipt(index).orElseThrow().get("proof"), receipt.get("proof"));
        }
        assertEquals(1, service.ofSession(other.hex()).get("receipts").size());
        assertEquals(0, service.ofSession("0".repeat(64)).get("receipts").size());
    }

    @Test
    void anEmptyLogHasAPageAHeadAndAnExport() throws Exception {
        assertEquals(0, service.page(Optional.empty(), 10).get("receipts").size());
        assertEquals(0, service.head().at("/head/size").asInt());
        service.export(new ByteArrayOutputStream());
    }

    @Test
    void anExportHasEveryLeafUnderItsHeadAndNoSubject() throws Exception {
        accepted(score(1), about("S1", "S2"));
        accepted(score(2), about("S3"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        service.export(out);

        List<byte[]> leaves = new ArrayList<>();
        List<String> agreements = new ArrayList<>();
        Export.read(new ByteArrayInputStream(out.toByteArray()), new Export.Reader() {
            @Override
            public void header(Export.Header header) {
                assertEquals(2, header.leaves());
                assertTrue(header.head()
                        .orElseThrow()
                        .isSignedBy("demo", keys.get(1).publicKey()));
                assertEquals(
                        Hash.of(log.tree().root(2)), header.head().orElseThrow().root());
            }

            @Override
            public void leaf(long index, byte[] leaf) {
                leaves.add(leaf);
            }

            @Override
            public void agreement(byte[] document) {
                agreements.add(new String(document, StandardCharsets.UTF_8));
            }
        });
        assertEquals(2, leaves.size());
        assertEquals(List.of("an agreement"), agreements);
        assertFalse(out.toString(StandardCharsets.ISO_8859_1).contains("S1"));
    }

    @Test
    void aBusinessIsToldEveryUseOfItsDataAndNothingOfOthers() {
        Hash answered = accepted(score(1), about("S1", "S2"));
        log.append(new Receipt.Authorised(6, answered, List.of(0, 1, 2, 3)));
        log.append(new Receipt.Ended(7, answered, Outcome.released()));
        accepted(score(2), about("S2"));
        Hash voided = accepted(score(3), about("S1"));
        log.append(new Receipt.Authorised(8, voided, List.of(0, 1, 2, 3)));
        log.append(new Receipt.Ended(9, voided, Outcome.nothingLeft()));
        Hash stored = accepted(
                score(4).setKind(Proposal.Kind.STORE),
                ProposalRows.newBuilder()
                        .setSalt(ByteString.copyFrom(new byte[32]))
                        .addSubjects("S3")
                        .addSubjects("S1")
                        .build());
        accepted(
                score(5).setTable(TableSegment.newBuilder().setFilled(ByteString.copyFrom(stored.bytes()))),
                ProposalRows.getDefaultInstance());

        JsonNode uses = service.usesOf("S1").get("uses");

        assertEquals(
                List.of("answered", "nothing_left", "open", "open"),
                uses.valueStream().map(use -> use.get("outcome").asText()).toList());
        assertEquals("loan 1", uses.get(0).at("/proposal/purpose").asText());
        assertEquals(1, uses.get(2).get("rows").size());
        assertEquals(0, uses.get(3).get("rows").size());
        for (JsonNode use : uses) {
            for (JsonNode row : use.get("rows")) {
                String shown =
                        new String(Base64.getDecoder().decode(row.get("leaf").asText()), StandardCharsets.ISO_8859_1);
                assertTrue(shown.contains("S1"));
                assertFalse(shown.contains("S2") || shown.contains("S3"));
            }
        }
        assertEquals(0, service.usesOf("S9").get("uses").size());
    }

    @Test
    void aStatementIsServedAsJsonAndAsCsv() {
        Hash answered = accepted(score(1), about("S1"));
        log.append(new Receipt.Authorised(6, answered, List.of(0, 1, 2, 3)));

        JsonNode statement = service.statement(YearMonth.of(1970, 1));

        assertEquals(2, statement.get("receipts").asInt());
        assertEquals("loan 1", statement.at("/lines/0/purpose").asText());
        assertEquals(2, service.statementCsv(YearMonth.of(1970, 1)).lines().count());
    }
}
