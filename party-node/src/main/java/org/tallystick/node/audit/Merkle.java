package org.tallystick.node.audit;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import org.tallystick.random.Primitives;

/**
 * The hashes of RFC 6962, section 2.1, and the checks of its proofs, in the way of RFC 9162, sections 2.1.3.2 and
 * 2.1.4.2. Hashes are SHA-256, 32 bytes. A leaf and an inner node are hashed differently, so that neither passes for
 * the other.
 */
public final class Merkle {
    /** Bytes of a hash. */
    public static final int BYTES = 32;

    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    private Merkle() {}

    /** Of a leaf. */
    public static byte[] leafHash(byte[] leaf) {
        MessageDigest sha = Primitives.sha256();
        sha.update(LEAF);
        return sha.digest(leaf);
    }

    /** Of an inner node. */
    public static byte[] nodeHash(byte[] left, byte[] right) {
        MessageDigest sha = Primitives.sha256();
        sha.update(NODE);
        sha.update(left);
        return sha.digest(right);
    }

    /** The root of the tree without leaves. */
    public static byte[] emptyRoot() {
        return Primitives.sha256().digest();
    }

    /**
     * Whether the path proves that the leaf is number {@code index} of the tree of {@code size} leaves and that root.
     */
    public static boolean provesInclusion(byte[] leafHash, long index, long size, List<byte[]> path, byte[] root) {
        if (index < 0 || index >= size || !areHashes(path)) {
            return false;
        }
        long at = index;
        long last = size - 1;
        byte[] hash = leafHash;
        for (byte[] sibling : path) {
            if (last == 0) {
                return false;
            }
            if ((at & 1) == 1 || at == last) {
                hash = nodeHash(sibling, hash);
                int up = (at & 1) == 1 || at == 0 ? 0 : Long.numberOfTrailingZeros(at);
                at >>= up;
                last >>= up;
            } else {
                hash = nodeHash(hash, sibling);
            }
            at >>= 1;
            last >>= 1;
        }
        return last == 0 && Arrays.equals(hash, root);
    }

    /**
     * Whether the path proves that the first {@code size} leaves of the later tree are those of the earlier one. Every
     * tree goes on from the one without leaves, and from itself, by an empty path.
     */
    public static boolean provesConsistency(
            long size, byte[] root, long laterSize, byte[] laterRoot, List<byte[]> path) {
        if (size < 0 || size > laterSize || !areHashes(path)) {
            return false;
        }
        if (size == 0) {
            return path.isEmpty() && Arrays.equals(root, emptyRoot());
        }
        if (size == laterSize) {
            return path.isEmpty() && Arrays.equals(root, laterRoot);
        }
        boolean whole = Long.bitCount(size) == 1;
        if (path.isEmpty() && !whole) {
            return false;
        }
        int up = Long.numberOfTrailingZeros(size);
        long at = (size - 1) >> up;
        long last = (laterSize - 1) >> up;
        byte[] earlier = whole ? root : path.getFirst();
        byte[] later = earlier;
        for (byte[] sibling : whole ? path : path.subList(1, path.size())) {
            if (last == 0) {
                return false;
            }
            if ((at & 1) == 1 || at == last) {
                earlier = nodeHash(sibling, earlier);
                later = nodeHash(sibling, later);
                int further = (at & 1) == 1 || at == 0 ? 0 : Long.numberOfTrailingZeros(at);
                at >>= further;
                last >>= further;
            } else {
                later = nodeHash(later, sibling);
            }
            at >>= 1;
            last >>= 1;
        }
        return last == 0 && Arrays.equals(earlier, root) && Arrays.equals(later, laterRoot);
    }

    private static boolean areHashes(List<byte[]> path) {
        return path.size() <= 2 * Long.SIZE && path.stream().allMatch(hash -> hash.length == BYTES);
    }
}
