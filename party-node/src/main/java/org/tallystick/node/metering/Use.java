package org.tallystick.node.metering;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.tallystick.node.session.Hash;

/**
 * One session as this node's receipts tell it, once it counts: something was let go and not voided, or stored.
 *
 * @param at when it was authorised, or ended where nothing is authorised; milliseconds since 1970
 * @param ids of what is charged once however often it is asked: a row's request each, or one for all rows together
 * @param rows how many rows or subjects; more than ids where one id stands for all
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
        List<RequestId> ids,
        Optional<LocalDate> asOf) {
    public Use {
        ids = List.copyOf(ids);
    }

    /** Sixteen bytes that name a request. */
    public record RequestId(long high, long low) {}
}
