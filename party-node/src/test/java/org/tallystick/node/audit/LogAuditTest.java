package org.tallystick.node.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.tallystick.node.audit.MadeLogs.BANK;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.certs.Signing;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Outcome;
import org.tallystick.node.session.Refusal;

/** Every way to tamper with a log is found, and the node that did it is named. */
final class LogAuditTest {
    @TempDir
    private Path folder;

    private final MadeLogs logs = new MadeLogs();

    private AuditReport audit() {
        return audit(logs.export(folder));
    }

    private AuditReport audit(List<Path> files) {
        return LogAudit.of(files, logs.auditKeys(), Duration.ofSeconds(60), LogAuditTest::free);
    }

    /** An agreement of which all is free of charge. */
    private static Optional<AgreedPrices.Text> free(byte[] document) {
        return Optional.of(new AgreedPrices.Text(
                Hash.over("agreement"), "id", 1, "First Bank", 0, Long.MAX_VALUE / 2, use -> OptionalLong.of(0)));
    }

    /** It is this node, and no other, that is blamed, and for this among other things. */
    private void assertBlames(int party, Finding.Kind kind, AuditReport report) {
        assertFalse(report.agree());
        assertTrue(report.findings().stream().anyMatch(each -> each.kind() == kind), report::toString);
        Set<Integer> blamed = report.findings().stream()
                .flatMap(finding -> finding.parties().stream())
                .collect(Collectors.toSet());
        assertEquals(Set.of(party), blamed, report::toString);
    }

