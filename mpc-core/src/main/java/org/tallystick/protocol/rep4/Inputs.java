package org.tallystick.protocol.rep4;

import java.util.ArrayList;
import java.util.List;
import org.tallystick.protocol.OwnerInput;
import org.tallystick.protocol.rep4.Lanes.Parity;
import org.tallystick.protocol.rep4.Run.Domain;
import org.tallystick.share.Rep4Vector;

/**
 * Inputs by their owner p: part p is zero, parts p+2 and p+3 come from the seeds, part p+1 goes to p+2 and p+3. Those
 * two have not compared it yet: their check is {@link Pending} until the next round, which must be a product or the
 * check alone.
 */
final class Inputs {
    private Inputs() {}

    /**
     * A part that p+2 and p+3 still have to compare.
     *
     * @param packed the part as it travelled, present at p+2 and p+3
     */
    record Pending(int owner, long[] packed) {
        @Override
        public String toString() {
            return "Pending[owner " + owner + "]";
        }
    }

    /** One round for all inputs; adds what must still be compared to {@code pending}. */
    static List<Rep4Vector> share(Run run, List<OwnerInput> inputs, List<Pending> pending) {
        Round round = new Round(run);
        List<Rep4Vector> shares = new ArrayList<>();
        for (int item = 0; item < inputs.size(); item++) {
            OwnerInput input = inputs.get(item);
            long[][] parts = JointInput.zeroParts(run.self(), input.rows() * input.columns());
            add(run, round, item, input, parts);
            shares.add(new Rep4Vector(input.rows(), input.columns(), input.width(), parts));
        }
        round.exchange();
        for (int item = 0; item < inputs.size(); item++) {
            OwnerInput input = inputs.get(item);
            int p = input.owner();
            boolean holds = run.self() == (p + 2 & 3) || run.self() == (p + 3 & 3);
            Lanes lanes = lanes(input);
            long[] packed = holds ? lanes.pack(shares.get(item).part(p + 1 & 3), Parity.ALL) : null;
            pending.add(new Pending(p, packed));
        }
        return shares;
    }

    private static Lanes lanes(OwnerInput input) {
        return Lanes.ring(input.rows() * input.columns(), input.width());
    }

    private static void add(Run run, Round round, int item, OwnerInput input, long[][] parts) {
        int p = input.owner();
        int received = p + 1 & 3;
        int count = input.rows() * input.columns();
        Lanes lanes = lanes(input);
        for (int j = 2; j <= 3; j++) {
            int fromSeed = p + j & 3;
            if (run.self() != fromSeed) {
                parts[fromSeed] = run.shared(fromSeed, Domain.INPUT, Run.channel(p, p, fromSeed), item, count);
            }
        }
        long[] packed = null;
        if (run.self() == p) {
            long[] part = parts[received];
            long[] low = parts[p + 2 & 3];
            long[] high = parts[p + 3 & 3];
            for (int e = 0; e < count; e++) {
                part[e] = input.values()[e] - low[e] - high[e];
            }
            lanes.trim(part, Parity.ALL);
            packed = lanes.pack(part, Parity.ALL);
        }
        for (int j = 2; j <= 3; j++) {
            round.plain(
                    p,
                    p + j & 3,
                    lanes,
                    packed,
                    words -> lanes.accumulate(parts[received], lanes.unpack(words, Parity.ALL), Parity.ALL));
        }
    }

    /**
     * The comparison between p+2 and p+3; and when a product travels in the same round, the tags by which p+1 learns,
     * before it looks at a product, whether p told them the same.
     */
    static void addChecks(Round round, List<Pending> pending, boolean withProduct) {
        for (Pending input : pending) {
            int p = input.owner();
            round.compareTold(p, p + 2 & 3, p + 3 & 3, withProduct, input.packed());
        }
    }
}
