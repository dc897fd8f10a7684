package org.tallystick.protocol.rep4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.tallystick.net.CountingMesh;
import org.tallystick.net.InProcessMesh;
import org.tallystick.protocol.OwnerInput;
import org.tallystick.ring.BitMatrix;
import org.tallystick.share.Rep4Bits;
import org.tallystick.share.Rep4Vector;

/**
 * What rep4 costs, in numbers as its design states them, not as the code declares them: elements and bits of all
 * parties together, and 16 bytes a digest.
 */
class CostTest {
    private static final int DIGEST = 16;

    private static List<CountingMesh> run(Consumer<Rep4> body) {
        List<CountingMesh> meshes = CountingMesh.wrap(InProcessMesh.of(4, Rep4Runs.LONG));
        InProcessMesh.run(List.copyOf(meshes), mesh -> {
            body.accept(Rep4Runs.start(mesh, 1));
            return mesh.self();
        });
        return meshes;
    }

    private static long[] bytes(List<CountingMesh> meshes) {
        return meshes.stream().mapToLong(CountingMesh::bytesSent).toArray();
    }

    private static long total(List<CountingMesh> meshes) {
        return LongStream.of(bytes(meshes)).sum();
    }

    private static Rep4Vector matrix(Rep4 p, int rows, int columns, int width) {
        return p.constant(new long[rows * columns], rows, columns, width);
    }

    @Test
    void aMultiplicationIsSixElementsInOneRoundEvenlySpread() {
        List<CountingMesh> meshes = run(p -> p.multiply(matrix(p, 1000, 1, 64), matrix(p, 1000, 1, 64)));
        assertEquals(1, meshes.getFirst().rounds());
        long each = 1500 * 8 + 2 * DIGEST;
        assertArrayEquals(new long[] {each, each, each, each}, bytes(meshes));
    }

    @Test
    void aDotProductOfAnyLengthCostsWhatAMultiplicationDoes() {
        for (int columns : new int[] {1, 2, 33}) {
            List<CountingMesh> meshes = run(p -> p.dot(matrix(p, 1000, columns, 44), matrix(p, 1, columns, 44)));
            assertEquals(1, meshes.getFirst().rounds());
            long each = 1500 * 44 / 8 + 2 * DIGEST;
            assertArrayEquals(new long[] {each, each, each, each}, bytes(meshes));
        }
    }

    @Test
    void aMatrixProductCostsAMultiplicationForEachElementOfItsResult() {
        for (int inner : new int[] {1, 7, 300}) {
            List<CountingMesh> meshes = run(p -> p.product(matrix(p, 20, inner, 64), matrix(p, inner, 50, 64)));
            assertEquals(1, meshes.getFirst().rounds());
            long each = 1500 * 8 + 2 * DIGEST;
            assertArrayEquals(new long[] {each, each, each, each}, bytes(meshes));
        }
    }

    @Test
    void anOddElementIsOneMoreForHalfOfTheParties() {
        List<CountingMesh> meshes = run(p -> p.multiply(matrix(p, 1, 1, 64), matrix(p, 1, 1, 64)));
        assertEquals(6 * 8 + 6 * DIGEST, total(meshes));
        for (CountingMesh mesh : meshes) {
            long elements = mesh.self() < 2 ? 2 : 1;
            long digests = mesh.self() < 2 ? 1 : 2;
            assertEquals(8 * elements + DIGEST * digests, mesh.bytesSent(), "party " + mesh.self());
        }
    }

    @Test
    void anInputIsTwoElementsAndItsCheckRidesWithTheFirstProduct() {
        List<CountingMesh> meshes = run(p -> {
            List<Rep4Vector> x = p.inputs(List.of(
                    new OwnerInput(1, 10, 1, 64, p.self() == 1 ? new long[10] : null),
                    new OwnerInput(2, 10, 1, 64, p.self() == 2 ? new long[10] : null)));
            p.multiply(x.get(0), x.get(1));
        });
        assertEquals(2, meshes.getFirst().rounds());
        long checks = 2 * 4 * DIGEST; // for each input a digest and a tag from both that were told
        assertEquals(2 * 2 * 80 + 6 * 80 + 8 * DIGEST + checks, total(meshes));
    }

    /** 2·44 bits in, 43 ANDs of 4 bits, 78 of 6: 91 bytes. */
    @Test
    void theSignOf44BitNumbersByTheTree() {
        int rows = 12800;
        List<CountingMesh> meshes = run(p -> p.sign(matrix(p, rows, 1, 44)));
        assertEquals(8, meshes.getFirst().rounds());
        int digests = 4 + 6 + 6 * 8;
        assertEquals(91L * rows + (long) digests * DIGEST, total(meshes));
    }

