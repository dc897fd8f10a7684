package org.tallystick.protocol.rep4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who sends what to whom: what the security of joint inputs rests on, term by term. */
class TermsTest {
    private static final Terms SPREAD = new Terms(0);
    private static final Lanes SHORT = Lanes.ring(128, 64);
    private static final Lanes LONG = Lanes.ring(129, 64);

    @Test
    void everyPairIsInputOnceByTheOtherTwo() {
        for (Lanes lanes : List.of(SHORT, LONG)) {
            Terms terms = Terms.STANDARD;
            assertPairs(terms.product(lanes), "01 02 03 12 13 23");
            assertPairs(terms.cross(lanes), "02 03 12 13");
            assertPairs(terms.low(lanes), "01");
            assertPairs(terms.high(lanes), "23");
        }
    }

    /** Each pair once, or once for even and once for odd elements; the other two are its authors. */
    private static void assertPairs(List<Term> terms, String pairs) {
        List<String> found = new ArrayList<>();
        for (Term term : terms) {
            List<Integer> all =
                    new ArrayList<>(List.of(term.sender(), term.backup(), term.receiver(), term.outsider()));
            assertEquals(List.of(0, 1, 2, 3), all.stream().sorted().toList());
            String pair = "" + Math.min(term.receiver(), term.outsider()) + Math.max(term.receiver(), term.outsider());
            if (term.parity() != Lanes.Parity.ODD) {
                found.add(pair);
            }
        }
        assertEquals(pairs, String.join(" ", found.stream().sorted().toList()));
        for (Term odd : terms) {
            if (odd.parity() == Lanes.Parity.ODD) {
                assertEquals(
                        1,
                        terms.stream()
                                .filter(even -> even.parity() == Lanes.Parity.EVEN
                                        && even.receiver() + even.outsider() == odd.receiver() + odd.outsider()
                                        && even.receiver() * even.outsider() == odd.receiver() * odd.outsider())
                                .count());
            }
        }
    }

    /** On this the tags of fresh inputs rely; the table for short elements does not do. */
    @Test
    void theTermOfNeighboursGoesToTheSecondOfThem() {
        for (Term term : Terms.PRODUCT) {
            if ((term.receiver() - term.outsider() & 1) != 0) {
                assertEquals(term.outsider() + 1 & 3, term.receiver());
            }
        }
        assertEquals(Terms.PRODUCT, SPREAD.product(SHORT));
    }

    @Test
    void shortIsAKibibyteAtMost() {
        assertEquals(Terms.STANDARD.product(LONG), SPREAD.product(LONG));
        assertNotEquals(Terms.STANDARD.product(SHORT), SPREAD.product(SHORT));
        assertNotEquals(Terms.STANDARD.cross(SHORT), SPREAD.cross(SHORT));
        assertNotEquals(Terms.STANDARD.low(SHORT), SPREAD.low(SHORT));
        assertNotEquals(Terms.STANDARD.high(SHORT), SPREAD.high(SHORT));
    }
}
