package org.tallystick.node.metering;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.node.audit.Proposals;
import org.tallystick.node.audit.Receipt;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Outcome;
import org.tallystick.node.storage.ReceiptLog;
import org.tallystick.node.storage.StorageKey;
import org.tallystick.node.wire.Proposal;
import org.tallystick.node.wire.ProposalRows;
import org.tallystick.node.wire.ProposedRow;
import org.tallystick.node.wire.TableSegment;

final class LedgerTest {
    private static final Hash PROGRAM = Hash.over("program");
    private static final Hash AGREEMENT = Hash.over("agreement");
    private static final YearMonth MONTH = YearMonth.of(2026, 10);
    private static final long TIME = Instant.parse("2026-10-05T08:00:00Z").toEpochMilli();
    private static final long NEXT = Instant.parse("2026-11-01T00:00:00Z").toEpochMilli();

    @TempDir
    private Path folder;

    private ReceiptLog log;
    private Ledger ledger;
    private int nonce;

    @BeforeEach
    void open() {
        log = ReceiptLog.open(folder.resolve("state"), StorageKey.openOrCreate(folder.resolve("key")));
        Tariffs tariffs = (agreement, program, purpose) -> Optional.of(
                        new Tariffs.Tariff("a1", "CNY", Map.of("tax", 30L, "utility", 20L)))
                .filter(tariff -> agreement.equals(AGREEMENT) && program.equals(PROGRAM));
        ledger = new Ledger(log, "tax", tariffs, program -> List.of("sales", "tax"));
    }

    @AfterEach
    void close() {
        log.close();
    }

    private Proposal.Builder score(int rows) {
        return Proposal.newBuilder()
                .setKind(Proposal.Kind.SCORE)
                .setNonce(ByteString.copyFrom(
                        ByteBuffer.allocate(32).putInt(nonce++).array()))
                .setProgram(ByteString.copyFrom(PROGRAM.bytes()))
                .setAgreement(ByteString.copyFrom(AGREEMENT.bytes()))
                .setPurpose("loan")
                .setPrice(50)
                .setRowCount(rows);
    }

    private static ByteString id(int request) {
        return ByteString.copyFrom(ByteBuffer.allocate(16).putInt(request).array());
    }

    private Hash accepted(long at, Proposal.Builder header, int... requests) {
        ProposalRows.Builder rows = ProposalRows.newBuilder();
        for (int request : requests) {
            rows.addRows(ProposedRow.newBuilder().setRequest(id(request)).setSubject("S" + request));
        }
        return accepted(at, header, rows.build());
    }

    private Hash accepted(long at, Proposal.Builder header, ProposalRows rows) {
        ByteString bytes = header.build().toByteString();
        log.begin(
                        new Receipt.Accepted(at, bytes, ByteString.EMPTY, 3, header.getPrice()),
                        Optional.of(rows.toByteArray()).filter(encoded -> encoded.length > 0))
                .await();
        return Proposals.session(bytes.toByteArray());
    }

    private void releasedAbout(Proposal.Builder header, int request, String subject) {
        Hash session = accepted(
                TIME,
                header,
                ProposalRows.newBuilder()
                        .addRows(
                                ProposedRow.newBuilder().setRequest(id(request)).setSubject(subject))
                        .build());
        log.append(new Receipt.Authorised(TIME, session, List.of(0, 1, 2, 3)));
        log.append(new Receipt.Ended(TIME, session, Outcome.released()));
    }

    private Hash released(long at, Proposal.Builder header, int... requests) {
        Hash session = accepted(at, header, requests);
        log.append(new Receipt.Authorised(at, session, List.of(0, 1, 2, 3)));
        log.append(new Receipt.Ended(at, session, Outcome.released()));
        return session;
    }

    private Statement.Line only(Statement statement) {
        assertEquals(1, statement.lines().size(), statement::toString);
        return statement.lines().getFirst();
    }

    @Test
    void rowsAreChargedAndSharedOut() {
        released(TIME, score(3), 1, 2, 3);
        released(TIME + 1, score(1), 4);

        Statement.Line line = only(ledger.statement(MONTH));

        assertEquals(2, line.sessions());
        assertEquals(4, line.charged());
        assertEquals(200, line.amount());
        assertEquals("CNY", line.currency());
        assertEquals(Map.of("tax", 120L, "utility", 80L), line.shares());
        Statement.DataSet set = ledger.statement(MONTH).dataSets().getFirst();
        assertEquals(120, set.revenue());
        assertEquals(List.of("sales", "tax"), set.columns());
        assertEquals(Optional.of(LocalDate.of(2026, 10, 5)), set.firstUse());
        assertEquals(List.of(), ledger.statement(MONTH.plusMonths(1)).lines());
    }

