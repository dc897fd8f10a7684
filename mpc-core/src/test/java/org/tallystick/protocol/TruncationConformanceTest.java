package org.tallystick.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.tallystick.net.Parties;
import org.tallystick.share.ArithmeticShare;
import org.tallystick.share.BitShare;

/** Truncation at width 64 of ten million numbers: none of the rare huge errors that local truncation has. */
class TruncationConformanceTest {
    private static final int SCALE = Integer.getInteger("tally.test.scale", 1);
    private static final int[] SHIFTS = {1, 7, 12, 16, 20, 31, 32, 33, 48, 62};
    private static final int ROWS = 200_000;

    @ParameterizedTest
    @FieldSource("org.tallystick.protocol.ProfileUnderTest#ALL")
    @Tag("slow")
    <A extends ArithmeticShare, B extends BitShare> void tenMillionNumbersAreOffByLessThanOneUnit(
            ProfileUnderTest<A, B> profile) {
        Parties.run(profile.parties(), mesh -> {
            Protocol<A, B> protocol = profile.start(mesh, 0);
            var sample = new Sample<>(protocol, ROWS, 1, 64);
            int numbers = 0;
            for (int batch = 0; batch < 5 * SCALE; batch++) {
                long[] x = sample.numbers(ROWS, 63); // −2^62 … 2^62 − 1, three in four next to a power of two
                for (int k = 1; k < ROWS; k += 2) {
                    x[k] = sample.random().nextLong() >> 1 + sample.random().nextInt(62);
                }
                A share = sample.share(x);
                for (int shift : SHIFTS) {
                    long[] got = protocol.open(protocol.truncate(share, shift));
                    assertEquals(-1, firstWrong(x, got, shift), "of a shift by " + shift);
                    numbers += got.length;
                }
            }
            assertEquals(10_000_000 * SCALE, numbers);
            return numbers;
        });
    }

    /** The index of an element that is neither x / 2^shift rounded down nor, where bits are lost, rounded up. */
    private static int firstWrong(long[] x, long[] got, int shift) {
        for (int k = 0; k < x.length; k++) {
            long up = (x[k] & ~(-1L << shift)) != 0 ? 1 : 0;
            long error = got[k] - (x[k] >> shift);
            if (error < 0 || error > up) {
                return k;
            }
        }
        return -1;
    }
}
