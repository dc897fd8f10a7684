package org.tallystick.protocol.rep4;

import static org.tallystick.protocol.rep4.Term.all;
import static org.tallystick.protocol.rep4.Term.even;
import static org.tallystick.protocol.rep4.Term.odd;

import java.util.List;
import org.tallystick.protocol.rep4.Lanes.Parity;

/**
 * Who sends what to whom when something is input jointly. Of each pair of parts one holder too few receives and the two
 * others author; which one receives is free, and so is who of the two sends. Long elements are spread evenly. What
 * short ones cost is their messages, not their bytes: they go the way that takes the fewest. Party 0 receives none of
 * those, and so may be ahead of the others up to the next product or opening: what it sends it has computed from parts
 * of its own and from messages that it has checked itself. Party 3 receives in every such round.
 *
 * @param shortBytes the most bytes of a short element
 */
record Terms(int shortBytes) {
    /** About a packet. */
    static final Terms STANDARD = new Terms(1024);

    /**
     * The six cross terms of a product; {0,2} and {1,3} alternate by element so that every party sends and receives 1.5
     * elements, in twelve messages. The receiver of {p, p+1} is p+1, on which the check of fresh inputs relies: what
     * carries it has these terms, however short.
     */
    static final List<Term> PRODUCT = List.of(
            all(2, 3, 1, 0),
            all(3, 0, 2, 1),
            all(0, 1, 3, 2),
            all(1, 2, 0, 3),
            even(1, 3, 2, 0),
            odd(3, 1, 0, 2),
            even(0, 2, 3, 1),
            odd(2, 0, 1, 3));

    /** In eight messages: 3 receives three elements, 2 two, 1 one and 0 none. */
    private static final List<Term> SHORT_PRODUCT = List.of(
            all(1, 0, 3, 2), all(0, 2, 3, 1), all(2, 1, 3, 0), all(0, 3, 2, 1), all(3, 1, 2, 0), all(3, 2, 1, 0));

    private static final List<Term> CROSS = List.of(
            all(3, 0, 2, 1), all(1, 2, 0, 3), even(1, 3, 2, 0), odd(3, 1, 0, 2), even(0, 2, 3, 1), odd(2, 0, 1, 3));

    /** In six messages: 2 and 3 receive two elements each. */
    private static final List<Term> SHORT_CROSS =
            List.of(all(0, 2, 3, 1), all(2, 1, 3, 0), all(3, 0, 2, 1), all(1, 3, 2, 0));

    private static final List<Term> LOW = List.of(even(2, 3, 1, 0), odd(3, 2, 0, 1));
    private static final List<Term> SHORT_LOW = List.of(all(3, 2, 1, 0));
    private static final List<Term> HIGH = List.of(even(0, 1, 3, 2), odd(1, 0, 2, 3));
    private static final List<Term> SHORT_HIGH = List.of(all(1, 0, 3, 2));

    /** The six cross terms of a product of bits. */
    List<Term> product(Lanes lanes) {
        return areShort(lanes) ? SHORT_PRODUCT : PRODUCT;
    }

    /**
     * The four cross terms of a product of a value known to {2, 3} (parts 0, 1) with one known to {0, 1} (parts 2, 3).
     */
    List<Term> cross(Lanes lanes) {
        return areShort(lanes) ? SHORT_CROSS : CROSS;
    }

    /** A value known to {2, 3} into parts 0 and 1. */
    List<Term> low(Lanes lanes) {
        return areShort(lanes) ? SHORT_LOW : LOW;
    }

    /** A value known to {0, 1} into parts 2 and 3. */
    List<Term> high(Lanes lanes) {
        return areShort(lanes) ? SHORT_HIGH : HIGH;
    }

    private boolean areShort(Lanes lanes) {
        return lanes.byteCount(Parity.ALL) <= shortBytes;
    }
}