    @Test
    void aRequestPaysForWhatItWasAboutAndForNothingElse() {
        releasedAbout(score(1), 1, "a");
        releasedAbout(score(1), 1, "b");
        releasedAbout(
                score(1).setModel(ByteString.copyFrom(Hash.over("another model").bytes())), 1, "a");
        releasedAbout(score(1).setPurpose("another"), 1, "a");
        releasedAbout(score(1).setPrice(0), 2, "a");
        releasedAbout(score(1), 2, "a");
        releasedAbout(
                score(1).setAgreement(ByteString.copyFrom(Hash.over("other").bytes())), 1, "a");

        Statement statement = ledger.statement(MONTH);
        assertEquals(
                7, statement.lines().stream().mapToLong(Statement.Line::charged).sum());
        assertEquals(
                300,
                statement.lines().stream().mapToLong(Statement.Line::amount).sum());
    }

    @Test
    void aRepeatIsPaidWithTheFirstRunAndAThirdIsAnotherUse() {
        released(TIME, score(1), 1);
        released(TIME + 1, score(1), 1);
        assertEquals(1, only(ledger.statement(MONTH)).charged());
        released(TIME + 2, score(1), 1);
        released(TIME + 3, score(1), 1);
        assertEquals(2, only(ledger.statement(MONTH)).charged());
    }

    @Test
    void eachSegmentIsPaidWhateverItsTableAndRequestAreCalled() {
        ByteString table = id(7);
        for (int position = 0; position < 3; position++) {
            Hash stored = accepted(
                    TIME,
                    score(600)
                            .setKind(Proposal.Kind.STORE)
                            .setPrice(0)
                            .setTable(TableSegment.newBuilder().setId(table).setPosition(position)));
            log.append(new Receipt.Ended(TIME, stored, new Outcome(Outcome.Kind.DONE, Outcome.NOBODY, "")));
            released(
                    TIME,
                    score(0).setTable(TableSegment.newBuilder()
                            .setId(table)
                            .setPosition(position)
                            .setFilled(ByteString.copyFrom(stored.bytes()))
                            .setRequest(id(9))));
        }

        Statement statement = ledger.statement(MONTH);
        assertEquals(2, statement.lines().size());
        statement.lines().forEach(line -> assertEquals(1800, line.charged(), line::toString));
    }

    @Test
    void aRequestIsChargedOnceWithItsRepeatAlsoInAnotherMonth() {
        released(TIME, score(2), 1, 2);
        released(TIME + 1, score(2), 2, 3);
        released(NEXT, score(2), 1, 4);

        assertEquals(3, only(ledger.statement(MONTH)).charged());
        assertEquals(4, only(ledger.statement(MONTH)).rows());
        assertEquals(1, only(ledger.statement(MONTH.plusMonths(1))).charged());
    }

    @Test
    void whatWasVoidedCostsNothingAndLeavesItsRequestToTheRetry() {
        Hash voided = accepted(TIME, score(1), 1);
        log.append(new Receipt.Authorised(TIME, voided, List.of(0, 1, 2, 3)));
        log.append(new Receipt.Ended(TIME, voided, Outcome.nothingLeft()));
        assertEquals(List.of(), ledger.statement(MONTH).lines());

        released(TIME + 5, score(1), 1);

        assertEquals(1, only(ledger.statement(MONTH)).charged());
    }

    @Test
    void whatWasNeverAuthorisedCostsNothingAndWhatHasNoEndCounts() {
        Hash aborted = accepted(TIME, score(1), 1);
        log.append(new Receipt.Ended(TIME, aborted, Outcome.aborted("DEADLINE")));
        accepted(TIME, score(1), 2);
        assertEquals(List.of(), ledger.statement(MONTH).lines());

        Hash killed = accepted(TIME, score(1), 3);
        log.append(new Receipt.Authorised(TIME, killed, List.of(0, 1, 2, 3)));

        assertEquals(50, only(ledger.statement(MONTH)).amount());
    }

    @Test
    void anAuthorisationWithoutAnAcceptanceIsNoCharge() {
        log.append(new Receipt.Authorised(TIME, Hash.over("nothing"), List.of(0, 1, 2, 3)));

        assertEquals(List.of(), ledger.statement(MONTH).lines());
    }

