package org.tallystick.node.session;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

final class AcceptancesTest {
    private static final Hash PROPOSAL = Hash.over("proposal");
    private static final int AGENCY = 1;
    private static final int BANK = 3;

    private final ReentrantLock lock = new ReentrantLock();
    private final Acceptances acceptances = new Acceptances(4, lock);

    /** The bank speaks of proposals that nobody knows. */
    private void flood() {
        for (int k = 0; k < 10_000; k++) {
            acceptances.accept(Hash.over("flood", new byte[] {(byte) k, (byte) (k >> 8)}), BANK);
        }
    }

    private void allAccept() {
        for (int party = 0; party < 4; party++) {
            acceptances.accept(PROPOSAL, party);
        }
    }

    private int refusedBy() {
        return assertThrows(Refused.class, () -> acceptances.await(PROPOSAL, Duration.ZERO))
                .party();
    }

    @Test
    void aRefusalOfWhatIsLookedAtOutlastsWhateverTheBankSays() {
        acceptances.expect(PROPOSAL);
        acceptances.refuse(PROPOSAL, AGENCY, Refusal.of(Refusal.Reason.BUDGET));
        flood();
        allAccept();
        assertEquals(AGENCY, refusedBy());
    }

    @Test
    void aRefusalThatCameBeforeTheProposalOutlastsWhateverTheBankSays() {
        acceptances.refuse(PROPOSAL, AGENCY, Refusal.of(Refusal.Reason.BUDGET));
        acceptances.accept(PROPOSAL, AGENCY);
        flood();
        acceptances.expect(PROPOSAL);
        allAccept();
        assertEquals(AGENCY, refusedBy());
    }

    /** The event loop: whoever has the lock may wait for a run that it carries. */
    @Test
    void whoMustNotWaitNotesNothingWhileOthersHaveTheLock() {
        acceptances.expect(PROPOSAL);
        Thread.ofPlatform().start(lock::lock);
        while (!lock.isLocked()) {
            Thread.onSpinWait();
        }
        assertTimeoutPreemptively(
                Duration.ofSeconds(50), () -> assertFalse(acceptances.noteAccepted(PROPOSAL, AGENCY)));
    }

    @Test
    void whatIsNotedCountsAsWhatIsWaitedFor() {
        acceptances.expect(PROPOSAL);
        for (int party = 0; party < 4; party++) {
            assertTrue(acceptances.noteAccepted(PROPOSAL, party));
        }
        assertDoesNotThrow(() -> acceptances.await(PROPOSAL, Duration.ZERO));
    }

    @Test
    void acceptancesCountWheneverTheyComeUntilTheLastHolderForgets() {
        acceptances.accept(PROPOSAL, AGENCY);
        acceptances.expect(PROPOSAL);
        acceptances.expect(PROPOSAL);
        acceptances.forget(PROPOSAL);
        for (int party : new int[] {0, 2, BANK}) {
            acceptances.accept(PROPOSAL, party);
        }
        assertDoesNotThrow(() -> acceptances.await(PROPOSAL, Duration.ZERO));
        acceptances.forget(PROPOSAL);
        assertThrows(IllegalStateException.class, () -> acceptances.await(PROPOSAL, Duration.ZERO));
    }
}
