package org.tallystick.protocol.rep4;

import static org.tallystick.protocol.rep4.Term.all;
import static org.tallystick.protocol.rep4.Term.even;
import static org.tallystick.protocol.rep4.Term.odd;

import java.util.List;
import org.tallystick.protocol.rep4.Lanes.Parity;

/**
 * Who sends what to whom when something is input jointly. Of each pair of parts one holder too few receives and the two
 * others author; which one receives is free, and so is who of the two sends. Long elements are spread evenly. What
 * short ones cost is their messages, not their bytes: they go a way that takes few. Party 0 then receives nothing where
 * addends come in and in their first product, and may be ahead of the others by so many rounds: what it sends depends
 * on its own parts and on messages that it has checked itself. In every other product of bits all four receive, so that
 * nobody gets further ahead: it would let its part of an answer go while others may still find that the run breaks off.
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

    /** In nine messages: 3 receives three elements, the others one each. */
    private static final List<Term> SHORT_PRODUCT = List.of(
            all(2, 1, 3, 0), all(0, 2, 3, 1), all(1, 0, 3, 2), all(3, 2, 1, 0), all(3, 0, 2, 1), all(1, 3, 0, 2));

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
