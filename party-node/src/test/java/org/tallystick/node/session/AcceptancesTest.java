package org.tallystick.node.session;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class AcceptancesTest {
    private static final Hash PROPOSAL = Hash.over("proposal");
    private static final int AGENCY = 1;
    private static final int BANK = 3;

    private final Acceptances acceptances = new Acceptances(4);

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
