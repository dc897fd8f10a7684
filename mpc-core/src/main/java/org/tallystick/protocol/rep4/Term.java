package org.tallystick.protocol.rep4;

import java.util.List;
import org.tallystick.protocol.rep4.Lanes.Parity;

/**
 * One joint input: a value that {@code sender} and {@code backup} both know becomes shared. A mask from the seed that
 * the receiver lacks is added to part {@code receiver}; value − mask goes to the receiver and is added to part
 * {@code outsider}. For a product, the value is the cross term x_r·y_o + x_o·y_r, which sender and backup know because
 * they hold all parts but their own.
 */
record Term(int sender, int backup, int receiver, int outsider, Parity parity) {
    private static Term all(int sender, int backup, int receiver, int outsider) {
        return new Term(sender, backup, receiver, outsider, Parity.ALL);
    }

    private static Term even(int sender, int backup, int receiver, int outsider) {
        return new Term(sender, backup, receiver, outsider, Parity.EVEN);
    }

    private static Term odd(int sender, int backup, int receiver, int outsider) {
        return new Term(sender, backup, receiver, outsider, Parity.ODD);
    }

    /**
     * The six cross terms of a product; {0,2} and {1,3} alternate by element so that every party sends and receives 1.5
     * elements. The receiver of {p, p+1} is p+1, on which the check of fresh inputs relies.
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

    /**
     * The four cross terms of a product of a value known to {2, 3} (parts 0, 1) with one known to {0, 1} (parts 2, 3).
     */
    static final List<Term> CROSS = List.of(
            all(3, 0, 2, 1), all(1, 2, 0, 3), even(1, 3, 2, 0), odd(3, 1, 0, 2), even(0, 2, 3, 1), odd(2, 0, 1, 3));

    /** A value known to {2, 3} into parts 0 and 1. */
    static final List<Term> LOW = List.of(even(2, 3, 1, 0), odd(3, 2, 0, 1));

    /** A value known to {0, 1} into parts 2 and 3. */
    static final List<Term> HIGH = List.of(even(0, 1, 3, 2), odd(1, 0, 2, 3));

    boolean authoredBy(int party) {
        return party == sender || party == backup;
    }
}
