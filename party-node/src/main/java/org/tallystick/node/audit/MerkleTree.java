package org.tallystick.node.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A Merkle tree of RFC 6962 that only grows. An append costs two hashes on average. The hashes of complete subtrees are
 * kept in the order in which they became complete, so that a proof about any leaf in a tree of any earlier size reads
 * O(log² n) of them. Any number of threads may ask while one appends.
 */
public final class MerkleTree {
    private final Nodes nodes;
    private final byte[][] peaks = new byte[Long.SIZE][];
    private long size;

    /** A tree without leaves, over a store without nodes. */
    public MerkleTree(Nodes nodes) {
        this.nodes = nodes;
    }

    /** A tree without leaves, kept in memory: 64 bytes a leaf. */
    public static MerkleTree inMemory() {
        return new MerkleTree(new InMemory());
    }

    /** Keeps hashes of 32 bytes by their place. */
    public interface Nodes {
        /** Adds any number of hashes, one after the other. */
        void append(byte[] hashes);

        /** The hash at a place, from 0. */
        byte[] at(long place);
    }

    /** Adds one leaf by its hash. */
    public synchronized void append(byte[] leafHash) {
        appendAll(List.of(leafHash));
    }

    /** Adds leaves by their hashes, with one call of the store. */
    public synchronized void appendAll(List<byte[]> leafHashes) {
        List<byte[]> complete = new ArrayList<>();
        for (byte[] leafHash : leafHashes) {
            byte[] hash = leafHash;
            complete.add(hash);
            int level = 0;
            for (; (size >>> level & 1) == 1; level++) {
                hash = Merkle.nodeHash(peaks[level], hash);
                complete.add(hash);
            }
            peaks[level] = hash;
            size++;
        }
        byte[] joined = new byte[complete.size() * Merkle.BYTES];
        for (int i = 0; i < complete.size(); i++) {
            System.arraycopy(complete.get(i), 0, joined, i * Merkle.BYTES, Merkle.BYTES);
        }
        nodes.append(joined);
    }

    /** How many leaves. */
    public synchronized long size() {
        return size;
    }

    public synchronized byte[] root() {
        return root(size);
    }

    /** The root when there were {@code of} leaves. */
    public synchronized byte[] root(long of) {
        requireAtMost(of, size);
        return of == 0 ? Merkle.emptyRoot() : hash(0, of);
    }

    /** The path that proves that leaf {@code index} is in the tree of {@code of} leaves. */
    public synchronized List<byte[]> inclusion(long index, long of) {
        requireAtMost(of, size);
        requireAtMost(index, of - 1);
        List<byte[]> path = new ArrayList<>();
        long from = 0;
        long to = of;
        while (to - from > 1) {
            long middle = from + largestPowerBelow(to - from);
            if (index < middle) {
                path.add(hash(middle, to));
                to = middle;
            } else {
                path.add(hash(from, middle));
                from = middle;
            }
        }
        return path.reversed();
    }

    /** The path that proves that the tree of {@code later} leaves goes on from that of {@code earlier}. */
    public synchronized List<byte[]> consistency(long earlier, long later) {
        requireAtMost(later, size);
        requireAtMost(earlier, later);
        List<byte[]> path = new ArrayList<>();
        if (earlier == 0 || earlier == later) {
            return path;
        }
        long from = 0;
        long to = later;
        while (earlier < to) {
            long middle = from + largestPowerBelow(to - from);
            if (earlier <= middle) {
                path.add(hash(middle, to));
                to = middle;
            } else {
                path.add(hash(from, middle));
                from = middle;
            }
        }
        if (from != 0) {
            path.add(hash(from, to));
        }
        return path.reversed();
    }

    /** Of the leaves from one on up to another, which are a subtree of some size of this tree. */
    private byte[] hash(long from, long to) {
        long length = to - from;
        if (Long.bitCount(length) == 1) {
            return nodes.at(place(to - 1, Long.numberOfTrailingZeros(length)));
        }
        long middle = from + largestPowerBelow(length);
        return Merkle.nodeHash(hash(from, middle), hash(middle, to));
    }

    /** Before leaf n came 2n − (ones in n) hashes; after its own come those of the subtrees that end with it. */
    private static long place(long lastLeaf, int level) {
        return 2 * lastLeaf - Long.bitCount(lastLeaf) + level;
    }

    private static long largestPowerBelow(long length) {
        return Long.highestOneBit(length - 1);
    }

    private static void requireAtMost(long value, long most) {
        if (value < 0 || value > most) {
            throw new IllegalArgumentException(value + " of " + most);
        }
    }

    private static final class InMemory implements Nodes {
        private byte[] hashes = new byte[64 * Merkle.BYTES];
        private int length;

        @Override
        public void append(byte[] more) {
            if (length + more.length > hashes.length) {
                hashes = Arrays.copyOf(hashes, Math.max(2 * hashes.length, length + more.length));
            }
            System.arraycopy(more, 0, hashes, length, more.length);
            length += more.length;
        }

        @Override
        public byte[] at(long place) {
            int from = Math.toIntExact(place * Merkle.BYTES);
            return Arrays.copyOfRange(hashes, from, from + Merkle.BYTES);
        }
    }
}