    /** 2·44 bits in, one AND of 4 bits, 42 of 6: 43 bytes. */
    @Test
    void theSignOf44BitNumbersByTheRipple() {
        int rows = 1 << 18;
        List<CountingMesh> meshes = run(p -> p.sign(matrix(p, rows, 1, 44)));
        assertEquals(44, meshes.getFirst().rounds());
        int digests = 4 + 6 + 42 * 8;
        assertEquals(43L * rows + (long) digests * DIGEST, total(meshes));
    }

    /** The same bits: 4 messages bring 2·44 in, 6 take an AND of 4 bits, 9 each of six layers, to all four parties. */
    @Test
    void theSignOfAFewNumbersTakesFewMessages() {
        int rows = 64;
        List<CountingMesh> meshes = run(p -> p.sign(matrix(p, rows, 1, 44)));
        assertEquals(8, meshes.getFirst().rounds());
        int digests = 2 + 4 + 6 * 6;
        assertEquals(91L * rows + (long) digests * DIGEST, total(meshes));
        assertEquals(
                4 + 6 + 6 * 9,
                meshes.stream().mapToLong(CountingMesh::messagesSent).sum());
        List<CountingMesh> and = run(p -> {
            Rep4Bits bits = p.constant(new BitMatrix(1, rows, new long[1]));
            p.and(bits, bits);
        });
        for (int party = 0; party < 4; party++) {
            int receiver = party;
            assertTrue(
                    and.stream().mapToLong(mesh -> mesh.bytesSentTo(receiver)).sum() > 0);
        }
    }

    /** 2 · 64 + 2 · 16 bits, then 4 · 16: 28 bytes. */
    @Test
    void truncationBySixteenBits() {
        int rows = 1000;
        List<CountingMesh> meshes = run(p -> p.truncate(matrix(p, rows, 1, 64), 16));
        assertEquals(2, meshes.getFirst().rounds());
        assertEquals(28L * rows + (8 + 6) * DIGEST, total(meshes));
    }

    @Test
    void aBitBecomesAnElementForSixElements() {
        int rows = 1000;
        List<CountingMesh> meshes = run(p -> p.fromBit(p.constant(new BitMatrix(1, rows, new long[16])), 64));
        assertEquals(2, meshes.getFirst().rounds());
        assertEquals(6L * 8 * rows + (4 + 6) * DIGEST, total(meshes));
    }

    @Test
    void aBitTimesAnElementIsEightElementsInTwoRounds() {
        int rows = 1000;
        List<CountingMesh> meshes =
                run(p -> p.multiplyBits(p.constant(new BitMatrix(1, rows, new long[16])), matrix(p, rows, 1, 64)));
        assertEquals(2, meshes.getFirst().rounds());
        assertEquals(8L * 8 * rows + (4 + 4 + 6) * DIGEST, total(meshes));
    }

    @Test
    void aSumOfElementsThatBitsChooseIsFourElementsEachAndFourForTheSum() {
        int rows = 1000;
        List<CountingMesh> meshes =
                run(p -> p.dotBits(p.constant(new BitMatrix(9, rows, new long[9 * 16])), matrix(p, rows, 9, 64)));
        assertEquals(2, meshes.getFirst().rounds());
        assertEquals((4L * 9 + 4) * 8 * rows + (4 + 4 + 6) * DIGEST, total(meshes));
    }

    /** As the sign of 17-bit numbers: 2·17 bits in, 16 ANDs of 4 bits, 26 of 6. */
    @Test
    void theSignWithoutLowBits() {
        int rows = 12800;
        List<CountingMesh> meshes = run(p -> p.sign(matrix(p, rows, 1, 44), 27));
        assertEquals(6, meshes.getFirst().rounds());
        assertEquals((34L + 16 * 4 + 26 * 6) * rows / 8 + (4 + 6 + 4 * 8) * DIGEST, total(meshes));
    }

    @Test
    void openingToAllIsFourElementsToOneThreeAndTheVeils() {
        List<CountingMesh> meshes = run(p -> p.open(matrix(p, 1000, 1, 64)));
        assertEquals(1, meshes.getFirst().rounds());
        assertEquals(4 * 8000 + 4 * DIGEST, total(meshes));
        for (int receiver = 0; receiver < 4; receiver++) {
            int party = receiver;
            List<CountingMesh> toOne = run(p -> p.reveal(matrix(p, 1000, 1, 64), party));
            assertEquals(1, toOne.getFirst().rounds());
            assertEquals(0, toOne.get(party).bytesSent());
            assertEquals(3 * (8000 + 2 * DIGEST), total(toOne));
        }
    }
}
