package org.tallystick.node.audit;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a node knows of all nodes' logs, its own among them.
 *
 * @param newest the newest head of each party that was seen and found to go on from those before
 * @param contradictions heads of one party that do not go together
 */
public record KnownHeads(List<TreeHead> newest, List<Contradiction> contradictions) {
    /** Most contradictions kept of one party: one is proof enough. */
    static final int MOST = 8;

    private static final int MOST_PARTIES = 8;

    public KnownHeads {
        newest = List.copyOf(newest);
        contradictions = List.copyOf(contradictions);
    }

    /** Two heads of one party of which the second does not go on from the first. */
    public record Contradiction(TreeHead first, TreeHead second) {
        public Contradiction {
            if (first.party() != second.party()) {
                throw new IllegalArgumentException("heads of two parties");
            }
        }

        public int party() {
            return first.party();
        }
    }

    public static KnownHeads nothing() {
        return new KnownHeads(List.of(), List.of());
    }

    /** The newest head of a party. */
    public Optional<TreeHead> of(int party) {
        return newest.stream().filter(head -> head.party() == party).findFirst();
    }

    /** With a newer head of its party. */
    KnownHeads with(TreeHead head) {
        List<TreeHead> heads = new ArrayList<>(
                newest.stream().filter(each -> each.party() != head.party()).toList());
        heads.add(head);
        return new KnownHeads(heads, contradictions);
    }

    boolean knows(Contradiction contradiction) {
        return contradictions.contains(contradiction)
                || contradictions.stream()
                                .filter(each -> each.party() == contradiction.party())
                                .count()
                        >= MOST;
    }

    KnownHeads with(Contradiction contradiction) {
        List<Contradiction> all = new ArrayList<>(contradictions);
        all.add(contradiction);
        return new KnownHeads(newest, all);
    }

    /** Counts and heads, one after the other. */
    public byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(2 + (newest.size() + 2 * contradictions.size()) * TreeHead.BYTES);
        out.put((byte) newest.size());
        newest.forEach(head -> out.put(head.encode()));
        out.put((byte) contradictions.size());
        contradictions.forEach(
                each -> out.put(each.first().encode()).put(each.second().encode()));
        return out.array();
    }

    /** Reads what {@link #encode} wrote, and leaves what follows. */
    public static KnownHeads decode(ByteBuffer in) throws MalformedReceipt {
        List<TreeHead> newest = new ArrayList<>();
        int heads = count(in, MOST_PARTIES);
        for (int i = 0; i < heads; i++) {
            newest.add(TreeHead.decode(in));
        }
        List<Contradiction> contradictions = new ArrayList<>();
        int pairs = count(in, MOST_PARTIES * MOST);
        for (int i = 0; i < pairs; i++) {
            TreeHead first = TreeHead.decode(in);
            TreeHead second = TreeHead.decode(in);
            if (first.party() != second.party()) {
                throw new MalformedReceipt("a contradiction between two parties");
            }
            contradictions.add(new Contradiction(first, second));
        }
        return new KnownHeads(newest, contradictions);
    }

    private static int count(ByteBuffer in, int most) throws MalformedReceipt {
        int count = in.hasRemaining() ? in.get() : -1;
        if (count < 0 || count > most) {
            throw new MalformedReceipt("too many heads, or none");
        }
        return count;
    }
}
