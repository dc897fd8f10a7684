package org.tallystick.node.governance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.node.server.LoggedReceipts;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Outcome;
import org.tallystick.node.session.Proposal;
import org.tallystick.node.session.Receipts;
import org.tallystick.node.session.Refusal;
import org.tallystick.node.session.Sealed;
import org.tallystick.node.storage.ReceiptLog;
import org.tallystick.node.storage.StorageFailure;
import org.tallystick.node.storage.StorageKey;

/** Receipts as they govern, at an agency with an agreement in force. */
final class RecallTest {
    private static final List<Integer> ALL = List.of(0, 1, 2, 3);

    @TempDir
    private Path folder;

    private final List<Hash> authorised = new ArrayList<>();
    private ReceiptLog log;
    private TestGate agency;
    private Recall recall;

    @BeforeEach
    void open() {
        agency = new TestGate(folder.resolve("database"));
        log = ReceiptLog.open(folder.resolve("state"), StorageKey.openOrCreate(folder.resolve("key")));
        recall = new Recall(new Noted(), log);
        recall.govern(agency.gate());
    }

    @AfterEach
    void close() {
        log.close();
        agency.close();
    }

    private final class Noted implements Receipts {
        @Override
        public Written accepted(Sealed proposal, int bits, long price) {
            return () -> {};
        }

        @Override
        public void refused(Sealed proposal, Refusal refusal) {}

        @Override
        public Written authorised(Hash session, List<Integer> accepted, boolean leaves) {
            authorised.add(session);
            return () -> {};
        }

        @Override
        public void ended(Hash session, Outcome outcome) {}
    }

    @Test
    void whatHasNothingReservedIsNotAuthorised() {
        Sealed score = agency.score(agency.row("a"));
        assertEquals(Optional.empty(), agency.gate().refuses(score, 3));
        recall.accepted(score, 3, 100).await();
        agency.gate().ended(score.hash());
        assertThrows(ProtocolAbort.class, () -> recall.authorised(score.hash(), ALL, true));
        assertEquals(List.of(), authorised);
    }

    /** Where none are asked for, tokens that come along were not looked at, and serve nothing. */
    @Test
    void consentsThatWereNotAskedForAreNotSpentByAStart() {
        Agreement sample = Samples.agreement();
        Agreement.Use use = sample.uses().getFirst();
        Hash free = agency.inForce(new Agreement(
                Samples.OTHER,
                1,
                Optional.empty(),
                sample.group(),
                sample.title(),
                sample.requester(),
                sample.purposes(),
                List.of(new Agreement.Use(use.kind(), use.program(), use.models(), use.bits(), false, use.prices())),
                sample.columns(),
                sample.currency(),
                sample.floor(),
                new Agreement.Limits(60, 90, 1000, 100, 2, 24),
                sample.issuers(),
                sample.validFrom(),
                sample.validUntil(),
                sample.retentionDays()));
        Proposal.Row once = agency.row("a");
        Sealed asked = agency.score(free, new Proposal.Row(agency.request(), "b", once.consent()));
        agency.gate().recall(asked.hash(), asked.proposal(), 3, Samples.NOW);
        agency.gate().authorised(asked.hash());
        agency.gate().ended(asked.hash());
        assertEquals(Optional.empty(), agency.gate().refuses(agency.score(once), 3));
    }

    /** Also where nothing leaves and nobody would wait. */
    @Test
    void whatCannotBePutOnRecordDoesNotCount() {
        Recall logged = new Recall(new LoggedReceipts(log, InstantSource.system()), log);
        logged.govern(agency.gate());
        for (boolean leaves : List.of(true, false)) {
            Sealed score = agency.score(agency.row("a"));
            assertEquals(Optional.empty(), agency.gate().refuses(score, 3));
            log.close();
            assertThrows(StorageFailure.class, () -> logged.authorised(score.hash(), ALL, leaves));
            agency.gate().ended(score.hash());
            assertEquals(0, agency.gate().budget("a").taken());
        }
    }

    @Test
    void whatIsReservedIsAuthorisedAndCounts() {
        Sealed score = agency.score(agency.row("a"));
        assertEquals(Optional.empty(), agency.gate().refuses(score, 3));
        recall.accepted(score, 3, 100).await();
        recall.authorised(score.hash(), ALL, true).await();
        recall.ended(score.hash(), Outcome.released());
        agency.gate().ended(score.hash());
        assertEquals(List.of(score.hash()), authorised);
        assertEquals(3, agency.gate().budget("a").taken());
    }
}
