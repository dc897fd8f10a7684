package org.tallystick.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class SharedGeneratorTest {
    private static final byte[] HASH = {1, 2, 3};

    private static SharedSeed seed(int first) {
        byte[] bytes = new byte[SharedSeed.BYTES];
        bytes[0] = (byte) first;
        return SharedSeed.of(bytes);
    }

    /** AES-128 of explicit counter blocks (label, block number), both little-endian. */
    private static long[] reference(long stream, int first, int count) throws Exception {
        byte[] key = Arrays.copyOf(seed(1).derive("tallystick/run/1", HASH), 16);
        Cipher aes = Cipher.getInstance("AES/ECB/NoPadding");
        aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
        long[] elements = new long[count];
        for (int k = 0; k < count; k++) {
            ByteBuffer block = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
            block.putLong(stream).putLong((first + k) / 2);
            ByteBuffer encrypted = ByteBuffer.wrap(aes.doFinal(block.array())).order(ByteOrder.LITTLE_ENDIAN);
            elements[k] = encrypted.getLong(8 * ((first + k) % 2));
        }
        return elements;
    }

    @Test
    void elementsAreAesInCounterMode() throws Exception {
        SharedGenerator generator = seed(1).generator(HASH);
        for (int count : new int[] {0, 1, 2, 3, 15, 16, 17, 31, 1023, 1024, 1025, 2048, 5001, 1, 17}) {
            for (long stream : new long[] {0, -1, 1L << 56, 0x0102_0304_0506_0708L}) {
                assertArrayEquals(reference(stream, 0, count), generator.elements(stream, count));
            }
        }
    }

    @Test
    void aStreamCanBeHadPieceByPiece() throws Exception {
        SharedGenerator generator = seed(1).generator(HASH);
        for (int first : new int[] {0, 2, 1024, 1026, 100_000}) {
            for (int count : new int[] {1, 2, 1024, 1025, 3000}) {
                long[] piece = new long[count];
                generator.fill(9, first, piece);
                assertArrayEquals(reference(9, first, count), piece);
            }
        }
    }

    @Test
    void streamsOfDifferentLabelsHaveNoElementInCommon() {
        SharedGenerator generator = seed(1).generator(HASH);
        Set<Long> seen = new HashSet<>();
        int count = 0;
        for (long label : new long[] {0, 1, 2, 1L << 32, 1L << 48, 1L << 56, (1L << 56) + 1, -1}) {
            for (long element : generator.elements(label, 10_000)) {
                assertTrue(seen.add(element), "64-bit values: an accident has probability 10⁻¹⁰");
                count++;
            }
        }
        assertEquals(80_000, count);
    }

    @Test
    void keysDependOnTheSeedAndTheProposal() {
        long element = seed(1).generator(HASH).elements(0, 1)[0];
        assertEquals(element, seed(1).generator(HASH).elements(0, 1)[0]);
        assertNotEquals(element, seed(2).generator(HASH).elements(0, 1)[0]);
        assertNotEquals(element, seed(1).generator(new byte[] {1, 2, 4}).elements(0, 1)[0]);
    }

    @Test
    void labelAndContextOfADerivationCannotShift() {
        byte[] one = seed(1).derive("ab", new byte[] {'c'});
        assertFalse(Arrays.equals(one, seed(1).derive("a", new byte[] {'b', 'c'})));
        assertFalse(Arrays.equals(one, seed(1).derive("abc", new byte[0])));
        assertEquals(32, one.length);
    }

    @Test
    void aSeedIsACopyComparesAndForgets() {
        byte[] bytes = new byte[SharedSeed.BYTES];
        SharedSeed seed = SharedSeed.of(bytes);
        bytes[5] = 1;
        assertEquals(SharedSeed.of(new byte[SharedSeed.BYTES]), seed);
        assertNotEquals(SharedSeed.of(bytes), seed);
        assertThrows(IllegalArgumentException.class, () -> SharedSeed.of(new byte[31]));
        SharedSeed erased = SharedSeed.of(bytes);
        erased.erase();
        assertEquals(seed, erased);
        // What an erased seed gave would be a key that anyone can compute.
        assertThrows(SharedSeed.Erased.class, () -> erased.derive("a", new byte[0]));
        assertThrows(SharedSeed.Erased.class, () -> erased.generator(new byte[32]));
    }
}
