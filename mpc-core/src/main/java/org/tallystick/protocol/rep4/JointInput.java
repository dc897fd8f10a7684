package org.tallystick.protocol.rep4;

import java.util.List;
import org.tallystick.protocol.rep4.Lanes.Parity;
import org.tallystick.protocol.rep4.Run.Domain;

/** Joint inputs of values that two parties know: the one way in which rep4 turns known values into shares. */
final class JointInput {
    private JointInput() {}

    /** The value of a term at its sender and its backup; asked of nobody else. */
    @FunctionalInterface
    interface Values {
        long[] of(Term term);
    }

    /**
     * Adds to {@code round} one joint input for every term and to {@code parts} (in place; the part of this party is
     * null) what comes of it: one element a term.
     */
    static void add(Run run, Round round, List<Term> terms, Lanes lanes, long[][] parts, Values values) {
        for (Term term : terms) {
            int count = term.parity().count(lanes.words());
            if (count > 0) {
                add(run, round, term, count, lanes, parts, values);
            }
        }
    }

    private static void add(Run run, Round round, Term term, int count, Lanes lanes, long[][] parts, Values values) {
        Parity parity = term.parity();
        int self = run.self();
        long[] packed = null;
        if (self != term.receiver()) {
            int channel = Run.channel(term.sender(), term.backup(), term.receiver());
            long[] mask = run.shared(term.receiver(), Domain.MASK, channel, round.nextItem(), count);
            lanes.trim(mask, parity);
            lanes.accumulate(parts[term.receiver()], mask, parity);
            if (term.authoredBy(self)) {
                long[] difference = lanes.masked(values.of(term), mask, parity);
                lanes.accumulate(parts[term.outsider()], difference, parity);
                packed = lanes.pack(difference, parity);
            }
        }
        round.joint(
                term.sender(),
                term.backup(),
                term.receiver(),
                lanes,
                parity,
                packed,
                received -> lanes.accumulate(parts[term.outsider()], lanes.unpack(received, parity), parity));
    }

    /** Four zero parts, this party's own absent. */
    static long[][] zeroParts(int self, int words) {
        long[][] parts = new long[4][];
        for (int j = 0; j < 4; j++) {
            if (j != self) {
                parts[j] = new long[words];
            }
        }
        return parts;
    }
}
