package org.tallystick.node.metering;

import java.util.Map;
import java.util.Optional;
import org.tallystick.node.session.Hash;

/** What the agreements of this node say about money. */
@FunctionalInterface
public interface Tariffs {
    /**
     * What a row of a program costs for a purpose, under an agreement that this node knows.
     *
     * @return empty when it knows no such agreement, or the agreement no such program
     */
    Optional<Tariff> of(Hash agreement, Hash program, String purpose);

    /**
     * What a row costs.
     *
     * @param agreement the agreement's own id
     * @param currency ISO 4217
     * @param shares what each agency gets of it, by role, in the currency's smallest unit
     */
    record Tariff(String agreement, String currency, Map<String, Long> shares) {
        public Tariff {
            shares = Map.copyOf(shares);
        }
    }
}
