package org.tallystick.node.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.tallystick.node.audit.MadeLogs.BANK;

import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.node.governance.Agreement;
import org.tallystick.node.governance.AgreementFormat;
import org.tallystick.node.governance.TextPrices;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Outcome;
import org.tallystick.node.wire.Proposal;

/** Prices are held against the text of the agreement, whoever may have agreed among themselves on others. */
final class PriceAuditTest {
    static final Hash PROGRAM = Hash.over("program");
    static final Hash MODEL = Hash.over("model");
    private static final byte[] DOCUMENT = AgreementFormat.encode(agreement());
    private static final Hash AGREEMENT = AgreementFormat.hash(DOCUMENT);

    @TempDir
    private Path folder;

    private final MadeLogs logs = new MadeLogs();

    /** Scores for loans cost 100 a row, in the public interest nothing. */
    static Agreement agreement() {
        return new Agreement(
                "00112233445566778899aabbccddeeff",
                1,
                Optional.empty(),
                "demo",
                "Loans",
                "First Bank",
                List.of(new Agreement.Purpose("loan", false), new Agreement.Purpose("relief", true)),
                List.of(new Agreement.Use(
                        Agreement.Kind.SCORE,
                        PROGRAM,
                        List.of(MODEL),
                        3,
                        false,
                        Map.of("tax", 50L, "utility", 20L, "social-security", 30L))),
                List.of(new Agreement.Column("tax", "revenue", "number", 0, 1L << 40, 8)),
                "CNY",
                "rep4",
                new Agreement.Limits(12, 90, 1000, 100, 2, 24),
                List.of(),
                Instant.parse("2026-01-01T00:00:00Z"),
                Instant.parse("2027-01-01T00:00:00Z"),
                365);
    }

    @BeforeEach
    void activate() {
        for (int party = 0; party < 4; party++) {
            logs.add(
                    party,
                    new Receipt.Event(
                            logs.time, "agreement.activated", ByteString.copyFromUtf8(AGREEMENT.hex() + "\nLi Na")));
            logs.agreements.get(party).add(DOCUMENT);
        }
    }

    private static byte[] header(int number, Proposal.Kind kind, String purpose, long price) {
        return header(number, kind, MODEL, purpose, price);
    }

    private static byte[] header(int number, Proposal.Kind kind, Hash model, String purpose, long price) {
        return Proposal.newBuilder()
                .setVersion(2)
                .setGroup("demo")
                .setNonce(ByteString.copyFrom(
                        Hash.over("nonce", new byte[] {(byte) number}).bytes()))
                .setProposer(BANK)
                .setKind(kind)
                .setProgram(ByteString.copyFrom(PROGRAM.bytes()))
                .setModel(ByteString.copyFrom(model.bytes()))
                .setPurpose(purpose)
                .setAgreement(ByteString.copyFrom(AGREEMENT.bytes()))
                .setPrice(price)
                .setRowCount(1)
                .build()
                .toByteArray();
    }

    /** A session that all accept at the price that the bank has signed. */
    private void accepted(byte[] header, long price) {
        Hash session = Proposals.session(header);
        for (int party = 0; party < 4; party++) {
            logs.add(
                    party,
                    new Receipt.Accepted(logs.time, ByteString.copyFrom(header), logs.signature(header), 3, price));
            logs.add(party, new Receipt.Authorised(logs.time + 1, session, List.of(0, 1, 2, 3)));
            logs.add(party, new Receipt.Ended(logs.time + 2, session, Outcome.released()));
        }
        logs.time += 10;
    }

    private AuditReport audit() {
        return LogAudit.of(logs.export(folder), logs.auditKeys(), Duration.ofSeconds(60), new TextPrices());
    }

    private static List<Integer> blamed(AuditReport report, Finding.Kind kind) {
        assertTrue(report.findings().stream().allMatch(each -> each.kind() == kind), report::toString);
        return report.findings().stream()
                .flatMap(finding -> finding.parties().stream())
                .sorted()
                .toList();
    }

    @Test
    void agreedPricesAreRight() {
        accepted(header(1, Proposal.Kind.SCORE, "loan", 100), 100);
        accepted(header(2, Proposal.Kind.SCORE, "relief", 0), 0);

        assertEquals(List.of(), audit().findings());
    }

