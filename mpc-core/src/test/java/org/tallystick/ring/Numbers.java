package org.tallystick.ring;

import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Numbers at which arithmetic breaks, shared by the tests of all that computes. */
public final class Numbers {
    private Numbers() {}

    /** 0, ±1, ±2, ±2^k, ±2^k ± 1 and patterns, all 64 bits of them; about 400. */
    public static long[] special() {
        LongStream powers = IntStream.range(0, 64)
                .mapToLong(k -> 1L << k)
                .flatMap(power -> LongStream.of(power, -power, power - 1, -power - 1, power + 1, -power + 1));
        LongStream patterns = LongStream.of(0x5555_5555_5555_5555L, 0xAAAA_AAAA_AAAA_AAAAL, 0xFFFF_FFFFL, 0x8000_0001L);
        return LongStream.concat(LongStream.of(0, 2, -2, 3, -3), LongStream.concat(powers, patterns))
                .distinct()
                .toArray();
    }

    /** Three in four of the special ones, the rest random; the same for the same seed. */
    public static long[] mixed(int count, long seed) {
        Random random = new Random(seed);
        long[] special = special();
        return LongStream.generate(
                        () -> random.nextInt(4) == 0 ? random.nextLong() : special[random.nextInt(special.length)])
                .limit(count)
                .toArray();
    }
}
