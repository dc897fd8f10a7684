package org.tallystick.protocol.rep4;

import java.util.ArrayList;
import java.util.List;
import org.tallystick.protocol.OwnerInput;
import org.tallystick.protocol.rep4.Lanes.Parity;
import org.tallystick.protocol.rep4.Run.Domain;
import org.tallystick.ring.Ring;
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

    /** Where parts p+2 and p+3 of an input come from; asked of their holders alone. */
    @FunctionalInterface
    interface Masks {
        long[] of(int j, int item, OwnerInput input);
    }

    /** The masks of a run: spent with it. */
    static Masks ofRun(Run run) {
        return (j, item, input) -> run.shared(
                j, Domain.INPUT, Run.channel(input.owner(), input.owner(), j), item, input.rows() * input.columns());
    }

    /** One round for all inputs; adds what must still be compared to {@code pending}. */
    static List<Rep4Vector> share(Run run, List<OwnerInput> inputs, Masks masks, List<Pending> pending) {
        Round round = new Round(run);
        long[][][] parts = new long[inputs.size()][4][];
        long[][] told = new long[inputs.size()][];
        long[] zeros = new long[0];
        for (int item = 0; item < inputs.size(); item++) {
            OwnerInput input = inputs.get(item);
            if (zeros.length != input.rows() * input.columns()) {
                zeros = new long[input.rows() * input.columns()]; // nobody writes to a part, so inputs may share it
            }
            parts[item][input.owner()] = run.self() == input.owner() ? null : zeros;
            add(run, round, item, input, masks, parts[item], told);
        }
        round.exchange();
        List<Rep4Vector> shares = new ArrayList<>();
        for (int item = 0; item < inputs.size(); item++) {
            OwnerInput input = inputs.get(item);
            shares.add(new Rep4Vector(input.rows(), input.columns(), input.width(), parts[item], input.owner()));
            pending.add(new Pending(input.owner(), told[item]));
        }
        return shares;
    }

    private static void add(
            Run run, Round round, int item, OwnerInput input, Masks masks, long[][] parts, long[][] told) {
        int p = input.owner();
        int received = p + 1 & 3;
        int low = p + 2 & 3;
        int high = p + 3 & 3;
        int count = input.rows() * input.columns();
        Lanes lanes = Lanes.ring(count, input.width());
        for (int fromSeed : new int[] {low, high}) {
            if (run.self() != fromSeed) {
                parts[fromSeed] = masks.of(fromSeed, item, input);
            }
        }
        long[] packed = null;
        if (run.self() == p) {
            parts[received] = Ring.subtract(Ring.subtract(input.values(), parts[low]), parts[high]);
            lanes.trim(parts[received], Parity.ALL);
            packed = lanes.pack(parts[received], Parity.ALL);
        }
        for (int receiver : new int[] {low, high}) {
            round.plain(p, receiver, lanes, packed, words -> {
                told[item] = words;
                parts[received] = lanes.unpack(words, Parity.ALL);
            });
        }
    }

    /**
     * The comparison between p+2 and p+3, and the tags by which p+1 learns whether p told them the same: before it
     * looks at a product that travels in the same round, and before it opens anything. So nobody gets past this round
     * before the owners of these inputs have chosen them.
     */
    static void addChecks(Round round, List<Pending> pending) {
        for (Pending input : pending) {
            int p = input.owner();
            round.compareTold(p, p + 2 & 3, p + 3 & 3, true, input.packed());
        }
    }
}