    @Test
    void aBankThatReportsAnotherPriceAtEveryAgencyIsNamed() {
        accepted(header(1, Proposal.Kind.SCORE, "loan", 100), 100);
        byte[] header = header(2, Proposal.Kind.SCORE, "loan", 60);
        accepted(header, 60);

        AuditReport report = audit();

        assertEquals(List.of(0, 1, 2, BANK), blamed(report, Finding.Kind.PRICE));
        for (Finding finding : report.findings()) {
            assertEquals(Optional.of(Proposals.session(header)), finding.session());
            assertTrue(finding.text().contains("price of 60") && finding.text().contains("100"), finding::text);
        }
    }

    @Test
    void aPriceWhereThereIsNoneIsNamed() {
        accepted(header(1, Proposal.Kind.SCORE, "relief", 100), 100);

        assertEquals(List.of(0, 1, 2, BANK), blamed(audit(), Finding.Kind.PRICE));
    }

    @Test
    void anAgencyThatReportsAnotherPriceIsNamedAlone() {
        byte[] header = header(1, Proposal.Kind.SCORE, "loan", 100);
        accepted(header, 100);
        logs.leaves
                .get(1)
                .set(
                        1,
                        new Receipt.Accepted(MadeLogs.START, ByteString.copyFrom(header), logs.signature(header), 3, 60)
                                .encode());

        assertEquals(List.of(1), blamed(audit(), Finding.Kind.PRICE));
    }

    @Test
    void aPriceThatEveryAgencyRefusedIsNobodysUse() {
        byte[] header = header(1, Proposal.Kind.SCORE, "loan", 60);
        for (int party = 0; party < 3; party++) {
            logs.add(
                    party,
                    new Receipt.Refused(logs.time, ByteString.copyFrom(header), logs.signature(header), "PRICE", 0));
        }

        assertEquals(List.of(), audit().findings());
    }

    @Test
    void aUseThatTheAgreementDoesNotHaveIsNamed() {
        accepted(header(1, Proposal.Kind.TRAIN, "", 0), 0);

        assertEquals(List.of(0, 1, 2), blamed(audit(), Finding.Kind.NO_AGREEMENT));
    }

    @Test
    void aPurposeOrAModelThatTheAgreementDoesNotHaveIsNamed() {
        accepted(header(1, Proposal.Kind.SCORE, "marketing", 100), 100);
        assertEquals(List.of(0, 1, 2), blamed(audit(), Finding.Kind.NO_AGREEMENT));

        accepted(header(2, Proposal.Kind.SCORE, Hash.over("another model"), "loan", 100), 100);
        assertEquals(List.of(0, 0, 1, 1, 2, 2), blamed(audit(), Finding.Kind.NO_AGREEMENT));
    }

    @Test
    void oneTextIsEnoughAndNoneIsSaid() {
        accepted(header(1, Proposal.Kind.SCORE, "loan", 100), 100);
        accepted(header(2, Proposal.Kind.SCORE, "loan", 100), 100);
        IntStream.of(0, 1, 3).forEach(party -> logs.agreements.get(party).clear());
        assertEquals(List.of(), audit().findings());

        logs.agreements.get(2).clear();
        byte[] other = AgreementFormat.encode(new Agreement(
                agreement().id(),
                1,
                Optional.empty(),
                "demo",
                "Another text",
                "First Bank",
                agreement().purposes(),
                agreement().uses(),
                agreement().columns(),
                "CNY",
                "rep4",
                agreement().limits(),
                List.of(),
                agreement().validFrom(),
                agreement().validUntil(),
                365));
        logs.agreements.get(2).add(other);

        assertEquals(List.of(0, 1, 2), blamed(audit(), Finding.Kind.NO_TEXT));
    }

    @Test
    void aTextThatIsNoneIsNamed() {
        accepted(header(1, Proposal.Kind.SCORE, "loan", 100), 100);
        logs.agreements.get(1).add(new byte[] {1, 2, 3});

        assertEquals(List.of(1), blamed(audit(), Finding.Kind.MALFORMED));
    }
}
