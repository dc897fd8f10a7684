package org.tallystick.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import org.tallystick.share.BitShare;

/**
 * The parallel-prefix network of {@link Adder.Form#TREE} for bits {@code from} to {@code to − 1}. At level k position i
 * stands for the segment of planes from {@code i} with its low k bits cleared up to i: g says whether the segment
 * generates a carry, p whether it propagates one. A position with bit k − 1 set joins, at level k, the segment that
 * ends just below its own: g = g ⊕ p·g', p = p·p'. A segment that starts at plane 0 needs no p. Only positions that
 * lead to a wanted carry are kept.
 */
final class CarryTree {
    /** Element b: the positions with bit b set. */
    private static final long[] WITH_BIT = {
        0xAAAA_AAAA_AAAA_AAAAL,
        0xCCCC_CCCC_CCCC_CCCCL,
        0xF0F0_F0F0_F0F0_F0F0L,
        0xFF00_FF00_FF00_FF00L,
        0xFFFF_0000_FFFF_0000L,
        0xFFFF_FFFF_0000_0000L,
    };

    private final int from;
    private final int to;
    private final int levels;

    /** Bit i of element k: whether position i is wanted after level k. */
    private final long[] wanted;

    CarryTree(int from, int to) {
        this.from = from;
        this.to = to;
        int top = to - 2;
        levels = Integer.SIZE - Integer.numberOfLeadingZeros(top);
        wanted = new long[levels + 1];
        int first = Math.max(from - 1, 0);
        wanted[levels] = -1L << first & -1L >>> (63 - top);
        for (int k = levels; k > 0; k--) {
            wanted[k - 1] = wanted[k];
            for (int i : joining(k)) {
                wanted[k - 1] |= 1L << below(i, k);
            }
        }
    }

    List<Integer> andLayers() {
        List<Integer> layers = new ArrayList<>();
        layers.add(to - 1);
        for (int k = 1; k <= levels; k++) {
            int[] joining = joining(k);
            layers.add(joining.length + startingAbove(joining, k).length);
        }
        return layers;
    }

    <B extends BitShare> B sum(Protocol<?, B> protocol, B a, B b, int columns, BinaryOperator<B> firstAnd) {
        B half = protocol.xor(a, b);
        B generate = firstAnd.apply(
                Adder.planes(protocol, a, columns, 0, to - 1), Adder.planes(protocol, b, columns, 0, to - 1));
        Segments<B> segments = leaves(protocol, generate, half, columns);
        for (int k = 1; k <= levels; k++) {
            segments = joined(protocol, segments, k);
        }
        B carries = segments.take(protocol, segments.slots(segments.generate, positions(wanted[levels])));
        return Adder.withCarries(protocol, half, carries, columns, from, to);
    }

    private <B extends BitShare> Segments<B> leaves(Protocol<?, B> protocol, B generate, B half, int columns) {
        Segments<B> leaves = new Segments<>(columns);
        leaves.add(generate, positions(wanted[0]), new int[0]);
        int[] above = startingAbove(positions(wanted[0]), 0);
        if (above.length > 0) {
            leaves.add(Adder.planes(protocol, half, columns, 1, to - 1), new int[0], above);
        }
        return leaves.packed(protocol);
    }

    private <B extends BitShare> Segments<B> joined(Protocol<?, B> protocol, Segments<B> old, int k) {
        int[] joining = joining(k);
        int[] withP = startingAbove(joining, k);
        B left = old.take(protocol, old.slots(old.propagate, joining), old.slots(old.propagate, withP));
        B right = old.take(
                protocol, old.slots(old.generate, below(joining, k)), old.slots(old.propagate, below(withP, k)));
        B products = protocol.and(left, right);
        Segments<B> next = new Segments<>(old.columns);
        B generate = protocol.xor(
                old.take(protocol, old.slots(old.generate, joining)),
                Adder.planes(protocol, products, old.columns, 0, joining.length));
        next.add(generate, joining, new int[0]);
        if (withP.length > 0) {
            int all = joining.length + withP.length;
            next.add(Adder.planes(protocol, products, old.columns, joining.length, all), new int[0], withP);
        }
        int[] staying = positions(wanted[k] & ~mask(joining));
        if (staying.length > 0) {
            int[] stayingP = startingAbove(staying, k);
            B kept = old.take(protocol, old.slots(old.generate, staying), old.slots(old.propagate, stayingP));
            next.add(kept, staying, stayingP);
        }
        return next.packed(protocol);
    }

    /** The wanted positions that join the segment below them at level k: those with bit k − 1 set. */
    private int[] joining(int k) {
        return positions(wanted[k] & WITH_BIT[k - 1]);
    }

    /** Those positions whose segment at level k does not start at plane 0. */
    private static int[] startingAbove(int[] positions, int k) {
        return positions(mask(positions) & (k > 5 ? 0 : -1L << (1 << k)));
    }

    private static int below(int i, int k) {
        return (i >>> (k - 1) << (k - 1)) - 1;
    }

    private static int[] below(int[] positions, int k) {
        int[] below = new int[positions.length];
        for (int n = 0; n < below.length; n++) {
            below[n] = below(positions[n], k);
        }
        return below;
    }

    /** The positions of a mask's bits, ascending. */
    private static int[] positions(long mask) {
        int[] positions = new int[Long.bitCount(mask)];
        long rest = mask;
        for (int n = 0; n < positions.length; n++) {
            positions[n] = Long.numberOfTrailingZeros(rest);
            rest &= rest - 1;
        }
        return positions;
    }

    private static long mask(int[] positions) {
        long mask = 0;
        for (int i : positions) {
            mask |= 1L << i;
        }
        return mask;
    }

    /** The g and p planes of one level, in one share, and which plane holds what of which position. */
    private static final class Segments<B extends BitShare> {
        private final int columns;
        private final int[] generate = new int[64];
        private final int[] propagate = new int[64];
        private final List<B> parts = new ArrayList<>();
        private int planes;

        private Segments(int columns) {
            this.columns = columns;
        }

        /** Appends a share that holds the g planes of some positions, then the p planes of some. */
        private void add(B part, int[] generated, int[] propagated) {
            parts.add(part);
            for (int i : generated) {
                generate[i] = planes++;
            }
            for (int i : propagated) {
                propagate[i] = planes++;
            }
        }

        private Segments<B> packed(Protocol<?, B> protocol) {
            if (parts.size() > 1) {
                B all = protocol.concatWires(parts);
                parts.clear();
                parts.add(all);
            }
            return this;
        }

        private int[] slots(int[] slotOf, int[] positions) {
            int[] slots = new int[positions.length];
            for (int n = 0; n < slots.length; n++) {
                slots[n] = slotOf[positions[n]];
            }
            return slots;
        }

        private B take(Protocol<?, B> protocol, int[]... slots) {
            int count = 0;
            for (int[] some : slots) {
                count += some.length;
            }
            int[] wires = new int[count * columns];
            int at = 0;
            for (int[] some : slots) {
                for (int slot : some) {
                    for (int column = 0; column < columns; column++) {
                        wires[at++] = slot * columns + column;
                    }
                }
            }
            return protocol.wires(parts.getFirst(), wires);
        }
    }
}
