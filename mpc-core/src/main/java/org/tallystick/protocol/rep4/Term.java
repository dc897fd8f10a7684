package org.tallystick.protocol.rep4;

import org.tallystick.protocol.rep4.Lanes.Parity;

/**
 * One joint input: a value that {@code sender} and {@code backup} both know becomes shared. A mask from the seed that
 * the receiver lacks is added to part {@code receiver}; value − mask goes to the receiver and is added to part
 * {@code outsider}. For a product, the value is the cross term x_r·y_o + x_o·y_r, which sender and backup know because
 * they hold all parts but their own.
 */
record Term(int sender, int backup, int receiver, int outsider, Parity parity) {
    static Term all(int sender, int backup, int receiver, int outsider) {
        return new Term(sender, backup, receiver, outsider, Parity.ALL);
    }

    static Term even(int sender, int backup, int receiver, int outsider) {
        return new Term(sender, backup, receiver, outsider, Parity.EVEN);
    }

    static Term odd(int sender, int backup, int receiver, int outsider) {
        return new Term(sender, backup, receiver, outsider, Parity.ODD);
    }

    boolean authoredBy(int party) {
        return party == sender || party == backup;
    }
}
