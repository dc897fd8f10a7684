package org.tallystick.node.audit;

import java.util.Optional;
import java.util.OptionalLong;
import org.tallystick.node.session.Hash;

/** What auditors ask of the text of agreements. */
public interface AgreedPrices {
    /** Reads a document; empty when it is none. */
    Optional<Text> read(byte[] document);

    /**
     * An agreement's text.
     *
     * @param hash by which proposals and logs name it
     */
    record Text(Hash hash, Tariff tariff) {}

    /** What rows cost by an agreement. */
    interface Tariff {
        /**
         * The price of a row, in the currency's smallest unit; empty when the agreement has no such use.
         *
         * @param kind as in a receipt: {@code score}, {@code store}, {@code train} or {@code evaluate}
         * @param purpose empty where a use has none
         */
        OptionalLong price(String kind, Hash program, String purpose);
    }
}
