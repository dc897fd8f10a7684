package org.tallystick.node.rest;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.tallystick.node.session.Hash;

final class HeldTokensTest {
    private final HeldTokens held = new HeldTokens(3);

    private static Hash token(int number) {
        return Hash.over("bearer token", new byte[] {(byte) number});
    }

    @Test
    void whatIsServedStaysHoweverManyOthersCome() {
        held.served(token(0));
        for (int other = 1; other <= 10; other++) {
            held.served(token(other));
            assertTrue(held.contains(token(0)), "after " + other);
            held.served(token(0));
        }
        assertTrue(held.contains(token(10)));
        assertFalse(held.contains(token(8)));
    }

    @Test
    void whatHoldsNoMoreIsForgotten() {
        held.served(token(0));
        held.remove(token(0));
        assertFalse(held.contains(token(0)));
    }
}
