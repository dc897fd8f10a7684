package org.tallystick.node.metering;

import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.tallystick.node.session.Hash;

/**
 * One session as this node's receipts tell it, once it counts: something was let go and not voided, or stored.
 *
 * @param at when it was authorised, or ended where nothing is authorised; milliseconds since 1970
 * @param charges what is charged once with its repeat: each row, or one for all rows together
 * @param goesOn whether it takes up an earlier session from a checkpoint, which is part of that one
 * @param rows how many rows or subjects; more than charges where one stands for all
 * @param asOf the day of the table that it reads or stores, when it does
 */
public record Use(
        Hash session,
        long at,
        String kind,
        Hash program,
        Optional<Hash> agreement,
        Optional<Hash> model,
        String purpose,
        long price,
        int rows,
        List<Charge> charges,
        boolean goesOn,
        Optional<LocalDate> asOf) {
    public Use {
        charges = List.copyOf(charges);
    }

    /**
     * Names one use that was agreed on: a hash over its request, whom it is about, the program, the model, the purpose,
     * the agreement and the price. The request alone is the bank's to choose and would pay for anything.
     */
    public record Charge(long first, long second, long third, long fourth) {
        static Charge of(Hash named) {
            ByteBuffer bytes = ByteBuffer.wrap(named.bytes());
            return new Charge(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
        }
    }
}
