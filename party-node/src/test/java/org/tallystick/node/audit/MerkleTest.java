package org.tallystick.node.audit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class MerkleTest {
    /** The leaves and roots of certificate-transparency's own tests: the roots of the trees of the first 0 to 8. */
    private static final List<String> LEAVES =
            List.of("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f");

    private static final List<String> ROOTS = List.of(
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

    @Test
    void rootsAreThePublishedOnes() {
        MerkleTree tree = MerkleTree.inMemory();
        assertEquals(ROOTS.getFirst(), hex(tree.root()));
        for (int i = 0; i < LEAVES.size(); i++) {
            tree.append(Merkle.leafHash(HexFormat.of().parseHex(LEAVES.get(i))));
            assertEquals(ROOTS.get(i + 1), hex(tree.root()));
        }
        for (int size = 0; size <= LEAVES.size(); size++) {
            assertEquals(ROOTS.get(size), hex(tree.root(size)));
        }
    }

    /** PATH and PROOF of certificate-transparency's tests over the same leaves. */
    @Test
    void pathsAreThePublishedOnes() {
        MerkleTree tree = MerkleTree.inMemory();
        LEAVES.forEach(leaf -> tree.append(Merkle.leafHash(HexFormat.of().parseHex(leaf))));

        assertEquals(
                List.of(
                        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"),
                hex(tree.inclusion(0, 8)));
        assertEquals(
                List.of(
                        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
                hex(tree.inclusion(5, 8)));
        assertEquals(
                List.of(
                        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"),
                hex(tree.consistency(1, 8)));
    }

    @Property(tries = 60)
    void everyProofHoldsAndNoOtherDoes(@ForAll @IntRange(min = 1, max = 70) int size, @ForAll int seed) {
        List<byte[]> leaves = new ArrayList<>();
        MerkleTree tree = MerkleTree.inMemory();
        for (int i = 0; i < size; i++) {
            leaves.add((seed + " " + i).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        int half = size / 2;
        tree.appendAll(leaves.subList(0, half).stream().map(Merkle::leafHash).toList());
        tree.appendAll(leaves.subList(half, size).stream().map(Merkle::leafHash).toList());
        byte[] root = naive(leaves);
        assertArrayEquals(root, tree.root());
        for (int i = 0; i < size; i++) {
            List<byte[]> path = tree.inclusion(i, size);
            byte[] leaf = Merkle.leafHash(leaves.get(i));
            int at = i;
            assertTrue(Merkle.provesInclusion(leaf, i, size, path, root));
            assertFalse(Merkle.provesInclusion(leaf, (i + 1) % (size + 1), size, path, root) && size > 1);
            assertFalse(Merkle.provesInclusion(bent(leaf), i, size, path, root));
            assertFalse(Merkle.provesInclusion(leaf, i, size, plus(path, leaf), root));
            refuseBentPaths(path, bent -> Merkle.provesInclusion(leaf, at, size, bent, root));
        }
        for (int earlier = 0; earlier <= size; earlier++) {
            byte[] before = naive(leaves.subList(0, earlier));
            assertArrayEquals(before, tree.root(earlier));
            List<byte[]> path = tree.consistency(earlier, size);
            int from = earlier;
            assertTrue(Merkle.provesConsistency(earlier, before, size, root, path));
            assertFalse(Merkle.provesConsistency(earlier, bent(before), size, root, path));
            assertFalse(Merkle.provesConsistency(earlier, before, size, root, plus(path, before)));
            if (earlier > 0) {
                assertFalse(Merkle.provesConsistency(earlier, before, size, bent(root), path));
                refuseBentPaths(path, bent -> Merkle.provesConsistency(from, before, size, root, bent));
            }
        }
    }

    private static void refuseBentPaths(List<byte[]> path, java.util.function.Predicate<List<byte[]>> proves) {
        for (int k = 0; k < path.size(); k++) {
            List<byte[]> bent = new ArrayList<>(path);
            bent.set(k, bent(path.get(k)));
            assertFalse(proves.test(bent));
            List<byte[]> shorter = new ArrayList<>(path);
            shorter.remove(k);
            assertFalse(proves.test(shorter));
        }
    }

    @Test
    void whatIsNotThereCannotBeAskedFor() {
        MerkleTree tree = MerkleTree.inMemory();
        tree.append(Merkle.leafHash(new byte[1]));

        assertThrows(IllegalArgumentException.class, () -> tree.inclusion(1, 1));
        assertThrows(IllegalArgumentException.class, () -> tree.inclusion(0, 2));
        assertThrows(IllegalArgumentException.class, () -> tree.consistency(2, 1));
        assertThrows(IllegalArgumentException.class, () -> tree.root(2));
    }

    @Test
    void proofsOfAnotherLengthOfHashOrEndlessOnesAreNone() {
        byte[] root = Merkle.leafHash(new byte[1]);

        assertFalse(Merkle.provesInclusion(root, 0, 2, List.of(new byte[31]), root));
        assertFalse(Merkle.provesConsistency(1, root, 2, root, java.util.Collections.nCopies(1 << 20, root)));
        assertFalse(Merkle.provesInclusion(root, -1, 2, List.of(), root));
        assertFalse(Merkle.provesConsistency(-1, root, 2, root, List.of()));
        assertFalse(Merkle.provesConsistency(3, root, 2, root, List.of()));
    }

    /** Section 2.1 of the RFC to the letter. */
    private static byte[] naive(List<byte[]> leaves) {
        if (leaves.isEmpty()) {
            return Merkle.emptyRoot();
        }
        if (leaves.size() == 1) {
            return Merkle.leafHash(leaves.getFirst());
        }
        int k = 1;
        while (2 * k < leaves.size()) {
            k *= 2;
        }
        return Merkle.nodeHash(naive(leaves.subList(0, k)), naive(leaves.subList(k, leaves.size())));
    }

    private static byte[] bent(byte[] hash) {
        byte[] bent = hash.clone();
        bent[7] ^= 4;
        return bent;
    }

    private static List<byte[]> plus(List<byte[]> path, byte[] hash) {
        List<byte[]> longer = new ArrayList<>(path);
        longer.add(hash);
        return longer;
    }

    private static String hex(byte[] hash) {
        return HexFormat.of().formatHex(hash);
    }

    private static List<String> hex(List<byte[]> hashes) {
        return hashes.stream().map(MerkleTest::hex).toList();
    }
}
