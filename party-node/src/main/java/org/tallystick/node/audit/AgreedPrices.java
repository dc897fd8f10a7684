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
     * @param id names the agreement through all its revisions
     * @param requester the bank's name in it
     * @param validFrom milliseconds since 1970, UTC
     * @param validUntil exclusive
     */
    record Text(Hash hash, String id, int revision, String requester, long validFrom, long validUntil, Tariff tariff) {}

    /** What rows cost by an agreement. */
    interface Tariff {
        /** The price of a row, in the currency's smallest unit; empty when the agreement has no such use. */
        OptionalLong price(Use use);
    }

    /**
     * What a proposal asks for.
     *
     * @param kind as in a receipt: {@code score}, {@code store}, {@code train} or {@code evaluate}
     * @param model in hexadecimal; empty where a use has none
     * @param purpose empty where a use has none
     */
    record Use(String kind, Hash program, String model, String purpose) {}
}
