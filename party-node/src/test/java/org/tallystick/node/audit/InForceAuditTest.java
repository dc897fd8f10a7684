package org.tallystick.node.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.node.governance.Agreement;
import org.tallystick.node.governance.AgreementFormat;
import org.tallystick.node.governance.TextPrices;
import org.tallystick.node.session.Hash;
import org.tallystick.node.wire.Proposal;

/** An agency that accepts under an agreement that is not yet, no longer or not there in force is named. */
final class InForceAuditTest {
    private static final long HOUR = Duration.ofHours(1).toMillis();

    @TempDir
    private Path folder;

    private final MadeLogs logs = new MadeLogs();
    private int sessions;

    /** A revision, valid from so many hours after the beginning of the logs for so many hours. */
    private static byte[] document(int revision, int from, int hours) {
        Agreement model = PriceAuditTest.agreement();
        Instant begin = Instant.ofEpochMilli(MadeLogs.START + from * HOUR);
        return AgreementFormat.encode(new Agreement(
                model.id(),
                revision,
                revision == 1 ? Optional.empty() : Optional.of(Hash.over("the one before")),
                model.group(),
                model.title(),
                model.requester(),
                model.purposes(),
                model.uses(),
                model.columns(),
                model.currency(),
                model.floor(),
                model.limits(),
                model.issuers(),
                begin,
                begin.plusMillis(hours * HOUR),
                model.retentionDays()));
    }

    private static Hash hash(byte[] document) {
        return AgreementFormat.hash(document);
    }

    private void at(int hours) {
        logs.time = MadeLogs.START + hours * HOUR;
    }

    private void event(int party, Hash agreement, String what) {
        logs.add(
                party,
                new Receipt.Event(
                        logs.time,
                        what.split(":", 2)[0].replace(' ', '.'),
                        ByteString.copyFromUtf8(agreement.hex() + "\nLi Na\n" + what)));
    }

    private void everywhere(byte[] document, String what) {
        for (int party = 0; party < 4; party++) {
            event(party, hash(document), what);
            logs.agreements.get(party).add(document);
        }
    }

    private void accepted(byte[] agreement, Integer... parties) {
        byte[] header = Proposal.newBuilder()
                .setNonce(ByteString.copyFrom(new byte[] {(byte) ++sessions}))
                .setKind(Proposal.Kind.SCORE)
                .setProgram(ByteString.copyFrom(PriceAuditTest.PROGRAM.bytes()))
                .setModel(ByteString.copyFrom(PriceAuditTest.MODEL.bytes()))
                .setPurpose("loan")
                .setAgreement(ByteString.copyFrom(hash(agreement).bytes()))
                .setPrice(100)
                .build()
                .toByteArray();
        for (int party : parties) {
            logs.add(
                    party,
                    new Receipt.Accepted(logs.time, ByteString.copyFrom(header), logs.signature(header), 3, 100));
        }
    }

    private void assertNames(Integer... parties) {
        assertNames(Duration.ofSeconds(60), parties);
    }

    private void assertNames(Duration grace, Integer... parties) {
        List<Finding> findings = LogAudit.of(logs.export(folder), logs.auditKeys(), grace, new TextPrices())
                .findings();
        assertEquals(
                List.of(parties),
                findings.stream().flatMap(each -> each.parties().stream()).toList(),
                findings::toString);
        findings.forEach(each -> assertEquals(Finding.Kind.NO_AGREEMENT, each.kind()));
    }

    @Test
    void beforeItBeginsAndAfterItsEnd() {
        byte[] agreement = document(1, 2, 2);
        everywhere(agreement, "agreement activated");
        at(2);
        accepted(agreement, 0, 1, 2, 3);
        at(3);
        accepted(agreement, 0, 1, 2, 3);
        at(4);
        accepted(agreement, 0, 1, 2, 3);
        assertNames();

        at(5);
        accepted(agreement, 1, 3);
        assertNames(1);
    }

    /** What was decided before the end is on record a moment after it, whatever is allowed for clocks. */
    @Test
    void aMomentAfterItsEndWithoutAnyGrace() {
        byte[] agreement = document(1, 0, 2);
        everywhere(agreement, "agreement activated");
        at(2);
        logs.time += 1000;
        accepted(agreement, 0, 1, 2, 3);
        assertNames(Duration.ZERO);

        logs.time += 10_000;
        accepted(agreement, 1, 3);
        assertNames(Duration.ZERO, 1);
    }

    /** Nothing is on record before it was decided. */
    @Test
    void aMomentBeforeItBeginsWithoutAnyGrace() {
        byte[] agreement = document(1, 2, 2);
        everywhere(agreement, "agreement activated");
        at(2);
        logs.time -= 1000;
        accepted(agreement, 1, 3);
        assertNames(Duration.ofSeconds(2));
        assertNames(Duration.ZERO, 1);
    }

    @Test
    void notYet() {
        byte[] agreement = document(1, 2, 2);
        everywhere(agreement, "agreement activated");
        at(1);
        accepted(agreement, 2, 3);

        assertNames(2);
    }

    @Test
    void anEarlierRevisionOnceTheLaterHasBegunAlsoWhenThatIsRevokedAgain() {
        byte[] first = document(1, 0, 100);
        byte[] second = document(2, 10, 10);
        everywhere(first, "agreement activated");
        at(1);
        everywhere(second, "agreement activated");
        at(9);
        accepted(first, 0, 1, 2, 3);
        assertNames();

        at(11);
        accepted(first, 0, 3);
        event(1, hash(second), "agreement revoked");
        at(12);
        accepted(first, 1, 3);
        assertNames(0, 1);
    }

    @Test
    void aLaterRevisionThatWasRevokedBeforeItBeganFollowsNothing() {
        byte[] first = document(1, 0, 100);
        byte[] second = document(2, 10, 10);
        everywhere(first, "agreement activated");
        everywhere(second, "agreement activated");
        at(5);
        everywhere(second, "agreement revoked");
        at(11);
        accepted(first, 0, 1, 2, 3);

        assertNames();
    }

    @Test
    void whatItsOwnLogSaysIsStopped() {
        byte[] agreement = document(1, 0, 100);
        Hash none = Hash.of(new byte[Hash.BYTES]);
        everywhere(agreement, "agreement activated");
        at(1);
        event(0, none, "bank stopped: First Bank");
        event(1, none, "model stopped: " + PriceAuditTest.MODEL.hex());
        event(2, none, "bank stopped: Another Bank");
        at(2);
        accepted(agreement, 0, 1, 2, 3);
        assertNames(0, 1);

        event(0, none, "bank let go on: First Bank");
        at(3);
        accepted(agreement, 0, 2, 3);
        assertNames(0, 1);
    }
}