    /** Its node was killed between the segment and its record, or its disk was full just then. */
    @Test
    void aSegmentThatIsReadIsPaidThoughNothingSaysThatItWasStored() {
        for (int position = 0; position < 3; position++) {
            Hash stored = accepted(
                    TIME,
                    score(600)
                            .setKind(Proposal.Kind.STORE)
                            .setTable(TableSegment.newBuilder().setId(id(7)).setPosition(position)));
            if (position == 1) {
                log.append(new Receipt.Ended(TIME, stored, Outcome.aborted("FAILED")));
            }
            if (position < 2) {
                for (int run = 0; run < 2; run++) {
                    released(
                            TIME,
                            score(0).setTable(TableSegment.newBuilder()
                                    .setId(id(7))
                                    .setPosition(position)
                                    .setFilled(ByteString.copyFrom(stored.bytes()))
                                    .setRequest(id(9))));
                }
            }
        }

        Statement.Line line = ledger.statement(MONTH).lines().stream()
                .filter(each -> each.key().kind().equals("store"))
                .findFirst()
                .orElseThrow();
        assertEquals(1200, line.charged());
    }

    @Test
    void aTableIsPaidByItsRowsAndEachScoreOfItOnce() {
        ByteString table = ByteString.copyFrom(new byte[16]);
        Hash stored = accepted(
                TIME,
                score(600)
                        .setKind(Proposal.Kind.STORE)
                        .setPrice(0)
                        .setTable(TableSegment.newBuilder().setId(table).setAsOf(20_700)));
        log.append(new Receipt.Ended(TIME, stored, new Outcome(Outcome.Kind.DONE, Outcome.NOBODY, "")));
        for (int retry = 0; retry < 2; retry++) {
            released(
                    TIME,
                    score(0).setTable(TableSegment.newBuilder()
                            .setId(table)
                            .setFilled(ByteString.copyFrom(stored.bytes()))
                            .setRequest(ByteString.copyFrom(
                                    ByteBuffer.allocate(16).putInt(9).array()))));
        }

        Statement statement = ledger.statement(MONTH);
        Statement.Line scored = statement.lines().stream()
                .filter(line -> line.key().kind().equals("score"))
                .findFirst()
                .orElseThrow();
        assertEquals(1200, scored.rows());
        assertEquals(600, scored.charged());
        assertEquals(30_000, scored.amount());
        assertEquals(2, statement.lines().size());
        assertEquals(
                List.of(LocalDate.ofEpochDay(20_700)),
                statement.dataSets().getFirst().asOf());
    }

    @Test
    void aTrainingIsPaidByItsSubjectsOnceHoweverOftenItGoesOn() {
        Proposal.Builder training = score(500).setKind(Proposal.Kind.TRAIN).setTraining(id(77));
        Hash origin = released(TIME, training);
        for (int kill = 0; kill < 5; kill++) {
            released(
                    TIME + 9,
                    score(500)
                            .setKind(Proposal.Kind.TRAIN)
                            .setTraining(id(77))
                            .setResumes(ByteString.copyFrom(origin.bytes())));
        }
        assertEquals(500, only(ledger.statement(MONTH)).charged());
        // Another plan, and other subjects, under the name that is paid.
        ByteString plan = ByteString.copyFrom(Hash.over("another plan").bytes());
        released(
                TIME + 10,
                score(500).setKind(Proposal.Kind.TRAIN).setTraining(id(77)).setProgram(plan));
        Hash others = accepted(
                TIME,
                score(500).setKind(Proposal.Kind.TRAIN).setTraining(id(77)),
                ProposalRows.newBuilder().addLearning("another").build());
        log.append(new Receipt.Authorised(TIME, others, List.of(0, 1, 2, 3)));
        assertEquals(
                1500,
                ledger.statement(MONTH).lines().stream()
                        .mapToLong(Statement.Line::charged)
                        .sum());
    }

    @Test
    void anAgreementThatIsNotKnownHereIsChargedButSharedWithNobody() {
        released(
                TIME,
                score(1).setAgreement(ByteString.copyFrom(Hash.over("other").bytes())),
                1);

        Statement.Line line = only(ledger.statement(MONTH));
        assertEquals(50, line.amount());
        assertEquals(Map.of(), line.shares());
        assertEquals("", line.currency());
    }

    @Test
    void asCsvAPurposeIsNoFormula() {
        released(TIME, score(1).setPurpose("=1+1, \"loan\""), 1);

        String csv = StatementCsv.of(ledger.statement(MONTH), List.of("tax", "utility", "social-security"));

        assertEquals(2, csv.lines().count());
        assertTrue(csv.startsWith("month,agreement,program,model,purpose,kind,price,"), csv);
        assertTrue(csv.contains("\"'=1+1, \"\"loan\"\"\""), csv);
        assertTrue(csv.stripTrailing().endsWith(",CNY,50,30,20,0"), csv);
    }
}
