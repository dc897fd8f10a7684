package org.tallystick.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.tallystick.ring.Numbers;

/**
 * The bound that rep4 rests on: for two different messages of one length and a difference of digests, all fixed without
 * the key, at most a 2^−64th of all keys gives that difference. It cannot be counted at 32-bit words; the same formula
 * at 2 to 4 bits can, for all messages, differences and keys, and the code is compared with the formula at 32.
 */
class UniversalHashTest {
    /** NH as in the paper: Σ (m[2i] + k[2i]) (m[2i+1] + k[2i+1]) mod 2^2w, sums mod 2^w; the key 2·shift words on. */
    private static BigInteger paper(int w, long[] words, long[] key, int shift) {
        BigInteger sum = BigInteger.ZERO;
        long mask = (1L << w) - 1;
        for (int i = 0; i < words.length; i += 2) {
            BigInteger left = BigInteger.valueOf(words[i] + key[i + 2 * shift] & mask);
            sum = sum.add(left.multiply(BigInteger.valueOf(words[i + 1] + key[i + 1 + 2 * shift] & mask)));
        }
        return sum.mod(BigInteger.ONE.shiftLeft(2 * w));
    }

    private static long[] digest(long[] message, long[] key) {
        return UniversalHash.digest(message, (first, target) -> System.arraycopy(key, first, target, 0, target.length));
    }

    private static long[] halves(long[] words) {
        long[] halves = new long[2 * words.length];
        for (int i = 0; i < words.length; i++) {
            halves[2 * i] = words[i] & 0xFFFF_FFFFL;
            halves[2 * i + 1] = words[i] >>> 32;
        }
        return halves;
    }

    @Test
    void theCodeIsTheFormulaAt32Bits() {
        for (int length : new int[] {1, 2, 3, 7, 64, 1023, 1024, 1025, 3000}) {
            long[] message = Numbers.mixed(length, length);
            long[] key = Numbers.mixed(length + 1, -length);
            long[] digest = digest(message, key);
            for (int shift = 0; shift < 2; shift++) {
                assertEquals(paper(32, halves(message), halves(key), shift).longValue(), digest[shift]);
            }
        }
    }

    @Test
    void oneIterationOverOnePairOfFourBitWords() {
        assertEquals(1L << 2 * 4 - 4, mostFrequentDifference(4, 2, 1));
    }

    @Test
    void twoIterationsOverOnePairOfThreeBitWords() {
        assertEquals(1L << 4 * 3 - 2 * 3, mostFrequentDifference(3, 2, 2));
    }

    /** Two pairs: the second iteration's key overlaps the first's, which is what the Toeplitz theorem is about. */
    @Test
    void twoIterationsOverTwoPairsOfTwoBitWords() {
        assertEquals(1L << 6 * 2 - 2 * 2, mostFrequentDifference(2, 4, 2));
    }

    /** Over all pairs of messages and all differences of digests, the greatest number of keys that give it. */
    private static long mostFrequentDifference(int w, int words, int iterations) {
        int messages = 1 << w * words;
        int keys = 1 << w * (words + 2 * (iterations - 1));
        int[][] digests = new int[keys][messages];
        for (int key = 0; key < keys; key++) {
            for (int message = 0; message < messages; message++) {
                for (int shift = 0; shift < iterations; shift++) {
                    digests[key][message] |= nh(w, words, message, key >>> 2 * w * shift) << 2 * w * shift;
                }
            }
        }
        int half = (1 << 2 * w) - 1;
        int most = 0;
        int[] count = new int[1 << 2 * w * iterations];
        for (int one = 0; one < messages; one++) {
            for (int other = 0; other < one; other++) {
                Arrays.fill(count, 0);
                for (int[] digest : digests) {
                    int low = digest[one] - digest[other] & half;
                    int high = (digest[one] >>> 2 * w) - (digest[other] >>> 2 * w) & half;
                    int difference = iterations == 1 ? low : low | high << 2 * w;
                    most = Math.max(most, ++count[difference]);
                }
            }
        }
        return most;
    }

    private static int nh(int w, int words, int message, int key) {
        int mask = (1 << w) - 1;
        int sum = 0;
        for (int i = 0; i < words; i += 2) {
            int left = (message >>> w * i) + (key >>> w * i) & mask;
            sum += left * ((message >>> w * (i + 1)) + (key >>> w * (i + 1)) & mask);
        }
        return sum & (1 << 2 * w) - 1;
    }

    @Test
    void aChangeOfOneBitAnywhereChangesTheDigest() {
        Random random = new Random(1);
        for (int length : new int[] {1, 2, 5, 1030}) {
            long[] message = random.longs(length).toArray();
            long[] key = random.longs(length + 1).toArray();
            long[] digest = digest(message, key);
            for (int bit = 0; bit < 64 * length; bit += length > 5 ? 61 : 1) {
                message[bit / 64] ^= 1L << bit;
                assertFalse(Arrays.equals(digest, digest(message, key)), "bit " + bit + " of " + length + " words");
                message[bit / 64] ^= 1L << bit;
            }
        }
    }

    @Test
    void everyWordOfTheKeyMatters() {
        Random random = new Random(2);
        long[] message = random.longs(1030).toArray();
        long[] key = random.longs(1031).toArray();
        long[] digest = digest(message, key);
        for (int word = 0; word < key.length; word++) {
            key[word] ^= 0x1_0000_0001L;
            assertFalse(Arrays.equals(digest, digest(message, key)), "word " + word);
            key[word] ^= 0x1_0000_0001L;
        }
        assertTrue(Arrays.equals(digest, digest(message, key)));
    }
}