    @Test
    void honestLogsAgree() {
        logs.scores(0, 20);
        logs.exchange();
        logs.scores(20, 20);
        byte[] refused = MadeLogs.header(100, 50);
        logs.add(0, new Receipt.Refused(logs.time, ByteString.copyFrom(refused), logs.signature(refused), "BUSY", 0));
        Outcome outcome = Outcome.refused(0, Refusal.Reason.BUSY);
        for (int party = 1; party < 4; party++) {
            logs.add(
                    party,
                    new Receipt.Accepted(logs.time, ByteString.copyFrom(refused), logs.signature(refused), 3, 50));
            logs.add(party, new Receipt.Ended(logs.time, Proposals.session(refused), outcome));
        }
        logs.add(2, new Receipt.Event(logs.time, "agreement.suspended", ByteString.copyFromUtf8("x")));

        AuditReport report = audit();

        assertEquals(List.of(), report.findings());
        assertEquals(41, report.sessions());
        assertEquals(40, report.counting());
        assertEquals(0, report.open());
        assertEquals(
                List.of(121L, 122L, 123L, 122L),
                report.logs().stream().map(AuditReport.Log::receipts).toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void aRowEditedUnderTheOldHeadIsNamed(int node) {
        logs.scores(0, 10);
        TreeHead before = logs.head(node, 30);
        logs.leaves.get(node).set(7, logs.leaves.get(node).get(4));
        List<Path> files = logs.export(folder);
        logs.write(files.get(node), node, Optional.of(before));

        assertBlames(node, Finding.Kind.ALTERED, audit(files));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aRowEditedAndSignedAnewIsNamedByTheHeadsThatOthersHaveAndLocated(int agency) {
        int other = (agency + 1) % BANK;
        logs.scores(0, 4);
        logs.known.set(BANK, logs.known.get(BANK).with(logs.head(agency, 12)));
        logs.scores(4, 4);
        logs.known.set(other, logs.known.get(other).with(logs.head(agency, 24)));
        Receipt.Ended edited = new Receipt.Ended(
                MadeLogs.START + 40, Proposals.session(MadeLogs.header(4, 50)), Outcome.nothingLeft());
        logs.leaves.get(agency).set(14, edited.encode());

        AuditReport report = audit();

        assertBlames(agency, Finding.Kind.FORKED, report);
        assertTrue(report.findings().stream().anyMatch(each -> each.text().contains("receipts 12 to 23")));
        assertTrue(report.findings().stream().anyMatch(each -> each.kind() == Finding.Kind.OUTCOME));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void aTruncatedLogIsNamed(int node) {
        logs.scores(0, 10);
        logs.exchange();
        List<byte[]> own = logs.leaves.get(node);
        own.subList(20, own.size()).clear();
        logs.known.set(node, KnownHeads.nothing());

        AuditReport report = audit();

        assertBlames(node, Finding.Kind.TRUNCATED, report);
        assertTrue(report.findings().stream().anyMatch(each -> each.kind() == Finding.Kind.MISSING));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void anOldBackupThatGrewAgainIsNamed(int node) {
        logs.scores(0, 10);
        logs.exchange();
        List<byte[]> own = logs.leaves.get(node);
        own.subList(20, own.size()).clear();
        logs.known.set(node, KnownHeads.nothing());
        logs.scores(10, 10);

        assertBlames(node, Finding.Kind.FORKED, audit());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void aNodeThatHasAdmittedItsLossIsNamed(int node) {
        logs.scores(0, 3);
        logs.add(node, new Receipt.Event(logs.time, "log.gone-on", ByteString.EMPTY));

        assertBlames(node, Finding.Kind.LOST, audit());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aSessionThatOneAgencyDropsIsNamed(int agency) {
        logs.scores(0, 3);
        logs.leaves.get(agency).subList(3, 6).clear();

        assertBlames(agency, Finding.Kind.MISSING, audit());
    }

    @Test
    void aBankThatWithholdsAReceiptIsNamed() {
        logs.scores(0, 3);
        logs.leaves.get(BANK).subList(3, 6).clear();

        assertBlames(BANK, Finding.Kind.MISSING, audit());
    }

    @Test
    void aBankThatReportsAnotherPriceIsNamed() {
        logs.scores(0, 2);
        Hash session = Proposals.session(MadeLogs.header(1, 50));
        byte[] cheaper = MadeLogs.header(1, 5);
        List<byte[]> own = logs.leaves.get(BANK);
        own.subList(3, 6).clear();
        logs.add(BANK, new Receipt.Accepted(logs.time, ByteString.copyFrom(cheaper), logs.signature(cheaper), 3, 5));
        logs.add(BANK, new Receipt.Ended(logs.time, Proposals.session(cheaper), Outcome.released()));

        AuditReport report = audit();

        assertBlames(BANK, Finding.Kind.TWO_PROPOSALS, report);
        assertTrue(
                report.findings().stream()
                        .anyMatch(each ->
                                each.text().contains("50") && each.text().contains("of 5")),
                report::toString);
        assertTrue(report.findings().stream().anyMatch(each -> each.session().equals(Optional.of(session))));
    }

    @Test
    void aPriceThatIsNotTheProposalsIsNamed() {
        logs.scores(0, 2);
        byte[] header = MadeLogs.header(1, 50);
        logs.leaves
                .get(BANK)
                .set(
                        3,
                        new Receipt.Accepted(MadeLogs.START, ByteString.copyFrom(header), logs.signature(header), 3, 5)
                                .encode());

        assertBlames(BANK, Finding.Kind.PRICE, audit());
    }

    @Test
    void anAgreementThatIsNotInForceWhereItIsAcceptedIsNamed() {
        Hash agreement = Hash.over("agreement");
        logs.agreements.get(2).add(new byte[] {1});
        for (int party = 0; party < 4; party++) {
            event(party, "agreement.activated", agreement);
        }
        score(1, agreement);
        event(1, "agreement.suspended", agreement);
        logs.time += 60_000;
        assertEquals(List.of(), audit().findings());

        score(2, agreement);
        assertBlames(1, Finding.Kind.NO_AGREEMENT, audit());
    }

    private void event(int party, String kind, Hash agreement) {
        logs.add(party, new Receipt.Event(logs.time, kind, ByteString.copyFromUtf8(agreement.hex() + "\nLi Na")));
    }

    private void score(int number, Hash agreement) {
        byte[] header = org.tallystick.node.wire.Proposal.newBuilder()
                .setNonce(ByteString.copyFrom(new byte[] {(byte) number}))
                .setAgreement(ByteString.copyFrom(agreement.bytes()))
                .build()
                .toByteArray();
        for (int party = 0; party < 4; party++) {
            logs.add(party, new Receipt.Accepted(logs.time, ByteString.copyFrom(header), logs.signature(header), 3, 0));
        }
    }

    @Test
    void bitsThatDifferAreNamed() {
        logs.scores(0, 2);
        byte[] header = MadeLogs.header(1, 50);
        logs.leaves
                .get(2)
                .set(
                        3,
                        new Receipt.Accepted(MadeLogs.START, ByteString.copyFrom(header), logs.signature(header), 1, 50)
                                .encode());

        assertBlames(2, Finding.Kind.BITS, audit());
    }

    @Test
    void aProposalThatTheBankNeverSignedIsNamed() {
        logs.scores(0, 2);
        byte[] invented = MadeLogs.header(7, 50);
        ByteString forged = ByteString.copyFrom(logs.keys
                .get(0)
                .sign(Signing.Domain.PROPOSAL, Proposals.session(invented).bytes()));
        logs.add(0, new Receipt.Accepted(logs.time, ByteString.copyFrom(invented), forged, 3, 50));

        AuditReport report = audit();

        assertTrue(report.findings().stream()
                .anyMatch(each -> each.kind() == Finding.Kind.FORGED_PROPOSAL && each.names(0)));
        assertTrue(report.findings().stream().allMatch(each -> each.names(0)), report::toString);
    }

    @Test
    void decisionsThatDifferAreNamed() {
        logs.scores(0, 2);
        Hash session = Proposals.session(MadeLogs.header(1, 50));
        logs.leaves.get(1).set(4, new Receipt.Authorised(MadeLogs.START, session, List.of(1, 3)).encode());

        assertBlames(1, Finding.Kind.DECISIONS, audit());
    }

    @Test
    void aReceiptOutOfOrderIsNamed() {
        logs.scores(0, 2);
        logs.add(1, new Receipt.Authorised(logs.time, Hash.over("nothing"), List.of(0, 1, 2, 3)));

        AuditReport report = audit();
        assertTrue(
                report.findings().stream().anyMatch(each -> each.kind() == Finding.Kind.OUT_OF_ORDER && each.names(1)));
    }

    @Test
    void aMissingLogAFalseWitnessAndAWrongKeyAreNamed() {
        logs.scores(0, 2);
        List<Path> files = logs.export(folder);
        assertBlames(2, Finding.Kind.NO_LOG, audit(List.of(files.get(0), files.get(1), files.get(3))));

        TreeHead forged = TreeHead.signed("demo", 1, 99, Hash.over("x"), 1, logs.keys.get(0));
        logs.known.set(0, logs.known.get(0).with(forged));
        assertBlames(0, Finding.Kind.FALSE_WITNESS, audit());

        logs.known.set(0, KnownHeads.nothing());
        List<byte[]> keys = new java.util.ArrayList<>(logs.auditKeys().keys());
        keys.set(1, Signing.generate().publicKey());
        AuditKeys others = new AuditKeys("demo", logs.auditKeys().names(), keys);
        AuditReport report = LogAudit.of(logs.export(folder), others, Duration.ofSeconds(60), LogAuditTest::free);
        assertBlames(1, Finding.Kind.WRONG_KEY, report);
    }

    @Test
    void aMalformedReceiptIsNamed() {
        logs.scores(0, 2);
        logs.leaves.get(2).add(new byte[] {1, 9, 9});

        assertBlames(2, Finding.Kind.MALFORMED, audit());
    }

    @Test
    void whatIsTooYoungIsNotMissed() {
        logs.scores(0, 2);
        List<Path> files = logs.export(folder);
        logs.score(2);
        logs.time += 30_000;
        for (int party = 0; party < BANK; party++) {
            logs.write(files.get(party), party, Optional.of(logs.head(party, 9)));
        }
        // The bank's was taken before the last score.
        logs.leaves.get(BANK).subList(6, 9).clear();
        logs.time -= 35_000;
        logs.write(files.get(BANK), BANK, Optional.of(logs.head(BANK, 6)));

        AuditReport report = audit(files);

        assertEquals(List.of(), report.findings());
        assertEquals(1, report.open());
    }

    /** Which dates all its heads long ago, and keeps its receipts of the last sessions back. */
    @Test
    void aBankThatIsNeverUpToDateIsNamed() {
        logs.scores(0, 3);
        logs.leaves.get(BANK).subList(6, 9).clear();
        List<Path> files = logs.export(folder);
        assertBlames(BANK, Finding.Kind.MISSING, audit(files));
        logs.time = 1;
        logs.write(files.get(BANK), BANK, Optional.of(logs.head(BANK, 6)));

        assertBlames(BANK, Finding.Kind.STALE, audit(files));
    }

    /** So that what another keeps back would be too young to be missed. */
    @Test
    void aReceiptFromATimeToComeHidesNothing() {
        logs.scores(0, 2);
        byte[] header = MadeLogs.header(7, 50);
        ByteString signature = logs.signature(header);
        Hash session = Proposals.session(header);
        for (int party = 0; party < 4; party++) {
            long at = party == 1 ? 4_102_444_800_000L : logs.time;
            if (party != BANK) {
                logs.add(party, new Receipt.Accepted(at, ByteString.copyFrom(header), signature, 3, 50));
                logs.add(party, new Receipt.Authorised(at, session, List.of(0, 1, 2, 3)));
                logs.add(party, new Receipt.Ended(at, session, Outcome.released()));
            }
        }

        AuditReport report = audit();

        assertTrue(
                report.findings().stream().anyMatch(each -> each.kind() == Finding.Kind.MISSING && each.names(BANK)));
        assertTrue(
                report.findings().stream().anyMatch(each -> each.kind() == Finding.Kind.OUT_OF_ORDER && each.names(1)));
    }

    @Test
    void aFileThatWasCutOrBentOnItsWayIsNoEvidence() throws IOException {
        logs.scores(0, 2);
        List<Path> files = logs.export(folder);
        byte[] whole = Files.readAllBytes(files.get(0));
        for (int length : new int[] {0, 7, 60, 300, whole.length / 2, whole.length - 1}) {
            Files.write(files.get(0), Arrays.copyOf(whole, length));
            assertThrows(NodeFailure.class, () -> audit(files), () -> "cut at " + length);
        }
        for (int at = 0; at < whole.length; at += 13) {
            byte[] bent = whole.clone();
            bent[at] ^= 1;
            Files.write(files.get(0), bent);
            assertThrows(NodeFailure.class, () -> audit(files), "bent at " + at);
        }
        Files.write(files.get(0), Arrays.copyOf(whole, whole.length + 1));
        assertThrows(NodeFailure.class, () -> audit(files));
        Files.write(files.get(0), Files.readAllBytes(files.get(1)));
        assertThrows(NodeFailure.class, () -> audit(files));
    }
}
