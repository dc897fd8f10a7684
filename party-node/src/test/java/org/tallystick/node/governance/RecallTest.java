package org.tallystick.node.governance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tallystick.net.ProtocolAbort;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Outcome;
import org.tallystick.node.session.Receipts;
import org.tallystick.node.session.Refusal;
import org.tallystick.node.session.Sealed;
import org.tallystick.node.storage.ReceiptLog;
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
        public Written authorised(Hash session, List<Integer> accepted) {
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
        assertThrows(ProtocolAbort.class, () -> recall.authorised(score.hash(), ALL));
        assertEquals(List.of(), authorised);
    }

    @Test
    void whatIsReservedIsAuthorisedAndCounts() {
        Sealed score = agency.score(agency.row("a"));
        assertEquals(Optional.empty(), agency.gate().refuses(score, 3));
        recall.accepted(score, 3, 100).await();
        recall.authorised(score.hash(), ALL).await();
        recall.ended(score.hash(), Outcome.released());
        agency.gate().ended(score.hash());
        assertEquals(List.of(score.hash()), authorised);
        assertEquals(3, agency.gate().budget("a").taken());
    }
}
