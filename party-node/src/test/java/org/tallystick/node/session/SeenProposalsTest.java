package org.tallystick.node.session;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.tallystick.node.transport.EpochId;

final class SeenProposalsTest {
    private static EpochId epoch(int number) {
        byte[] bytes = new byte[EpochId.BYTES];
        bytes[0] = (byte) number;
        return EpochId.of(bytes);
    }

    private static Hash proposal(int number) {
        return Hash.over("test", new byte[] {(byte) number});
    }

    @Test
    void aLateDecisionAboutAnOldEpochForgetsNothingOfTheLiveOne() {
        var seen = new SeenProposals(10);
        assertTrue(seen.first(epoch(1), proposal(1)));
        assertTrue(seen.first(epoch(2), proposal(2)));
        assertTrue(seen.first(epoch(1), proposal(3)));
        assertFalse(seen.first(epoch(2), proposal(2)));
        assertFalse(seen.first(epoch(1), proposal(1)));
    }

    @Test
    void aFullEpochTakesNothingMore() {
        var seen = new SeenProposals(2);
        assertTrue(seen.first(epoch(1), proposal(1)));
        assertTrue(seen.first(epoch(1), proposal(2)));
        assertFalse(seen.first(epoch(1), proposal(3)));
        assertTrue(seen.isFull(epoch(1)));
        assertTrue(seen.first(epoch(2), proposal(3)));
    }
}
